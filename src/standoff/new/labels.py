"""The labels of a new corpus: names judged, looks dealt out, and a first page of guidelines for each."""

import re
from collections.abc import Mapping, Sequence
from colorsys import hls_to_rgb
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from string import ascii_lowercase, digits
from typing import Any

from standoff.errors import StandoffError
from standoff.files import quote_toml, read_toml
from standoff.guidelines.schema import Label

LANGUAGES = ("en", "de")
"""Languages that the examples come in; other corpora get English ones."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_RESERVED = {
    "all": "rules for all labels are ALL-1 and so on",
    "o": "in IOB2 it says that a token has no label",
    "readme": "guidelines/README.md is the page for all labels",
    "cleaning": "guidelines/cleaning.md is the page on residue",
    "clean": "rules of cleaning are CLEAN-1 and so on",
    "decisions": "guidelines/decisions.md holds the rulings",
    "changelog": "guidelines/CHANGELOG.md says what changed",
}
_HOTKEYS = ascii_lowercase + digits
_GOLDEN = 0.618034
"""Steps of this share of the ring of hues keep neighbours far apart, however many labels there are."""


@dataclass(frozen=True, slots=True)
class Page:
    """A label and its first page of guidelines: one rule with its examples in the inline form, and a `not:`."""

    label: Label
    rule: str
    marked: tuple[str, ...]
    counter: str

    def to_markdown(self) -> str:
        """The page, as `standoff guidelines` runs it."""
        name = self.label.name
        examples = "\n".join(f"- {example}" for example in self.marked)
        return (
            f"# {name}\n\n{self.label.definition}\n\n## Mark\n\n**{name}-1.** {self.rule}\n\n{examples}\n\n"
            f"## Do not mark\n\n- not: {self.counter}\n"
        )

    def to_toml(self) -> str:
        """Its table in `labels.toml`."""
        label = self.label
        fields = ("name", "definition", "color", "hotkey", "ontonotes", "conll")
        return "[[label]]\n" + "".join(f"{field} = {quote_toml(getattr(label, field))}\n" for field in fields)


def make_pages(wanted: Sequence[str], language: str) -> tuple[Page, ...]:
    """A page for each `NAME` or `NAME=definition`; raises StandoffError for a name that cannot be a label."""
    pairs = [(name.strip(), definition.strip()) for name, _, definition in (one.partition("=") for one in wanted)]
    _require_names([name for name, _ in pairs])
    _require_definitions([definition for _, definition in pairs])
    hotkeys = _deal_hotkeys([name for name, _ in pairs])
    pages = []
    for at, ((name, definition), hotkey) in enumerate(zip(pairs, hotkeys, strict=True)):
        known = _find_stock(name)
        told = {key: text.replace("{label}", name) for key, text in known.items() if isinstance(text, str)}
        examples = known[language if language in LANGUAGES else LANGUAGES[0]]
        marked = tuple(one.replace("{label}", name).replace("{}", f"{{{name}}}") for one in examples["marked"])
        label = Label(name, definition or told["definition"], _color(at), hotkey, told["ontonotes"], told["conll"])
        pages.append(Page(label, told["rule"], marked, examples["not"].replace("{label}", name)))
    return tuple(pages)


def _require_names(names: Sequence[str]) -> None:
    if not names:
        raise StandoffError("no label", hint="--label PERSON --label COURT, one or more", usage=True)
    seen: dict[str, str] = {}
    for name in names:
        if not _NAME.fullmatch(name):
            hint = "a letter, then letters, digits and _, 40 at most; a definition goes after =: --label 'COURT=…'"
            raise StandoffError(f"{name!r} cannot be a label", hint=hint, usage=True)
        if reason := _RESERVED.get(name.lower()):
            raise StandoffError(f"{name!r} cannot be a label: {reason}", hint="choose another name", usage=True)
        if other := seen.get(name.lower()):
            twice = "is given twice" if other == name else f"differs from {other!r} in case alone"
            raise StandoffError(f"the label {name!r} {twice}", hint="each has a page of its own", usage=True)
        seen[name.lower()] = name
    if len(names) > len(_HOTKEYS):
        raise StandoffError(f"{len(names)} labels", hint=f"at most {len(_HOTKEYS)}: each has a hotkey", usage=True)


def _require_definitions(definitions: Sequence[str]) -> None:
    """A definition is a line of prose in Markdown: what looks like a heading, a list or a rule would be read as one."""
    for definition in definitions:
        if definition and not (definition.isprintable() and definition[0].isalnum()):
            hint = "one sentence on one line that begins with a letter: --label 'COURT=The name of a court.'"
            raise StandoffError(f"{definition!r} is no definition", hint=hint, usage=True)


def _deal_hotkeys(names: Sequence[str]) -> list[str]:
    """For each the first free letter of its name, else the first free one of all."""
    taken: list[str] = []
    for name in names:
        taken.append(next(key for key in name.lower() + _HOTKEYS if key in _HOTKEYS and key not in taken))
    return taken


def _color(at: int) -> str:
    """A light colour, on which dark text is readable."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in hls_to_rgb(at * _GOLDEN % 1, 0.8, 0.7))


def _find_stock(name: str) -> Mapping[str, Any]:
    """What is known of a label by its name or another name for it; else the form to fill."""
    stock = _read_stock()
    return next((row for key, row in stock.items() if name.upper() in (key, *row.get("also", ()))), stock[""])


@cache
def _read_stock() -> Mapping[str, Mapping[str, Any]]:
    with as_file(files("standoff.new") / "stock.toml") as path:
        return read_toml(path)
