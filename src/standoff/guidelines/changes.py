"""`guidelines/CHANGELOG.md`, which machines read too: what a version changed, and which spans it asks to look at.

Under `## 1.0.0 (2026-11-28)`, newest first, stand entries `- major · ORG-7, ORG-8 · what changed · look: ORG /regex/`.
An entry without a level is a remark. `look` names the spans to read again by label and by a regular expression that is
searched for in the surface; it may be left out of a patch, and may be `none`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from standoff.errors import StandoffError
from standoff.files import decode, read_bytes
from standoff.guidelines.citations import split_ids
from standoff.guidelines.pages import Guidelines
from standoff.records import Issue

Level = Literal["patch", "minor", "major"]
LEVELS: tuple[Level, ...] = ("patch", "minor", "major")
NUMBER = r"(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)"
"""A version: no zero before a number, and no digits but these ten."""
_HEADING = re.compile(rf"## (?P<version>{NUMBER}) \((?P<date>\d{{4}}-\d{{2}}-\d{{2}})\)\s*")
_ENTRY = re.compile(r"(?P<level>\w+) · (?P<ids>[^·]+?) · (?P<text>.+?)(?: · look: (?P<look>.+))?")
_LOOK = re.compile(r"(?P<labels>[^/]*?)\s*(?:/(?P<pattern>.+)/)?")


@dataclass(frozen=True, slots=True)
class Look:
    """Spans to read again: of these labels, or of any if none is named, whose surface holds a match of `pattern`."""

    labels: tuple[str, ...]
    pattern: str

    def fits(self, label: str, surface: str) -> bool:
        """Whether a span is one of them; an empty pattern matches every surface."""
        return (not self.labels or label in self.labels) and re.search(self.pattern, surface) is not None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry; `rules` are rule ids or names of labels, `look` is None for no span."""

    version: str
    level: Level
    rules: tuple[str, ...]
    text: str
    look: Look | None
    path: str
    line: int

    def touches(self, rule: str) -> bool:
        """Whether it names the rule, or the label whose rule it is."""
        return rule in self.rules or rule.rpartition("-")[0] in self.rules


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its date and entries, remarks left out."""

    version: str
    date: str
    path: str
    line: int
    changes: tuple[Change, ...]


def read_changes(path: Path) -> tuple[Version, ...]:
    """The versions in a changelog, newest first; raises StandoffError with the line of what cannot be read."""
    name = f"{path.parent.name}/{path.name}"
    versions: list[Version] = []
    for number, line in _join_lines(decode(read_bytes(path), path)):
        try:
            if line.startswith("## "):
                versions.append(_read_heading(line, name, number, versions))
            elif line.startswith("- ") and versions:
                last = versions[-1]
                changes = (*last.changes, *_read_entry(line[2:], last, number))
                versions[-1] = Version(last.version, last.date, name, last.line, changes)
        except ValueError as error:
            hint = "- minor · ORG-7 · what changed · look: ORG /regex/"
            raise StandoffError(str(error), path=path, line=number, hint=hint) from None
    return tuple(versions)


def check_version(guidelines: Guidelines, versions: Sequence[Version]) -> Iterator[Issue]:
    """The version of `labels.toml` is the newest, and each step between two is as large as its entries ask for.

    Before 1.0.0 a minor step may carry a major change. Guidelines without pages need no changelog.
    """
    ours, path = guidelines.schema.version, f"{guidelines.folder}/CHANGELOG.md"
    if not versions:
        if guidelines.rules:
            yield Issue("guideline-version", path, None, f"no version is listed; labels.toml is {ours}", at=ours)
        return
    if versions[0].version != ours:
        message = f"labels.toml is version {ours}, the newest here is {versions[0].version}"
        yield Issue("guideline-version", path, versions[0].line, message, at=ours)
    for newer, older in pairwise(versions):
        step = find_step(older.version, newer.version)
        for change in newer.changes:
            early = parse_version(newer.version) < (1, 0, 0) and step == "minor"
            if LEVELS.index(change.level) > LEVELS.index(step) and not early:
                message = f"a {change.level} change, but from {older.version} to {newer.version} is a {step} step"
                yield Issue("guideline-version", path, change.line, message, at=newer.version, context=change.text)


def check_changes(guidelines: Guidelines, versions: Sequence[Version]) -> Iterator[Issue]:
    """Each rule, or label to look at, that nobody knows and that no entry removed."""
    known = guidelines.ids | frozenset(guidelines.schema.names) | retired(versions)
    for change in (change for version in versions for change in version.changes):
        for name in (*change.rules, *(change.look.labels if change.look else ())):
            if name not in known:
                message = f"the entry cites {name}, which is no rule and no label"
                yield Issue("rule-unknown", change.path, change.line, message, at=name, context=change.text)


def retired(versions: Sequence[Version]) -> frozenset[str]:
    """Rules and labels of major entries that begin with "removed": history may go on citing them."""
    changes = [change for version in versions for change in version.changes if change.level == "major"]
    return frozenset(rule for one in changes if one.text.lower().startswith("removed") for rule in one.rules)


def find_step(old: str, new: str) -> Level:
    """What part of the number differs first."""
    before, after = parse_version(old), parse_version(new)
    return "major" if before[0] != after[0] else "minor" if before[1] != after[1] else "patch"


def parse_version(version: str) -> tuple[int, int, int]:
    """Three numbers without zeros before them; raises ValueError for anything else."""
    if not re.fullmatch(NUMBER, version):
        raise ValueError(f"{version!r} is no version such as 1.0.0")
    major, minor, patch = version.split(".")
    return int(major), int(minor), int(patch)


def _join_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, an indented one as part of the entry above it."""
    number, whole = 1, ""
    for at, line in enumerate(text.split("\n"), 1):
        if line.startswith("  ") and whole.startswith("- "):
            whole += f" {line.strip()}"
            continue
        yield number, whole
        number, whole = at, line.rstrip()
    yield number, whole


