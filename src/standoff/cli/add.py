"""The command `add`."""

from pathlib import Path
from typing import Annotated

import typer


def add(
    files: Annotated[list[Path], typer.Argument(help="text files, or folders of *.txt files")],
    private: Annotated[bool, typer.Option(help="the text may not be redistributed: it stays out of git")] = False,
    licence: Annotated[str, typer.Option(help="licence of the text, as an SPDX id")] = "",
    title: Annotated[str, typer.Option(help="the headline, where the text does not begin with it")] = "",
    outlet: Annotated[str | None, typer.Option(help="who published it")] = None,
    url: Annotated[str | None, typer.Option(help="where it was published")] = None,
    published: Annotated[str | None, typer.Option(help="when, as YYYY-MM-DD")] = None,
    written: Annotated[bool, typer.Option(help="written for the corpus, not published elsewhere")] = False,
    fictional: Annotated[bool, typer.Option(help="its people and companies are invented")] = False,
    id: Annotated[str, typer.Option(help="id of the document; default is the file name")] = "",
) -> None:
    """Take texts into seeds/.

    Exactly as received. A file whose sha256 is already listed supplies that document's text; a file that
    differs from the one listed under its name is refused. UTF-8 with plain line ends; nothing is written unless
    every file is good.

    \b
    Example: standoff add --outlet "The Courier" --licence CC-BY-4.0 story.txt
    Put private texts back: standoff add --private FOLDER
    """  # noqa: D301 - \b keeps typer from joining the lines
    from standoff.add import add as add_files
    from standoff.corpus import Corpus
    from standoff.errors import StandoffError
    from standoff.records import Source

    corpus = Corpus.find()
    if published is not None and not _is_date(published):
        raise StandoffError(f"--published {published!r} is no date", hint="write it as 2025-05-01", usage=True)
    if id and len(files) > 1:
        raise StandoffError("--id names one document, but several files are given", usage=True)
    template = Source(
        id=id,
        file="",
        sha256="",
        chars=0,
        title=title,
        outlet=outlet,
        url=url,
        published=published,
        language=corpus.settings.language,
        licence=licence or ("all-rights-reserved" if private else corpus.settings.licence),
        redistribute=not private,
        origin="written" if written else "published",
        fictional=fictional,
    )
    added = add_files(corpus, files, template)
    for one in added:
        typer.echo(f"{one.outcome:<8}  {one.id}")
    if not private and not licence and any(one.outcome == "added" for one in added):
        typer.echo(f"note: listed under {template.licence} like the corpus; --licence or --private says otherwise")


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
