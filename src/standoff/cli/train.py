"""The command `train`."""

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.tell import print_ledger


def train(
    dataset: Annotated[Path | None, typer.Argument(help="a built dataset; default is this corpus's own")] = None,
    out: Annotated[Path, typer.Option(help="folder for the pipeline")] = Path("models/ner"),
    seed: Annotated[int, typer.Option(help="seed of every random number")] = 0,
    json: Annotated[bool, typer.Option("--json", help="the ledger as JSON")] = False,
    epochs: Annotated[int, typer.Option(help="passes over the train split", min=1)] = 40,
) -> None:
    """Train a spaCy NER on split train.

    On CPU, keeping the epoch that is best on split validation; about a minute for a small corpus.

    \b
    Example: standoff train dist/breach-news-0.2.0 --out models/ner
    """  # noqa: D301
    from standoff.corpus import Corpus
    from standoff.models.train import train as train_model

    folder = dataset or Corpus.find().dataset_folder()
    print_ledger(train_model(folder, out, seed=seed, epochs=epochs), as_json=json)
    if not json:
        typer.echo(f"trained {out}; score it with: standoff evaluate {out}")
