"""Cleaned text as sentences of tokens with IOB2 tags, every misfit between spans and tokens told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from standoff.errors import StandoffError
from standoff.offsets import outermost_first, span_to_tokens
from standoff.records import Span

if TYPE_CHECKING:
    from spacy.language import Language


@dataclass(frozen=True, slots=True)
class Token:
    """A token; offsets count code points of the cleaned text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens and their IOB2 tags, of equal number."""

    tokens: tuple[Token, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A span that has no tags of its own, or too many.

    `nested` in a longer one, `lost` to another in the same token, or `widened` to whole tokens.
    """

    span: Span
    outcome: str


@cache
def load_tokenizer(language: str) -> "Language":
    """SpaCy's rule-based tokenizer and sentence splitter for a language; no model is needed."""
    import spacy

    try:
        nlp = spacy.blank(language)
    except ImportError:
        raise StandoffError(f"spaCy knows no language {language!r}", path="standoff.toml") from None
    nlp.add_pipe("sentencizer")
    return nlp


def split_sentences(text: str, language: str, spans: Iterable[Span] = ()) -> list[list[Token]]:
    """Sentences as lists of tokens without white space; a line never shares a sentence with the next.

    A sentence end inside a span is taken back, so that no label is torn in two.
    """
    inside = [(span.start, span.end) for span in spans]
    sentences: list[list[Token]] = []
    start = 0
    for line in text.split("\n"):
        fresh = True
        for sentence in load_tokenizer(language)(line).sents:
            tokens = [
                Token(start + token.idx, start + token.idx + len(token), token.text)
                for token in sentence
                if not token.is_space
            ]
            torn = bool(tokens) and not fresh and any(low < tokens[0].start < high for low, high in inside)
            if torn:
                sentences[-1] += tokens
            elif tokens:
                sentences.append(tokens)
            fresh = fresh and not tokens
        start += len(line) + 1
    return sentences


def tag_sentences(text: str, language: str, spans: Sequence[Span]) -> tuple[list[Sentence], list[Misfit]]:
    """Sentences with tags, and the spans that do not fit tokens; `spans` count in `text`."""
    tagged, misfits, taken = [], list[Misfit](), list[Span]()
    left = sorted(spans, key=outermost_first)
    for tokens in split_sentences(text, language, spans):
        tags = ["O"] * len(tokens)
        here = [span for span in left if span.start < tokens[-1].end and tokens[0].start < span.end]
        left = [span for span in left if span not in here]
        for span in here:
            first, last, exact = span_to_tokens(tokens, span.start, span.end)
            free = all(tag == "O" for tag in tags[first:last]) and first < last
            if free:
                tags[first:last] = [f"B-{span.label}", *[f"I-{span.label}"] * (last - first - 1)]
            if not (exact and free):
                misfits.append(Misfit(span, "widened" if free else name_outcome(span, taken)))
            taken += [span] if free else []
        tagged.append(Sentence(tuple(tokens), tuple(tags)))
    return tagged, [*misfits, *(Misfit(span, "lost") for span in left)]


def name_outcome(span: Span, taken: Iterable[Span]) -> str:
    """Whether a span that found its tokens taken is `nested` in one of those that took them, or `lost`."""
    return "nested" if any(one.start <= span.start and span.end <= one.end for one in taken) else "lost"


def describe_misfits(misfits: Sequence[tuple[str, Misfit]]) -> tuple[str, ...]:
    """One line each, for people; nested spans are as they should be, and only counted."""
    return tuple(
        f"{document_id} [{one.span.start}, {one.span.end}) {one.span.label} {one.span.text!r}: {one.outcome}"
        for document_id, one in misfits
        if one.outcome != "nested"
    )
