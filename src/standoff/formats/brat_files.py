"""The files of a brat folder: texts, lines of annotations, and the two that give it labels and colours."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from standoff.formats.rows import decode_utf8
from standoff.guidelines import Schema
from standoff.records import Span

BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What ends a line for one reader or another; none of it may stand in an .ann line."""
_SPACE = re.compile(r"\s")
_SETTING = re.compile(r"[\w.+-]+")
"""What a name or a value may be in annotation.conf, where `|`, `,` and `:` have a meaning."""
_KINDS = {
    "T": "T",
    "A": "attribute",
    "M": "attribute",
    "#": "note",
    "R": "a relation",
    "*": "an equivalence",
    "E": "an event",
    "N": "a normalization",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an .ann file: its id, its data, what stands behind the second tab, and its number from 1."""

    number: int
    text: str
    id: str
    data: str
    tail: str

    @property
    def kind(self) -> str:
        """`T`, `attribute`, `note`, or what else it is."""
        return _KINDS.get(self.id[:1], "a line of no known kind") if self.data else "a line of no known kind"


def read_text(data: bytes, path: str) -> str:
    """The text of a .txt file; a byte order mark is a character of it, for brat counts it."""
    decode_utf8(data, path)
    return data.decode("utf-8")


def read_lines(data: bytes, path: str) -> Sequence[Line]:
    """The lines of an .ann file that are not blank; raises StandoffError where it is not UTF-8."""
    lines = []
    for number, text in enumerate(decode_utf8(data, path).split("\n"), 1):
        text = text.removesuffix("\r")
        if text.strip():
            first, middle, tail = (*text.split("\t", 2), "", "")[:3]
            lines.append(Line(number, text, first, middle, tail))
    return lines


def write_settings(spans: Sequence[Span], schema: Schema) -> dict[str, bytes]:
    """`annotation.conf`, with all labels, and all attributes with their values; `visual.conf`, with colours."""
    names = [name for name in dict.fromkeys([*schema.names, *sorted(span.label for span in spans)]) if is_word(name)]
    values: dict[str, set[str]] = {}
    for name, value in sorted((item for span in spans for item in (span.attributes or {}).items()), key=str):
        if _SETTING.fullmatch(name) and (value is True or _SETTING.fullmatch(say_value(value))):
            values.setdefault(name, set()).update([] if value is True else [say_value(value)])
    said = {name: f", Value:{'|'.join(sorted(some))}" if some else "" for name, some in values.items()}
    attributes = [f"{name} Arg:<ENTITY>{said[name]}" for name in said]
    colors = [f"{one.name} bgColor:{one.color}" for one in schema.labels if is_word(one.name)]
    annotation = {"entities": names, "relations": [], "events": [], "attributes": attributes}
    visual = {"labels": [], "drawing": ["SPAN_DEFAULT fgColor:black", *colors]}
    return {"annotation.conf": _write_parts(annotation), "visual.conf": _write_parts(visual)}


def _write_parts(parts: Mapping[str, Sequence[str]]) -> bytes:
    return "\n".join("".join(f"{line}\n" for line in (f"[{name}]", *lines)) for name, lines in parts.items()).encode()


def is_word(text: str) -> bool:
    """Whether brat can have it as a type: one word."""
    return bool(text) and not _SPACE.search(text)


def is_said(name: str, value: object) -> bool:
    """Whether an .ann line can hold an attribute."""
    return is_word(name) and is_word(say_value(value))


def say_value(value: object) -> str:
    """The value of an attribute as brat has it, which is text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
