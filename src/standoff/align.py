"""Two forms of one text that differ in white space alone, and the exact map of ranges between them."""

from bisect import bisect_left
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alignment:
    """The positions, in code points, of the visible characters of two texts, which are the same in the same order."""

    theirs: tuple[int, ...]
    ours: tuple[int, ...]

    def to_ours(self, start: int, end: int) -> tuple[int, int] | None:
        """A range of their text in ours, from its first visible character to its last; None where it has none."""
        first, last = bisect_left(self.theirs, start), bisect_left(self.theirs, end)
        return None if first == last else (self.ours[first], self.ours[last - 1] + 1)


def align_texts(theirs: str, ours: str) -> Alignment | None:
    """The alignment of two texts; None where they differ in more than white space."""
    seen, known = _visible(theirs), _visible(ours)
    if len(seen) != len(known) or any(theirs[one] != ours[other] for one, other in zip(seen, known, strict=True)):
        return None
    return Alignment(seen, known)


def first_difference(theirs: str, ours: str) -> int:
    """Where, in code points of their text, the visible characters of the two begin to differ."""
    seen, known = _visible(theirs), _visible(ours)
    pairs = zip(seen, known, strict=False)
    at = next((at for at, (one, other) in enumerate(pairs) if theirs[one] != ours[other]), min(len(seen), len(known)))
    return seen[at] if at < len(seen) else len(theirs)


def _visible(text: str) -> tuple[int, ...]:
    return tuple(at for at, character in enumerate(text) if not character.isspace())
