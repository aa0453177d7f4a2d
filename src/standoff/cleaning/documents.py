"""Which lines belong to which document, for arrays over the lines of many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from standoff.cleaning.words import Array


@dataclass(frozen=True, slots=True)
class Documents:
    """Which lines belong to which document: `first` and `last` (inclusive) line of the document of each line."""

    number: Array
    first: Array
    last: Array
    starts: Array

    @classmethod
    def from_sizes(cls, sizes: Sequence[int]) -> "Documents":
        """Documents of so many lines each, one after the other; none may be empty."""
        count = np.asarray(sizes, np.int64)
        starts = np.cumsum(count) - count
        number = np.repeat(np.arange(len(count)), count)
        return cls(number, starts[number], (starts + count - 1)[number], starts)

    @property
    def ends(self) -> Array:
        """The line after the last one of each document."""
        ends: Array = self.last[self.starts] + 1
        return ends

    def mean(self, values: Array) -> Array:
        """The mean over its document, for each line."""
        means: Array = self.before(values)[1] / (self.last - self.first + 1)
        return means

    def before(self, values: Array) -> tuple[Array, Array]:
        """For each line the sum over the lines of its document before it, and over all of them."""
        sums = np.concatenate([[0], np.cumsum(values, dtype=np.float64)])
        base = sums[self.first]
        return sums[:-1] - base, sums[self.last + 1] - base
