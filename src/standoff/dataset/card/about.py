"""`card.md`: what people say of the corpus, its sections, and the figures that they leave to be computed."""

import re
from collections.abc import Mapping

from standoff.dataset.card.figures import FIGURES
from standoff.dataset.facts import Facts
from standoff.errors import StandoffError

NEEDED = ("What is in it", "How it came about", "Uses", "Limits", "Personal data", "Licence")
"""The headings that a card cannot do without."""
_HEADING = re.compile(r"## +(?P<text>.+?)\s*")
_CODE = r"^```.*?^```|``.+?``|`[^`\n]+`"
_NAME = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*"
_PLACE = re.compile(rf"{_CODE}|\{{(?P<name>{_NAME})\}}", re.MULTILINE | re.DOTALL)


def split_sections(about: str) -> dict[str, str]:
    """Heading of level 2 to the text below it, in order; what stands before the first is under ""."""
    sections: dict[str, list[str]] = {"": []}
    heading, in_code = "", False
    for line in about.split("\n"):
        in_code ^= line.startswith("```")
        if not in_code and (found := _HEADING.fullmatch(line)):
            heading = found["text"]
            sections.setdefault(heading, [])
        else:
            sections[heading].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def missing_sections(about: str) -> list[str]:
    """The headings that a card needs and that have no text in `card.md`."""
    sections = split_sections(about)
    return [heading for heading in NEEDED if not sections.get(heading)]


def fill_sections(facts: Facts) -> dict[str, str]:
    """The sections of `card.md` with its figures, then those that are missing, with an empty text.

    Raises StandoffError, with file and line, for a figure that standoff does not know or that has no value here.
    """
    sections = split_sections(fill_figures(facts.about, facts))
    return sections | {heading: "" for heading in NEEDED if heading not in sections}


def fill_figures(text: str, facts: Facts) -> str:
    """The text with each `{name}` outside code replaced by that figure of the build."""

    def fill(place: re.Match[str]) -> str:
        if place["name"] is None:
            return place[0]
        line = text.count("\n", 0, place.start()) + 1
        if place["name"] not in FIGURES:
            hint = f"one of {', '.join(FIGURES)}; for a brace as it stands put it in `code`"
            raise StandoffError(f"no such figure: {place[0]}", path="card.md", line=line, hint=hint)
        value = FIGURES[place["name"]].find(facts)
        if value is None:
            raise StandoffError(f"there is no {place[0]} to tell", path="card.md", line=line, hint=_WITHOUT)
        return value

    return _PLACE.sub(fill, text)


_WITHOUT = "nobody but one has read a document, or one document alone tells no interval: take it out"


def read_statements(sections: Mapping[str, str]) -> dict[str, str]:
    """Each list item of the sections that begins in bold, `* **Texts.** …`, as one line, by what is in bold."""
    statements: dict[str, str] = {}
    for text in sections.values():
        for item in split_items(text)[1:]:
            if found := re.match(r"\*\*(?P<name>[^*]+?)\.?\*\*\s*(?P<text>.+)", item.split("\n\n")[0], re.DOTALL):
                statements[found["name"]] = to_plain(found["text"])
    return statements


def split_items(text: str) -> list[str]:
    """What stands before the first list item, then each item without its mark."""
    return re.split(r"^[*-] +", text, flags=re.MULTILINE)


def to_plain(text: str) -> str:
    """Markdown on one line, without emphasis and code marks."""
    return re.sub(r"\*\*|`", "", " ".join(text.split()))
