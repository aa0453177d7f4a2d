"""What a file holds, as it holds it, made into documents, spans and named rejects; each format finds, this judges."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from pathlib import PurePosixPath
from typing import Any

from standoff.formats.exchange import Annotated, Parsed, Reject, What
from standoff.records import Span

_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 80
_HALF = "holds half a surrogate pair, which is no character"


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A span as a file has it, offsets in code points; `fault` is what the format has against it.

    `at` is its file and line where they are not those of its document, `name` what to call it where it is no range.
    """

    start: object
    end: object
    label: object
    surface: object = None
    attributes: Any = None
    note: Any = None
    fault: str = ""
    at: tuple[str, int | None] | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document as a file has it; without an id it is named by its file and `number`."""

    path: str
    line: int | None
    number: int
    id: object
    text: object
    spans: tuple[FoundSpan, ...] = ()
    fault: str = ""


def gather(found: Iterable[FoundDocument]) -> Parsed:
    """The documents and spans that hold, in order; all others as rejects, the spans of a rejected document too."""
    documents: dict[str, Annotated] = {}
    rejects: list[Reject] = []
    for one in found:
        name = name_document(one)
        fault = one.fault or _find_fault(one)
        if not fault and name in documents:
            fault = "a document of this id is there already"
        if fault or not isinstance(one.text, str):
            rejects.append(to_reject("document", (one.path, one.line), name, fault))
            rejects += [_reject(one, name, span, "its document is rejected") for span in one.spans]
            continue
        spans: dict[tuple[int, int, str], Span] = {}
        for span in one.spans:
            taken = _take_span(span, one.text)
            if isinstance(taken, Span) and (taken.start, taken.end, taken.label) not in spans:
                spans[taken.start, taken.end, taken.label] = taken
            else:
                rejects.append(_reject(one, name, span, "twice" if isinstance(taken, Span) else taken))
        documents[name] = Annotated(name, one.text, sort_spans(spans.values()))
    return Parsed(tuple(documents.values()), tuple(rejects))


def say_json(value: object) -> str:
    """A value for people, on one line and not too long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def no_span(value: object, fault: str) -> FoundSpan:
    """Something that stands where spans do, or beside them, and is none."""
    return FoundSpan(None, None, None, fault=fault, name=say_json(value))


def sort_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans by start, end and label, their order in files."""
    return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.label)))


def name_document(one: FoundDocument) -> str:
    """The id of a document, else `<stem of the file>-<number>`."""
    if type(one.id) is int or (isinstance(one.id, str) and one.id):
        return str(one.id)
    return f"{PurePosixPath(one.path).stem}-{one.number}"


def name_span(document_id: str, start: object, end: object, label: object, text: object) -> str:
    """A span for people: `<id> [start, end) LABEL 'surface'`."""
    name = f"{document_id} [{start}, {end}) {label}"
    if isinstance(text, str) and type(start) is int and type(end) is int and 0 <= start < end <= len(text):
        return f"{name} {text[start:end]!r}"
    return name


def to_reject(what: What, at: tuple[str, int | None], name: str, reason: str) -> Reject:
    """A reject whose name and reason can be shown on one line, whatever the file has in them."""
    name, reason = (
        text.replace("\n", "\\n").replace("\r", "\\r").encode("utf-8", "backslashreplace").decode()
        for text in (name, reason)
    )
    return Reject(what, *at, name, reason)


def _reject(one: FoundDocument, name: str, span: FoundSpan, reason: str) -> Reject:
    called = f"{name} {span.name}" if span.name else name_span(name, span.start, span.end, span.label, one.text)
    return to_reject("span", span.at or (one.path, one.line), called, reason)


def _find_fault(one: FoundDocument) -> str:
    if not isinstance(one.text, str):
        return "has no text"
    if _SURROGATE.search(one.text) or _SURROGATE.search(str(one.id)):
        return _HALF
    return ""


def _take_span(span: FoundSpan, text: str) -> Span | str:
    """The span if it can stand in the text, else why not."""
    start, end, label = span.start, span.end, span.label
    if span.fault:
        return span.fault
    if type(start) is not int or type(end) is not int:
        return "its offsets are no whole numbers"
    if not 0 <= start < end <= len(text):
        return f"is not within the {len(text)} characters of the text"
    if not isinstance(label, str) or not label:
        return "has no label"
    return _find_misfit(span, text[start:end]) or Span(start, end, label, text[start:end], span.attributes, span.note)


def _find_misfit(span: FoundSpan, surface: str) -> str:
    """What is wrong with all but the range of a span, or nothing."""
    if isinstance(span.surface, str) and span.surface != surface:
        return f"says {span.surface!r}, which is not what the text has there"
    if not (span.attributes is None or _is_flat(span.attributes)):
        return "its attributes are no flat object"
    if not (span.note is None or isinstance(span.note, str)):
        return "its note is no text"
    said = json.dumps([span.label, span.attributes, span.note], ensure_ascii=False)
    return _HALF if _SURROGATE.search(said) else ""


def _is_flat(value: object) -> bool:
    """Whether a value is an object of plain ones; NaN, which Python reads, is no JSON."""
    return isinstance(value, dict) and not any(
        isinstance(one, dict | list) or (isinstance(one, float) and not isfinite(one)) for one in value.values()
    )
