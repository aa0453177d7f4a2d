"""The command `verify`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.tell import print_json

if TYPE_CHECKING:
    from standoff.verify import Verdict


def verify(
    dataset: Annotated[str, typer.Argument(help="folder of a built dataset, or OWNER/NAME@REVISION on a Hub")],
    rev: Annotated[
        str | None, typer.Option(metavar="REV", help="build this git revision; default is the tag of the version")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="the verdict as JSON")] = False,
) -> None:
    """Verify a dataset: its files, its rows, and that the repository gives the same.

    Run it in the repository of the corpus: the dataset is built again from a clean copy of the tag of its version, and
    compared. Elsewhere files and rows are held against MANIFEST.json alone. Exit 1 if anything differs, 2 if it could
    not be tried.

    \b
    Example: standoff verify dist/breach-news-0.5.0
    A dataset on the Hub: standoff verify OWNER/breach-news@v0.5.0
    """  # noqa: D301
    from standoff.cli.release import tell_steps
    from standoff.corpus import Corpus
    from standoff.errors import StandoffError
    from standoff.hub.fetch import find_dataset
    from standoff.verify import verify as verify_dataset

    with _trying():
        folder = find_dataset(dataset)
        try:
            corpus = Corpus.find()
        except StandoffError as error:
            if rev is not None or not error.usage:
                raise
            corpus = None
        verdict = verify_dataset(folder, corpus, rev=rev, tell=tell_steps(sys.stderr))
    if json:
        print_json(verdict.to_dict())
    else:
        print_verdict(verdict)
    raise typer.Exit(1 if verdict.differences else 0)


@contextmanager
def _trying() -> Iterator[None]:
    """Whatever keeps it from being tried ends with exit 2, so that exit 1 always means: something differs."""
    from standoff.errors import StandoffError

    try:
        yield
    except StandoffError as error:
        error.usage = True
        raise
    except OSError as error:
        message = f"cannot be read or written: {error.strerror or error}"
        raise StandoffError(message, path=error.filename, hint="free space or rights", usage=True) from None


def print_verdict(verdict: "Verdict") -> None:
    """Every difference, the remarks, and the result on the last line."""
    for difference in verdict.differences:
        typer.echo(str(difference))
    for remark in verdict.remarks:
        typer.echo(f"note: {remark}")
    count = len(verdict.differences)
    said = {
        "verified": f"verified: commit {verdict.commit[:12]} gives the same, content {verdict.content}",
        "intact": f"files and rows are as MANIFEST.json says, content {verdict.content}",
        "differs": f"not verified: {f'{count} differences' if count > 1 else '1 difference'}",
    }
    typer.echo(f"{verdict.name} {verdict.version}: {said[verdict.result]}")
