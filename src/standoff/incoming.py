"""What comes in: a file of text, a page, or a crawl of pages -> texts with what is known of them."""

import gzip
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from standoff.crawls import name_page, read_responses
from standoff.errors import StandoffError
from standoff.files import read_bytes, read_text
from standoff.pages import MAX_PAGE, Page, read_page
from standoff.records import Source

PAGES = (".html", ".htm")
CRAWLS = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text on its way in: the file it was in, the id it suggests, and a source with what is known of it.

    `fate` says why there is no text; then `id` is the name or address that people know it by. Of a page of a crawl
    only the address makes the id (`crawled`).
    """

    path: Path
    id: str
    text: str
    source: Source
    crawled: bool = False
    fate: str = ""


def is_web(path: Path) -> bool:
    """Whether a file holds pages, by its name."""
    return path.name.lower().endswith((*PAGES, *CRAWLS))


def is_crawl(path: Path) -> bool:
    """Whether a file holds many pages, by its name."""
    return path.name.lower().endswith(CRAWLS)


def read_incoming(path: Path, template: Source) -> Iterator[Incoming]:
    """The texts in a file; `template` gives what the command line says, which goes before what a page says."""
    document_id = template.id or re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-")
    if is_crawl(path):
        yield from _read_crawl(path, template)
    elif is_web(path):
        yield _read_page(path, document_id, template)
    else:
        text = read_text(path)
        if not text.strip():
            raise StandoffError("the file holds nothing but white space", path=path, hint="a document needs text")
        yield Incoming(path, document_id, text, template)


def _read_page(path: Path, document_id: str, template: Source) -> Incoming:
    html = read_bytes(path)
    if not html:
        raise StandoffError("the file is empty", path=path, hint="a document needs text")
    if len(html) > MAX_PAGE:
        raise StandoffError(f"a page of {len(html):,} bytes; at most {MAX_PAGE:,}", path=path)
    try:
        page = read_page(html)
    except ValueError as error:
        raise StandoffError(str(error), path=path, hint="a plain text must be named .txt") from None
    if not page.text.strip():
        return Incoming(path, path.name, "", template, fate="no text")
    return Incoming(path, document_id, page.text, _fill(template, page))


def _read_crawl(path: Path, template: Source) -> Iterator[Incoming]:
    empty = True
    with ExitStack() as stack:
        for response in read_responses(_open_crawl(path, stack), path):
            empty = False
            known = replace(template, url=response.url)
            fate, page = response.fate, Page("")
            if not fate:
                try:
                    page = read_page(response.html, response.charset)
                    fate = "" if page.text.strip() else "no text"
                except ValueError:
                    fate = "unread"
            if fate:
                yield Incoming(path, response.url, "", known, crawled=True, fate=fate)
            else:
                yield Incoming(path, name_page(response.url), page.text, _fill(known, page), crawled=True)
    if empty:
        raise StandoffError("holds no response", path=path, hint="it should be as wget --warc-file writes it")


def _fill(template: Source, page: Page) -> Source:
    """The template, with what the page says in places that are empty."""
    return replace(
        template,
        title=template.title or page.title,
        outlet=template.outlet or page.outlet,
        url=template.url or page.url,
        published=template.published or page.published,
        language=page.language or template.language,
    )


def _open_crawl(path: Path, stack: ExitStack) -> BinaryIO:
    """The bytes of a WARC, unpacked; on a terminal a bar shows how far they are read."""
    from rich.console import Console
    from rich.progress import open as open_with_bar

    console = Console(stderr=True)
    try:
        bar = open_with_bar(path, "rb", description=path.name, console=console, disable=not sys.stderr.isatty())
        file = stack.enter_context(bar)
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
    except OSError as error:
        raise StandoffError(f"cannot be read: {error.strerror}", path=path, usage=True) from None
    return cast(BinaryIO, stack.enter_context(gzip.open(file))) if packed else file
