"""Cleaned text as sentences of tokens with IOB2 tags, every misfit between spans and tokens told."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from standoff.errors import StandoffError
from standoff.offsets import outermost_first, span_to_tokens
from standoff.records import Span

if TYPE_CHECKING:
    from spacy.language import Language


class Token(NamedTuple):
    """A token; offsets count code points of the cleaned text. A tuple, since a corpus has a hundred million of them."""

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
    except ImportError as error:
        said = str(error).partition("\n")[0]
        raise StandoffError(f"spaCy cannot split words of {language!r}: {said}", path="standoff.toml") from None
    nlp.add_pipe("sentencizer")
    return nlp


@contextmanager
def forget_words(language: str) -> Iterator[None]:
    """What the tokenizer learns inside is forgotten at the end; else its memory grows with every new word."""
    with load_tokenizer(language).memory_zone():
        yield


def split_sentences(text: str, language: str, spans: Iterable[Span] = ()) -> list[list[Token]]:
    """Sentences as lists of tokens without white space; a line never shares a sentence with the next.

    A sentence end inside a span is taken back, so that no label is torn in two.
    """
    inside = [(span.start, span.end) for span in sorted(spans, key=lambda span: span.start)]
    sentences: list[list[Token]] = []
    fresh, held, reach, at = True, False, 0, 0
    columns = load_tokenizer(language)(text).to_array(["IDX", "LENGTH", "IS_SPACE", "SENT_START"])
    for start, length, is_space, begins in columns.tolist():
        word = text[start : start + length]
        if is_space:
            fresh, held = fresh or "\n" in word, held or (begins == 1 and "\n" not in word)
            continue
        while at < len(inside) and inside[at][0] < start:
            reach, at = max(reach, inside[at][1]), at + 1
        if fresh or ((begins == 1 or held) and not start < reach):
            sentences.append([])
        sentences[-1].append(Token(start, start + length, word))
        fresh = held = False
    return sentences


def tag_sentences(text: str, language: str, spans: Sequence[Span]) -> tuple[list[Sentence], list[Misfit]]:
    """Sentences with tags, and the spans that do not fit tokens; `spans` count in `text`."""
    tagged, misfits, taken = [], list[Misfit](), list[Span]()
    waiting, apart, at = sorted(spans, key=lambda span: span.start), list[Span](), 0
    for tokens in split_sentences(text, language, spans):
        tags = ["O"] * len(tokens)
        here = list[Span]()
        while at < len(waiting) and waiting[at].start < tokens[-1].end:
            (here if waiting[at].end > tokens[0].start else apart).append(waiting[at])
            at += 1
        for span in sorted(here, key=outermost_first):
            first, last, exact = span_to_tokens(tokens, span.start, span.end)
            free = all(tag == "O" for tag in tags[first:last]) and first < last
            if free:
                tags[first:last] = [f"B-{span.label}", *[f"I-{span.label}"] * (last - first - 1)]
            if not (exact and free):
                misfits.append(Misfit(span, "widened" if free else name_outcome(span, taken)))
            taken += [span] if free else []
        tagged.append(Sentence(tuple(tokens), tuple(tags)))
    return tagged, [*misfits, *(Misfit(span, "lost") for span in (*apart, *waiting[at:]))]


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
