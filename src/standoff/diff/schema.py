"""Labels, guidelines and columns of two states; and what could not be compared."""

from collections.abc import Iterator, Mapping, Sequence

from standoff.diff.change import Change
from standoff.diff.follow import Followed
from standoff.diff.state import DocumentState, State
from standoff.guidelines.bump import needed_bump
from standoff.guidelines.changes import find_step, parse_version

_BY_STEP = {"major": "meaning changed", "minor": "rule added", "patch": "wording changed"}
"""What a change of the guidelines is, by the step that it asks of their version."""


MAY_BE_EMPTY = ("annotators", "standoff")
"""Configs that have no rows in a corpus without annotators, or without private texts."""
_MARKED = ("spans", "tokens", "standoff")
_ALL = (*_MARKED, "cleaning", "annotators")
_TOUCHED = {
    **dict.fromkeys(("document", "text", "split", "cut"), _ALL),
    **dict.fromkeys(("span", "count"), _MARKED),
    **dict.fromkeys(("layer", "reading", "mark"), ("annotators",)),
    "label": (*_MARKED, "annotators"),
    "description": ("spans", "standoff"),
}
"""The configs that a change may touch, by what it is about."""
_OF_SETTING = {"language": ("tokens", "standoff")}


def compare_schema(old: State, new: State) -> Iterator[Change]:
    """Label set, meaning, definitions, overlap, columns and settings."""
    yield from _compare_labels(old, new)
    if None not in (old.overlap, new.overlap) and old.overlap != new.overlap:
        yield Change("overlap changed", old=_say(old.overlap), new=_say(new.overlap))
    yield from _compare_guidelines(old, new)
    yield from _compare_columns(old.columns or {}, new.columns or {})
    for key in old.settings:
        if key in new.settings and old.settings[key] != new.settings[key]:
            yield Change("setting changed", old=f"{key}: {old.settings[key]}", new=f"{key}: {new.settings[key]}")


def _compare_labels(old: State, new: State) -> Iterator[Change]:
    """The set, its order, which numbers the labels, and definitions."""
    yield from (Change("label removed", old=name) for name in old.labels if name not in new.labels)
    yield from (Change("label added", new=name) for name in new.labels if name not in old.labels)
    shared = [name for name in old.labels if name in new.labels]
    order = [name for name in new.labels if name in old.labels]
    if shared != order:
        yield Change("order changed", old=", ".join(old.labels), new=", ".join(new.labels))
    for name in shared:
        sides = old.labels[name], new.labels[name]
        if None not in sides and sides[0] != sides[1]:
            yield Change("definition changed", old=f"{name}: {sides[0]}", new=f"{name}: {sides[1]}")


def _compare_guidelines(old: State, new: State) -> Iterator[Change]:
    """By their rules and examples where both sides have them, else by the numbers of their versions."""
    one, other = old.guidelines, new.guidelines
    if one is None or other is None:
        yield from _compare_versions(old, new)
    elif one is not other:
        told = {name for name in {*old.labels, *new.labels} if old.labels.get(name) != new.labels.get(name)}
        reasons = needed_bump(one, other).reasons
        for name, (level, why) in sorted(reasons.items()):
            if name not in told and "overlap" not in why:
                yield Change(_BY_STEP[level], new=f"{name}: {why}")
        if not reasons and one.schema.version != other.schema.version:
            yield Change("wording changed", old=one.schema.version, new=other.schema.version)


def _compare_versions(old: State, new: State) -> Iterator[Change]:
    """The step of the version; a definition that changed under the same version could mean anything."""
    versions = old.guidelines_version, new.guidelines_version
    if not all(versions):
        return
    if versions[0] != versions[1]:
        yield Change(_BY_STEP[_find_step(*versions)], old=versions[0], new=versions[1])
    elif any(old.labels[name] != new.labels[name] for name in old.labels.keys() & new.labels.keys()):
        yield Change("meaning changed", new=f"a definition changed under version {versions[1]} of the guidelines")


