"""Agreement on tokens: Cohen's kappa of a pair, Krippendorff's alpha of all, by scikit-learn and krippendorff.

Most tokens of news carry no label and nobody doubts it, so kappa over all tokens is high whatever people do with names;
kappa over the tokens that at least one has marked is low, since agreement on the rest is left out: where one label
alone is used it is never above 0. Both are told.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from standoff.dataset.tokens import Token
from standoff.offsets import outermost_first
from standoff.records import Span

OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa over all tokens and over those that one of the two has marked, with their numbers.

    None where kappa has no value: there is no token, or both use one label alone.
    """

    all: float | None
    tokens: int
    marked: float | None
    marked_tokens: int


def label_tokens(tokens: Sequence[Token], spans: Sequence[Span]) -> list[str]:
    """The label of each token: that of the longest span that touches it, else `O`. Offsets of both in one text."""
    labels = [OUTSIDE] * len(tokens)
    ends, starts = [token.end for token in tokens], [token.start for token in tokens]
    for span in sorted(spans, key=outermost_first, reverse=True):
        for at in range(bisect_right(ends, span.start), bisect_left(starts, span.end)):
            labels[at] = span.label
    return labels


def find_kappa(one: Sequence[str], other: Sequence[str]) -> Kappa:
    """Cohen's kappa of two lists of labels of the same tokens."""
    marked = [pair for pair in zip(one, other, strict=True) if pair != (OUTSIDE, OUTSIDE)]
    return Kappa(_kappa(one, other), len(one), _kappa([a for a, _ in marked], [b for _, b in marked]), len(marked))


def _kappa(one: Sequence[str], other: Sequence[str]) -> float | None:
    from sklearn.metrics import cohen_kappa_score

    codes = {label: at for at, label in enumerate(sorted({*one, *other}))}  # numbers are four times as fast
    if len(codes) < 2:
        return None
    return float(cohen_kappa_score([codes[label] for label in one], [codes[label] for label in other]))


def find_alpha(labels: Mapping[str, Sequence[str | None]]) -> float | None:
    """Krippendorff's alpha (nominal) of annotators' labels of the same tokens; None for a token that one did not read.

    None where alpha has no value: no token has two readers, or these use one label alone.
    """
    import krippendorff
    import numpy as np

    names = sorted({label for row in labels.values() for label in row if label is not None})
    codes = {name: float(at) for at, name in enumerate(names)}
    data = np.array([[np.nan if label is None else codes[label] for label in row] for row in labels.values()])
    data = data[:, np.sum(~np.isnan(data), axis=0) > 1]
    if len(np.unique(data[~np.isnan(data)])) < 2:
        return None
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))
