"""Lists that name labels and rules beside the spans: waived warnings, and records without a place."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from standoff.adjudicate.decisions import is_whole
from standoff.errors import StandoffError
from standoff.jsonl import dumps_records, dumps_row, parse_records
from standoff.records import Decision, Orphan, Record, Span, Waiver, from_row, to_row
from standoff.relabel.decisions import relabel_decision, say_left
from standoff.relabel.fates import Fates, Witness, to_key
from standoff.relabel.move import Move
from standoff.relabel.spans import relabel_spans


def relabel_waivers(text: str, path: Path, move: Move, folder: str, tally: Counter[str]) -> str:
    """Waivers after a move: the page, rules and labels of each, and the ids in its reason; two that are one become one.

    `folder` is the name of that of the guidelines.
    """
    waivers: dict[tuple[str, str, str], Waiver] = {}
    for _, waiver in parse_records(text, path, Waiver):
        at, ids = move.map_ids(waiver.at)
        at, words = move.map_names(at)
        reason, more = move.map_ids(waiver.reason)
        place, moved = waiver.path, 0
        if move.kind != "split" and place == f"{folder}/{move.old}.md":
            place, moved = f"{folder}/{move.new}.md", 1
        tally.update(ids=ids + more, words=words, paths=moved)
        one = replace(waiver, path=place, at=at, reason=reason)
        tally["merged"] += (one.rule, one.path, one.at) in waivers
        waivers.setdefault((one.rule, one.path, one.at), one)
    changed = any(tally.values())
    return dumps_records(waivers.values()) if changed else text


def relabel_orphans(
    text: str, path: Path, name: str, move: Move, folder: str, tally: Counter[str]
) -> tuple[str, list[str]]:
    """Records without a place after a move, and which rows of decisions are left for want of their words.

    A span goes as in its layer; the rows of a decision with those of the same old text, its waivers as others. Two
    that become the same stay two, since a person goes through them. Raises StandoffError for what is no orphan.
    """
    numbered = [*parse_records(text, path, Orphan)]
    fates, done, left = Fates(move), list[Orphan](), list[str]()
    for line, one in numbered:
        if _is_span(one.record):
            layer = PurePosixPath(one.path).parent.name
            fates.note(to_key(one.id, one.seed), layer, [_parse(one, Span, path, line)])
    for line, one in numbered:
        record: Mapping[str, Any] = one.record
        if _is_span(record):
            record = _relabel_span(_parse(one, Span, path, line), move, tally)
        elif "choice" in record:
            decision = _parse(one, Decision, path, line)
            witness = Witness(fates, to_key(one.id, one.seed), decision.rule, lambda: None)
            moved, unknown = relabel_decision(decision, move, witness, tally)
            record, left = to_row(moved), [*left, *say_left(name, decision, move, unknown)]
        elif "at" in record:
            record = _relabel_waiver(record, path, move, folder, tally)
        done.append(replace(one, record=record))
    return (text if done == [one for _, one in numbered] else dumps_records(done)), left


def _is_span(record: Mapping[str, Any]) -> bool:
    return "label" in record


def _parse(orphan: Orphan, kind: type[Record], path: Path, line: int) -> Record:
    try:
        record = from_row(kind, {**orphan.record})
    except ValueError as error:
        raise StandoffError(f"not a {kind.__name__.lower()}: {error}", path=path, line=line) from None
    if isinstance(record, Decision) and not is_whole(record):
        hint = "its spans are [start, end, label] in its range, by a person or a policy"
        raise StandoffError("is no decision", path=path, line=line, hint=hint)
    return record


def _relabel_span(span: Span, move: Move, tally: Counter[str]) -> Mapping[str, Any]:
    done = relabel_spans([span], move)
    (moved,) = done.spans
    tally.update(spans=done.counts["relabelled"], ids=move.map_ids(span.note or "")[1])
    return to_row(moved)


def _relabel_waiver(
    record: Mapping[str, Any], path: Path, move: Move, folder: str, tally: Counter[str]
) -> Mapping[str, Any]:
    own = Counter[str]()
    line = relabel_waivers(dumps_row({**record}) + "\n", path, move, folder, own)
    tally.update(own)
    return json.loads(line)  # type: ignore[no-any-return]


def relabel_layer(text: str, old: str, new: str) -> str:
    """A `layer.toml` under the new version of the guidelines, if it was made under the old one."""
    return re.sub(rf"""(?m)^(guidelines\s*=\s*["']){re.escape(old)}(?=["'])""", rf"\g<1>{new}", text, count=1)
