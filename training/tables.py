"""Word weights: one logistic regression a class over hashed words and pairs of words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from data import MAIN, RESIDUE, Block, Page, fold_of
from sklearn.linear_model import LogisticRegression

from standoff.cleaning.features import ngram_rows
from standoff.cleaning.words import read_words

KINDS = ("ad", "share", "newsletter", "related", "comments", "navigation", "notice", "credit", "byline", "media")
ROWS = 1 << 18
SCALE = 32
"""Weights are stored as whole numbers of 1/32."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines to learn word weights from: residue or not, kind (-1 unknown, len(KINDS) body), weight, fold."""

    texts: list[str]
    residue: np.ndarray
    kinds: np.ndarray
    weights: np.ndarray
    folds: np.ndarray


def collect_lines(pages: Iterable[Page], blocks: Iterable[Block]) -> Lines:
    """Each line once a domain, and all written lines."""
    rows, seen = [], set()
    for page in pages:
        for text, label in zip(page.lines, page.labels, strict=True):
            if label >= 0 and (page.domain, text) not in seen:
                seen.add((page.domain, text))
                kind = len(KINDS) if label == MAIN else -1
                rows.append(
                    (text, label == RESIDUE, kind, 1.0 if page.view == "article" else 0.5, fold_of(page.domain))
                )
    for block in blocks:
        for name, text in block.lines:
            kind = len(KINDS) if name == "main" else KINDS.index(name)
            rows.append((text, name != "main", kind, 1.0, fold_of(block.id)))
    texts, *columns = zip(*rows, strict=True)
    return Lines(list(texts), *[np.array(column) for column in columns])


def train_tables(lines: Lines, held_out: int | None = None, penalty: float = 2.0) -> np.ndarray:
    """Weights [row, class] of -128..127; class 0 is residue against body, the others the kinds against all else."""
    matrix = _matrix(lines.texts)
    use = lines.folds != held_out
    tables = [_fit(matrix[use], lines.residue[use], lines.weights[use], penalty)]
    known = use & (lines.kinds >= 0)
    for kind in range(len(KINDS)):
        tables.append(_fit(matrix[known], lines.kinds[known] == kind, lines.weights[known], 2 * penalty))
    return np.clip(np.round(np.stack(tables, 1) * SCALE), -128, 127).astype(np.int8)


def _matrix(texts: Sequence[str]) -> sp.csr_matrix:
    words = read_words(texts)
    line, rows = map(np.concatenate, zip(*ngram_rows(words), strict=True))
    counts = np.maximum(np.bincount(line, minlength=len(texts)), 1)
    return sp.csr_matrix((1 / np.sqrt(counts[line]), (line, rows)), shape=(len(texts), ROWS))


def _fit(matrix: sp.csr_matrix, target: np.ndarray, weights: np.ndarray, penalty: float) -> np.ndarray:
    model = LogisticRegression(C=penalty, solver="liblinear", max_iter=200)
    return model.fit(matrix, target, sample_weight=weights).coef_[0]
