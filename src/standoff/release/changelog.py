"""`CHANGELOG.md` of a corpus: its sections, and a new one written in where the newest stands."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from standoff.guidelines.changes import NUMBER

_HEADING = re.compile(rf"## +\[?v?(?P<version>{NUMBER})\]?(?![\w.-]).*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_NEW = "# Changelog\n\nVersions follow the corpus.\n"


@dataclass(frozen=True, slots=True)
class Section:
    """The section of a version: the code points [start, end) of the file, its heading and what is below it."""

    version: str
    start: int
    end: int
    heading: str
    body: str


def list_sections(text: str) -> list[Section]:
    """The sections `## 1.2.3` in order; another heading of that rank ends one and is none, code blocks hold none."""
    heads, at, fenced = [], 0, False
    for line in text.splitlines(keepends=True):
        fenced ^= bool(_FENCE.match(line))
        if line.startswith("## ") and not fenced:
            heads.append((at, at + len(line), line.rstrip("\n")))
        at += len(line)
    ends = [*(start for start, _, _ in heads), len(text)][1:]
    return [
        Section(found["version"], start, end, line, text[body:end])
        for (start, body, line), end in zip(heads, ends, strict=True)
        if (found := _HEADING.fullmatch(line))
    ]


def find_section(text: str, version: str) -> Section | None:
    """The section of a version; None where there is none."""
    return next((one for one in list_sections(text) if one.version == version), None)


def to_section(version: str, parts: Mapping[str, Sequence[str]]) -> str:
    """The section as Markdown: below each heading its sentences as a list; a part without any is left out."""
    blocks = [f"## {version}"]
    for heading, sentences in parts.items():
        if sentences:
            blocks += [f"### {heading}", "\n".join(f"- {sentence}" for sentence in sentences)]
    return "\n\n".join(blocks) + "\n"


def insert_section(text: str, section: str) -> str:
    """The changelog with a section above the newest one, or at its end where it has none yet."""
    text = text if text.strip() else _NEW
    sections = list_sections(text)
    if not sections:
        return f"{text.rstrip(chr(10))}\n\n{section}"
    at = sections[0].start
    return f"{text[:at]}{section}\n{text[at:]}"


def rename_section(text: str, section: Section, version: str) -> str:
    """The changelog with another number in the heading of a section; all that people wrote stays."""
    heading = section.heading.replace(section.version, version, 1)
    return f"{text[: section.start]}{heading}{text[section.start + len(section.heading) :]}"
