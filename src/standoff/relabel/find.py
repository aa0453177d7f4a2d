"""From what a person types to the move: kind, spans, and every rule id that changes."""

from collections.abc import Collection, Mapping
from pathlib import Path

from standoff.errors import StandoffError
from standoff.files import decode, read_bytes
from standoff.guidelines.changes import read_changes
from standoff.guidelines.citations import split_ids
from standoff.guidelines.pages import Guidelines
from standoff.relabel.move import Move, find_ids, number_ids, read_pattern, require_names, sorted_ids
from standoff.relabel.pages import CHANGELOG, DECISIONS


def find_move(
    folder: Path, guidelines: Guidelines, old: str, new: str, where: str | None, rules: Collection[str]
) -> Move:
    """The move that the names and options ask for, with every rule id that it changes."""
    require_names(guidelines, old, new)
    exists = new in guidelines.schema.names
    if not exists and (folder / f"{new}.md").exists():
        hint = "it is the page of no label: move it away, or choose another name"
        raise StandoffError("is in the way", path=folder / f"{new}.md", hint=hint, usage=True)
    if where is not None and rules:
        raise StandoffError("--where and --rule are two ways to split", hint="use one of them", usage=True)
    own = {rule.id for rule in guidelines.rules if rule.label == old}
    if unknown := [rule for rule in rules if rule not in own or rule.endswith("-N")]:
        hint = f"one of {', '.join(rule for rule in sorted_ids(own) if not rule.endswith('-N'))}" if own else ""
        raise StandoffError(f"--rule {unknown[0]!r} is no rule of {old}", hint=hint, usage=True)
    if where is not None:
        return Move(old, new, "split", read_pattern(where))
    texts = {path.name: decode(read_bytes(path), path) for path in folder.glob("*.md")}
    used = {one for text in texts.values() for one in find_ids(new, text)} if exists else set[str]()
    if rules:
        return Move(old, new, "split", None, frozenset(rules), number_ids(rules, new, used))
    cited = own | {f"{old}-N"} | {one for one in _find_cited(folder, texts) if find_ids(old, one) == {one}}
    if exists:
        return Move(old, new, "merge", ids=number_ids(cited, new, used))
    return Move(old, new, "rename", ids={one: new + one.removeprefix(old) for one in cited})


def _find_cited(folder: Path, texts: Mapping[str, str]) -> set[str]:
    """What changelog and decisions cite where ids stand, also of rules that are gone."""
    changes = read_changes(folder / CHANGELOG) if CHANGELOG in texts else ()
    rows = (line.split(" · ") for line in texts.get(DECISIONS, "").split("\n") if line.startswith("- "))
    cited = {rule for row in rows if len(row) > 2 for rule in split_ids(row[1])}
    return cited | {rule for version in changes for change in version.changes for rule in change.rules}
