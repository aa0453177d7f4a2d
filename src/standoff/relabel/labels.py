"""`labels.toml` edited as text, so that order, comments and form stay."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from colorsys import hls_to_rgb
from dataclasses import replace
from string import ascii_lowercase, digits

from standoff.guidelines.schema import Label, Schema
from standoff.relabel.move import Move

_BEGIN = re.compile(r"\s*\[\[\s*label\s*\]\]")
_TABLE = re.compile(r"\s*\[")
_NAME = re.compile(r"""(?P<key>\s*name\s*=\s*)(?P<quote>["'])(?P<name>[^"']*)(?P=quote)""")
_PROSE = re.compile(r"\s*(#|definition\s*=)")
_HUES = 36
_GREY = (0.8, 0.7)
"""Lightness and saturation of a new colour: dark text must be readable on it."""


def edit_labels(text: str, move: Move, schema: Schema, tally: Counter[str]) -> str:
    """The label set after a move: one renamed, one gone, or a new one last, so that others keep their numbers."""
    if move.kind == "merge":
        text = _drop_label(text, move.old)
        tally["rows"] += 1
    elif move.kind == "split" and move.new not in schema.names:
        text = _add_label(text, make_label(schema, move))
        tally["rows"] += 1
    return "\n".join(_edit_line(line, move, tally) for line in text.split("\n"))


def edit_version(text: str, old: str, new: str) -> str:
    """The text with another `version`; unchanged where it does not stand on a line of its own."""
    return re.sub(rf"""(?m)^(version\s*=\s*["']){re.escape(old)}(?=["'])""", rf"\g<1>{new}", text, count=1)


def make_label(schema: Schema, move: Move) -> Label:
    """A label split from another: all as there, but a hotkey and a colour that are free."""
    source = next(label for label in schema.labels if label.name == move.old)
    taken = {label.hotkey for label in schema.labels}
    keys = [*move.new.lower(), *ascii_lowercase, *digits]
    hotkey = next((key for key in keys if key.isalnum() and key not in taken), f"shift {move.new[0].lower()}")
    color = _find_color([label.color for label in schema.labels])
    return replace(source, name=move.new, hotkey=hotkey, color=color)


def _find_color(taken: Iterable[str]) -> str:
    """Of a ring of hues the one whose nearest colour in use is farthest away."""
    used = [_to_rgb(color) for color in taken if re.fullmatch("#[0-9a-fA-F]{6}", color)]
    ring = ["#" + "".join(f"{round(255 * part):02x}" for part in hls_to_rgb(at / _HUES, *_GREY)) for at in range(_HUES)]
    return max(ring, key=lambda color: min((_distance(_to_rgb(color), other) for other in used), default=0))


def _to_rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))


def _distance(one: Sequence[int], other: Sequence[int]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _edit_line(line: str, move: Move, tally: Counter[str]) -> str:
    """The name itself, and words in comments and definitions; names in other label sets stay."""
    if move.kind == "rename" and (found := _NAME.match(line)) and found["name"] == move.old:
        tally["rows"] += 1
        return line[: found.start("name")] + move.new + line[found.end("name") :]
    if _PROSE.match(line):
        line, ids = move.map_ids(line)
        line, words = move.map_words(line)
        tally.update(ids=ids, words=words)
    return line


def _find_blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where each `[[label]]` begins, with the comments right above it, and ends."""
    starts = []
    for at, line in enumerate(lines):
        if _BEGIN.match(line):
            while at and lines[at - 1].startswith("#"):
                at -= 1
            starts.append(at)
    tables = (at for at, line in enumerate(lines) if _TABLE.match(line) and not _BEGIN.match(line))
    stops = sorted([*starts, *tables, len(lines)])
    return [(start, next(stop for stop in stops if stop > start)) for start in starts]


def _drop_label(text: str, name: str) -> str:
    lines = text.split("\n")
    for start, end in _find_blocks(lines):
        if any((found := _NAME.match(line)) and found["name"] == name for line in lines[start:end]):
            del lines[start:end]
            return "\n".join(lines).rstrip("\n") + "\n"
    return text


def _add_label(text: str, label: Label) -> str:
    """A new block after the last one."""
    lines = text.split("\n")
    _, end = (_find_blocks(lines) or [(0, len(lines))])[-1]
    block = ["[[label]]"]
    for key in ("name", "definition", "color", "hotkey", "ontonotes", "conll"):
        block.append(f"{key} = {json.dumps(getattr(label, key), ensure_ascii=False)}")  # JSON's strings are TOML's
    before, after = "\n".join(lines[:end]).rstrip("\n"), "\n".join(lines[end:]).strip("\n")
    gap = "\n\n" if re.search(r"\n\s*\n\[\[label", before) else "\n"
    return before + gap + "\n".join(block) + "\n" + (f"\n{after}\n" if after else "")
