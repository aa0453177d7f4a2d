"""W3C Web Annotation (JSON-LD): one annotation a label, beside the texts it points into.

Positions count code points, as the recommendation demands. The texts are no part of it: they lie beside as
`text/<id>.txt`, UTF-8 to the byte, and an annotation names its text by a relative IRI.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

from standoff.errors import StandoffError
from standoff.formats.exchange import Annotated, Files, Parsed, Reject, Written
from standoff.formats.found import FoundDocument, FoundSpan, gather, name_span, no_span, say_json, sort_spans, to_reject
from standoff.formats.rows import decode_utf8, read_json, read_lines
from standoff.formats.selectors import find_range, find_source, find_text_file, to_list
from standoff.guidelines import Schema
from standoff.records import Span

_PAGE = "annotations.jsonld"
_BESIDE = 32
"""Code points of the text quoted before and after a span."""
_LONGEST = 250
"""Bytes of a file name that every file system takes."""
_NAMING = ("tagging", "classifying", "identifying")
Node = Mapping[str, Any]
Place = tuple[str, int | None]


def from_web_annotation(files: Files) -> Parsed:
    """Texts in `.txt` files, and the annotations on them in all others: a page, a collection, a list, or JSON lines.

    A document is a text, its id the stem of the file name; one without annotations has no spans. A label is a body
    whose purpose is tagging, or the only one of a tagging annotation; each label on each target is a span. A target is
    found by its position if its quote stands there, else by its quote if that stands in the text once.
    """
    texts = {path: decode_utf8(data, path) for path, data in files.items() if path.endswith(".txt")}
    within: dict[str, list[FoundSpan]] = {path: [] for path in texts}
    without: dict[tuple[str, str], list[FoundSpan]] = {}
    stray: list[Reject] = []
    known: dict[tuple[str, str], str] = {}
    for path, place, node in _read_annotations(files):
        for target in to_list(node.get("target")) or [None]:
            source = find_source(target)
            if (source, path) not in known:
                known[source, path] = find_text_file(source, path, texts)
            text = known[source, path]
            found = [replace(span, at=place) for span in _find_spans(node, target, texts.get(text))]
            if not source:
                fault = node.get("fault", "names no text")
                stray += [to_reject("span", place, say_json(node.get("id", target)), str(fault)) for _ in found]
            else:
                (within[text] if text in within else without.setdefault((path, source), [])).extend(found)
    parsed = gather([*_find_documents(texts, within), *_find_missing(without)])
    return Parsed(parsed.documents, parsed.rejects + tuple(stray))


def to_web_annotation(documents: Sequence[Annotated], schema: Schema) -> Written:
    """A page of annotations, one a line, and the texts; notes and attributes are bodies of their own.

    An id is a file name here, with all but letters, digits, `_`, `.`, `-` and `~` escaped; a document whose id is too
    long for one is not written.
    """
    texts: dict[str, bytes] = {}
    lines: list[str] = []
    unsaid: list[Reject] = []
    for document in documents:
        name = f"{quote(document.id, safe='')}.txt"
        if len(name) > _LONGEST:
            unsaid += _leave_out(document)
            continue
        texts[f"text/{name}"] = document.text.encode()
        lines += [_to_annotation(document, name, span) for span in sort_spans(document.spans)]
    head = f'{{"@context": "http://www.w3.org/ns/anno.jsonld", "id": "{_PAGE}", "type": "AnnotationPage", "items": ['
    page = head + ",".join(f"\n{line}" for line in lines) + "\n]}\n"
    return Written({_PAGE: page.encode(), **texts}, unsaid=tuple(unsaid))


def _find_documents(texts: Mapping[str, str], spans: Mapping[str, list[FoundSpan]]) -> Iterator[FoundDocument]:
    for number, (path, text) in enumerate(texts.items(), 1):
        document_id = unquote(PurePosixPath(path).name.removesuffix(".txt"))
        yield FoundDocument(path, None, number, document_id, text, tuple(spans[path]))


def _find_missing(spans: Mapping[tuple[str, str], list[FoundSpan]]) -> Iterator[FoundDocument]:
    fault = "its text is not among the files: put it beside, as a .txt file of that name"
    for number, ((path, source), found) in enumerate(spans.items(), 1):
        yield FoundDocument(path, None, number, source, None, tuple(found), fault)


def _read_annotations(files: Files) -> Iterator[tuple[str, Place, Node]]:
    """Each annotation, its file and where it stands; what is none stands for itself under the key `fault`."""
    for path, data in files.items():
        if path.endswith(".jsonl"):
            for row in read_lines(data, path):
                yield path, (path, row.line), {"fault": row.fault} if row.fault else row.value
        elif not path.endswith(".txt"):
            for node in _read_page(path, data):
                yield path, (path, None), node if isinstance(node, dict) else {"fault": "is no annotation"}


def _read_page(path: str, data: bytes) -> list[object]:
    value = read_json(data, path)
    if isinstance(value, dict):
        page = value["first"] if isinstance(value.get("first"), dict) else value
        value = page.get("items", [value] if "target" in value else None)
    if not isinstance(value, list):
        hint = "expected an AnnotationPage with its items, a list of annotations, or one"
        raise StandoffError("holds no annotations", path=path, line=1, hint=hint)
    return value


def _find_spans(node: Node, target: object, text: str | None) -> list[FoundSpan]:
    """One span a label, in one target; bodies that say nothing of it as what they are."""
    bodies = to_list(node.get("body"))
    naming = _is_naming(node.get("motivation"))
    labels, notes, rest = [node["bodyValue"]] if naming and "bodyValue" in node else [], [], []
    attributes: object = None
    for body in bodies:
        purpose = body.get("purpose") if isinstance(body, dict) else None
        if _is_naming(purpose) or (naming and purpose is None and len(bodies) == 1):
            labels.append(body.get("value") if isinstance(body, dict) else body)
        elif purpose == "commenting":
            notes.append(body.get("value"))
        elif purpose == "describing" and body.get("format") == "application/json":
            attributes = _read_attributes(body.get("value"))
        else:
            rest.append(no_span(body, "a body that is no label, note or attributes"))
    note = notes[0] if len(notes) == 1 else "\n".join(map(str, notes)) if notes else None
    start, end, surface, fault = find_range(target, text)
    return [FoundSpan(start, end, label, surface, attributes, note, fault) for label in labels or [None]] + rest


def _read_attributes(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _is_naming(purpose: object) -> bool:
    return any(one in _NAMING for one in to_list(purpose))


def _to_annotation(document: Annotated, file: str, span: Span) -> str:
    """An annotation on one line."""
    bodies = [{"type": "TextualBody", "purpose": "tagging", "value": span.label}]
    if span.note is not None:
        bodies.append({"type": "TextualBody", "purpose": "commenting", "value": span.note})
    if span.attributes is not None:
        value = json.dumps(span.attributes, ensure_ascii=False)
        bodies.append({"type": "TextualBody", "purpose": "describing", "format": "application/json", "value": value})
    position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
    quoted = {
        "type": "TextQuoteSelector",
        "exact": span.text,
        "prefix": document.text[max(span.start - _BESIDE, 0) : span.start],
        "suffix": document.text[span.end : span.end + _BESIDE],
    }
    annotation = {
        "id": f"#{quote(document.id, safe='')}:{span.start}-{span.end}:{quote(span.label, safe='')}",
        "type": "Annotation",
        "motivation": "tagging",
        "body": bodies,
        "target": {"source": f"text/{quote(file, safe='')}", "selector": [position, quoted]},
    }
    return json.dumps(annotation, ensure_ascii=False)


def _leave_out(document: Annotated) -> list[Reject]:
    """A document whose id is no file name, and its spans."""
    spans = [name_span(document.id, one.start, one.end, one.label, document.text) for one in sort_spans(document.spans)]
    reason = "the id is too long for a file name"
    return [
        Reject("document", _PAGE, None, document.id, reason),
        *(Reject("span", _PAGE, None, name, reason) for name in spans),
    ]
