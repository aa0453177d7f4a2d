"""Label Studio JSON: a list of tasks, each with its annotations, each a list of regions.

Offsets count code points, carriage returns among them: so the page of version 1.23 writes them, measured in a browser.
Versions of 2021 wrote UTF-16 code units; a document whose regions say their text and fit it only so is read so.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import quoteattr

from standoff.formats.exchange import Annotated, Files, Parsed, Written
from standoff.formats.found import FoundDocument, FoundSpan, gather, no_span, sort_spans
from standoff.formats.rows import Row, read_list
from standoff.formats.units import from_utf16, utf16_offsets
from standoff.guidelines import Schema
from standoff.records import Span

_SPAN = {"from_name": "label", "to_name": "text", "type": "labels"}
_ABOUT = ("created_at", "updated_at")
_BLANK = re.compile(r"\\n|\s")


def from_label_studio(files: Files) -> Parsed:
    """Tasks of a JSON or JSON-MIN export, their text in `data.text` or in the only text of `data`.

    The id is `data.doc_id`, else that of the task. Of a task's annotations the one that was not cancelled is read; if
    there are several, the one marked as ground truth; else the task is a reject, as is a task nobody annotated.
    A region of two labels is two spans. What is no labelled region (choices, relations) is a reject by name.
    Predictions count only where there is no annotation, and then as rejects: they are a model's, not a person's.
    """
    exports = {path: data for path, data in files.items() if not path.endswith(".xml")}
    return gather(_find(path, row) for path, data in exports.items() for row in _join_min(read_list(data, path)))


def to_label_studio(documents: Sequence[Annotated], schema: Schema) -> Written:
    """Tasks to import, and `config.xml`, the labelling interface; notes and attributes stand in a region's `meta`."""
    tasks = [_to_task(document) for document in documents]
    text = "[" + ",".join(f"\n{json.dumps(task, ensure_ascii=False)}" for task in tasks) + "\n]\n"
    return Written({"tasks.json": text.encode(), "config.xml": write_config(schema).encode()})


def write_config(schema: Schema) -> str:
    """The labelling interface: the labels with their colours and keys, the text with its white space as it is."""
    labels = "".join(
        f"    <Label value={quoteattr(one.name)} background={quoteattr(one.color)} hotkey={quoteattr(one.hotkey)}/>\n"
        for one in schema.labels
    )
    return (
        "<View>\n  <Style>.htx-text { white-space: pre-wrap; }</Style>\n"
        f'  <Labels name="label" toName="text">\n{labels}  </Labels>\n'
        '  <Text name="text" value="$text"/>\n</View>\n'
    )


def _find(path: str, row: Row) -> FoundDocument:
    task = row.value
    data = task["data"] if isinstance(task.get("data"), dict) else {}
    document_id = task.get("id") if data.get("doc_id") is None else data["doc_id"]
    text = _find_text(data)
    chosen, fault = _choose(task)
    spans: list[FoundSpan] = []
    for one in _objects(task.get("annotations")):
        found = _find_spans(_objects(one.get("result")), text)
        spans += found if one is chosen else [replace(span, fault=_say_why_not(one)) for span in found]
    if not task.get("annotations"):
        for one in _objects(task.get("predictions")):
            spans += _find_spans(_objects(one.get("result")), text)
    return FoundDocument(
        path, row.line, row.number, document_id, text, tuple(spans), row.fault or (fault if text is not None else "")
    )


def _join_min(rows: Iterable[Row]) -> list[Row]:
    """Rows of JSON-MIN, each of which is one annotation, as the tasks they were; rows of JSON as they are."""
    tasks: dict[object, Row] = {}
    for row in rows:
        if row.fault or "data" in row.value:
            tasks[row.line, row.number] = row
            continue
        marks = [mark for value in row.value.values() for mark in _objects(value) if "labels" in mark]
        regions = [{"type": "labels", "value": mark} for mark in marks]
        annotation = {"result": regions, "completed_by": row.value.get("annotator")}
        data = {key: value for key, value in row.value.items() if isinstance(value, str) and key not in _ABOUT}
        task: dict[str, Any] = {"id": row.value.get("id"), "data": data, "annotations": []}
        joined = tasks.setdefault(row.number if task["id"] is None else str(task["id"]), replace(row, value=task))
        joined.value["annotations"].extend([annotation] if marks or row.value.get("annotator") is not None else [])
    return list(tasks.values())


