"""The command `hydrate`."""

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.tell import print_json, print_ledger


def hydrate(
    dataset: Annotated[str, typer.Argument(help="a built dataset: its folder, or OWNER/NAME@REVISION on a Hub")],
    folder: Annotated[Path, typer.Argument(help="folder of the texts: *.txt, and pages *.html")],
    tolerant: Annotated[bool, typer.Option(help="take other versions of the texts too, and place the spans")] = False,
    out: Annotated[Path | None, typer.Option(help="folder to write; default is <DATASET>-hydrated beside it")] = None,
    json: Annotated[bool, typer.Option("--json", help="the report as JSON")] = False,
) -> None:
    """Put texts that may not be redistributed back into a dataset.

    The config standoff of a dataset has labels and cuts of such texts, and no text. Who has the texts gets a whole
    dataset: a text with the same sha256 is put back, any other is left out by name. With --tolerant another version of
    a text is taken too; spans are placed where that is certain, the others are listed.

    Exit 1 if a document has no text now, or a span no place.

    \b
    Example: standoff hydrate dist/breach-news-0.5.0 my-texts
    Texts of another crawl: standoff hydrate --tolerant OWNER/NAME@v0.5.0 pages
    """  # noqa: D301
    from standoff.hub.fetch import find_dataset
    from standoff.hydrate.hydrate import hydrate as hydrate_dataset

    found = find_dataset(dataset)
    beside = Path(dataset).is_dir()
    name = f"{found.resolve().name if beside else dataset.rpartition('/')[2].replace('@', '-')}-hydrated"
    report = hydrate_dataset(
        found, folder, out or (found.resolve().parent if beside else Path()) / name, tolerant=tolerant
    )
    if json:
        print_json(report.to_dict())
    else:
        for one in report.documents:
            counts = "  ".join(f"{verdict} {count}" for verdict, count in one.verdicts.items() if count)
            typer.echo(f"{one.outcome:<12}  {one.id}  {one.file}  {counts}".rstrip())
            for remark in one.remarks:
                typer.echo(f"{'':<12}  {remark}")
        print_ledger(report.ledger)
        typer.echo(f"wrote {report.folder}" if report.folder else "nothing was written: no text was put back")
    if not report.whole:
        raise typer.Exit(1)
