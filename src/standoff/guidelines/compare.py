"""An example is an oracle: wherever its text stands in a marked text, the marks there must be its own."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from standoff.guidelines.pages import Example
from standoff.records import Span

_ALIKE = {"‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u2009": " ", "\u202f": " "}
_WORD = re.compile(r"\w+")
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where marks are not those of an example; both spans count in the text that was compared.

    `extra` has no `wanted`, `missing` no `found`; `label` is the same range, `boundary` one that shares characters.
    """

    kind: Literal["extra", "missing", "label", "boundary"]
    found: Span | None
    wanted: Span | None

    @property
    def place(self) -> Span:
        """Where it is: what is marked, or what should be."""
        span = self.found or self.wanted
        assert span is not None
        return span

    def describe(self, example: Example) -> str:
        """What is wrong in words, with rule and place of the example."""
        where = f"{example.rule} ({example.path}:{example.line})"
        if self.found is None or self.wanted is None:
            what = "should be marked" if self.found is None else "should not be marked"
            return f"{self.place.text!r} {what} {self.place.label}, says {where}"
        found, wanted = self.found, self.wanted
        if self.kind == "label":
            return f"{found.text!r} is {found.label}, it should be {wanted.label}, says {where}"
        return f"{found.text!r} {found.label} should be {wanted.text!r} {wanted.label}, says {where}"


def fold(text: str) -> str:
    """Curly quotes as straight ones and odd spaces as plain ones, one for one, so that no offset moves."""
    if not text.isascii():
        for odd, plain in _ALIKE.items():
            text = text.replace(odd, plain)
    return text


def is_oracle(example: Example) -> bool:
    """Whether its marks can be held against any text that holds its words: three words or more, one of them unmarked.

    A bare surface such as `[3,000 pupils]{AFFECTED}` says how these words are marked where the rule applies, not that
    it applies wherever they stand: the words around decide that. Of a bare one only its surface and label can be used.
    """
    words = [(found.start(), found.end()) for found in _WORD.finditer(example.text)]
    free = [True for start, end in words if not any(span.start < end and start < span.end for span in example.spans)]
    return len(words) >= _FEWEST and bool(free)


def compare(example: Example, text: str, spans: Sequence[Span]) -> Iterator[Difference]:
    """Each difference at each place where the example's text stands in `text`, at word boundaries, case as it is.

    A span across the edge of the place is not judged, nor is a mark or span that shares characters with it.
    """
    for start in find_places(fold(example.text), fold(text)):
        yield from compare_at(example, start, text, spans)


def find_places(needle: str, text: str) -> Iterator[int]:
    """Where `needle` begins in `text`, at word boundaries; both are folded."""
    at = text.find(needle)
    while at >= 0:
        if not (_splits_word(text, at) or _splits_word(text, at + len(needle))):
            yield at
        at = text.find(needle, at + 1)


def compare_at(example: Example, start: int, text: str, spans: Sequence[Span]) -> Iterator[Difference]:
    """As `compare`, for the one place that begins at `start`."""
    end = start + len(example.text)
    touching = [span for span in spans if span.start < end and start < span.end]
    across = [span for span in touching if span.start < start or end < span.end]
    found = {_key(span): span for span in touching if not _touches(span, across)}
    wanted = {_key(span): span for span in wanted_at(example, start, text) if not _touches(span, across)}
    extra = [span for key, span in found.items() if key not in wanted]
    missing = [span for key, span in wanted.items() if key not in found]
    for kind, alike in (("label", _same_range), ("boundary", _shares)):
        for span in list(extra):
            if other := next((one for one in missing if alike(span, one)), None):
                yield Difference(kind, span, other)  # type: ignore[arg-type]
                extra.remove(span)
                missing.remove(other)
    yield from (Difference("extra", span, None) for span in extra)
    yield from (Difference("missing", None, span) for span in missing)


def wanted_at(example: Example, start: int, text: str) -> list[Span]:
    """The spans that an example wants where its text begins at `start` of `text`, with the surface found there."""
    moved = ((span, span.start + start, span.end + start) for span in example.spans)
    return [replace(span, start=low, end=high, text=text[low:high]) for span, low, high in moved]


@dataclass(frozen=True, slots=True)
class Index:
    """Examples by their rarest word, so that a text is asked only for those that can stand in it."""

    examples: tuple[Example, ...]
    needles: tuple[str, ...]
    by_word: Mapping[str, tuple[int, ...]]

    @classmethod
    def from_examples(cls, examples: Sequence[Example]) -> "Index":
        """An index of examples by their place in `examples`; one without any word is never found."""
        needles = tuple(fold(example.text) for example in examples)
        words = [sorted(set(_WORD.findall(needle))) for needle in needles]
        counts = Counter(word for found in words for word in found)
        by_word = defaultdict[str, tuple[int, ...]](tuple)
        for at, found in enumerate(words):
            if found:
                by_word[min(found, key=lambda word: (counts[word], -len(word), word))] += (at,)
        return cls(tuple(examples), needles, dict(by_word))

    def find_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Number of an example and where it begins in `text`, which is folded; in no order."""
        for word in self.by_word.keys() & set(_WORD.findall(text)):
            for at in self.by_word[word]:
                if self.needles[at] in text:
                    yield from ((at, start) for start in find_places(self.needles[at], text))


def find_conflicts(
    oracles: Sequence[Example], others: Sequence[Example]
) -> Iterator[tuple[Example, Example, Difference]]:
    """Each example, another that holds its text, and a difference; one that is no oracle is held against its equal."""
    index = Index.from_examples(oracles)
    sound = [is_oracle(example) for example in oracles]
    for other in others:
        for at, start in sorted(index.find_in(fold(other.text))):
            oracle = oracles[at]
            if oracle is not other and (sound[at] or len(oracle.text) == len(other.text)):
                yield from ((oracle, other, one) for one in compare_at(oracle, start, other.text, other.spans))


def _splits_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and _WORD.match(text[at - 1]) is not None and _WORD.match(text[at]) is not None


def _key(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.label


def _shares(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _same_range(one: Span, other: Span) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _touches(span: Span, others: Sequence[Span]) -> bool:
    return any(_shares(span, other) for other in others)
