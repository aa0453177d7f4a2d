"""The command `add`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.errors import StandoffError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.add import Added


def add(
    files: Annotated[
        list[Path], typer.Argument(help="texts, folders of *.txt files, pages (.html) or crawls (.warc, .warc.gz)")
    ],
    private: Annotated[bool, typer.Option(help="the text may not be redistributed: it stays out of git")] = False,
    licence: Annotated[str, typer.Option(help="licence of the text, as an SPDX id")] = "",
    title: Annotated[str, typer.Option(help="the headline, where the text does not begin with it")] = "",
    outlet: Annotated[str | None, typer.Option(help="who published it")] = None,
    url: Annotated[str | None, typer.Option(help="where it was published")] = None,
    published: Annotated[str | None, typer.Option(help="when, as YYYY-MM-DD")] = None,
    written: Annotated[bool, typer.Option(help="written for the corpus, not published elsewhere")] = False,
    fictional: Annotated[bool, typer.Option(help="its people and companies are invented")] = False,
    id: Annotated[str, typer.Option(help="id of the document; default is the file name")] = "",
    replace: Annotated[
        str, typer.Option(metavar="ID", help="take FILE as the corrected text of this document; labels and cuts follow")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="with --replace: tell verdicts, write nothing")] = False,
    json: Annotated[bool, typer.Option("--json", help="with --replace: verdicts as JSON")] = False,
) -> None:
    """Take texts into seeds/.

    Exactly as received. A file whose sha256 is already listed supplies that document's text; a file that
    differs from the one listed under its name is refused. UTF-8 with plain line ends; nothing is written unless
    every file is good.

    Of a page the text that trafilatura extracts is the one received; headline, address, date, site and language come
    from the page where no option gives them. Every page of a crawl becomes a document, its id made from its address.

    \b
    Example: standoff add --outlet "The Courier" --licence CC-BY-4.0 story.txt
    Pages:   standoff add --private page.html crawl.warc.gz
    Put private texts back: standoff add --private FOLDER
    A corrected text: standoff add --replace ID FILE
    """  # noqa: D301 - \b keeps typer from joining the lines
    from standoff.add import add as add_files
    from standoff.cli.replace import replace_text
    from standoff.corpus import Corpus
    from standoff.incoming import is_crawl
    from standoff.records import Source

    corpus = Corpus.find()
    if published is not None and not _is_date(published):
        raise StandoffError(f"--published {published!r} is no date", hint="write it as 2025-05-01", usage=True)
    if id and (len(files) > 1 or is_crawl(files[0])):
        raise StandoffError("--id names one document, but several files or a crawl are given", usage=True)
    if replace or dry_run or json:
        said: dict[str, object] = {
            "title": title,
            "outlet": outlet,
            "url": url,
            "published": published,
            "licence": licence,
        }
        said |= {"origin": "written" * written, "fictional": fictional, "id": id}
        replace_text(corpus, replace, files, said, private=private, dry_run=dry_run, as_json=json)
        return
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
    unsaid = "" if private or licence else template.licence
    print_added(add_files(corpus, files, template), files, like_corpus=unsaid)


def print_added(added: "Sequence[Added]", files: "Sequence[Path]", *, like_corpus: str) -> None:
    """What became of each text; exit 1 where none is in the corpus now. `like_corpus`: the licence nobody named."""
    from standoff.add import count_outcomes
    from standoff.cli.tell import print_ledger
    from standoff.incoming import is_web
    from standoff.pages import name_extractor

    for one in added:
        if one.outcome != "no page":  # images, scripts and the like: counted below
            typer.echo(f"{one.outcome:<8}  {one.id}")
    if any(is_web(path) for path in files):
        print_ledger(count_outcomes(added))
        typer.echo(f"note: the texts of pages are those that {name_extractor()} extracts")
    outcomes = {one.outcome for one in added}
    if like_corpus and "added" in outcomes:
        typer.echo(f"note: listed under {like_corpus} like the corpus; --licence or --private says otherwise")
    if not outcomes & {"added", "restored", "present"}:
        raise typer.Exit(1)


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
