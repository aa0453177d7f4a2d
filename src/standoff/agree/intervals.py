"""F1 of a pair, and of all pairs, with 95 % intervals: percentile bootstrap over documents (Efron 1979)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standoff.agree.matches import Match

RESAMPLES = 2000
_SEED = 20180317
ALL = "all"
"""The row of all labels together."""
Counts = npt.NDArray[np.float64]
"""For each document and label: spans of the one, spans of the other, strict hits, partial hits (half credit)."""


@dataclass(frozen=True, slots=True)
class Score:
    """F1 from 0 to 1 and its 95 % interval; None where nobody has a span, or one document alone tells no interval."""

    f1: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """Agreement on a label: spans of each (of all pairs: their mean), strict and partial F1."""

    label: str
    spans: tuple[float, ...]
    strict: Score
    partial: Score


def count_matches(matches: Mapping[str, Sequence[Match]], labels: Sequence[str]) -> Counts:
    """The counts of a pair, one row of `labels` a document, in the order of the documents."""
    index = {label: at for at, label in enumerate(labels)}
    counts = np.zeros((len(matches), len(labels), 4))
    for row, found in enumerate(matches.values()):
        for match in found:
            for side, span in enumerate((match.one, match.other)):
                if span is not None:
                    counts[row, index[span.label], side] += 1
            if match.partial and match.one is not None:
                counts[row, index[match.one.label], 2] += match.strict
                counts[row, index[match.one.label], 3] += 1.0 if match.strict else 0.5
    return counts


def score_pairs(pairs: Sequence[Counts], labels: Sequence[str]) -> list[Row]:
    """The mean over pairs of their F1, for all labels and for each; documents are resampled for all pairs at once.

    The counts of all pairs have one row for each document of any; a document that a pair lacks has zeros.
    """
    documents = pairs[0].shape[0]
    weights = _resample(documents)
    rows = []
    for at, label in enumerate([ALL, *labels]):
        chosen = [pair.sum(axis=1) if label == ALL else pair[:, at - 1] for pair in pairs]
        spans = tuple(float(sum(one[:, side].sum() for one in chosen)) / len(pairs) for side in (0, 1))
        rows.append(Row(label, spans, *(_score(chosen, weights, hits) for hits in (2, 3))))
    return rows


def _resample(documents: int) -> npt.NDArray[np.float64] | None:
    """How often each document is in each resample; None where one document alone can tell nothing."""
    if documents < 2:
        return None
    random = np.random.default_rng(_SEED)
    return random.multinomial(documents, np.full(documents, 1 / documents), size=RESAMPLES).astype(float)


def _score(pairs: Sequence[Counts], weights: npt.NDArray[np.float64] | None, hits: int) -> Score:
    found = _mean_f1(np.stack([pair.sum(axis=0) for pair in pairs])[None, :, :], hits)[0]
    if np.isnan(found):
        return Score(None, None, None)
    if weights is None:
        return Score(float(found), None, None)
    sums = np.stack([weights @ pair for pair in pairs], axis=1)
    spread = _mean_f1(sums, hits)
    low, high = np.nanpercentile(spread, [2.5, 97.5]) if not np.isnan(spread).all() else (np.nan, np.nan)
    return Score(float(found), *(None if np.isnan(one) else float(one) for one in (low, high)))


def _mean_f1(sums: Counts, hits: int) -> npt.NDArray[np.float64]:
    """F1 of each pair, meaned over the pairs that have any span; nan where none has."""
    spans = sums[..., 0] + sums[..., 1]
    f1 = np.divide(2 * sums[..., hits], spans, out=np.full(spans.shape, np.nan), where=spans > 0)
    known = ~np.isnan(f1)
    count = known.sum(axis=1)
    total = np.where(known, f1, 0).sum(axis=1)
    mean: npt.NDArray[np.float64] = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean
