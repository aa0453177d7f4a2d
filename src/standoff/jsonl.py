"""JSON Lines in canonical form: fixed field order, one record a line, `dumps(loads(file)) == file`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from standoff.errors import StandoffError
from standoff.files import decode, read_bytes, write_text
from standoff.records import AnyRecord, Record, from_row, to_row

_ENCODER = json.JSONEncoder(ensure_ascii=False)


def dumps_row(row: dict[str, Any]) -> str:
    """One JSON object as one line of ours, without the line end; non-ASCII stays readable."""
    return _ENCODER.encode(row)


def dumps_records(records: Iterable[AnyRecord]) -> str:
    """Records as the text of a file."""
    return "".join(dumps_row(to_row(record)) + "\n" for record in records)


def write_records(path: Path, records: Iterable[AnyRecord]) -> None:
    """Replace a JSONL file whole."""
    write_text(path, dumps_records(records))


def read_records(path: Path, kind: type[Record]) -> list[Record]:
    """The records of a JSONL file, in file order; raises StandoffError with file and line."""
    return [record for _, record in number_records(path, kind)]


def number_records(path: Path, kind: type[Record]) -> Iterator[tuple[int, Record]]:
    """The records of a file, each with its line number from 1."""
    return parse_records(decode(read_bytes(path), path), path, kind)


def parse_records(text: str, path: Path, kind: type[Record]) -> Iterator[tuple[int, Record]]:
    """The records in a text, each with its line number from 1; `path` is for the message of a StandoffError."""
    if text and not text.endswith("\n"):
        hint = "end it with a line break if it is whole, else restore it from git"
        raise StandoffError("the last line is cut off", path=path, line=text.count("\n") + 1, hint=hint)
    for number, row in _rows(text.split("\n")[:-1], path):
        try:
            yield number, from_row(kind, row)
        except ValueError as error:
            raise StandoffError(f"not a {kind.__name__.lower()}: {error}", path=path, line=number) from None


def _rows(lines: Iterable[str], path: Path) -> Iterator[tuple[int, Any]]:
    import jsonlines

    reader = jsonlines.Reader(lines)
    number = 0
    while True:
        number += 1
        try:
            yield number, reader.read()
        except EOFError:
            return
        except (jsonlines.InvalidLineError, ValueError, RecursionError) as error:
            reason = str(error.__cause__ or error)
            hint = "each line is one whole JSON object"
            raise StandoffError(f"not JSON: {reason}", path=path, line=number, hint=hint) from None
