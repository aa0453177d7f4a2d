"""Marks of a text taken to the next version of it, so that a mere shift is no change."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from standoff.edits import EditScript, find_edits
from standoff.records import Cut, Span

Mark = TypeVar("Mark", Span, Cut)


@dataclass(frozen=True, slots=True)
class Followed:
    """The edit script from an older text to a newer one, of `length` code points."""

    script: EditScript
    length: int

    @classmethod
    def from_texts(cls, old: str, new: str) -> "Followed":
        """The exact edit script of two texts, by words, and by characters at both ends of what changed."""
        return cls(EditScript(tuple(_share_ends(find_edits(old, new), old, new))), len(new))

    def to_new(self, start: int, end: int) -> tuple[int, int] | None:
        """A range of the old text in the new one, with what came for words of it; None where it is gone."""
        first, last = self._to_start(start), self._to_end(end)
        return (first, last) if first < last else None

    def gaps(self, old_length: int) -> Iterator[tuple[int, int, int, int]]:
        """What the texts do not share: start and end in the old one, start and end in the new one."""
        theirs = ours = 0
        for start, to, length in (*self.script.shared, (old_length, self.length, 0)):
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
