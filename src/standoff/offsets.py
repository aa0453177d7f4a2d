"""Offset arithmetic: seed <-> cleaned text <-> tokens. All ranges are half-open and count code points.

The cleaned text is the seed minus its cuts, so the map between the two is exact and needs no guess.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, Protocol

Verdict = Literal["kept", "trimmed", "orphaned"]


class Ranged(Protocol):
    """Anything with a start and an end: spans, cuts, tokens."""

    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102


def kept_ranges(length: int, cuts: Iterable[Ranged]) -> list[tuple[int, int]]:
    """What is left of [0, length) when the cuts are gone; raises ValueError for cuts that overlap or lie outside."""
    kept, at = [], 0
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        if not at <= cut.start < cut.end <= length:
            raise ValueError(f"cut [{cut.start}, {cut.end}) is empty, overlaps another or leaves [0, {length})")
        if at < cut.start:
            kept.append((at, cut.start))
        at = cut.end
    return [*kept, (at, length)] if at < length else kept


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The map between a seed of `length` code points and its cleaned text."""

    length: int
    ranges: tuple[tuple[int, int], ...]
    clean_starts: tuple[int, ...]
    clean_length: int

    @classmethod
    def from_cuts(cls, length: int, cuts: Iterable[Ranged]) -> "OffsetMap":
        """The map for a seed of that length and its cuts."""
        ranges = tuple(kept_ranges(length, cuts))
        *starts, total = accumulate((end - start for start, end in ranges), initial=0)
        return cls(length, ranges, tuple(starts), total)

    def to_clean(self, position: int) -> int | None:
        """Where the character at a seed position stands in the cleaned text; None where it was cut."""
        index = bisect_right(self.ranges, (position, self.length)) - 1
        if index < 0 or position >= self.ranges[index][1]:
            return None
        return self.clean_starts[index] + position - self.ranges[index][0]

    def to_seed(self, position: int) -> int:
        """Where the character at a position of the cleaned text stands in the seed; raises IndexError outside."""
        if not 0 <= position < self.clean_length:
            raise IndexError(f"position {position} is outside the cleaned text of {self.clean_length} characters")
        index = bisect_right(self.clean_starts, position) - 1
        return self.ranges[index][0] + position - self.clean_starts[index]

    def span_to_clean(self, start: int, end: int) -> tuple[int, int, Verdict]:
        """A seed range in the cleaned text: whole is `kept`, in part `trimmed`, (0, 0) and `orphaned` if all is cut."""
        clean = [
            (at + max(start, low) - low, at + min(end, high) - low)
            for (low, high), at in zip(self.ranges, self.clean_starts, strict=True)
            if low < end and start < high
        ]
        if not clean:
            return 0, 0, "orphaned"
        first, last = clean[0][0], clean[-1][1]
        return first, last, "kept" if last - first == end - start else "trimmed"

    def span_to_seed(self, start: int, end: int) -> tuple[int, int]:
        """A non-empty range of the cleaned text in the seed, from its first to its last character."""
        if start >= end:
            raise IndexError(f"the range [{start}, {end}) is empty")
        return self.to_seed(start), self.to_seed(end - 1) + 1


def outermost_first(span: Ranged) -> tuple[int, int]:
    """A sort key: longer ranges before those inside them, then from left to right."""
    return span.start - span.end, span.start


def span_to_tokens(tokens: Sequence[Ranged], start: int, end: int) -> tuple[int, int, bool]:
    """The tokens [first, last) that a character range touches, and whether it begins and ends where they do."""
    first = bisect_right(tokens, start, key=lambda token: token.end)
    last = bisect_left(tokens, end, key=lambda token: token.start)
    if first >= last:
        return 0, 0, False
    return first, last, tokens[first].start == start and tokens[last - 1].end == end
