"""Marks of a text taken to the next version of it, so that a mere shift is no change."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from standoff.edits import EditScript, find_edits
from standoff.records import Cut, Span

Mark = TypeVar("Mark", Span, Cut)
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Followed:
    """The edit script from an older text to a newer one, of `old_length` and `length` code points.

    `words` is the script without the parts that hold no letter or digit: a space is found in every passage.
    """

    script: EditScript
    words: EditScript
    old_length: int
    length: int

    @classmethod
    def from_texts(cls, old: str, new: str) -> "Followed":
        """The exact edit script of two texts, by words, and by characters at both ends of what changed."""
        script = find_edits(old, new)
        words = EditScript(tuple(part for part in script.shared if _WORD.search(old, part[0], part[0] + part[2])))
        full, bare = (EditScript(tuple(_share_ends(one, old, new))) for one in (script, words))
        return cls(full, bare, len(old), len(new))

    def to_new(self, start: int, end: int) -> tuple[int, int] | None:
        """A range of the old text in the new one, with what came for words of it; None where it is gone.

        Where no word of it is left it is followed only if it was changed alone: a new passage holds no old mark.
        """
        first, last = self._to_start(start), self._to_end(end)
        return (first, last) if first < last and not self._is_lost(start, end) else None

    def _is_lost(self, start: int, end: int) -> bool:
        """Whether no word of a range stayed, and it went together with what was around it."""
        index = self._find(start)
        if index >= 0 and end <= sum(self.script.shared[index][::2]):
            return False  # all of it is there, if it be a line break alone
        parts = self.words.shared
        after = bisect_left(parts, end, key=lambda part: part[0])
        left = sum(parts[after - 1][::2]) if after else 0
        right = parts[after][0] if after < len(parts) else self.old_length
        return left <= start and right - left > end - start

    def gaps(self) -> Iterator[tuple[int, int, int, int]]:
        """What the texts do not share: start and end in the old one, start and end in the new one."""
        theirs = ours = 0
        for start, to, length in (*self.script.shared, (self.old_length, self.length, 0)):
            if theirs < start or ours < to:
                yield theirs, start, ours, to
            theirs, ours = start + length, to + length

    def _to_start(self, position: int) -> int:
        """Where the character at a position stands; if it is gone, where what came for it begins."""
        index = self._find(position)
        if index < 0:
            return 0
        theirs, ours, length = self.script.shared[index]
        return ours + min(position - theirs, length)

    def _to_end(self, position: int) -> int:
        """The end of the character before a position; if it is gone, the end of what came for it."""
        index = self._find(position - 1)
        if index >= 0:
            theirs, ours, length = self.script.shared[index]
            if position - 1 < theirs + length:
                return ours + position - theirs
        after = index + 1
        return self.script.shared[after][1] if after < len(self.script.shared) else self.length

    def _find(self, position: int) -> int:
        return bisect_right(self.script.shared, position, key=lambda part: part[0]) - 1


def _share_ends(script: EditScript, old: str, new: str) -> Iterator[tuple[int, int, int]]:
    """The shared parts, and of each gap between them what it has alike at its beginning and at its end."""
    theirs = ours = 0
    for start, to, length in (*script.shared, (len(old), len(new), 0)):
        gaps = old[theirs:start], new[ours:to]
        if head := _count_same(*gaps):
            yield theirs, ours, head
        if tail := _count_same(*(gap[head:][::-1] for gap in gaps)):
            yield start - tail, to - tail, tail
        if length:
            yield start, to, length
        theirs, ours = start + length, to + length


def _count_same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


Step = Callable[[int, int], tuple[int, int] | None]


def follow_marks(marks: Sequence[Mark], step: Step) -> tuple[list[Mark], dict[int, Mark], list[Mark]]:
    """Marks on the new text, each as it was by the identity of its followed form, and those whose text is gone."""
    moved, before, gone = list[Mark](), dict[int, Mark](), list[Mark]()
    for mark in marks:
        place = step(mark.start, mark.end)
        if place is None:
            gone.append(mark)
        else:
            moved.append(replace(mark, start=place[0], end=place[1]))
            before[id(moved[-1])] = mark
    return moved, before, gone
