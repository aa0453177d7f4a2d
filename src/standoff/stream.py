"""`standoff clean -`: JSON Lines in, the same lines cleaned out, in order and in constant memory."""

import json
from codecs import BOM_UTF8
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
        rows: list[dict[str, Any]] = []
        fault = None
        for at, line in enumerate(lines):
            try:
                rows.append(parse_row(line, name, number + at))
            except StandoffError as error:  # the rows before it are answered first
                fault = error
                break
        number += len(lines)
        yield from _clean_rows(rows, keep, stats)
        if fault is not None:
            raise fault


def _clean_rows(rows: Sequence[dict[str, Any]], keep: float, stats: SiteStats | None) -> Iterator[dict[str, Any]]:
    decisions = find_all_cuts([row["text"] for row in rows], keep=keep, languages=[row.get("language") for row in rows])
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
            yield lines[:too_long]
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
    if not line.strip():
        raise StandoffError("an empty line", path=name, line=number, hint=hint)
    if line.startswith(BOM_UTF8):
        raise StandoffError(
            "a byte order mark", path=name, line=number, hint="take it off: sed '1s/^\\xef\\xbb\\xbf//'"
        )
    try:
        row: dict[str, Any] = json.loads(line.decode("utf-8"))
        if not isinstance(row, dict):
            raise StandoffError("no object", path=name, line=number, hint=hint)
        for key in ("id", "text"):
            if not isinstance(row.get(key), str):
                fault = f"{key} is not a string" if key in row else "no id or no text"
                raise StandoffError(fault, path=name, line=number, hint=hint)
        if not isinstance(row.get("language"), str | None):
            raise StandoffError('language is no code such as "en"', path=name, line=number)
        (row["id"] + row["text"]).encode("utf-8")  # half a surrogate pair cannot be written again
    except UnicodeEncodeError:
        raise StandoffError("half a surrogate pair in the text", path=name, line=number) from None
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, a number too long, brackets too deep
        raise StandoffError(f"not JSON: {error}", path=name, line=number, hint=hint) from None
    return row
