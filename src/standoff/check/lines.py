"""Level 1: the bytes of a JSONL file as records, every line that is not as standoff writes it told."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from standoff.check.findings import Finding
from standoff.files import MAX_LINE
from standoff.jsonl import dumps_row
from standoff.records import SURROGATE, AnyRecord, Cut, Decision, Keep, Record, Span, Waiver, from_row, to_row

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Lines(Generic[Record]):
    """The records that could be read, the line of each (from 1), and what is wrong with the file.

    The `record` of a finding counts the records; `numbers[record]` is its line. A line without a record has its finding
    in `broken`, with the line itself.
    """

    records: tuple[Record, ...] = ()
    numbers: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
    broken: tuple[tuple[int, Finding], ...] = ()


def read_lines(data: bytes, kind: type[Record], *, ordered: bool = True) -> Lines[Record]:
    """The records in the bytes of a file; a broken line is told and passed over. `ordered` files are sorted."""
    findings, data = _line_ends(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        return Lines(broken=((at, Finding("file-format", None, f"not UTF-8: byte 0x{data[error.start]:02x}")),))
    if "\r" in text or "\0" in text:
        findings.append(
            Finding("file-format", None, "a carriage return or NUL character", "remove it: tr -d '\\r\\000'")
        )
    if text and not text.endswith("\n"):
        findings.append(Finding("file-canonical", None, "the last line has no line break"))
    records: list[Record] = []
    numbers: list[int] = []
    broken: list[tuple[int, Finding]] = []
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else [], 1):
        try:
            record, canonical = _read_line(line, kind)
        except ValueError as error:
            broken.append((number, Finding("file-format", None, str(error))))
            continue
        if line != canonical:
            findings.append(Finding("file-canonical", len(records), "not in canonical form"))
        records.append(record)
        numbers.append(number)
    if ordered:
        findings += _check_order(records)
    return Lines(tuple(records), tuple(numbers), tuple(findings), tuple(broken))


def _read_line(line: str, kind: type[Record]) -> tuple[Record, str]:
    """The record on a line, and the line as we write it; raises ValueError with the reason."""
    if len(line) > MAX_LINE:
        raise ValueError(f"a line of {len(line):,} characters")
    try:
        row: Any = _DECODER.decode(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None
    try:
        record = from_row(kind, row)
    except ValueError as error:
        raise ValueError(f"not a {kind.__name__.lower()}: {error}") from None
    canonical = dumps_row(to_row(record))
    if "\\u" in line and SURROGATE.search(canonical):
        raise ValueError("half a surrogate pair")
    return record, canonical


def _refuse_constant(name: str) -> None:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def read_good_lines(data: bytes, kind: type[Record]) -> Lines[Record]:
    """The records in bytes in which `read_lines` found nothing wrong before; all rows at once, four times as fast."""
    rows = json.loads(f"[{data.decode('utf-8').removesuffix(chr(10)).replace(chr(10), ',')}]")
    return Lines(tuple(kind(**row) for row in rows), tuple(range(1, len(rows) + 1)))


def _line_ends(data: bytes) -> tuple[list[Finding], bytes]:
    """What another system left at the start of the file and at the ends of its lines, and the bytes without it."""
    findings = []
    if data.startswith(_BOM):
        findings.append(Finding("file-crlf", None, "the file starts with a byte order mark"))
        data = data.removeprefix(_BOM)
    if count := data.count(b"\r\n"):
        findings.append(Finding("file-crlf", None, f"{count} lines end in CR LF"))
        data = data.replace(b"\r\n", b"\n")
    return findings, data


def sort_key(record: AnyRecord) -> tuple[Any, ...]:
    """What a file of records is sorted by."""
    match record:
        case Span():
            return record.start, record.end, record.label
        case Cut():
            return record.start, record.end, record.kind
        case Keep():
            return record.start, record.end, record.by
        case Waiver():
            return record.path, record.at, record.rule
        case Decision():
            return record.id, record.start, record.end, record.into
    return (getattr(record, "id", ""),)


def _check_order(records: Sequence[AnyRecord]) -> Iterator[Finding]:
    keys = [sort_key(record) for record in records]
    for at in range(1, len(keys)):
        if keys[at] == keys[at - 1]:
            yield Finding("file-order", at, "twice the same as the record above")
        elif keys[at] < keys[at - 1]:
            yield Finding("file-order", at, "sorts before the record above")
