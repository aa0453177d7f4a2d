"""The command `check`."""

from typing import Annotated

import typer

from standoff.cli.tell import print_json


def check(json: Annotated[bool, typer.Option("--json", help="findings as JSON")] = False) -> None:
    """Check the whole corpus.

    Files, hashes, offsets, cuts, labels, layers. Exit 1 if there are errors; warnings alone exit 0.

    Each finding is one line: file:line, level, rule, what is wrong and how to mend it.

    \b
    Example: standoff check
    """  # noqa: D301
    from dataclasses import asdict

    from standoff.check import check as check_corpus
    from standoff.corpus import Corpus

    checked = check_corpus(Corpus.find())
    if json:
        counts = {
            "documents": checked.documents,
            "spans": checked.spans,
            "cuts": checked.cuts,
            "absent": checked.absent,
        }
        print_json({**counts, "issues": [asdict(issue) for issue in checked.issues]})
    else:
        for issue in checked.issues:
            typer.echo(str(issue))
        looked = f"{checked.documents} documents, {checked.spans:,} spans, {checked.cuts:,} cuts checked"
        typer.echo(f"{looked}: {checked.errors or 'no'} error{'' if checked.errors == 1 else 's'}")
        if checked.absent:
            typer.echo(f"note: the text of {len(checked.absent)} documents is not here: {', '.join(checked.absent)}")
    raise typer.Exit(1 if checked.errors else 0)
