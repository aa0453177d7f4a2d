"""The command `build`."""

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.tell import print_ledger


def build(
    out: Annotated[Path | None, typer.Option(help="folder to write; default is dist/<name>-<version>")] = None,
    with_private: Annotated[
        bool, typer.Option("--with-private", help="take in text that may not be redistributed")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="the ledger as JSON")] = False,
) -> None:
    """Build the dataset.

    Parquet for each config and split, card, changelog, Croissant and manifest.

    The same repository state gives the same bytes. The folder is replaced whole, or left as it was.

    \b
    Example: standoff build
    With the private texts, for use on this machine: standoff build --with-private
    """  # noqa: D301
    from standoff.build import build as build_dataset
    from standoff.corpus import Corpus

    corpus = Corpus.find()
    ledger = build_dataset(corpus, out, with_private=with_private)
    print_ledger(ledger, as_json=json)
    if not json:
        typer.echo(f"built {corpus.name_of(out or corpus.dataset_folder(private=with_private))}")
