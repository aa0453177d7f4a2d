"""brat standoff: `<id>.txt` and `<id>.ann` for each document, `annotation.conf` and `visual.conf` for all.

Offsets count code points, carriage returns among them. A line of an .ann file is one thing, so brat writes a span that
goes over a line break in fragments, one a line of text: `T1<tab>ORG 0 4;5 9<tab>Nord Bank`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from standoff.errors import StandoffError
from standoff.formats.brat_files import BREAK, Line, is_said, is_word, read_lines, read_text, say_value, write_settings
from standoff.formats.exchange import Annotated, Files, Loss, Parsed, Reject, Written
from standoff.formats.found import FoundDocument, FoundSpan, gather, name_span, no_span, sort_spans
from standoff.formats.stems import TOO_LONG, leave_out, leave_span, read_ids, to_stem
from standoff.guidelines import Schema
from standoff.records import Span

NO_WORD = "the label is not one word"
ALL_BREAKS = "it is line breaks alone"
TWICE = "without line breaks at its edges it is another span of the same label"
_SPACE = re.compile(r"\s")
_TEXT_BOUND = re.compile(r"(\S+) (-?\d{1,9} -?\d{1,9}(?:;-?\d{1,9} -?\d{1,9})*)")


def from_brat(files: Files) -> Parsed:
    """Each .txt with the .ann of its name; without one nobody has annotated it, and it is a reject.

    Text-bound lines are spans, A and M lines their attributes, `AnnotatorNotes` their notes. A span in fragments is
    read where only line breaks lie between them. All other lines (relations, events, normalizations, spans in pieces)
    are rejects, each by name. Raises StandoffError for files that are not UTF-8, or where there is none of the two.
    """
    texts, annotations = read_ids(files, ".txt"), read_ids(files, ".ann")
    if not texts and not annotations:
        hint = "a brat document is a .txt and an .ann of one name"
        raise StandoffError("no .txt and no .ann file", path=next(iter(files), None), hint=hint)
    return gather(_find(files, texts, annotations))


def to_brat(documents: Sequence[Annotated], schema: Schema) -> Written:
    """A .txt and an .ann for each document, and the two files that give a brat folder its labels and colours."""
    files: dict[str, bytes] = {}
    losses: list[Loss] = []
    unsaid: list[Reject] = []
    said: list[Span] = []
    for document in documents:
        stem = to_stem(document.id)
        if not stem:
            unsaid += leave_out(document, "", TOO_LONG)
            continue
        spans, left = _choose(document, f"{stem}.ann")
        unsaid += left
        said += spans
        losses += [loss for span in spans for loss in _find_losses(document, span)]
        files[f"{stem}.txt"] = document.text.encode()
        files[f"{stem}.ann"] = "".join(f"{line}\n" for line in _to_lines(document, spans)).encode()
    return Written(files | write_settings(said, schema), tuple(losses), tuple(unsaid))


def _find(files: Files, texts: Mapping[str, str], annotations: Mapping[str, str]) -> Iterator[FoundDocument]:
    stems = dict.fromkeys([*(path[:-4] for path in texts), *(path[:-4] for path in annotations)])
    for number, stem in enumerate(stems, 1):
        txt, ann = f"{stem}.txt", f"{stem}.ann"
        text = read_text(files[txt], txt) if txt in texts else None
        spans = _find_spans(read_lines(files[ann], ann), ann, text) if ann in annotations else []
        fault = "" if ann in annotations else "has no .ann file: nobody has annotated it"
        fault = fault if text is not None else "has no .txt file"
        path, document_id = (txt, texts[txt]) if txt in texts else (ann, annotations[ann])
        yield FoundDocument(path, None, number, document_id, text, tuple(spans), fault)


def _find_spans(lines: Sequence[Line], path: str, text: str | None) -> list[FoundSpan]:
    """The text-bound lines with what other lines say of them, and each line that says nothing of them."""
    bound = {line.id: line for line in reversed(lines) if line.kind == "T"}
    attributes: dict[str, dict[str, object]] = {}
    notes: dict[str, str] = {}
    spans: list[FoundSpan] = []
    for line in lines:
        match line.kind:
            case "T":
                fault = "" if bound[line.id] is line else "its id is there already"
            case "attribute":
                fault = _take_attribute(line, bound, attributes)
            case "note":
                fault = _take_note(line, bound, notes)
            case other:
                fault = f"{other} is no span"
        if fault:
            spans.append(_stray(line, path, fault))
    for line in bound.values():
        spans.append(_find_span(line, path, text, attributes.get(line.id), notes.get(line.id)))
    return sorted(spans, key=lambda span: span.at[1] or 0 if span.at else 0)


def _take_attribute(line: Line, bound: Mapping[str, Line], attributes: dict[str, dict[str, object]]) -> str:
    """Keep an attribute by the id of its span; else why not."""
    name, target, value = [*line.data.split(" ", 2), "", ""][:3]
    if target not in bound:
        return f"an attribute of {target or 'nothing'}, which is no span here"
    if name in attributes.setdefault(target, {}):
        return f"{target} has this attribute already"
    attributes[target][name] = value or True
    return ""


def _take_note(line: Line, bound: Mapping[str, Line], notes: dict[str, str]) -> str:
    """Keep a note by the id of its span; else why not."""
    kind, _, target = line.data.partition(" ")
    if target not in bound:
        return f"a note on {target or 'nothing'}, which is no span here"
    if kind != "AnnotatorNotes":
        return f"a note of kind {kind!r}"
    if target in notes:
        return f"{target} has a note already"
    notes[target] = line.tail
    return ""


def _find_span(line: Line, path: str, text: str | None, attributes: object, note: str | None) -> FoundSpan:
    parts = _TEXT_BOUND.fullmatch(line.data)
    if not parts:
        return _stray(line, path, "is no `T1<tab>LABEL START END<tab>TEXT`")
    ranges = [(int(low), int(high)) for low, high in (part.split(" ") for part in parts[2].split(";"))]
    start, end, fault = ranges[0][0], ranges[-1][1], ""
    if text is not None:
        fault = _find_gap(ranges, text) or _find_other_surface(ranges, text, line.tail)
    return FoundSpan(start, end, parts[1], None, attributes, note, fault, (path, line.number))


def _find_gap(ranges: Sequence[tuple[int, int]], text: str) -> str:
    """What lies between the fragments, if it is not line breaks alone."""
    for (low, high), (after, _) in pairwise(ranges):
        if not (low < high <= after and BREAK.sub("", text[high:after]) == ""):
            return "is in pieces with text between them, which no span here can be"
    return ""


def _find_other_surface(ranges: Sequence[tuple[int, int]], text: str, said: str) -> str:
    """What a line says its text is, if that differs in more than white space; nothing said is nothing wrong."""
    surface = " ".join(text[max(low, 0) : max(high, 0)] for low, high in ranges)
    if not said or _SPACE.sub(" ", said).strip() == _SPACE.sub(" ", surface).strip():
        return ""
    return "" if ranges[-1][1] > len(text) else f"says {said!r}, which is not what the text has there"


def _stray(line: Line, path: str, fault: str) -> FoundSpan:
    return FoundSpan(None, None, None, fault=fault, at=(path, line.number), name=no_span(line.text, "").name)


def _choose(document: Annotated, path: str) -> tuple[list[Span], list[Reject]]:
    """The spans as brat can have them, and those that it cannot."""
    chosen: dict[tuple[int, int, str], Span] = {}
    left = []
    for span in sort_spans(document.spans):
        pieces = _split(document.text, span)
        key = (pieces[0][0], pieces[-1][1], span.label) if pieces else (0, 0, "")
        reason = "" if is_word(span.label) else NO_WORD
        reason = reason or ("" if pieces else ALL_BREAKS) or (TWICE if key in chosen else "")
        if reason:
            left.append(leave_span(document, span, path, reason))
        else:
            chosen[key] = span
    return [chosen[key] for key in sorted(chosen)], left


def _split(text: str, span: Span) -> list[tuple[int, int]]:
    """A span in fragments without line breaks."""
    edges = [span.start - 1, *(one.start() for one in BREAK.finditer(text, span.start, span.end)), span.end]
    return [(low + 1, high) for low, high in pairwise(edges) if low + 1 < high]


def _to_lines(document: Annotated, spans: Sequence[Span]) -> Iterator[str]:
    count = 0
    for number, span in enumerate(spans, 1):
        pieces = _split(document.text, span)
        ranges = ";".join(f"{low} {high}" for low, high in pieces)
        yield f"T{number}\t{span.label} {ranges}\t{' '.join(document.text[low:high] for low, high in pieces)}"
        for name, value in (span.attributes or {}).items():
            if is_said(name, value):
                count += 1
                yield f"A{count}\t{name} T{number}" + ("" if value is True else f" {say_value(value)}")
    notes = [(number, span.note) for number, span in enumerate(spans, 1) if span.note is not None]
    for count, (number, note) in enumerate(notes, 1):
        yield f"#{count}\tAnnotatorNotes T{number}\t{BREAK.sub(' ', note)}"


def _find_losses(document: Annotated, span: Span) -> Iterator[Loss]:
    name = name_span(document.id, span.start, span.end, span.label, document.text)
    if BREAK.search(span.text[0] + span.text[-1]):
        yield Loss("edges", document.id, name)
    if span.note is not None and BREAK.search(span.note):
        yield Loss("notes", document.id, f"{name}: {span.note!r}")
    for key, value in (span.attributes or {}).items():
        if not is_said(key, value):
            yield Loss("attributes", document.id, f"{name}: {key!r}: {value!r}")
        elif value is not True and not isinstance(value, str):
            yield Loss("types", document.id, f"{name}: {key!r}: {value!r}")
