"""Marks of one document before and now: each of either side counted once, each that changed told."""

import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from standoff.changes.marks import Pair, name_label, pair_marks
from standoff.diff.change import Change
from standoff.diff.follow import Followed, follow_marks
from standoff.records import Cut, Span

Mark = TypeVar("Mark", Span, Cut)
Key = tuple[str, str, str, str]
WHOLE, UNKNOWN = "with the document", "not compared"
"""Outcomes of marks of a document that is on one side alone, and of one whose texts differ and are not here."""
OUTCOMES = ("kept", "reworded", "noted", "relabelled", "rekinded", "moved", "removed", "added", WHOLE, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Account:
    """Number and characters of marks by account, side, label and outcome; grows while documents are compared."""

    counts: Counter[Key] = field(default_factory=Counter)
    characters: Counter[Key] = field(default_factory=Counter)

    def add(self, name: str, side: str, outcome: str, marks: Sequence[Span] | Sequence[Cut]) -> None:
        """Count marks of one outcome on one side."""
        for mark in marks:
            key = name, side, name_label(mark), outcome
            self.counts[key] += 1
            self.characters[key] += mark.end - mark.start


@dataclass(frozen=True, slots=True)
class Place:
    """Where marks are, and what is known: `account`, the noun of their changes, document and layer.

    `bare`: no surface may be shown. `details`: both sides know notes and attributes. `followed` is None where the text
    is the same.
    """

    account: str
    noun: str
    id: str
    layer: str
    bare: bool
    details: bool
    followed: Followed | None

    def to_change(self, outcome: str, old: Mark | None, new: Mark | None) -> Change:
        """The change of a mark, without surface where it may not be shown."""
        outcome = "rekinded" if outcome == "relabelled" and self.noun == "cut" else outcome
        return Change(f"{self.noun} {outcome}", self.id, self.layer, *(self._show(mark) for mark in (old, new)))

    def _show(self, mark: Mark | None) -> Mark | None:
        if mark is None or isinstance(mark, Cut) or not self.bare:
            return mark
        return replace(mark, text="", note=None, attributes=None)


def compare_marks(place: Place, old: Sequence[Mark], new: Sequence[Mark], account: Account) -> Iterator[Change]:
    """The changes from one list to the other; every mark is counted in `account`."""
    if place.followed is None and old == new:
        for side, marks in (("before", old), ("now", new)):
            account.add(place.account, side, "kept", marks)
        return
    for outcome, one, other in _pair(place, old, new):
        told = "rekinded" if outcome == "relabelled" and place.noun == "cut" else outcome
        if one is not None:
            account.add(place.account, "before", told, [one])
        if other is not None:
            account.add(place.account, "now", told, [other])
        if outcome != "kept":
            yield place.to_change(outcome, one, other)


def _pair(place: Place, old: Sequence[Mark], new: Sequence[Mark]) -> Iterator[Pair[Mark]]:
    """As `pair_marks`, by what both sides know; the old marks are as they were, wherever they were followed to."""
    before: dict[int, Mark] = {}
    gone: list[Mark] = []
    if place.followed is not None:
        old, before, gone = follow_marks(old, place.followed.to_new)
    pairs: Iterator[Pair[Mark]] = pair_marks(old, new)
    for outcome, one, other in chain(pairs, (("removed", mark, None) for mark in gone)):
        was = one if one is None else before.get(id(one), one)
        yield _judge(place, was, other) if outcome == "noted" else outcome, was, other


def _judge(place: Place, old: Mark | None, new: Mark | None) -> str:
    """What `noted` comes to: of a span its surface, its note or its attributes differ, of a cut who made it."""
    if isinstance(old, Cut) and isinstance(new, Cut):
        return "kept" if old.by == new.by and _single(old.score) == _single(new.score) else "noted"
    assert isinstance(old, Span) and isinstance(new, Span)
    if place.followed is not None and old.text != new.text and old.text and new.text:
        return "reworded"
    same = (old.note, old.attributes) == (new.note, new.attributes)
    return "noted" if place.details and not same else "kept"


def _single(score: float | None) -> bytes:
    """A score as a dataset keeps it: a float of 32 bits."""
    return b"" if score is None else struct.pack("f", score)
