"""One change, what it calls for, and all changes of two states with their account."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from standoff.diff.levels import LEVELS
from standoff.diff.version import BUMPS, Bump, needed_version
from standoff.ledger import Ledger
from standoff.records import Cut, Span, to_row

Side = Span | Cut | str | None


@dataclass(frozen=True, slots=True)
class Change:
    """`what` of the table, where (a document, a layer), and both sides: marks with seed offsets, or words.

    Of a document whose text may not be redistributed no surface, note or title is here.
    """

    what: str
    id: str = ""
    layer: str = ""
    old: Side = None
    new: Side = None

    @property
    def level(self) -> Bump:
        """The step it calls for."""
        return LEVELS[self.what]

    @property
    def label(self) -> str:
        """Label of a span or kind of a cut, of the new side where there is one; else empty."""
        return find_label(self.old if self.new is None else self.new)

    def to_dict(self) -> dict[str, Any]:
        """For `--json`; sides that are not there are left out."""
        sides = {"old": self.old, "new": self.new}
        told = {key: to_side(side) for key, side in sides.items() if side is not None}
        place = {key: value for key, value in (("id", self.id), ("layer", self.layer)) if value}
        return {"what": self.what, "level": self.level, **place, **told}


def find_label(side: Side) -> str:
    """The label of a span, the kind of a cut, nothing for words."""
    return side.label if isinstance(side, Span) else side.kind if isinstance(side, Cut) else ""


def to_side(side: Span | Cut | str) -> Any:  # noqa: ANN401 - JSON
    """A side as JSON; a span without surface has no `text`."""
    if isinstance(side, str):
        return side
    return {key: value for key, value in to_row(side).items() if key != "text" or value}


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of a state beside its changes."""

    name: str
    version: str
    guidelines: str
    documents: int


Tally = Mapping[tuple[str, str, str, str], int]
"""Number of marks by account (`spans`, `cuts`, `spans of <layer>`), side (`before`, `now`), label, and outcome."""


@dataclass(frozen=True, slots=True)
class Diff:
    """Every change from one state to another, once; counts and characters of marks by outcome; what was not compared.

    `private` are the documents whose text may not be shown, and `colors` the labels' as far as known.
    """

    old: Summary
    new: Summary
    changes: tuple[Change, ...]
    ledger: Ledger
    counts: Tally
    characters: Tally
    unknown: tuple[str, ...]
    private: frozenset[str]
    colors: Mapping[str, str]

    @property
    def bump(self) -> Bump:
        """The step that the changes call for."""
        return max((change.level for change in self.changes), key=BUMPS.index, default="none")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why: what changed that calls for no less than this step, most important first."""
        return tuple(count_changes(what, found) for what, found in self.by_what() if LEVELS[what] == self.bump)

    @property
    def version_needed(self) -> str | None:
        """The least version that the new state may have; None where the old one has no number."""
        try:
            return needed_version(self.old.version, self.bump)
        except ValueError:
            return None

    def by_what(self) -> Iterator[tuple[str, list[Change]]]:
        """The changes by what they are, in the order of the table."""
        found: dict[str, list[Change]] = {what: [] for what in LEVELS}
        for change in self.changes:
            found[change.what].append(change)
        yield from ((what, changes) for what, changes in found.items() if changes)

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "old": {"name": self.old.name, "version": self.old.version, "guidelines": self.old.guidelines},
            "new": {"name": self.new.name, "version": self.new.version, "guidelines": self.new.guidelines},
            "bump": self.bump,
            "version_needed": self.version_needed,
            "reasons": list(self.reasons),
            "counts": {what: len(found) for what, found in self.by_what()},
            "accounts": self.ledger.to_dict(),
            "not_compared": list(self.unknown),
            "changes": [change.to_dict() for change in self.changes],
        }


def count_labels(changes: Sequence[Change]) -> Counter[str]:
    """How many changes of each label; of relabelled marks by `OLD -> NEW`."""
    sides = ((find_label(change.old), change.label) for change in changes)
    return Counter(f"{one} -> {other}" if one and one != other else other for one, other in sides)


def count_changes(what: str, changes: Sequence[Change]) -> str:
    """Such as `3 spans added (ORG 2, DATA 1)`."""
    return f"{count_what(what, len(changes))} ({list_which(changes)})"


def count_what(what: str, count: int) -> str:
    """Such as `3 spans added`, `1 span added`."""
    noun, _, verb = what.partition(" ")
    return f"{count:,} {noun}{'' if count == 1 else 's'} {verb}"


_NAMES = 5
"""Documents, rules or layers that are named; the others are counted."""


def list_which(changes: Sequence[Change]) -> str:
    """Labels with their counts, else the names of documents, layers or rules."""
    if changes[0].label:
        return ", ".join(f"{name} {count:,}" for name, count in count_labels(changes).most_common())
    names = list(dict.fromkeys(_name(change) for change in changes))
    more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


def _name(change: Change) -> str:
    """What a change is about, in a word: of a definition the label alone."""
    words = str(change.old if change.new is None else change.new)
    return change.id or change.layer or (words.partition(": ")[0] if change.what == "definition changed" else words)
