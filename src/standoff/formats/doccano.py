"""doccano JSONL: a text a line, spans as `[start, end, label]`.

doccano stores the offsets it is given and never checks them. Its annotation page counts UTF-16 code units, so that is
the unit to write and the unit of what annotators made; a project in grapheme mode counts graphemes, which nothing else
reads. Rows say no surface: whether a file made by a script counts code points instead cannot be seen in it, so say so
by `unit`. The two differ only behind characters beyond U+FFFF, such as emoji.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from standoff.formats.exchange import Annotated, Files, Loss, Parsed, Reject, Written
from standoff.formats.found import FoundDocument, FoundSpan, gather, name_span, no_span, sort_spans
from standoff.formats.rows import Row, read_lines
from standoff.formats.units import from_utf16, utf16_offsets
from standoff.guidelines import Schema

Unit = Literal["utf16", "codepoints"]
ROWS = 1000
"""Rows a file: doccano commits in such batches and tries a failed import again, so a longer file may come in twice."""


def from_doccano(files: Files, *, unit: Unit = "utf16") -> Parsed:
    """Documents in doccano's JSONL, imported or exported, with relations or without.

    The id is the metadata `doc_id`, else `id`. A relation, a comment and a label of a whole text are rejects, each by
    name, since no span holds them. Files of several annotators hold the same documents: read them one by one.
    """
    return gather(_find(path, row, unit) for path, data in files.items() for row in read_lines(data, path))


def to_doccano(documents: Sequence[Annotated], schema: Schema, *, unit: Unit = "utf16") -> Written:
    """Files of `{"text", "label", "doc_id"}` rows, at most 1,000 a file, in ASCII: doccano guesses encodings.

    The project must allow overlapping spans where there are any, since doccano drops them without a word. A document
    without text is not written: doccano refuses its row.
    """
    lines, losses, unsaid = [], [], []
    for document in documents:
        if not document.text:
            unsaid.append(
                Reject("document", "doccano.jsonl", None, document.id, "doccano refuses a text that is empty")
            )
            continue
        lines.append(json.dumps(to_row(document, unit=unit)) + "\n")
        losses += _find_losses(document)
    batches = [lines[at : at + ROWS] for at in range(0, len(lines), ROWS)] or [[]]
    files = {_name_file(number, len(batches)): "".join(batch).encode() for number, batch in enumerate(batches, 1)}
    return Written(files, tuple(losses), tuple(unsaid))


def _name_file(number: int, count: int) -> str:
    return "doccano.jsonl" if count == 1 else f"doccano-{number:04}.jsonl"


def _find(path: str, row: Row, unit: Unit) -> FoundDocument:
    value = row.value
    text = value.get("text", value.get("data"))
    offsets = utf16_offsets(text) if unit == "utf16" and isinstance(text, str) else None
    spans = []
    for key in ("label", "labels", "entities"):
        marks = value.get(key)
        spans += [_find_span(mark, offsets) for mark in (marks if isinstance(marks, list) else [])]
    for key, fault in (("relations", "a relation is no span"), ("Comments", "a comment is no span")):
        others = value.get(key)
        spans += [no_span(other, fault) for other in (others if isinstance(others, list) else [])]
    document_id = value.get("id") if value.get("doc_id") is None else value["doc_id"]
    return FoundDocument(path, row.line, row.number, document_id, text, tuple(spans), row.fault)


def _find_span(mark: object, offsets: list[int] | None) -> FoundSpan:
    """`[start, end, label]`, or an object where the project has relations."""
    match mark:
        case [start, end, label]:
            pass
        case {"start_offset": start, "end_offset": end, "label": label}:
            pass
        case _:
            return no_span(mark, "is no [start, end, label]")
    if offsets is None:
        return FoundSpan(start, end, label)
    start, end, fault = from_utf16(offsets, start, end)
    return FoundSpan(start, end, label, fault=fault)


def to_row(document: Annotated, *, unit: Unit = "utf16") -> Mapping[str, Any]:
    """The row of a document: one key of metadata, the id, since rows with different keys fail as a batch."""
    offsets = utf16_offsets(document.text) if unit == "utf16" else range(len(document.text) + 1)
    label = [[offsets[span.start], offsets[span.end], span.label] for span in sort_spans(document.spans)]
    return {"text": document.text, "label": label, "doc_id": document.id}


def _find_losses(document: Annotated) -> list[Loss]:
    losses = []
    for span in sort_spans(document.spans):
        name = name_span(document.id, span.start, span.end, span.label, document.text)
        for limit in ("attributes", "note"):
            if (value := getattr(span, limit)) is not None:
                losses.append(Loss(limit, document.id, f"{name}: {value!r}"))
    return losses
