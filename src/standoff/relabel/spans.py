"""Spans of a layer under a new label: counted, and merged where two become one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from standoff.guidelines.citations import cited_rules
from standoff.records import Span
from standoff.relabel.move import Move


@dataclass(frozen=True, slots=True)
class Relabelled:
    """The spans of a document after a move; `counts` of spans add up to those before.

    `lost` are attributes that a merged span held otherwise: `120-135 certainty`.
    """

    spans: tuple[Span, ...]
    counts: Counter[str]
    lost: tuple[str, ...] = ()


def relabel_spans(spans: Sequence[Span], move: Move) -> Relabelled:
    """The spans with the new label, and notes with the new ids; no offset changes.

    A span that becomes the same as another is merged into it: the note holds what both said, and of attributes that
    differ, those of the span that had the label before stand.
    """
    moved = [move.takes(span.label, span.text, cited_rules(span.note)) for span in spans]
    mapped = [_map(span, move, takes=takes) for span, takes in zip(spans, moved, strict=True)]
    fresh = {_key(span) for span, takes in zip(mapped, moved, strict=True) if takes}
    kept: dict[tuple[int, int, str], Span] = {}
    rest, merged, lost = list[Span](), 0, list[str]()
    for span, _ in sorted(zip(mapped, moved, strict=True), key=lambda pair: pair[1]):  # the label's own spans first
        key = _key(span)
        if key not in fresh:
            rest.append(span)
        elif key in kept:
            merged += 1
            lost += _find_lost(kept[key], span)
            kept[key] = _merge(kept[key], span)
        else:
            kept[key] = span
    notes = sum(one.note != other.note for one, other in zip(spans, mapped, strict=True))
    counts = Counter(relabelled=sum(moved) - merged, merged=merged, untouched=len(spans) - sum(moved), notes=notes)
    ordered = sorted([*rest, *kept.values()], key=_key) if fresh else mapped
    return Relabelled(tuple(ordered), counts, tuple(lost))


def count_shared(spans: Iterable[Span], label: str) -> int:
    """How many spans of a label share characters with one before them that has it too."""
    count, until = 0, 0
    for span in sorted((span for span in spans if span.label == label), key=_key):
        count += span.start < until
        until = max(until, span.end)
    return count


def _map(span: Span, move: Move, *, takes: bool) -> Span:
    note = span.note if span.note is None else move.map_ids(span.note)[0]
    return replace(span, label=move.new, note=note) if takes else replace(span, note=note)


def _key(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.label


def _find_lost(one: Span, other: Span) -> list[str]:
    mine: Mapping[str, Any] = one.attributes or {}
    differ = [name for name, value in (other.attributes or {}).items() if mine.get(name, value) != value]
    return [f"{one.start}-{one.end} {name}" for name in differ]


def _merge(one: Span, other: Span) -> Span:
    attributes = {**(other.attributes or {}), **(one.attributes or {})}
    notes = dict.fromkeys(span.note for span in (one, other) if span.note)
    return replace(one, attributes=attributes or one.attributes, note=_join_notes(list(notes)) or one.note)


def _join_notes(notes: Sequence[str]) -> str:
    """One note of several, with the ids that they cite first, so that they stay citations."""
    ids = ", ".join(dict.fromkeys(rule for note in notes for rule in cited_rules(note)))
    said = "; ".join(text for note in notes if (text := _say(note)))
    return notes[0] if len(notes) == 1 else " - ".join(part for part in (ids, said) if part)


def _say(note: str) -> str:
    """What a note says after the ids that it cites."""
    if not (cited := cited_rules(note)):
        return note
    for rule in cited:
        note = note.strip(" ,").removeprefix(rule)
    return note.strip(" -–—")
