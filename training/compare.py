"""Compare models for the decision on a line: the same folds to learn from, the same test documents, no named rules.

    python training/compare.py --bench ../shared/bench

writes `training/comparison.md`. The settings here were chosen on the folds, never on the test documents.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")

import argparse
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from timeit import timeit

import lightgbm as lgb
import numpy as np
import pycrfsuite
from data import FOLDS, MAIN, RESIDUE, Page, read_blocks, read_pages
from train import HERE, Fold, fit, make_folds, measure, read_documents

from standoff.cleaning.documents import Documents
from standoff.cleaning.model import Model, model_from_arrays
from standoff.cleaning.words import read_words

STOPS, INTACT, SEEDS, ROUNDS, DRAWS = (0.5, 0.6, 0.7, 0.8, 0.9), (0.87, 0.90), (0, 1), 5, 500
GRID = np.array([-1, *STOPS, *(1 - np.geomspace(1e-6, 0.98, 200))])  # the first drops every line
TREES = {"objective": "binary", "learning_rate": 0.06, "num_leaves": 31, "min_data_in_leaf": 50, "lambda_l2": 5}
TREES |= {"feature_fraction": 0.4, "num_iterations": 150, "num_threads": 1, "verbosity": -1, "seed": 0}
CRF = {"c1": 0, "c2": 30, "feature.minfreq": 20, "max_iterations": 50}
SIDE = ["score 0", "score 1", "words", "ended", "prose", "in prose", "elsewhere", "function", "last end"]
HEAD = """# Models for the decision on a line