def _read_heading(line: str, path: str, number: int, above: Sequence[Version]) -> Version:
    if not (found := _HEADING.fullmatch(line)):
        raise ValueError("a version is headed `## 1.0.0 (2026-11-28)`")
    if above and parse_version(found["version"]) >= parse_version(above[-1].version):
        raise ValueError(f"{found['version']} stands below {above[-1].version}: the newest comes first, each once")
    return Version(found["version"], found["date"], path, number, ())


def _read_entry(item: str, version: Version, line: int) -> Iterator[Change]:
    """The change in an entry, none in a remark; raises ValueError for what begins like a change and is not one."""
    level = next((level for level in LEVELS if re.match(rf"{level}\b", item)), None)
    found = _ENTRY.fullmatch(item)
    if found and level is None:
        raise ValueError(f"{found['level']!r} is no level: patch, minor or major")
    if level is None:
        return
    if not found:
        raise ValueError("an entry has a level, rule ids and a text, with ` · ` between them")
    if found["look"] is None and level != "patch":
        raise ValueError(f"a {level} entry says what to look at: `look: ORG /regex/` or `look: none`")
    look = None if found["look"] in (None, "none") else _read_look(found["look"])
    rules = tuple(split_ids(found["ids"]))
    yield Change(version.version, level, rules, found["text"], look, version.path, line)


def _read_look(text: str) -> Look:
    found = _LOOK.fullmatch(text.strip())
    if not found or not (found["labels"] or found["pattern"]):
        raise ValueError(f"{text!r} names no spans: labels between commas, then a /regex/, or none")
    try:
        re.compile(found["pattern"] or "")
    except re.error as error:
        raise ValueError(f"the regex /{found['pattern']}/ is wrong: {error}") from None
    return Look(tuple(split_ids(found["labels"])), found["pattern"] or "")
