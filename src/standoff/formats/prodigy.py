"""Prodigy JSONL: a task a line, offsets in code points, everything else of a task kept by its database.

A task has tokens as well, since `ner.manual` and `review` show those and stop at a span that begins or ends inside one.
Those written here break at every edge of a span, so each span can be shown whatever a tokenizer would say of it.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from standoff.formats.exchange import Annotated, Files, Parsed, Written
from standoff.formats.found import FoundDocument, FoundSpan, gather, no_span, sort_spans
from standoff.formats.rows import Row, read_lines
from standoff.guidelines import Schema
from standoff.records import Span

_PIECE = re.compile(r"\w+|\s+|[^\w\s]")
_KEYS = ("start", "end", "label", "text", "attributes", "note")
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def from_prodigy(files: Files) -> Parsed:
    """Tasks that were accepted, or not yet answered, as `db-out` writes them or `db-in` reads them.

    The id is `meta.doc_id`, else `meta.id`. A task that was rejected or ignored is a reject, and so are relations.
    """
    return gather(_find(path, row) for path, data in files.items() for row in read_lines(data, path))


def to_prodigy(documents: Sequence[Annotated], schema: Schema) -> Written:
    """One file for `db-in`, `ner.manual` or, where spans overlap, `spans.manual`; spans keep attributes and notes."""
    return Written({"prodigy.jsonl": "".join(_ENCODER.encode(_to_task(one)) + "\n" for one in documents).encode()})


def split_tokens(text: str, spans: Sequence[Span]) -> list[tuple[int, int, bool]]:
    """Tokens as (start, end, whether a plain space follows), which give the text again; each edge of a span is one.

    A space that a span begins or ends with is a token of its own, as is any other white space.
    """
    starts, ends = {span.start for span in spans}, {span.end for span in spans}
    tokens: list[tuple[int, int, bool]] = []
    for start, end in _split_pieces(text, starts | ends):
        follows = tokens and not tokens[-1][2] and not text[tokens[-1][0]].isspace()
        if follows and text[start] == " " and start not in starts and start + 1 not in ends:
            tokens[-1] = (*tokens[-1][:2], True)
            start += 1
        if start < end:
            tokens.append((start, end, False))
    return tokens


def _split_pieces(text: str, edges: set[int]) -> Iterable[tuple[int, int]]:
    """Words, marks and white space, broken at the edges."""
    cuts = sorted(edges | {0} | {match.end() for match in _PIECE.finditer(text)})
    return pairwise(cuts)


def _find(path: str, row: Row) -> FoundDocument:
    value = row.value
    meta, spans, relations = value.get("meta"), value.get("spans"), value.get("relations")
    meta = meta if isinstance(meta, dict) else {}
    found = [_find_span(span) for span in (spans if isinstance(spans, list) else [])]
    found += [no_span(one, "a relation is no span") for one in (relations if isinstance(relations, list) else [])]
    answer = value.get("answer") or "accept"
    fault = row.fault or ("" if answer == "accept" else f"its answer is {answer!r}")
    document_id = meta.get("doc_id", meta.get("id"))
    return FoundDocument(path, row.line, row.number, document_id, value.get("text"), tuple(found), fault)


def _find_span(span: object) -> FoundSpan:
    if not isinstance(span, dict):
        return no_span(span, "is no span")
    start, end, label, text, attributes, note = (span.get(key) for key in _KEYS)
    return FoundSpan(start, end, label, text, attributes, note)


def _to_task(document: Annotated) -> Mapping[str, Any]:
    tokens = split_tokens(document.text, document.spans)
    first = {start: number for number, (start, _, _) in enumerate(tokens)}
    last = {end: number for number, (_, end, _) in enumerate(tokens)}
    spans = []
    for span in sort_spans(document.spans):
        more = {key: value for key in ("attributes", "note") if (value := getattr(span, key)) is not None}
        at = {"token_start": first[span.start], "token_end": last[span.end]}
        spans.append({"start": span.start, "end": span.end, "label": span.label, "text": span.text, **at, **more})
    return {
        "text": document.text,
        "spans": spans,
        "tokens": [
            {"text": document.text[start:end], "start": start, "end": end, "id": number, "ws": follows}
            for number, (start, end, follows) in enumerate(tokens)
        ],
        "meta": {"doc_id": document.id},
        "answer": "accept",
    }