By `python training/compare.py` on {day} with {versions}. Learnt from the same {learnt}; tested on {tested}, none of a
site that a training record is from. **The named rules are not used: each model decides alone.** The threshold of a best
F1 is the best on the test documents, for all alike; ± is the deviation of its difference to the last row over {draws}
draws of sites (intact ≥ 0.87). MB: files, and these zipped, without the word weights that all need ({words:.2f}).
MB/s: text by process time on one core, all at once, features included (alone {alone:.1f}), median of {rounds}.
"""


def crf(train: Fold, look: Callable) -> tuple:
    """A linear-chain CRF; lines of unknown label are left out of the chains, whole articles stand in twice."""
    edges = [np.unique(np.quantile(column, np.arange(1, 10) / 10)) for column in train.matrix.T]
    trainer, tagger = pycrfsuite.Trainer("lbfgs", CRF, verbose=False), pycrfsuite.Tagger()
    for page, chain in zip(train.pages, read_chains(train.pages, train.matrix, train.names, edges), strict=True):
        kept = [at for at, label in enumerate(page.labels) if label in (MAIN, RESIDUE)]
        for _ in range((1 + (page.view == "article")) * bool(kept)):
            trainer.append([chain[at] for at in kept], [str(page.labels[at]) for at in kept])
    with TemporaryDirectory() as folder:
        trainer.train(f"{folder}/crf")
        tagger.open_inmemory(file := Path(folder, "crf").read_bytes())

    def run(pages: list[Page]) -> list[float]:
        chains = read_chains(pages, look(pages).matrix, train.names, edges)
        return [tagger.marginal(str(RESIDUE), at) for chain in chains for at in range(tagger.set(chain) or len(chain))]

    return "CRF", run, file


def read_chains(pages: list[Page], matrix: np.ndarray, names: tuple[str, ...], edges: list) -> Iterator[list]:
    """For each page the attributes of its lines: quantised features, words, shapes, and of two lines on each side."""
    columns = [np.searchsorted(edge, column) for edge, column in zip(edges, matrix.T, strict=True)]
    table = [[f"{name}={part}" for part in range(len(edge) + 1)] for name, edge in zip(names, edges, strict=True)]
    side, rows = [names.index(name) for name in SIDE], iter(np.column_stack(columns).tolist())
    for page in pages:
        own = [[known[part] for known, part in zip(table, next(rows), strict=True)] for _ in page.lines]
        chain = [line + read_line(text) for line, text in zip(own, page.lines, strict=True)]
        near = [[line[at] for at in side] + line[len(names) : len(names) + 4] for line in chain]
        for gap in (-2, -1, 1, 2):
            for at in range(max(0, -gap), len(chain) - max(0, gap)):
                chain[at] += [f"{gap} {name}" for name in near[at + gap]]
        yield chain


def read_line(line: str) -> list[str]:
    """First and last word, shapes of the first and last words, words at both ends."""
    words = re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", line) or [""]
    low, shape = [word.lower() for word in words], re.sub(r"\d+", "9", " ".join(words[:4] + words[-2:]))
    shapes = re.sub("[A-Z]+", "X", re.sub("[a-z]+", "x", shape)).split()
    ends = [f"first {low[0]}", f"last {low[-1]}", f"head {shapes[:4]}", f"tail {shapes[-2:]}"]
    return ends + sorted({f"word {word}" for word in low[:12] + low[-4:]})


def boosting(train: Fold, look: Callable, folds: np.ndarray) -> list[tuple]:
    """Boosting a line, and in two stages."""

    def boost(matrix: np.ndarray, use: np.ndarray) -> lgb.Booster:
        return lgb.train(TREES, lgb.Dataset(matrix[use], train.labels[use] == RESIDUE, weight=train.weights[use]))

    def run(pages: list[Page]) -> np.ndarray:
        matrix = look(pages).matrix
        return two.predict(add_neighbours(matrix, one.predict(matrix), pages))

    known, chances = train.weights > 0, np.zeros(len(folds))
    for own in (folds == number for number in range(FOLDS)):
        chances[own] = boost(train.matrix, known & ~own).predict(train.matrix[own])
    one, two = boost(train.matrix, known), boost(add_neighbours(train.matrix, chances, train.pages), known)
    first = ("boosting, first stage", lambda pages: one.predict(look(pages).matrix), one.model_to_string().encode())
    return [first, ("boosting, two stages", run, first[2] + two.model_to_string().encode())]


def add_neighbours(matrix: np.ndarray, chances: np.ndarray, pages: list[Page]) -> np.ndarray:
    """With the chances of five lines on each side, their means before and after, and body characters there."""
    documents, columns = Documents.from_sizes([len(page.lines) for page in pages]), [chances]
    at, body = np.arange(len(chances)), matrix[:, 0] * (1 - chances)
    for gap in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5):
        inside = (at + gap >= documents.first) & (at + gap <= documents.last)
        columns.append(np.where(inside, np.roll(chances, -gap), -1))
    for values, left, right in ((chances, at - documents.first, documents.last - at), (body, 1, 1)):
        before, total = documents.before(values)
        columns += [before / np.maximum(left, 1), (total - before - values) / np.maximum(right, 1)]
    return np.column_stack([matrix, *columns]).astype(np.float32)


def count(pages: list[Page], chances: np.ndarray) -> np.ndarray:
    """Counts [threshold, figure, page]: lines dropped rightly and wrongly, whether hurt, body characters lost."""
    labels = np.concatenate([page.labels for page in pages])
    starts = np.cumsum([0, *[len(page.lines) for page in pages]])[:-1]
    sizes = np.array([len("".join(line.split())) for page in pages for line in page.lines])
    cut, worth = chances >= GRID[:, None], (labels == RESIDUE, labels == MAIN, (labels == MAIN) * sizes)
    right, false, lost = (np.add.reduceat(cut * one, starts, axis=1, dtype=float) for one in worth)
    return np.stack([right, false, false > 0, lost], axis=1)


def figures(counts: np.ndarray, draw: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Precision, recall, F1, intact, lost by threshold, for a draw of pages; where F1 is best with enough intact."""
    right, false, hurt, lost = (counts @ draw).T
    f1, intact = 2 * right / (right + false + right[0]), 1 - hurt / draw.sum()
    found = np.array([right / np.maximum(right + false, 1), right / right[0], f1, intact, lost / lost[0]])
    return found, [int(np.where(intact >= least, f1, -1).argmax()) for least in INTACT]


