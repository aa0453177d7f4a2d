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
    shard: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="documents as JSON Lines instead; may be repeated")
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="take no row from the last build")] = False,
    json: Annotated[bool, typer.Option("--json", help="the ledger as JSON")] = False,
) -> None:
    """Build the dataset.

    Parquet for each config and split, card, changelog, Croissant and manifest.

    The same repository state gives the same bytes. The folder is replaced whole, or left as it was.

    With --shard the documents are lines of these files, one by one, for corpora that are too large to be files in git.

    \b
    Example: standoff build
    With the private texts, for use on this machine: standoff build --with-private
    """  # noqa: D301
    from standoff.build import build as build_dataset
    from standoff.cli.progress import show_progress
    from standoff.corpus import Corpus

    corpus = Corpus.find()
    with show_progress("building") as progress:
        ledger = build_dataset(corpus, out, with_private=with_private, shards=shard or (), anew=anew, progress=progress)
    print_ledger(ledger, as_json=json)
    if not json:
        typer.echo(f"built {corpus.name_of(out or corpus.dataset_folder(private=with_private))}")
