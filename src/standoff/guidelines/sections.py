"""A page of the guidelines in parts: below each rule or heading its wording and its list items."""

import re
from dataclasses import dataclass
from pathlib import Path

from standoff.files import decode, read_bytes

RULE_ID = r"[A-Za-z][\w-]*-(?:B?\d+|N)"
"""The shape of a rule id: a prefix, and a number, a `B` and a number, or `N` for a page's list of what not to mark."""
_RULE = re.compile(rf"\*\*(?P<id>{RULE_ID})\.(?P<text>.*)")


@dataclass(slots=True)
class Section:
    """A part of a page under a rule or a heading; `id` is "" under a heading. Lines come with their numbers."""

    id: str
    line: int
    wording: list[tuple[int, str]]
    items: list[tuple[int, str]]

    @property
    def text(self) -> str:
        """The wording, without the numbers of its lines."""
        return "\n".join(line for _, line in self.wording)


def read_sections(path: Path) -> list[Section]:
    """The parts of a page in order, the first before any heading; raises StandoffError for what is no text."""
    sections = [Section("", 1, [], [])]
    for number, line in enumerate(decode(read_bytes(path), path).split("\n"), 1):
        if found := _RULE.match(line):
            sections.append(Section(found["id"], number, [(number, found["text"].replace("**", "").strip())], []))
        elif re.match(r"#+ ", line):
            sections.append(Section("", number, [(number, line.lstrip("# "))], []))
        elif line.startswith("- "):
            sections[-1].items.append((number, line[2:].strip()))
        elif line.strip():
            sections[-1].wording.append((number, line.strip()))
    return sections
