"""The command `evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.tell import print_json, print_table
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from standoff.models.evaluate import Evaluation, Scores
    from standoff.models.follow import Following

_HEAD = ["label", "strict P", "R", "F1", "partial P", "R", "F1", "gold", "found"]


def evaluate(
    model: Annotated[str, typer.Argument(help="a folder that standoff train wrote, or an installed spaCy pipeline")],
    dataset: Annotated[Path | None, typer.Option(help="a built dataset; default is this corpus's own")] = None,
    split: Annotated[str, typer.Option(help="split to score on")] = "test",
    scheme: Annotated[str, typer.Option(help="labels the model speaks: own, ontonotes or conll")] = "own",
    guidelines: Annotated[
        bool, typer.Option("--guidelines", help="run the examples of the guidelines instead")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="scores as JSON")] = False,
) -> None:
    """Score a spaCy model on a split, or on the examples of the guidelines.

    Strict and partial precision, recall and F1 for each label, by nervaluate.

    The same apart for names that the train split of the dataset has, label and wording with case folded, and for those
    that it has not: there recall is over gold spans, precision over predictions, each by its own name.

    Strict: boundaries and label are right. Partial: the label is right and the spans touch, which counts half.

    With --guidelines: which rules the model follows, rule by rule, and the first example of each that it misses.

    \b
    Example: standoff evaluate models/ner --split test
    An installed pipeline: standoff evaluate en_core_web_sm --scheme ontonotes
    Rule by rule: standoff evaluate models/ner --guidelines
    """  # noqa: D301
    from standoff.corpus import Corpus
    from standoff.guidelines import SCHEMES, read_schema
    from standoff.models.evaluate import evaluate as evaluate_model

    if scheme not in SCHEMES:
        raise StandoffError(f"no such scheme: {scheme!r}", hint=f"one of {', '.join(SCHEMES)}", usage=True)
    corpus = Corpus.find()
    if guidelines:
        following = _follow(corpus.labels_file.parent, model, scheme)
        print_json(following.to_dict()) if json else print_following(following)
        return
    folder = dataset or corpus.dataset_folder()
    result = evaluate_model(model, folder, read_schema(corpus.labels_file), split=split, scheme=scheme)
    print_json(result.to_dict()) if json else print_scores(result)


def _follow(folder: Path, model: str, scheme: str) -> "Following":
    from standoff.guidelines.pages import read_guidelines
    from standoff.models.evaluate import load_pipeline
    from standoff.models.follow import follow, to_marker

    read = read_guidelines(folder)
    if not read.rules:
        hint = "write guidelines/<LABEL>.md with rules and examples"
        raise StandoffError("the guidelines have no rules to follow", path=folder, hint=hint)
    return follow(read, to_marker(load_pipeline(model)), scheme=scheme)


def print_scores(result: "Evaluation") -> None:
    """One row a label, strict beside partial; the same for seen and for unseen names; and what was not scored."""
    print_table(_HEAD, _to_table(result.scores))
    for title, scores in (("names that train has", result.seen), ("names that train has not", result.unseen)):
        if scores is not None:
            typer.echo(f"\n{title}")
            print_table(_HEAD, _to_table(scores))
    if result.seen is not None:
        typer.echo("\nnote: of these, recall is over gold spans with such a name, precision over predictions with one")
    for label, count in sorted(result.left_out.items()):
        typer.echo(f"note: {count} predictions labelled {label} are not scored: no label of the corpus maps to it")
    count = len(result.misfits)
    typer.echo(f"note: {count or 'no'} gold span{'' if count == 1 else 's'} at odds with the model's tokens")
    for misfit in result.misfits:
        typer.echo(f"  {misfit}")


def _to_table(scores: "Scores") -> list[list[str]]:
    strict, partial = scores["strict"], scores["partial"]
    return [
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


def print_following(result: "Following") -> None:
    """One row a rule with the first example that is missed; then one row a label."""
    from standoff.models.follow import sum_up

    width = max(len("rule"), *(len(rule.rule) for rule in result.rules))
    typer.echo(f"{'rule':<{width}}  followed  first miss")
    for rule in result.rules:
        share = f"{rule.followed}/{rule.of}"
        miss = f"{rule.misses[0].found}  (wanted {rule.misses[0].wanted})" if rule.misses else ""
        typer.echo(f"{rule.rule:<{width}}  {share:>8}  {miss}".rstrip())
    rows = [
        [row.rule, f"{row.followed}/{row.of}", f"{row.right}/{row.examples}", f"{row.respected}/{row.counterexamples}"]
        for row in (*result.labels, sum_up("all", result.rules))
    ]
    typer.echo()
    print_table(["label", "followed", "examples", "not:"], rows)
    if result.left_out:
        typer.echo(f"note: {result.scheme} has no name for {', '.join(result.left_out)}: their pages are left out")