def _find_step(old: str, new: str) -> str:
    """How far a version went; backwards, or with a number that is none, is as much as can be."""
    try:
        forward = parse_version(old) < parse_version(new)
    except ValueError:
        return "major"
    return find_step(old, new) if forward else "major"


def _compare_columns(old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> Iterator[Change]:
    """Configs, but for those that need have no rows, and the columns of those that both have."""
    if old and new:
        yield from (Change("config removed", old=name) for name in old if name not in {*new, *MAY_BE_EMPTY})
        yield from (Change("config added", new=name) for name in new if name not in {*old, *MAY_BE_EMPTY})
    for config in (config for config in old if config in new):
        before, now = old[config], new[config]
        yield from (Change("column removed", old=f"{config}.{name}") for name in before if name not in now)
        yield from (Change("column added", new=f"{config}.{name}") for name in now if name not in before)
        for name in before:
            if name in now and before[name] != now[name]:
                sides = (f"{config}.{name}: {types[name]}" for types in (before, now))
                yield Change("column changed", "", "", *sides)


def compare_content(old: State, new: State, changes: Sequence[Change]) -> Iterator[Change]:
    """Splits of a config whose hash is another one, while none of the changes found touches that config.

    Of two datasets alone, with private texts in both or in neither. Rows that hold the version differ with it.
    """
    if old.content is None or new.content is None or old.has_private_text != new.has_private_text:
        return
    touched = {config for change in changes for config in _find_touched(change)}
    if old.version != new.version:
        touched.add("spans")
    for config in (config for config in old.content if config in new.content and config not in touched):
        before, now = old.content[config], new.content[config]
        for split in (split for split in before if split in now and before[split] != now[split]):
            yield Change("content changed", "", "", *(f"{config}/{split}: {one[split][:12]}" for one in (before, now)))


def _find_touched(change: Change) -> Sequence[str]:
    """The configs that have other rows by a change."""
    noun = change.what.partition(" ")[0]
    if noun in ("column", "setting"):
        words = str(change.new or change.old)
        return _OF_SETTING.get(words.partition(":")[0], ()) if noun == "setting" else (words.partition(".")[0],)
    return _TOUCHED.get(noun, ())


def _say(value: bool | None) -> str:
    return "spans may overlap" if value else "no two spans overlap"


def find_unknown(
    old: State,
    new: State,
    documents: Sequence[Mapping[str, DocumentState]],
    followed: Mapping[str, Followed | None],
) -> Iterator[str]:
    """What could not be compared, for people."""
    lost = [id for id, found in followed.items() if found is None]
    if lost:
        yield f"spans and cuts of {_count(lost, 'document')}, whose text changed and is not here: {_list(lost)}"
    if (old.columns is None) != (new.columns is None):
        yield "columns: only a built dataset has them"
    if old.columns is None and new.columns is None:
        yield "columns: compare built datasets to see them"
    if old.is_dataset != new.is_dataset:
        yield "notes, attributes, rules, language and origin: a dataset does not hold them"
    left = sum(len(state.documents) for state in (old, new)) - sum(map(len, documents))
    if left:
        yield f"{left:,} document{'' if left == 1 else 's'} that no dataset holds: not read, or in no split"
    pairs = ((one, documents[1][id]) for id, one in documents[0].items() if id in documents[1])
    bare = [one.id for one, other in pairs if (one.layers is None) != (other.layers is None)]
    if bare:
        yield f"readings of {_count(bare, 'document')}, of which a dataset holds no text: {_list(bare)}"
    if old.guidelines is None and new.guidelines is None and not (old.guidelines_version and new.guidelines_version):
        yield "guidelines: a manifest does not name their version"


def _count(ids: Sequence[str], what: str) -> str:
    return f"{len(ids):,} {what}{'' if len(ids) == 1 else 's'}"


def _list(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - 5:,} more" if len(ids) > 5 else ""
    return ", ".join(sorted(ids)[:5]) + more
