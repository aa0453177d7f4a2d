"""Crawls: a WARC -> its responses, one at a time and in constant memory."""

import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO
from urllib.parse import unquote

from standoff.errors import StandoffError
from standoff.pages import MAX_PAGE


@dataclass(frozen=True, slots=True)
class Response:
    """A response in a WARC: the body of a page, or in `fate` why there is none.

    `charset` is the encoding that the server named.
    """

    url: str
    html: bytes = b""
    charset: str | None = None
    fate: str = ""


def read_responses(stream: BinaryIO, path: Path) -> Iterator[Response]:
    """The responses in the bytes of a WARC, unpacked; raises StandoffError where it is not whole."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    pull = getattr(stream, "read1", stream.read)  # piece by piece: what stands before a damaged place is read

    def read(size: int) -> bytes:
        try:
            return bytes(pull(size))
        except EOFError as error:
            raise OSError from error  # warcio would take it for the end

    records = ArchiveIterator(SimpleNamespace(read=read, tell=stream.tell))
    whole, end = 0, 0
    try:
        while (record := _read_whole(records)) is not None:
            whole, end = whole + 1, records.offset
            if isinstance(record, Response):
                yield record
        if stream.tell() != end or read(1):
            raise EOFError
    # what warcio and gzip raise over bytes that are cut off or damaged; warcio stumbles over half an address
    except (ArchiveLoadFailed, AttributeError, EOFError, OSError, ValueError, zlib.error):
        if not whole:
            raise StandoffError("is no WARC", path=path, hint="it should be as wget --warc-file writes it") from None
        unpack = "gzip -dc" if path.suffix.lower() == ".gz" else "cat"
        hint = f"fetch it again, or keep what is whole: {unpack} FILE | head -c {end} > NEW.warc"
        raise StandoffError(f"is cut off or damaged after {whole:,} whole records", path=path, hint=hint) from None


def _read_whole(records: Any) -> Response | bool | None:  # noqa: ANN401 - warcio has no types
    """The next record to its end: a response, or True for a record of another sort; None after the last."""
    with redirect_stderr(StringIO()):  # warcio prints what it stumbles over
        record = next(records, None)
        if record is None:
            return None
        response = _read_response(record) if record.rec_type == "response" else True
        records.read_to_end()
    if not (record.rec_headers.get_header("Content-Length") or "").isdecimal() or record.raw_stream.limit:
        raise EOFError
    return response


def _read_response(record: Any) -> Response:  # noqa: ANN401
    from warcio.bufferedreaders import BufferedReader

    url, headers = record.rec_headers.get_header("WARC-Target-URI") or "", record.http_headers
    kind, _, rest = ((headers and headers.get_header("Content-Type")) or "").lower().partition(";")
    if not url or kind.strip() not in ("text/html", "application/xhtml+xml") or headers.get_statuscode() != "200":
        return Response(url, fate="no page")
    packed = (headers.get_header("Content-Encoding") or "").lower()
    if packed not in ("", "identity", *BufferedReader.get_supported_decompressors()):
        return Response(url, fate="unread")
    body = record.content_stream().read(MAX_PAGE + 1)
    if len(body) > MAX_PAGE:
        return Response(url, fate="too long")
    named = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", rest)
    return Response(url, body, named[1] if named else None)


def name_page(url: str) -> str:
    """An id made from a URL: host, path and query in small letters and digits, at most 80 of them."""
    place = re.sub(r"^\w+://(?:www\.)?", "", url.partition("#")[0], flags=re.IGNORECASE)
    plain = unicodedata.normalize("NFKD", unquote(place)).encode("ascii", "ignore").decode().lower()
    bare = re.sub(r"\.(?:html?|php|aspx?)(?=$|\?)", "", plain)
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:80].rstrip("-") or "page"
