"""After a change of the guidelines: exactly the spans of a layer that a person must look at again, by rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from standoff.guidelines.changes import Change, Version, parse_version
from standoff.guidelines.citations import cited_rules
from standoff.guidelines.support import Against, Annotated, Oracle
from standoff.records import Span


@dataclass(frozen=True, slots=True)
class Work:
    """A span to look at, or a place where one is missing (`line` is None); `at` is its range in the layer's offsets."""

    path: str
    line: int | None
    at: str
    surface: str
    label: str
    rules: tuple[str, ...]
    why: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {name: getattr(self, name) for name in Work.__slots__}


def find_worklist(
    versions: Sequence[Version], since: str, documents: Iterable[Annotated], oracle: Oracle
) -> list[Work]:
    """What to look at in a layer made under version `since`; raises ValueError where that is no version.

    Three sorts of spans: those whose note cites a rule of a minor or major entry since then, those an entry's `look`
    names, and those that go against an example of a rule in a minor or major entry.
    """
    changes = find_changes(versions, since)
    return [work for document in documents for work in look_at(document, changes, oracle)] if changes else []


def find_changes(versions: Sequence[Version], since: str) -> tuple[Change, ...]:
    """The entries of all versions above `since`; raises ValueError where that is no version."""
    made = parse_version(since)
    newer = (version for version in versions if parse_version(version.version) > made)
    return tuple(change for version in newer for change in version.changes)


def look_at(document: Annotated, changes: Sequence[Change], oracle: Oracle) -> Iterator[Work]:
    """What to look at in one document, each span once with all its reasons, in the order of the spans."""
    reasons = defaultdict[tuple[int, int, str], list[tuple[str, str]]](list)
    places: dict[tuple[int, int, str], tuple[int | None, Span]] = {}
    for number, span in enumerate(document.spans):
        key = (span.start, span.end, span.label)
        places[key] = (document.lines[number], span)
        reasons[key] += _reasons_of(span, changes)
    for one in oracle.judge(document).against:
        key = (one.span.start, one.span.end, one.span.label)
        places.setdefault(key, (one.line, one.span))
        reasons[key] += _reasons_against(one, changes)
    for key, found in sorted(reasons.items()):
        if found:
            line, span = places[key]
            rules, why = (tuple(dict.fromkeys(part)) for part in zip(*found, strict=True))
            yield Work(document.path, line, f"{span.start}-{span.end}", span.text, span.label, rules, why)


def _reasons_of(span: Span, changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """Rule and reason for each entry that a span's note or looks call for."""
    cited = cited_rules(span.note) if span.note else []
    for change in changes:
        if change.level != "patch":
            yield from ((rule, f"its note cites {rule}: {_tell(change)}") for rule in cited if change.touches(rule))
        if change.look is not None and change.look.fits(span.label, span.text):
            yield from ((rule, _tell(change)) for rule in change.rules)


def _reasons_against(against: Against, changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    for rule in against.rules:
        if any(change.touches(rule) for change in changes if change.level != "patch"):
            yield rule, against.message


def _tell(change: Change) -> str:
    return f"{change.version} {change.level}: {change.text}"
