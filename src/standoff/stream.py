"""`standoff clean -`: JSON Lines in, the same lines cleaned out, in order and in constant memory."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from standoff.clean import settle
from standoff.cleaning import DEFAULT, KNOWN, find_all_cuts
from standoff.cleaning.recurring import cut_recurring
from standoff.cleaning.sites import SiteStats
from standoff.errors import StandoffError
from standoff.files import MAX_LINE
from standoff.records import to_row

_CHUNK = 1 << 20
"""Bytes read at once, and cleaned together."""


def clean_stream(
    stream: BinaryIO, name: str = "standard input", *, keep: float = DEFAULT, stats: SiteStats | None = None
) -> Iterator[dict[str, Any]]:
    """Lines with `id`, `text` and perhaps `language` in; id, cleaned text and cuts out, and a remark where it is due.

    What has arrived is cleaned at once, so that a slow writer gets its answers while it writes. Which lines arrive
    together never changes what comes out. With `stats` lines that recur on the site of a row are cut as well.
    """
    number = 1
    for lines in read_batches(stream, name):
        rows = [parse_row(line, name, number + at) for at, line in enumerate(lines)]
        number += len(lines)
        decisions = find_all_cuts(
            [row["text"] for row in rows], keep=keep, languages=[row.get("language") for row in rows]
        )
        for row, decision in zip(rows, decisions, strict=True):
            if stats is not None and (site := find_site(row)):
                decision = cut_recurring(stats, site, row["text"], decision)
            cleaned = settle(row["text"], decision)
            cuts = [to_row(cut) for cut in cleaned.cuts]
            yield {"id": row["id"], "text": cleaned.text, "cuts": cuts, **remark_on(cleaned.language)}


def remark_on(language: str) -> dict[str, str]:
    """What an answer says of a text in a language that the model does not know."""
    if language == KNOWN:
        return {}
    return {"remark": f"language {language}: cut only by rules for it, the model knows {KNOWN} alone"}


def read_batches(stream: BinaryIO, name: str) -> Iterator[Sequence[bytes]]:
    """The lines of a stream, those that arrive together in one batch; raises StandoffError for one too long."""
    number, rest = 1, b""
    while chunk := stream.read1(_CHUNK) if hasattr(stream, "read1") else stream.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        too_long = next((at for at, line in enumerate([*lines, rest]) if len(line) > MAX_LINE), None)
        if too_long is not None:
            raise StandoffError(f"a line of more than {MAX_LINE:,} bytes", path=name, line=number + too_long)
        if lines:
            yield lines
        number += len(lines)
    if rest:
        yield [rest]


def find_site(row: dict[str, Any]) -> str:
    """The site that a row names in "site", else the host in its "url", without www.; empty where neither tells."""
    site, url = row.get("site"), row.get("url")
    if isinstance(site, str) and site.strip():
        return site.strip().lower()
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or "" if isinstance(url, str) else ""
    except ValueError:  # brackets that are no address
        return ""
    return host.removeprefix("www.") if "." in host else ""


def parse_row(line: bytes, name: str, number: int) -> dict[str, Any]:
    """One line of a stream; raises StandoffError for what is no object with `id` and `text`."""
    hint = 'each line is one JSON object with the strings "id" and "text"'
    try:
        row: dict[str, Any] = json.loads(line.decode("utf-8"))
        good = isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("text"), str)
        if not good:
            raise StandoffError("no id or no text", path=name, line=number, hint=hint)
        if not isinstance(row.get("language"), str | None):
            raise StandoffError('language is no code such as "en"', path=name, line=number)
        (row["id"] + row["text"]).encode("utf-8")  # half a surrogate pair cannot be written again
    except UnicodeEncodeError:
        raise StandoffError("half a surrogate pair in the text", path=name, line=number) from None
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, a number too long, brackets too deep
        raise StandoffError(f"not JSON: {error}", path=name, line=number, hint=hint) from None
    return row
