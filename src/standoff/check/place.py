"""Findings as issues: the file, the line, and which record of the file it is."""

from collections.abc import Iterable, Iterator
from typing import Any

from standoff.check.findings import Finding
from standoff.check.lines import Lines
from standoff.records import AnyRecord, Cut, Decision, Issue, Keep, Note, Span, Waiver


def place(path: str, lines: Lines[Any], findings: Iterable[Finding]) -> Iterator[Issue]:
    """Findings as issues: file, line, and which record; those of the file itself first."""
    for line, one in lines.broken:
        yield Issue(one.rule, path, line, one.message, one.hint)
    for one in (*lines.findings, *findings):
        at = "" if one.record is None else name_record(lines.records[one.record])
        number = None if one.record is None else lines.numbers[one.record]
        yield Issue(one.rule, path, number, one.message, one.hint, at, one.context)


def name_record(record: AnyRecord) -> str:
    """Which record of its file it is, whatever happens to the lines above: its range, its id, what it waives."""
    if isinstance(record, Waiver):
        return f"{record.rule} {record.path} {record.at}".rstrip()
    if isinstance(record, Note):
        return record.note
    if isinstance(record, Decision):
        return f"{record.id} {record.start}-{record.end}"
    return f"{record.start}-{record.end}" if isinstance(record, Span | Cut | Keep) else record.id
