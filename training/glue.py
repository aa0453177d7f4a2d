"""Lines with residue glued to them, made from lines of one fold, and the network that judges their joints."""

import random
from collections.abc import Sequence

import numpy as np
from data import MAIN, RESIDUE, Block, Page
from sklearn.neural_network import MLPClassifier
from tables import SCALE

from standoff.cleaning.glue import find_candidates, measure_glue
from standoff.cleaning.joints import LONGEST, find_places

PER_LINE = 2


def glue_lines(pages: Sequence[Page], blocks: Sequence[Block], rng: random.Random) -> tuple[list, list[bool]]:
    """Candidates and whether they are residue: glued residue, glued body lines, and body lines as they are."""
    body = [line for page in pages for line, label in zip(page.lines, page.labels, strict=True) if label == MAIN]
    prose = [line for line in body if len(line.split()) >= 12]
    short = [line for line in body if len(line) <= LONGEST]
    residue = [line for page in pages for line, label in zip(page.lines, page.labels, strict=True) if label == RESIDUE]
    residue += [text for block in blocks for kind, text in block.lines if kind != "main"]
    residue = [line for line in sorted(set(residue)) if 3 <= len(line) <= LONGEST]
    candidates, answers = [], []

    def take(text: str, span: tuple[int, int] | None) -> None:
        for one in find_candidates(text, find_places([text])[0]):
            candidates.append(one)
            answers.append((one.start, one.end) == span)

    for line in prose:
        take(line, None)
        piece = rng.choice(residue)
        if rng.random() < 0.5:
            take(piece + line, (0, len(piece)))
        else:
            take(line + piece, (len(line), len(line + piece)))
        if short and rng.random() < 0.3:
            other = rng.choice(short)
            take(other + line if rng.random() < 0.5 else line + other, None)
    return candidates, answers


def train_glue(folds: Sequence[tuple[list, list[bool], np.ndarray]], seed: int = 0) -> dict[str, np.ndarray]:
    """Weights from (candidates, answers, word weights that saw nothing of them) of each fold."""
    matrix = np.vstack([measure_glue(candidates, table, SCALE) for candidates, _, table in folds])
    answers = np.concatenate([np.array(one) for _, one, _ in folds])
    logs = np.sign(matrix) * np.log1p(np.abs(matrix))
    mean, spread = logs.mean(0), logs.std(0) + 1e-6
    model = MLPClassifier((32,), alpha=1e-3, max_iter=25, early_stopping=True, random_state=seed)
    model.fit(np.clip((logs - mean) / spread, -5, 5), answers)
    return {
        "mean": mean, "spread": spread, "in": model.coefs_[0], "in bias": model.intercepts_[0],
        "out": model.coefs_[1][:, 0], "out bias": model.intercepts_[1][0],
    }  # fmt: skip
