"""Ids as file names, for formats that have files for each document; and what was not written, by name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from standoff.formats.exchange import Annotated, Reject
from standoff.formats.found import name_span, sort_spans
from standoff.records import Span

TOO_LONG = "the id is too long for a file name"
_LONGEST = 250
"""Bytes of a file name that every file system takes."""


def to_stem(document_id: str) -> str:
    """An id as a file name: all but letters, digits, `_`, `.`, `-` and `~` is escaped; empty if it is too long."""
    stem = quote(document_id, safe="")
    return stem if len(stem) <= _LONGEST else ""


def read_ids(paths: Iterable[str], suffix: str) -> Mapping[str, str]:
    """The id of each file: its stem, or its path where two folders have files of one name; ours are unescaped."""
    stems = {path: path.removesuffix(suffix) for path in paths if path.endswith(suffix)}
    names = {path: stem.rpartition("/")[2] for path, stem in stems.items()}
    counts = Counter(names.values())
    return {path: _unescape(names[path] if counts[names[path]] == 1 else stem) for path, stem in stems.items()}


def _unescape(stem: str) -> str:
    """The id that we would have written so; a name of other making stays as it is."""
    document_id = unquote(stem)
    return document_id if quote(document_id, safe="") == stem else stem


def leave_out(document: Annotated, path: str, reason: str) -> list[Reject]:
    """A document that is not written, and each of its spans."""
    spans = [leave_span(document, span, path, "its document is not written") for span in sort_spans(document.spans)]
    return [Reject("document", path, None, document.id, reason), *spans]


def leave_span(document: Annotated, span: Span, path: str, reason: str) -> Reject:
    """A span that is not written."""
    return Reject("span", path, None, name_span(document.id, span.start, span.end, span.label, document.text), reason)
