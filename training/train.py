"""Train the cleaner's model on records that allow it and on the texts written for the project.

    python training/train.py --bench ../shared/bench --held-out ../models/held-out

trains the model that ships, `src/standoff/cleaning/model.npz`, and with `--held-out` also five models, each without a
fifth of the domains, into that folder: `validate.py` and `benchmarks/pages.py` measure with them.
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from data import (
    FOLDS,
    MAIN,
    RESIDUE,
    Block,
    Page,
    compose_page,
    doubt_labels,
    fold_of,
    read_blocks,
    read_cases,
    read_pages,
    view_page,
    wrap_page,
)
from glue import glue_lines, train_glue
from network import Settings, to_whole, train_network
from tables import KINDS, SCALE, collect_lines, train_tables

from standoff.cleaning.documents import Documents
from standoff.cleaning.features import measure_lines, score_words
from standoff.cleaning.model import scale_features
from standoff.cleaning.words import read_words

NAME = "residue@1.0"
VIEWS, COMPOSED, WRAPPED = 4, 2500, 400
SETTINGS = Settings()
HERE = Path(__file__).resolve().parent
MODEL = HERE.parent / "src" / "standoff" / "cleaning" / "model.npz"


@dataclass(frozen=True, slots=True)
class Fold:
    """Documents of one fold, measured with word weights that saw nothing of them."""

    matrix: np.ndarray
    starts: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    names: tuple[str, ...]
    table: np.ndarray
    pages: tuple[Page, ...]
    glue: tuple[list, list[bool]]


def measure(pages: Sequence[Page], table: np.ndarray, glue: tuple[list, list[bool]] = ([], [])) -> Fold:
    """Features of the documents of a fold."""
    words = read_words([line for page in pages for line in page.lines])
    documents = Documents.from_sizes([len(page.lines) for page in pages])
    scores = np.round(score_words(words, table) * (64 / SCALE)) / 64
    features = measure_lines(words, documents, scores)
    labels = np.array([label for page in pages for label in page.labels])
    weights = np.array([2.0 if page.view == "article" else 1.0 for page in pages])[documents.number] * (labels >= 0)
    matrix = np.column_stack(list(features.values())).astype(np.float32)
    return Fold(matrix, documents.starts, labels, weights, tuple(features), table, tuple(pages), glue)


def read_documents(bench: Path) -> tuple[list[Page], list[Page]]:
    """Articles and whole pages to learn from, doubtful labels taken off."""
    names = ("article_text.jsonl.gz", "page_text.jsonl.gz")
    articles, whole = ([doubt_labels(page) for page in read_pages(bench / name, train_ok=True)] for name in names)
    return [*articles, *read_cases()], whole


def make_folds(
    articles: list[Page], whole: list[Page], blocks: list[Block], seed: int = 0
) -> tuple[list[Fold], np.ndarray]:
    """The folds, and the word weights from all."""
    rng, lines = random.Random(seed), collect_lines([*articles, *whole], blocks)
    folds = []
    for number in range(FOLDS):
        own = [page for page in articles if fold_of(page.domain) == number]
        seen = [page for page in whole if fold_of(page.domain) == number]
        mine = [block for block in blocks if fold_of(block.id) == number]
        views = [view for page in seen for _ in range(VIEWS) if (view := view_page(page, rng)) is not None]
        bodies = [page for page in own if page.labels.count(MAIN) > 3 and page.source != "standoff"]
        composed = [compose_page(rng.choice(bodies), mine, rng) for _ in range(COMPOSED // FOLDS)]
        broken = [wrap_page(rng.choice([*bodies, *views]), rng) for _ in range(WRAPPED // FOLDS)]
        glue = glue_lines([*own, *seen], mine, rng)
        folds.append(measure([*own, *views, *composed, *broken], train_tables(lines, number), glue))
        print(f"fold {number}: {len(own)} articles, {len(views)} views, {len(glue[0])} joints", flush=True)
    return folds, train_tables(lines)


def fit(
    folds: Sequence[Fold], table: np.ndarray, name: str, seed: int = 0, settings: Settings = SETTINGS
) -> dict[str, np.ndarray]:
    """The arrays of a model."""
    matrix, labels, weights = (
        np.concatenate([getattr(fold, part) for fold in folds]) for part in ("matrix", "labels", "weights")
    )
    logs = np.sign(matrix) * np.log1p(np.abs(matrix))
    mean, spread = logs.mean(0).astype(np.float32), (logs.std(0) + 1e-6).astype(np.float32)
    offsets = np.cumsum([0, *[len(fold.matrix) for fold in folds]])
    starts = np.concatenate([fold.starts + offset for fold, offset in zip(folds, offsets, strict=False)])
    inputs = scale_features(matrix, mean, spread).astype(np.float32)
    trained = train_network(inputs, starts, labels == RESIDUE, weights, seed, settings)
    network = to_whole(trained, inputs, starts, settings)
    glue = train_glue([(*fold.glue, fold.table) for fold in folds])
    return {
        "name": np.array(name), "kinds": np.array(KINDS), "names": np.array(folds[0].names), "words": table,
        "scale": np.array(SCALE), "mean": mean, "spread": spread,
        **{f"network/{key}": value for key, value in network.items()},
        **{f"glue/{key}": value.astype(np.float32) for key, value in glue.items()},
    }  # fmt: skip


def main() -> None:
    """Read, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=HERE.parent.parent / "shared" / "bench")
    parser.add_argument("--held-out", type=Path, help="folder for five more models, each without a fifth of domains")
    args = parser.parse_args()
    start = time.monotonic()
    folds, table = make_folds(*read_documents(args.bench), read_blocks())
    models = {MODEL: (folds, table, NAME)}
    for number, fold in enumerate(folds) if args.held_out else ():
        rest = [other for other in folds if other is not fold]
        models[args.held_out / str(number) / "model.npz"] = (rest, fold.table, f"held-out-{number}")
    for path, parts in models.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **fit(*parts))
        print(f"{path}: {path.stat().st_size:,} bytes after {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