def _find_text(data: Mapping[str, Any]) -> object:
    texts = [value for key, value in data.items() if isinstance(value, str) and key != "doc_id"]
    return data.get("text", texts[0] if len(texts) == 1 else None)


def _choose(task: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str]:
    """The annotation to read, or why there is none."""
    annotations = _objects(task.get("annotations"))
    if not annotations:
        return None, "has predictions only" if task.get("predictions") else "nobody has annotated it"
    live = [one for one in annotations if not one.get("was_cancelled")]
    truths = [one for one in live if one.get("ground_truth")]
    if not live:
        return None, "was skipped by who annotated it"
    for some in (live, truths):
        if len(some) == 1:
            return some[0], ""
    people = ", ".join(str(one.get("completed_by")) for one in live)
    return None, f"has {len(live)} annotations, by users {people}: keep one, or mark one as ground truth"


def _say_why_not(annotation: Mapping[str, Any]) -> str:
    cancelled = annotation.get("was_cancelled")
    return "its annotation was cancelled" if cancelled else "another annotation is the ground truth"


def _find_spans(regions: Sequence[Mapping[str, Any]], text: object) -> list[FoundSpan]:
    """The spans of an annotation in code points, and each other region as what it is."""
    spans = [span for region in regions for span in _find_region(region)]
    if not isinstance(text, str) or all(_fits(span, text) for span in spans):
        return [replace(span, surface=None) for span in spans]
    offsets = utf16_offsets(text)
    older = []
    for span in spans:
        start, end, fault = from_utf16(offsets, span.start, span.end)
        older.append(replace(span, start=start, end=end, fault=span.fault or fault))
    if all(_fits(span, text) for span in older):
        return [replace(span, surface=None) for span in older]
    return [replace(span, surface=None) if _fits(span, text) else span for span in spans]


def _find_region(region: Mapping[str, Any]) -> list[FoundSpan]:
    """One span a label."""
    value = region.get("value")
    if region.get("type") != "labels" or not isinstance(value, dict):
        about = {key: region[key] for key in ("type", "id") if key in region}
        return [no_span(about, f"a region of type {region.get('type')!r} is no labelled span")]
    labels = value.get("labels")
    meta = region["meta"] if isinstance(region.get("meta"), dict) else {}
    note = meta.get("text")
    if isinstance(note, list) and all(isinstance(line, str) for line in note):
        note = "\n".join(note) if note else None
    return [
        FoundSpan(value.get("start"), value.get("end"), label, value.get("text"), meta.get("attributes"), note)
        for label in (labels if isinstance(labels, list) and labels else [None])
    ]


def _fits(span: FoundSpan, text: str) -> bool:
    """Whether a region's text is what stands there; the page writes line breaks as two signs and drops white space."""
    if not isinstance(span.surface, str) or type(span.start) is not int or type(span.end) is not int:
        return True
    return _BLANK.sub("", span.surface) == _BLANK.sub("", text[max(span.start, 0) : max(span.end, 0)])


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _to_task(document: Annotated) -> Mapping[str, Any]:
    result = [_to_region(number, span) for number, span in enumerate(sort_spans(document.spans), 1)]
    return {"data": {"text": document.text, "doc_id": document.id}, "annotations": [{"result": result}]}


def _to_region(number: int, span: Span) -> Mapping[str, Any]:
    value = {"start": span.start, "end": span.end, "text": span.text, "labels": [span.label]}
    meta: dict[str, Any] = {} if span.note is None else {"text": [span.note]}
    meta |= {} if span.attributes is None else {"attributes": span.attributes}
    return {"id": f"s{number}", **_SPAN, "value": value, **({"meta": meta} if meta else {})}
