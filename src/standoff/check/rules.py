"""The table of rules in `rules.toml`: what `standoff check` looks for, how deep it lies and how much it weighs."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from standoff.records import Issue

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One rule: stable id, level from 1 (cheap) to 6 (deep), severity, whether `--fix` mends it, title, way out."""

    id: str
    level: int
    severity: Severity
    fix: bool
    title: str
    hint: str


@cache
def read_rules() -> dict[str, CheckRule]:
    """Every rule by id, in the order of the table."""
    return {id: CheckRule(id, **row) for id, row in _table().items() if id != "levels"}


def is_error(issue: Issue) -> bool:
    """Whether a finding is an error."""
    return read_rules()[issue.rule].severity == "error"


@cache
def read_levels() -> dict[int, str]:
    """What each level looks at."""
    return {int(level): what for level, what in _table()["levels"].items()}


@cache
def _table() -> dict[str, dict[str, Any]]:
    import tomllib

    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
