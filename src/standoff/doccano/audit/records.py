"""What an audit has seen of a project, as the server has it, and what it found there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["broken", "lost", "note"]
"""Wrong as it stands; gone or changed in an export; or merely good to know."""
Unit = Literal["utf16", "codepoints", "graphemes"]


@dataclass(frozen=True, slots=True)
class Facts:
    """A project and its mode; `text` and `spans` say whether its documents are texts and their labels spans."""

    id: int
    name: str
    task: str
    sharing: bool
    grapheme: bool
    overlap: bool
    relations: bool
    text: bool

    @property
    def spans(self) -> bool:
        """Whether its labels are spans, which is what most of an audit is about."""
        return self.task == "SequenceLabeling"

    @property
    def unit(self) -> Unit:
        """What its annotation page counts offsets in."""
        return "graphemes" if self.grapheme else "utf16"


@dataclass(frozen=True, slots=True)
class Item:
    """A document; `upload` is the file it was imported from, empty where it was made through the web interface."""

    id: int
    text: str
    meta: Mapping[str, Any]
    upload: str
    comments: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A span as stored, in whatever unit; the author is not known from an export."""

    start: int
    end: int
    label: str
    author: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The marks of one member, or of all where they share them, by document in the order of the items.

    `confirmed` has the indices of the items that the member confirmed, `comments` how many an export would hold.
    """

    marks: tuple[tuple[Mark, ...], ...]
    confirmed: frozenset[int] = frozenset()
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A project as far as the account may see it: `unseen` says what it may not, or could not be read.

    `done` is documents confirmed by user, former members too; `stored` counts the spans of everybody, None where it
    cannot be had; `whole` says whether `readings` are those of all members.
    """

    facts: Facts
    items: tuple[Item, ...]
    labels: tuple[str, ...]
    members: Mapping[str, str] | None
    done: Mapping[str, int]
    readings: Mapping[str, Reading]
    stored: int | None
    whole: bool
    unseen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: a stable rule id, how many (`of` what), what it means, and a few of them for people."""

    rule: str
    severity: Severity
    count: int
    of: str
    message: str
    examples: tuple[str, ...] = ()


SHOWN = 5
"""Examples kept of a finding."""
