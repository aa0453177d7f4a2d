"""The rule table: `rules.toml` read once into frozen records."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from standoff.cleaning.text import count_words, ends_sentence

LONGEST = 600
"""Longest line in code points that a rule takes; it keeps the patterns linear in the text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One named rule; `rules.toml` explains the fields."""

    name: str
    kind: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    where: frozenset[str]
    zone: str
    words: tuple[int, int]
    sentence: bool | None
    beside: frozenset[str]
    side: str
    chain: int
    block: bool
    opens: bool

    def matches(self, text: str) -> bool:
        """Whether the rule holds for a line or piece, white space at its ends gone."""
        return (
            len(text) <= LONGEST
            and self.words[0] <= count_words(text) <= self.words[1]
            and (self.sentence is None or self.sentence == ends_sentence(text))
            and self.pattern.search(text) is not None
            and (self.unless is None or self.unless.search(text) is None)
        )


def rule_from_table(table: dict[str, Any]) -> Rule:
    """A rule from its TOML table."""
    flags = re.NOFLAG if table.get("case") else re.IGNORECASE
    return Rule(
        name=table["name"],
        kind=table["kind"],
        pattern=re.compile("|".join(f"(?:{one})" for one in table["patterns"]), flags),
        unless=re.compile(table["unless"], flags) if "unless" in table else None,
        where=frozenset(table.get("where", ["line"])),
        zone=table.get("zone", "any"),
        words=tuple(table.get("words", (1, 40))),
        sentence=table.get("sentence"),
        beside=frozenset(table.get("beside", ())),
        side=table.get("side", "both"),
        chain=table.get("chain", 4),
        block=table.get("block", False),
        opens=table.get("opens", False),
    )


@cache
def read_rules() -> tuple[Rule, ...]:
    """The rules that ship with the package, in file order; the first that matches decides."""
    text = (files("standoff.cleaning") / "rules.toml").read_text(encoding="utf-8")
    return tuple(rule_from_table(table) for table in tomllib.loads(text)["rule"])
