"""The rulings in `decisions.md`, one a line: date, rule ids, ruling."""

import re
from dataclasses import dataclass
from pathlib import Path

from standoff.files import decode, read_bytes

_LINE = re.compile(r"- (?:(?P<date>\S+) · (?P<ids>[^·]+) · )?(?P<text>.+)")


@dataclass(frozen=True, slots=True)
class Decision:
    """A ruling, its date as written, and the rules it cites."""

    date: str
    rules: tuple[str, ...]
    text: str


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The list items of the file in their order, none where there is no file; one without a date cites no rule."""
    lines = decode(read_bytes(path), path).split("\n") if path.exists() else []
    found = [match for line in lines if (match := _LINE.fullmatch(line.rstrip()))]
    return tuple(Decision(one["date"] or "", _split(one["ids"] or ""), one["text"]) for one in found)


def _split(ids: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in ids.split(",") if part.strip())
