"""Which word of a text is which word of another version of it, as far as that is known; and what is open still."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """For each word of the old text its word in the new one and the other way round, -1 where there is none.

    `sure` marks words of old lines and sentences that stand once, and whole, in both texts.
    """

    new: list[int]
    old: list[int]
    sure: list[bool]

    def pair(self, one: int, other: int, length: int = 1) -> None:
        """Note that so many words, from `one` in the old text, are those from `other` in the new one."""
        self.new[one : one + length] = range(other, other + length)
        self.old[other : other + length] = range(one, one + length)


def find_open(taken: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The stretches [first, last) of words that have no pair yet."""
    last, count = 0, len(taken)
    while last < count:
        try:
            first = last = taken.index(-1, last)
        except ValueError:
            return
        while last < count and taken[last] < 0:
            last += 1
        yield first, last