def report(pages: list[Page], models: list[tuple], look: Callable) -> tuple[str, float]:
    """Two tables, the models and their figures by threshold, and the speed of the features alone."""
    runs = [look, *[run for _, run, _ in models]] * ROUNDS
    times = [timeit(partial(run, pages), timer=process_time, number=1) for run in runs]
    size = sum(len(line.encode()) + 1 for page in pages for line in page.lines) / 1e6
    speeds = size / np.median(np.reshape(times, (ROUNDS, -1)), axis=0)
    names, sites = np.unique([page.domain for page in pages], return_inverse=True)
    draws = np.random.default_rng(0).multinomial(len(names), np.full(len(names), 1 / len(names)), DRAWS)[:, sites]
    counts = [count(pages, np.hstack(run(pages))) for _, run, _ in models]
    tops = np.array([[found[2, at[0]] for found, at in (figures(own, draw) for draw in draws)] for own in counts])
    rows = ["\n| model | F1, intact ≥ 0.87 | ± | F1, intact ≥ 0.90 | MB (zipped) | MB/s |", f"|---{'|---:' * 5}|"]
    more = ["", "| model | threshold | precision | recall | F1 | intact | lost |", f"|---{'|---:' * 6}|"]
    for (name, _, file), own, top, speed in zip(models, counts, tops, speeds[1:], strict=True):
        found, at = figures(own, np.ones(len(pages)))
        one, two = (f"{found[2, best]:.3f} (at {GRID[best]:.2f})" for best in at)
        size, noise = len(zlib.compress(file, 9)) / 1e6, (top - tops[-1]).std()
        rows.append(f"| {name} | {one} | {noise:.3f} | {two} | {len(file) / 1e6:.2f} ({size:.2f}) | {speed:.1f} |")
        cells = [" | ".join(f"{value:.3f}" for value in row) for row in found.T[1:]]
        more += [f"| {name} | {stop} | {row} |" for stop, row in zip(STOPS, cells, strict=False)]
    return "\n".join([*rows, *more, ""]), speeds[0]


def predict(model: Model, pages: list[Page]) -> np.ndarray:
    """Scores of the lines of all pages, by the network alone."""
    words = read_words([line for page in pages for line in page.lines])
    return np.concatenate([survey.scores for survey in model.survey(words, [len(page.lines) for page in pages])])


def main() -> None:
    """Prepare once, train all, measure in turn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=HERE.parent.parent / "shared" / "bench")
    bench = parser.parse_args().bench
    documents = read_documents(bench)
    seen = {page.domain for pages in documents for page in pages}
    articles = read_pages(bench / "article_text.jsonl.gz", train_ok=False)
    test = [page for page in articles if page.domain not in seen]
    folds, table = make_folds(*documents, read_blocks())
    pages = [page for fold in folds for page in fold.pages]
    parts = [np.concatenate([getattr(fold, name) for fold in folds]) for name in ("matrix", "labels", "weights")]
    train = Fold(parts[0], np.zeros(0), parts[1], parts[2], folds[0].names, table, pages, ([], []))
    numbers = np.repeat(range(FOLDS), [len(fold.labels) for fold in folds])
    look, score = partial(measure, table=table), folds[0].names.index("score 0")
    floor = "logistic regression over words", lambda pages: 1 / (1 + np.exp(-look(pages).matrix[:, score])), b""
    models = [floor, crf(train, look), *boosting(train, look, numbers)]
    networks = [fit(folds, table, "compare", seed) for seed in SEEDS]
    file = b"".join(part.tobytes() for key, part in networks[0].items() if key.startswith("network/"))
    runs = [partial(predict, model_from_arrays(arrays)) for arrays in networks]
    models.append(("two networks averaged", lambda pages: (runs[0](pages) + runs[1](pages)) / 2, 2 * file))
    models.append(("network, as shipped", runs[0], file))
    tables, alone = report(test, models, look)
    packages, lines = ("numpy", "lightgbm", "python-crfsuite", "jax", "optax"), sum(len(page.lines) for page in test)
    text = HEAD.format(
        day=date.today(), versions=", ".join(f"{name} {version(name)}" for name in packages), alone=alone, draws=DRAWS,
        learnt=f"{len(pages):,} documents ({len(numbers):,} lines)", words=len(zlib.compress(table.tobytes(), 9)) / 1e6,
        tested=f"{len(test)} ({lines:,} lines, {len({page.domain for page in test})} sites)", rounds=ROUNDS,
    )  # fmt: skip
    (HERE / "comparison.md").write_text(text + tables, encoding="utf-8")


if __name__ == "__main__":
    main()
