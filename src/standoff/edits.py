"""Two versions of a text, and where ranges of the one stand in the other: an exact edit script, no guess."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class EditScript:
    """The parts that two texts share, in order: (start in theirs, start in ours, length), in code points."""

    shared: tuple[tuple[int, int, int], ...]

    def to_ours(self, start: int, end: int) -> tuple[int, int] | None:
        """A range of their text in ours; None where the edit has touched it."""
        index = bisect_right(self.shared, start, key=lambda part: part[0]) - 1
        if index < 0 or start >= end:
            return None
        theirs, ours, length = self.shared[index]
        return (ours + start - theirs, ours + end - theirs) if end <= theirs + length else None


def find_edits(theirs: str, ours: str) -> EditScript:
    """The edit script of two texts, by words (difflib): of a word that changed nothing is shared."""
    seen, known = _TOKEN.findall(theirs), _TOKEN.findall(ours)
    starts = [_starts(tokens) for tokens in (seen, known)]
    parts = []
    for one, other, count in _find_blocks(seen, known):
        if count:
            parts.append((starts[0][one], starts[1][other], starts[0][one + count] - starts[0][one]))
    return EditScript(tuple(parts))


def _find_blocks(seen: list[str], known: list[str]) -> Iterator[tuple[int, int, int]]:
    """The shared runs of tokens; difflib, whose time is quadratic, sees no more than what lies between the edits."""
    head = _count_same(seen, known)
    tail = _count_same(seen[head:][::-1], known[head:][::-1])
    ends = len(seen) - tail, len(known) - tail
    yield 0, 0, head
    for block in SequenceMatcher(None, seen[head : ends[0]], known[head : ends[1]], False).get_matching_blocks():
        yield head + block.a, head + block.b, block.size
    yield *ends, tail


def _count_same(one: list[str], other: list[str]) -> int:
    """How many tokens two lists begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (seen, known) in pairs if seen != known), min(len(one), len(other)))


def _starts(tokens: list[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts
