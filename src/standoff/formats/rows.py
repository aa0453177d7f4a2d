"""Rows of JSON files: lists and lines, each row with the line that it begins on."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from standoff.errors import StandoffError

_BOM = b"\xef\xbb\xbf"
"""A byte order mark, which JSON may begin with and does not mean."""
_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class Row:
    """A JSON object, the line it begins on, and its number in the file, both from 1; `fault` if it is none."""

    line: int
    number: int
    value: Mapping[str, Any]
    fault: str = ""


def decode_utf8(data: bytes, path: str) -> str:
    """Bytes as text, to the byte; raises StandoffError where they are not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8: byte 0x{error.object[error.start]:02x}"
        raise StandoffError(message, path=path, line=line, hint="export it again, or convert it with iconv") from None


def read_json(data: bytes, path: str) -> object:
    """The value in a JSON file; raises StandoffError with the line of what is no JSON."""
    text = decode_utf8(data.removeprefix(_BOM), path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise StandoffError(f"not JSON: {_say(error)}", path=path, line=line, hint="export it again") from None


def read_list(data: bytes, path: str) -> list[Row]:
    """The objects in a JSON list; raises StandoffError for what is no list."""
    value = read_json(data, path)
    if not isinstance(value, list):
        raise StandoffError("not a JSON list", path=path, line=1, hint="the file is one list: [ {...}, {...} ]")
    rows: list[Row] = []
    text, line, last = decode_utf8(data.removeprefix(_BOM), path), 1, 0
    decoder = json.JSONDecoder()
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "]":
        line, last = line + text.count("\n", last, at), at
        value, end = decoder.raw_decode(text, at)
        rows.append(_row(line, len(rows) + 1, value))
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return rows


def read_lines(data: bytes, path: str) -> list[Row]:
    """The objects in JSON lines, blank lines left out; raises StandoffError where no line holds one."""
    rows: list[Row] = []
    for line, text in enumerate(decode_utf8(data.removeprefix(_BOM), path).split("\n"), 1):
        if not text.strip(" \t\r"):
            continue
        try:
            rows.append(_row(line, len(rows) + 1, json.loads(text)))
        except (ValueError, RecursionError) as error:
            rows.append(Row(line, len(rows) + 1, {}, f"not JSON: {_say(error)}"))
    if rows and all(row.fault for row in rows):
        hint = "each line is one whole JSON object"
        raise StandoffError(f"no line holds a JSON object: {rows[0].fault}", path=path, line=rows[0].line, hint=hint)
    return rows


def _row(line: int, number: int, value: object) -> Row:
    if isinstance(value, dict):
        return Row(line, number, value)
    return Row(line, number, {}, f"expected an object, found {type(value).__name__}")


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


def _say(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
