"""The command `evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.tell import print_json, print_table
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from standoff.models.evaluate import Evaluation


def evaluate(
    model: Annotated[str, typer.Argument(help="a folder that standoff train wrote, or an installed spaCy pipeline")],
    dataset: Annotated[Path | None, typer.Option(help="a built dataset; default is this corpus's own")] = None,
    split: Annotated[str, typer.Option(help="split to score on")] = "test",
    scheme: Annotated[str, typer.Option(help="labels the model speaks: own, ontonotes or conll")] = "own",
    json: Annotated[bool, typer.Option("--json", help="scores as JSON")] = False,
) -> None:
    """Score a spaCy model on a split.

    Strict and partial precision, recall and F1 for each label, by nervaluate.

    Strict: boundaries and label are right. Partial: the label is right and the spans touch, which counts half.

    \b
    Example: standoff evaluate models/ner --split test
    An installed pipeline: standoff evaluate en_core_web_sm --scheme ontonotes
    """  # noqa: D301
    from standoff.corpus import Corpus
    from standoff.guidelines import SCHEMES, read_schema
    from standoff.models.evaluate import evaluate as evaluate_model

    if scheme not in SCHEMES:
        raise StandoffError(f"no such scheme: {scheme!r}", hint=f"one of {', '.join(SCHEMES)}", usage=True)
    corpus = Corpus.find()
    folder = dataset or corpus.dataset_folder()
    result = evaluate_model(model, folder, read_schema(corpus.labels_file), split=split, scheme=scheme)
    if json:
        print_json(result.to_dict())
    else:
        print_scores(result)


def print_scores(result: "Evaluation") -> None:
    """One row a label, strict beside partial, and what was not scored."""
    strict, partial = result.scores["strict"], result.scores["partial"]
    rows = [
        [
            label,
            *(
                f"{value:.3f}"
                for score in (strict[label], partial[label])
                for value in (score.precision, score.recall, score.f1)
            ),
            str(strict[label].gold),
            str(strict[label].found),
        ]
        for label in strict
    ]
    head = ["label", "strict P", "R", "F1", "partial P", "R", "F1", "gold", "found"]
    print_table(head, rows)
    for label, count in sorted(result.left_out.items()):
        typer.echo(f"note: {count} predictions labelled {label} are not scored: no label of the corpus maps to it")
    count = len(result.misfits)
    typer.echo(f"note: {count or 'no'} gold span{'' if count == 1 else 's'} at odds with the model's tokens")
    for misfit in result.misfits:
        typer.echo(f"  {misfit}")
