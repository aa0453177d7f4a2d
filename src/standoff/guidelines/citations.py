"""Rule ids where people cite them: the note of a span, a line of decisions."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from standoff.files import decode, read_bytes
from standoff.guidelines.sections import RULE_ID
from standoff.records import Issue

_NOTE = re.compile(rf"\s*(?P<ids>{RULE_ID}(?:\s*,\s*{RULE_ID})*)\s*(?:\s[-–—].*)?", re.DOTALL)
_DECISION = re.compile(r"- (?P<date>\S+) · (?P<ids>[^·]+) · (?P<text>.+)")


def cited_rules(note: str | None) -> list[str]:
    """The rule ids that a note begins with: `ORG-7, ALL-5` or `ORG-7 - the shares`; none if it is free text."""
    found = _NOTE.fullmatch(note or "")
    return split_ids(found["ids"]) if found else []


def split_ids(ids: str) -> list[str]:
    """Ids or names between commas."""
    return [part.strip() for part in ids.split(",") if part.strip()]


def check_decisions(path: Path, known: Collection[str]) -> Iterator[Issue]:
    """Each id in a line `- date · ids · ruling` that nobody knows; raises StandoffError for a file that is no text."""
    name = f"{path.parent.name}/{path.name}"
    for number, line in enumerate(decode(read_bytes(path), path).split("\n"), 1):
        if found := _DECISION.fullmatch(line.rstrip()):
            for rule in split_ids(found["ids"]):
                if rule not in known:
                    message = f"the decision cites {rule}, which no page has"
                    yield Issue("rule-unknown", name, number, message, at=rule, context=line)
