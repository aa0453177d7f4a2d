"""Near-duplicates by MinHash (Broder 1997) over word 5-grams; candidates by banding (Leskovec et al., MMDS, ch. 3)."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from standoff.cleaning.text import fold_words

Signature = npt.NDArray[np.uint32]
"""One minimum a permutation, shape (128,)."""
PERMUTATIONS, BAND = 128, 4
"""32 bands of 4: a pair with a Jaccard index of .8 is a candidate all but surely, one of .5 in 87 of 100 cases."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
"""Two halves of a band as one number; a clash makes a candidate that is then compared."""
NGRAM = 5
THRESHOLD = 0.8
"""The estimated Jaccard index from which two texts are near-duplicates; its standard error there is .035."""
_SEED = 1


def sign_text(text: str) -> Signature | None:
    """The signature of a text; None for one of fewer than five words, which is like nothing."""
    import rensa

    words = fold_words(text)
    grams = {" ".join(words[at : at + NGRAM]) for at in range(len(words) - NGRAM + 1)}
    if not grams:
        return None
    sketch = rensa.RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    sketch.update(sorted(grams))
    return np.asarray(sketch.digest(), dtype=np.uint32)


def find_duplicates(signatures: npt.NDArray[np.uint32], groups: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Pairs of rows in different groups that are near-duplicates, with their estimated Jaccard index.

    `signatures` has shape (documents, 128).
    """
    seen: set[tuple[int, int]] = set()
    for first in range(0, PERMUTATIONS, BAND):
        band = np.ascontiguousarray(signatures[:, first : first + BAND]).view(np.uint64)
        keys = band[:, 0] * _MIX + band[:, 1]
        ordered = np.sort(keys)
        if not (ordered[1:] == ordered[:-1]).any():  # no two alike, as in most bands: ten times as fast as buckets
            continue
        _, bucket, sizes = np.unique(keys, return_inverse=True, return_counts=True)
        order = np.argsort(bucket, kind="stable")
        ends = np.cumsum(sizes)
        for number in np.flatnonzero(sizes > 1):
            rows = order[ends[number] - sizes[number] : ends[number]].tolist()
            seen.update(_apart(rows, groups))
    for one, other in sorted(seen):
        alike = float(np.mean(signatures[one] == signatures[other]))
        if alike >= THRESHOLD:
            yield one, other, alike


def _apart(rows: Sequence[int], groups: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The pairs of a bucket that lie in different groups; each row with the first of every other group is enough."""
    firsts: dict[str, int] = {}
    for row in rows:
        for group, first in firsts.items():
            if group != groups[row]:
                yield first, row
        firsts.setdefault(groups[row], row)
