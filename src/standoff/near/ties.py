"""Which texts are nearly the same: candidates by banding (Leskovec et al., MMDS, ch. 3), then signatures compared.

Two documents are tied where their texts are alike, where a long paragraph stands in both, or where the paragraphs that
stand in both are half of the shorter one, as with a short report inside a longer one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from standoff.near.sketch import PERMUTATIONS, Signatures, Sketch

ALIKE, PARAGRAPH_ALIKE = 0.8, 0.7
"""The estimated Jaccard index from which texts, and paragraphs, are the same; its standard error is .04."""
LONG = 40
"""Words of a paragraph that ties two documents by itself: more than most quotes."""
LEAST_SHARED, PART_SHARED = 20, 0.5
"""Words in shorter paragraphs, and their part of the shorter document, that tie two documents."""
COMMON = 20
"""A paragraph in more documents than these is furniture of a site, and ties none."""
_BAND = 4
"""32 bands of 4: a pair with a Jaccard index of .7 is a candidate in 9999 of 10000 cases, one of .3 in 23 of 100."""
_REACH = 8
"""Each text of a bucket is held against so many that follow it; what lies further away is reached over these."""
_AT_ONCE = 1 << 16
_LOW = np.uint64(0xFFFFFFFF)
Item = TypeVar("Item", int, str)


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """Two documents by their numbers, `one` < `other`, and why they are tied.

    `alike` is the Jaccard index of their texts, 0 where it is below .8; `shared` counts the words of the shorter one
    in paragraphs that stand in both, of its `words`.
    """

    one: int
    other: int
    alike: float
    shared: int
    words: int

    @property
    def whole(self) -> bool:
        """Whether they are the same text for the most part, rather than in a paragraph."""
        return self.alike >= ALIKE or self.shared >= PART_SHARED * self.words

    @property
    def reason(self) -> str:
        """Why they are tied, in words."""
        if self.alike >= ALIKE:
            return f"Jaccard index {self.alike:.2f}"
        return f"{self.shared:,} of the {self.words:,} words of the shorter one stand in both"


def find_ties(sketches: Sequence[Sketch]) -> list[Tie]:
    """The documents that are tied, in order."""
    there = np.array([row for row, sketch in enumerate(sketches) if len(sketch.words)], dtype=np.int64)
    if len(there) < 2:
        return []
    signatures = np.stack([sketches[row].signatures[0] for row in there])
    alike = {(int(there[one]), int(there[other])): index for one, other, index in find_alike(signatures, ALIKE)}
    shared = _find_shared(sketches)
    ties = []
    for one, other in sorted({*alike, *shared}):
        shorter = int(sketches[one].words[0] > sketches[other].words[0])
        words = int(sketches[(one, other)[shorter]].words[0])
        sizes, longest = shared.get((one, other), ((0, 0), 0))
        tie = Tie(one, other, alike.get((one, other), 0.0), sizes[shorter], words)
        enough = tie.shared >= max(LEAST_SHARED, PART_SHARED * words)
        if tie.alike or longest >= LONG or enough:
            ties.append(tie)
    return ties


def find_alike(signatures: Signatures, threshold: float) -> Iterator[tuple[int, int, float]]:
    """Pairs of rows, the lower first, with the estimated Jaccard index where it reaches the threshold.

    Of many that are alike each is paired with some: the pairs link them all.
    """
    pairs = _find_candidates(signatures)
    for first in range(0, len(pairs), _AT_ONCE):
        part = pairs[first : first + _AT_ONCE]
        indices = np.mean(signatures[part[:, 0]] == signatures[part[:, 1]], axis=1)
        for at in np.flatnonzero(indices >= threshold):
            yield int(part[at, 0]), int(part[at, 1]), float(indices[at])


def _find_candidates(signatures: Signatures) -> npt.NDArray[np.int64]:
    """Pairs of rows, the lower first, that agree in a band; shape (pairs, 2)."""
    count, found = len(signatures), [np.zeros(0, dtype=np.int64)]
    rows = np.arange(count, dtype=np.uint64)
    for first in range(0, PERMUTATIONS, _BAND):
        keys = np.ascontiguousarray(signatures[:, first : first + _BAND]).view(np.uint32)[:, 0]
        both = np.sort(keys.astype(np.uint64) << np.uint64(32) | rows)  # faster than argsort, and rows stay in order
        ordered, order = (both >> np.uint64(32)).astype(np.uint32), (both & _LOW).astype(np.int64)
        for lag in range(1, min(_REACH, count - 1) + 1):
            same = np.flatnonzero(ordered[lag:] == ordered[:-lag])
            if not len(same):
                break
            found.append(order[same] * count + order[same + lag])
    return np.stack(np.divmod(np.unique(np.concatenate(found)), count), axis=1)


def _find_shared(sketches: Sequence[Sketch]) -> dict[tuple[int, int], tuple[tuple[int, int], int]]:
    """By pair of documents the words of each in paragraphs that stand in both, and those of the longest of these."""
    counts = [max(len(sketch.words) - 1, 0) for sketch in sketches]
    if not sum(counts):
        return {}
    owners = np.repeat(np.arange(len(sketches)), counts).tolist()
    words = np.concatenate([sketch.words[1:] for sketch in sketches]).tolist()
    signatures = np.concatenate([sketch.signatures[1:] for sketch in sketches])
    shared: dict[tuple[int, int], tuple[tuple[int, int], int]] = {}
    links = ((one, other) for one, other, _ in find_alike(signatures, PARAGRAPH_ALIKE))
    for rows in join(links):
        holders: dict[int, list[int]] = {}
        for row in rows:
            holders.setdefault(owners[row], []).append(words[row])
        if len(holders) > COMMON:
            continue
        for one, other in combinations(sorted(holders), 2):
            sizes, longest = shared.get((one, other), ((0, 0), 0))
            mine, theirs = holders[one], holders[other]
            longest = max(longest, min(max(mine), max(theirs)))
            shared[one, other] = (sizes[0] + sum(mine), sizes[1] + sum(theirs)), longest
    return shared


def join(links: Iterable[tuple[Item, Item]]) -> list[list[Item]]:
    """What is linked, over however many steps, as groups; members and groups in order."""
    above: dict[Item, Item] = {}

    def find_top(one: Item) -> Item:
        while (up := above.setdefault(one, one)) != one:
            above[one] = above[up]
            one = above[one]
        return one

    for one, other in links:
        low, high = sorted((find_top(one), find_top(other)))
        above[high] = low
    groups: dict[Item, list[Item]] = {}
    for one in sorted(above):
        groups.setdefault(find_top(one), []).append(one)
    return list(groups.values())
