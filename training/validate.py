"""Cross-validate the whole cleaner by domain: each article cleaned by a model that saw nothing of its site.

    python training/validate.py --bench ../shared/bench --held-out ../models/held-out

writes `training/cross-validation.md` from the five models that `train.py` left in the folder.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from data import FOLDS, fold_of, read_records
from train import HERE, NAME

from standoff.cleaning import STOPS, model
from standoff.cleaning.words import read_words

sys.path.insert(0, str(HERE.parent / "benchmarks"))
from clean import clean_ours, load_scorer, run

MODERN = ("fundus", "scrapinghub")
COLUMNS = (("drop_p", 3), ("drop_r", 3), ("drop_f1", 3), ("intact", 3), ("lost", 4))
Record = dict[str, Any]


@contextmanager
def held_out(folder: Path, fold: int) -> Iterator[None]:
    """Inside, the cleaner uses the model that saw nothing of a fold."""
    with mock.patch.object(model, "files", lambda _: folder / str(fold)):  # where `read_model` looks
        model.read_model.cache_clear()
        yield
    model.read_model.cache_clear()


def clean_by_folds(records: Sequence[Record], folder: Path, keep: float) -> dict[str, list]:
    """The cuts of every article, by its id."""
    answers = {}
    for fold in range(FOLDS):
        with held_out(folder, fold):
            answers |= run(clean_ours(keep), [one for one in records if fold_of(one["domain"]) == fold])
    return answers


def count_kinds(records: Iterable[Record], answers: dict[str, list]) -> dict[str, Counter]:
    """Labelled lines cut, by the kind of the cut, and residue lines left, by the kind that their words speak for."""
    shipped, counts = model.read_model(), {"right": Counter(), "wrong": Counter(), "left": Counter()}
    for record in records:
        kinds = [""] * len(record["text"])
        for cut in answers[record["id"]]:
            if cut["kind"] != "whitespace":
                kinds[cut["start"] : cut["end"]] = [cut["kind"]] * (cut["end"] - cut["start"])
        at = 0
        for line, label in zip(record["text"].split("\n"), record["labels"], strict=True):
            own = Counter(kind for kind, one in zip(kinds[at : at + len(line)], line, strict=True) if not one.isspace())
            at += len(line) + 1
            gone = sum(own.values()) - own[""]
            if label in (0, 1) and 2 * gone > sum(own.values()):
                counts["wrong" if label else "right"][max((k for k in own if k), key=own.__getitem__)] += 1
            elif label == 0 and line.strip():
                evidence = shipped.weigh(read_words([line.strip()]))[0, 1:]
                counts["left"][shipped.kinds[int(evidence.argmax())]] += 1
    return counts


def find_worst(scorer: Any, records: Sequence[Record], answers: dict[str, list]) -> tuple[str, dict[str, float]]:
    """The record in which most body characters are cut, and the figures without it."""

    def lost(record: Record) -> float:
        body = sum(len(line) for line, label in zip(record["text"].split("\n"), record["labels"], strict=True) if label)
        return scorer.score([record], answers)["all"]["lost"] * body

    worst = max(records, key=lost)["id"]
    return worst, scorer.score([one for one in records if one["id"] != worst], answers)["all"]


def row(name: str, figures: dict[str, float], spread: dict[str, float] | None = None) -> str:
    """A line of a table."""
    cells = [f"{figures[key]:.{digits}f}" + (f" ± {spread[key]:.3f}" if spread else "") for key, digits in COLUMNS]
    return f"| {name} | {figures['docs']} | {' | '.join(cells)} |"


def render(scorer: Any, records: list[Record], folder: Path) -> str:
    """The report as Markdown."""
    head = ["| | articles | drop P | R | F1 | intact | lost |", "|---|---|---|---|---|---|---|"]
    lines = [
        "# Cross-validation by domain", "",
        f"Written by `python training/validate.py` on {date.today().isoformat()}: {NAME}, the whole cleaner with its"
        f" rules, {len(records)} articles of {len({one['domain'] for one in records})} sites, each cleaned by a model"
        " that learned nothing from its site. Mean and standard deviation over five folds of sites.", "", *head,
    ]  # fmt: skip
    for stop, keep in STOPS.items():
        answers = clean_by_folds(records, folder, keep)
        if stop == "default":
            default = answers
        folds = list(scorer.score(records, answers, lambda one: fold_of(one["domain"])).values())
        mean = {key: float(np.mean([one[key] for one in folds])) for key, _ in COLUMNS} | {"docs": len(records)}
        lines.append(row(stop, mean, {key: float(np.std([one[key] for one in folds])) for key, _ in COLUMNS}))
    lines += ["", "## The default by source", "", *head]
    by_source = scorer.score(records, default, lambda one: one["source"])
    modern = scorer.score(records, default, lambda one: "modern" if one["source"] in MODERN else "older")
    lines += [row(name, figures) for name, figures in by_source.items()]
    lines += [row(f"modern ({', '.join(MODERN)})", modern["modern"]), row("the others", modern["older"])]
    worst, rest = find_worst(scorer, records, default)
    lines += [
        row(f"all but {worst}", rest), "",
        f"{worst} is the record in which most body characters are cut. The labels of these records are of 2005 to 2023,"
        " by many hands: dragnet's are of blogs and index pages as often as of articles, and call comments, lists of"
        " authors and trackbacks body on some pages and residue on others.",
    ]  # fmt: skip
    counts = count_kinds(records, default)
    lines += [
        "", "## The default by kind", "",
        "Labelled lines cut as each kind, the share of them that is residue, and the share of residue cut; residue that"
        " was left counts for the kind that its words speak for.", "",
        "| kind | cut | precision | recall |", "|---|---|---|---|",
    ]  # fmt: skip
    for kind in sorted({*counts["right"], *counts["left"]}):
        right, wrong, left = (counts[name][kind] for name in ("right", "wrong", "left"))
        lines.append(
            f"| {kind} | {right + wrong} | {right / max(1, right + wrong):.3f} | {right / (right + left):.3f} |"
        )
    return "\n".join([*lines, ""])


def main() -> None:
    """Clean, score, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=HERE.parent.parent / "shared" / "bench")
    parser.add_argument("--held-out", type=Path, default=HERE.parent / "models" / "held-out")
    args = parser.parse_args()
    records = [one for one in read_records(args.bench / "article_text.jsonl.gz") if one["train_ok"]]
    report = render(load_scorer(args.bench), records, args.held_out)
    (HERE / "cross-validation.md").write_text(report, encoding="utf-8")
    print(report)


if __name__ == "__main__":
    main()
