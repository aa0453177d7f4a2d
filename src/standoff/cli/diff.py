"""The command `diff`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.tell import print_json

if TYPE_CHECKING:
    from standoff.corpus import Corpus


def diff(
    old: Annotated[str, typer.Argument(help="a git revision, . for this folder, a dataset folder or OWNER/NAME@REV")],
    new: Annotated[str, typer.Argument(help="the same")],
    markdown: Annotated[bool, typer.Option("--markdown", help="as Markdown, for a pull request")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="write one page, each change in its context")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="every change as JSON, with the bump")] = False,
) -> None:
    """Tell what changed between two states of a corpus, and the version step that it calls for.

    Each side is a git revision of the corpus, `.` for its folder as it is, the folder of a built dataset, or a dataset
    on a Hub as OWNER/NAME@REVISION. Exit 0 whether something changed or not.

    \b
    Example: standoff diff v0.4.0 .
    Two datasets: standoff diff dist/breach-news-0.4.0 dist/breach-news-0.5.0
    One page to read: standoff diff HEAD~1 HEAD --html changes.html
    """  # noqa: D301
    from standoff.diff import compare, read_states, to_markdown, to_text
    from standoff.diff.page import to_html
    from standoff.files import write_text

    states = read_states(find_corpus(), old, new)
    found = compare(*states)
    if html is not None:
        write_text(html, to_html(found, *states))
    if json:
        print_json(found.to_dict())
    elif markdown:
        typer.echo(to_markdown(found), nl=False)
    else:
        typer.echo(to_text(found), nl=False)
        if html is not None:
            typer.echo(f"written: {html}")


def find_corpus() -> "Corpus | None":
    """The corpus that this folder lies in; datasets can be compared anywhere."""
    from standoff.corpus import Corpus
    from standoff.errors import StandoffError

    try:
        return Corpus.find()
    except StandoffError:
        return None
