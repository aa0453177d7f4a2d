"""`standoff evaluate`: strict and partial scores of a spaCy pipeline on a split, by nervaluate.

Scoring is by characters, so that a model with another tokenizer is not wronged; spans that no model with
its tokens could ever predict are counted and listed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from nervaluate import Evaluator
from spacy.language import Language

from standoff.dataset.tokens import describe_misfits
from standoff.errors import StandoffError
from standoff.guidelines import Schema
from standoff.models.data import Example, read_examples, read_names, to_docs

MEASURES = ("strict", "partial")
TRAIN = "train"
"""The split whose names a model has seen."""


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of a label under a measure; `gold` and `found` count spans."""

    precision: float
    recall: float
    f1: float
    gold: int
    found: int


Scores = Mapping[str, Mapping[str, Score]]
"""By measure and label; `all` is all labels."""
Items = list[list[dict[str, Any]]]
"""Of each document its spans, as nervaluate takes them."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores on a split, labels of the model left out, and token misfits.

    `seen` and `unseen` are scores on names that train has and on those that it has not, None where the dataset has no
    train or train itself is scored: recall over gold spans of that sort, precision over predictions of that sort.
    """

    split: str
    scheme: str
    scores: Scores
    left_out: Mapping[str, int]
    misfits: tuple[str, ...]
    seen: Scores | None = None
    unseen: Scores | None = None

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "split": self.split,
            "scheme": self.scheme,
            "scores": _to_rows(self.scores),
            "seen": None if self.seen is None else _to_rows(self.seen),
            "unseen": None if self.unseen is None else _to_rows(self.unseen),
            "left_out": dict(self.left_out),
            "misfits": list(self.misfits),
        }


def _to_rows(scores: Scores) -> dict[str, dict[str, dict[str, float]]]:
    return {
        measure: {label: {name: getattr(score, name) for name in Score.__slots__} for label, score in by_label.items()}
        for measure, by_label in scores.items()
    }


def evaluate(model: str, dataset: Path, schema: Schema, *, split: str = "test", scheme: str = "own") -> Evaluation:
    """Score a pipeline, a folder or an installed package, on a split.

    `scheme` is that of the model's labels: `own`, `ontonotes` or `conll`; gold labels are read in it by `labels.toml`.
    """
    nlp = load_pipeline(model)
    examples = read_examples(dataset, split)
    names = schema.to_scheme(scheme)
    gold = [
        [_item(names[span.label], span.start, span.end, span.text) for span in one.spans if span.label in names]
        for one in examples
    ]
    found, left_out = _predict(nlp, examples, set(names.values()))
    labels = list(dict.fromkeys(names.values()))
    scores = _score(gold, found, labels)
    seen = unseen = None
    known = {(names[label], name) for label, name in read_names(dataset, TRAIN) if label in names}
    if known and split != TRAIN:
        seen, unseen = (_score_names(gold, found, labels, known, seen=sort) for sort in (True, False))
    _, misfits = to_docs(nlp, examples)
    return Evaluation(split, scheme, scores, left_out, describe_misfits(misfits), seen, unseen)


def load_pipeline(model: str) -> Language:
    """A spaCy pipeline by folder or package name; raises StandoffError where there is none."""
    try:
        return spacy.load(model)
    except OSError:
        hint = "a folder that standoff train wrote, or an installed spaCy pipeline"
        raise StandoffError("no spaCy pipeline here", path=model, hint=hint, usage=True) from None


def _item(label: str, start: int, end: int, text: str) -> dict[str, Any]:
    """A span as nervaluate takes it, whose ends are inclusive, with its name."""
    return {"label": label, "start": start, "end": end - 1, "name": text.casefold()}


def _predict(nlp: Language, examples: Sequence[Example], names: set[str]) -> tuple[Items, dict[str, int]]:
    found, left_out = [], dict[str, int]()
    for doc in nlp.pipe(example.text for example in examples):
        ours = [entity for entity in doc.ents if entity.label_ in names]
        found.append([_item(one.label_, one.start_char, one.end_char, one.text) for one in ours])
        for entity in doc.ents:
            if entity.label_ not in names:
                left_out[entity.label_] = left_out.get(entity.label_, 0) + 1
    return found, left_out


def _score_names(
    gold: Items, found: Items, labels: Sequence[str], known: set[tuple[str, str]], *, seen: bool
) -> Scores:
    """The scores on names that are known, or on the others.

    No gold says of a wrong prediction which names it is about, so precision goes by what was predicted: of the
    predictions whose own name is of that sort, those that are right. Recall goes by the gold spans of that sort.
    """
    gold_part, found_part = (
        [[item for item in items if ((item["label"], item["name"]) in known) == seen] for items in side]
        for side in (gold, found)
    )
    recalls, precisions = _score(gold_part, found, labels), _score(gold, found_part, labels)
    return {
        measure: {label: _join(precisions[measure][label], recall) for label, recall in recalls[measure].items()}
        for measure in MEASURES
    }


def _join(precision: Score, recall: Score) -> Score:
    p, r = precision.precision, recall.recall
    return Score(p, r, _f1(p, r), recall.gold, precision.found)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _score(gold: Items, found: Items, labels: Sequence[str]) -> Scores:
    results = Evaluator(gold, found, tags=sorted(labels), loader="dict").evaluate()
    return {measure: _scores(results, measure, labels, gold, found) for measure in MEASURES}


def _scores(
    results: Mapping[str, Any],
    measure: str,
    labels: Sequence[str],
    gold: Sequence[Sequence[Mapping[str, Any]]],
    found: Sequence[Sequence[Mapping[str, Any]]],
) -> dict[str, Score]:
    """Nervaluate's figures; its overall partial score looks at no labels, so `all` sums those of the labels."""
    by_label: dict[str, Score] = {}
    sums = [0.0, 0, 0]
    for label in labels:
        counts = [sum(item["label"] == label for items in side for item in items) for side in (gold, found)]
        result = results["entities"].get(label, {}).get(measure)
        precision, recall, f1 = (result.precision, result.recall, result.f1) if result else (0.0, 0.0, 0.0)
        by_label[label] = Score(precision, recall, f1, *counts)
        hits = result.correct + (0.5 * result.partial if measure == "partial" else 0) if result else 0
        sums = [sums[0] + hits, sums[1] + counts[0], sums[2] + counts[1]]
    precision, recall = (sums[0] / total if total else 0.0 for total in (sums[2], sums[1]))
    return {**by_label, "all": Score(precision, recall, _f1(precision, recall), int(sums[1]), int(sums[2]))}
