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
from standoff.models.data import Example, read_examples, to_docs

MEASURES = ("strict", "partial")


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of a label under a measure; `gold` and `found` count spans."""

    precision: float
    recall: float
    f1: float
    gold: int
    found: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by measure and label (`all` for all labels), labels of the model left out, and token misfits."""

    split: str
    scheme: str
    scores: Mapping[str, Mapping[str, Score]]
    left_out: Mapping[str, int]
    misfits: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        scores = {
            measure: {
                label: {name: getattr(score, name) for name in Score.__slots__} for label, score in by_label.items()
            }
            for measure, by_label in self.scores.items()
        }
        return {
            "split": self.split,
            "scheme": self.scheme,
            "scores": scores,
            "left_out": dict(self.left_out),
            "misfits": list(self.misfits),
        }


def evaluate(model: str, dataset: Path, schema: Schema, *, split: str = "test", scheme: str = "own") -> Evaluation:
    """Score a pipeline, a folder or an installed package, on a split.

    `scheme` is that of the model's labels: `own`, `ontonotes` or `conll`; gold labels are read in it by `labels.toml`.
    """
    nlp = load_pipeline(model)
    examples = read_examples(dataset, split)
    names = schema.to_scheme(scheme)
    gold = [
        [_item(names[span.label], span.start, span.end) for span in one.spans if span.label in names]
        for one in examples
    ]
    found, left_out = _predict(nlp, examples, set(names.values()))
    results = Evaluator(gold, found, tags=sorted(set(names.values())), loader="dict").evaluate()
    order = list(dict.fromkeys(names.values()))
    scores = {measure: _scores(results, measure, order, gold, found) for measure in MEASURES}
    _, misfits = to_docs(nlp, examples)
    return Evaluation(split, scheme, scores, left_out, describe_misfits(misfits))


def load_pipeline(model: str) -> Language:
    """A spaCy pipeline by folder or package name; raises StandoffError where there is none."""
    try:
        return spacy.load(model)
    except OSError:
        hint = "a folder that standoff train wrote, or an installed spaCy pipeline"
        raise StandoffError("no spaCy pipeline here", path=model, hint=hint, usage=True) from None


def _item(label: str, start: int, end: int) -> dict[str, Any]:
    return {"label": label, "start": start, "end": end - 1}  # nervaluate's ends are inclusive


def _predict(
    nlp: Language, examples: Sequence[Example], names: set[str]
) -> tuple[list[list[dict[str, Any]]], dict[str, int]]:
    found, left_out = [], dict[str, int]()
    for doc in nlp.pipe(example.text for example in examples):
        found.append([_item(one.label_, one.start_char, one.end_char) for one in doc.ents if one.label_ in names])
        for entity in doc.ents:
            if entity.label_ not in names:
                left_out[entity.label_] = left_out.get(entity.label_, 0) + 1
    return found, left_out


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
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {**by_label, "all": Score(precision, recall, f1, int(sums[1]), int(sums[2]))}
