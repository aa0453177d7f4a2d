"""The rule table: `rules.toml` read once into frozen records."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

_PLACES = ("start", "end", "end of sentence", "inside")
KEEP = "keep"
"""Kind of the rules that hold a line against all later steps."""
LONGEST = 600
"""Longest line in code points that a rule takes; it keeps the patterns linear in the text."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One named rule; `rules.toml` explains the fields."""

    name: str
    kind: str
    pattern: re.Pattern[str]
    look: Callable[[str], re.Match[str] | None]
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
    languages: frozenset[str]
    cues: tuple[str, ...]

    def has_cue(self, text: str) -> bool:
        """Whether a text holds one of the cues as they are written."""
        for cue in self.cues:
            if cue in text:
                return True
        return not self.cues

    def search(self, text: str, low: int, high: int) -> re.Match[str] | None:
        """Where the rule holds inside [low, high) of a line."""
        return self.pattern.search(text, low, high) if len(text) <= LONGEST else None

    def matches(self, text: str, words: int, *, ended: bool) -> bool:
        """Whether the rule holds for a line or piece of so many words, white space at its ends gone."""
        return (
            self.words[0] <= words <= self.words[1]
            and len(text) <= LONGEST
            and (self.sentence is None or self.sentence == ended)
            and self.takes(text)
        )

    def takes(self, text: str) -> bool:
        """Whether the patterns hold for a line, its length and end aside."""
        return self.look(text) is not None and (self.unless is None or self.unless.search(text) is None)


@dataclass(frozen=True, eq=False)
class RuleTable:
    """Rules sorted by where they hold, in file order; the first that matches decides."""

    rules: tuple[Rule, ...]

    @cached_property
    def lines(self) -> tuple[Rule, ...]:
        """Rules for whole lines that need no residue beside them."""
        return tuple(rule for rule in self.rules if not rule.beside and "line" in rule.where)

    def choose_inside(self, text: str) -> list[Rule]:
        """Rules for places inside a line that may hold somewhere in a text."""
        return [rule for rule in self.glued["inside"] if rule.has_cue(text)]

    @cached_property
    def beside(self) -> list[Rule]:
        """Rules that hold next to residue."""
        return [rule for rule in self.rules if rule.beside]

    @cached_property
    def glued(self) -> dict[str, list[Rule]]:
        """Rules for pieces of lines by place; those for an end hold behind the end of a sentence too."""
        places = {place: {place} for place in _PLACES} | {"end of sentence": {"end", "end of sentence"}}
        return {place: [rule for rule in self.rules if names & rule.where] for place, names in places.items()}


def rule_from_table(table: dict[str, Any]) -> Rule:
    """A rule from its TOML table."""
    flags = re.NOFLAG if table.get("case") else re.IGNORECASE
    pattern = re.compile("|".join(f"(?:{one})" for one in table["patterns"]), flags)
    anchored = all(one.startswith("^") for one in table["patterns"])  # `search` would try them at every place
    return Rule(
        name=table["name"],
        kind=table["kind"],
        pattern=pattern,
        look=pattern.match if anchored else pattern.search,
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
        languages=frozenset(table.get("languages", ["en"])),
        cues=tuple(table.get("cues", ())),
    )


@cache
def read_rules() -> tuple[Rule, ...]:
    """The rules that ship with the package, in file order."""
    text = (files("standoff.cleaning") / "rules.toml").read_text(encoding="utf-8")
    return tuple(rule_from_table(table) for table in tomllib.loads(text)["rule"])


@cache
def read_rule_table(language: str) -> RuleTable:
    """The rules that ship with the package for texts of a language: those that name it, and those for any."""
    return RuleTable(tuple(rule for rule in read_rules() if rule.languages & {language, "any"}))
