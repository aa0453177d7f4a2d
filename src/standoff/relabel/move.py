"""What one relabelling moves: labels, and the ids of the rules that go with them."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from standoff.errors import StandoffError
from standoff.guidelines.pages import Guidelines

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_NUMBER = r"(?:B?\d+|N)"


@dataclass(frozen=True, slots=True)
class Move:
    """A rename, a merge or a split of the label `old`; `ids` gives each rule id that changes its new one.

    A split takes the spans whose whole surface matches `where`, or whose note cites one of `rules` (ids of `old`).
    """

    old: str
    new: str
    kind: Literal["rename", "merge", "split"]
    where: re.Pattern[str] | None = None
    rules: frozenset[str] = frozenset()
    ids: Mapping[str, str] = field(default_factory=dict)

    def takes(self, label: str, surface: str, cited: Collection[str]) -> bool:
        """Whether a span with that label, surface and cited rules gets the new label."""
        if label != self.old:
            return False
        if self.where is not None:
            return self.where.fullmatch(surface) is not None
        return not self.rules or not self.rules.isdisjoint(cited)

    def map_ids(self, text: str) -> tuple[str, int]:
        """The text with the new rule ids, and how many changed; an id that no page has is left."""
        pattern = rf"(?<![\w-]){re.escape(self.old)}-{_NUMBER}(?![\w-])"
        return _replace(pattern, self.ids, text) if self.old in text else (text, 0)

    def map_names(self, text: str) -> tuple[str, int]:
        """The text with the new name for each whole word that is the old one, where names stand; none in a split."""
        if self.kind == "split" or self.old not in text:
            return text, 0
        pattern = rf"(?<!\w)(?<![A-Z0-9_]-){re.escape(self.old)}(?!\w|-[A-Z0-9])"
        return _replace(pattern, {self.old: self.new}, text)

    def map_words(self, text: str) -> tuple[str, int]:
        """As `map_names`, in prose: a name that is not in capitals may be a word like any other there, and is left."""
        return self.map_names(text) if _NAME.fullmatch(self.old) else (text, 0)

    def __str__(self) -> str:
        """As a person would say it."""
        if self.kind == "rename":
            return f"{self.old} renamed to {self.new}"
        if self.kind == "merge":
            return f"{self.old} merged into {self.new}"
        what = f"what matches {self.where.pattern}" if self.where is not None else ", ".join(sorted_ids(self.rules))
        return f"{what} split from {self.old} to {self.new}"


def require_names(guidelines: Guidelines, old: str, new: str) -> None:
    """Refuse names that cannot be: an unknown label, the same one, a wrong form, the prefix of other rules."""
    names = guidelines.schema.names
    prefixes = {rule.id.rpartition("-")[0] for rule in (*guidelines.rules, *guidelines.other)} - {*names}
    message = hint = ""
    if old not in names:
        message, hint = f"there is no label {old!r}", f"one of {', '.join(names)}"
    elif not _NAME.fullmatch(new):
        message, hint = f"{new!r} is no name for a label", "capitals, digits and _, a capital first: CASE_NAME"
    elif old == new:
        message, hint = f"{old} is to become itself", "name another label, or a new one"
    elif new in prefixes:
        message, hint = f"{new} is no label, but rules are named after it", "choose another name"
    if message:
        raise StandoffError(message, hint=hint, usage=True)


def read_pattern(where: str) -> re.Pattern[str]:
    """A regular expression; raises StandoffError for what is none."""
    try:
        return re.compile(where)
    except re.error as error:
        hint = "quote it for the shell: --where '[0-9]+ users'"
        raise StandoffError(f"--where {where!r} is no regular expression: {error}", hint=hint, usage=True) from None


def number_ids(ids: Iterable[str], prefix: str, used: Iterable[str]) -> dict[str, str]:
    """New ids with that prefix for others: the next numbers that none of `used` has, rules and rulings apart."""
    last = {"": 0, "B": 0}
    for one in used:
        letter, number = _split(one)
        last[letter] = max(last.get(letter, 0), number)
    numbered = {}
    for one in sorted_ids(ids):
        letter, _ = _split(one)
        if letter != "N":
            last[letter] += 1
        numbered[one] = f"{prefix}-N" if letter == "N" else f"{prefix}-{letter}{last[letter]}"
    return numbered


def sorted_ids(ids: Iterable[str]) -> list[str]:
    """Rules by number, then rulings, then the list of what not to mark."""
    return sorted(ids, key=lambda one: (one.rpartition("-")[0], *_split(one)))


def find_ids(label: str, text: str) -> set[str]:
    """Everything in a text that has the form of a rule id of that label."""
    return set(re.findall(rf"(?<![\w-]){re.escape(label)}-{_NUMBER}(?![\w-])", text))


def find_word(label: str, text: str) -> bool:
    """Whether a name stands in a text as a word."""
    return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text) is not None


def _split(rule: str) -> tuple[str, int]:
    number = rule.rpartition("-")[2]
    return ("N", 0) if number == "N" else (number[0] if number[0] == "B" else "", int(number.lstrip("B")))


def _replace(pattern: str, table: Mapping[str, str], text: str) -> tuple[str, int]:
    count = 0

    def swap(found: re.Match[str]) -> str:
        nonlocal count
        new = table.get(found.group(), found.group())
        count += new != found.group()
        return new

    return re.sub(pattern, swap, text), count
