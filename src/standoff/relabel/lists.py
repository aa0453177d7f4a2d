"""Lists that name labels and rules beside the spans: decisions, waived warnings, and records without a place."""

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from standoff.errors import StandoffError
from standoff.guidelines.citations import cited_rules
from standoff.jsonl import dumps_records, dumps_row, parse_records
from standoff.records import Orphan, Waiver
from standoff.relabel.move import Move, find_ids

_OPAQUE = {"text", "id", "by", "document", "path", "layer", "annotator", "date"}
"""Fields that never hold a label or a rule, whatever they look like."""


def relabel_decisions(text: str, path: Path, move: Move, tally: Counter[str]) -> str:
    """Lines of JSON after a move: rule ids in every text, and each value that is the label and no more.

    In a split a value goes with the `text` and the rules of its object. Raises StandoffError for what is no JSON.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if move.old in line:
            try:
                row = json.loads(line)
            except ValueError as error:
                raise StandoffError(f"not JSON: {error}", path=path, line=number + 1) from None
            changed = _relabel_value(row, move, "", frozenset(), tally)
            lines[number] = line if changed == row else dumps_row(changed)
    return "\n".join(lines)


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


def relabel_orphans(text: str, path: Path, move: Move, folder: str, tally: Counter[str]) -> str:
    """Records without a place after a move: the label of a span, as in its layer, and what decisions and waivers name.

    Two that become the same stay two, since a person goes through them. Raises StandoffError for what is no orphan.
    """
    orphans = [one for _, one in parse_records(text, path, Orphan)]
    done = [replace(one, record=_relabel_record(one.record, path, move, folder, tally)) for one in orphans]
    return text if done == orphans else dumps_records(done)


def _relabel_record(
    record: Mapping[str, Any], path: Path, move: Move, folder: str, tally: Counter[str]
) -> Mapping[str, Any]:
    if "choice" in record:  # a decision
        return _relabel_value(record, move, "", frozenset(), tally)  # type: ignore[no-any-return]
    if "at" in record:  # a waiver
        own = Counter[str]()
        line = relabel_waivers(dumps_row({**record}) + "\n", path, move, folder, own)
        tally.update(own)
        return json.loads(line)  # type: ignore[no-any-return]
    if "label" not in record:  # a cut or a keep
        return record
    note, ids = move.map_ids(record.get("note") or "")
    takes = move.takes(record["label"], record.get("text") or "", cited_rules(record.get("note")))
    tally.update(spans=int(takes), ids=ids)
    return {**record, **({"label": move.new} if takes else {}), **({"note": note} if ids else {})}


def _relabel_value(
    value: Any,  # noqa: ANN401 - any JSON
    move: Move,
    surface: str,
    cited: Collection[str],
    tally: Counter[str],
) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        surface = value["text"] if isinstance(value.get("text"), str) else surface
        texts = " ".join(one for key, one in value.items() if isinstance(one, str) and key not in _OPAQUE)
        cited = find_ids(move.old, texts) or cited
        return {
            key: one if key in _OPAQUE else _relabel_value(one, move, surface, cited, tally)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_relabel_value(one, move, surface, cited, tally) for one in value]
    if not isinstance(value, str):
        return value
    if move.takes(value, surface, cited):
        tally["words"] += 1
        return move.new
    value, ids = move.map_ids(value)
    tally["ids"] += ids
    return value


def relabel_layer(text: str, old: str, new: str) -> str:
    """A `layer.toml` under the new version of the guidelines, if it was made under the old one."""
    return re.sub(rf"""(?m)^(guidelines\s*=\s*["']){re.escape(old)}(?=["'])""", rf"\g<1>{new}", text, count=1)
