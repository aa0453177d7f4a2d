"""Lines and the pieces of lines: residue glued to other text is split off before anything is decided."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from standoff.cleaning.rules import Rule
from standoff.cleaning.text import ends_sentence, plain_spaces

# A joint: three small letters or a word of two, a digit or an end mark directly before a capital or an
# opening mark, the last capital of an acronym directly before a capitalised word ("REUTERSThe"), or an end mark
# before a digit. Three small letters, because McAllister, YouTube and iPhone are whole words.
_JOINT = re.compile(
    r"(?:(?<=[a-zà-öø-ÿ]{3})|(?<= [a-z]{2})|(?<=[0-9.!?…)\]”’\"'%]))(?=[A-ZÀ-ÖØ-Þ“‘(©])"
    r"|(?<=[A-Z]{2})(?=[A-Z][a-z])|(?<=[a-z][.!?])(?=\d)"
)
_MAX_GLUED = 120
"""Longest glued piece in code points; real ones are a few words."""
_MOST_GLUED = 8
"""Pieces that may come off each end of a line; it keeps the work linear."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of the seed, or a part of one: [start, end) without the white space around it.

    `run` counts blocks that blank lines part; `kind` and `by` are set once the piece is residue.
    """

    start: int
    end: int
    text: str
    line: int
    run: int
    kind: str | None = None
    by: str = ""

    def cut(self, kind: str, by: str) -> "Piece":
        """The same piece as residue."""
        return replace(self, kind=kind, by=f"rule:{by}")


def split_pieces(seed: str, rules: Sequence[Rule]) -> list[Piece]:
    """The non-blank lines of a seed, glued residue already apart and cut."""
    pieces: list[Piece] = []
    start = run = 0
    for number, raw in enumerate(plain_spaces(seed).split("\n")):
        text = raw.strip(" ")
        if text:
            at = start + raw.index(text)
            pieces += _split_line(Piece(at, at + len(text), text, number, run), rules)
        else:
            run += 1
        start += len(raw) + 1
    return pieces


def _split_line(line: Piece, rules: Sequence[Rule]) -> Iterator[Piece]:
    glued = sorted(_find_glued(line.text, rules), key=lambda found: found[0])
    at = 0
    for start, end, rule in [*glued, (len(line.text), len(line.text), None)]:
        if line.text[at:start].strip(" "):
            yield _part(line, at, start)
        if rule is not None:
            yield _part(line, start, end).cut(rule.kind, rule.name)
        at = end


def _part(line: Piece, start: int, end: int) -> Piece:
    text = line.text[start:end]
    start += len(text) - len(text.lstrip(" "))
    return replace(line, start=line.start + start, end=line.start + start + len(text.strip(" ")), text=text.strip(" "))


def _find_glued(text: str, rules: Sequence[Rule]) -> Iterator[tuple[int, int, Rule]]:
    """Residue inside a line: first within it, then off its end and its start until nothing more comes off."""
    low, high = 0, len(text)
    for rule in rules:
        if "inside" in rule.where and (found := rule.pattern.search(text, low, high)):
            yield found.start(), found.end(), rule
            low, high = (low, found.start()) if found.end() >= high else (found.end(), high)
    joints = [found.start() for found in _JOINT.finditer(text)]
    for _ in range(_MOST_GLUED):
        end = _glued_end(text[:high], [joint for joint in joints if low < joint < high], rules)
        if end is None:
            break
        yield end[0], high, end[1]
        high = end[0]
    for _ in range(_MOST_GLUED):
        start = _glued_start(text[low:high], [joint - low for joint in joints if low < joint < high], rules)
        if start is None:
            break
        yield low, low + start[0], start[1]
        low += start[0]


def _glued_end(text: str, joints: Sequence[int], rules: Sequence[Rule]) -> tuple[int, Rule] | None:
    """The longest suffix from a joint on that a rule takes."""
    for joint in joints:
        if len(text) - joint <= _MAX_GLUED:
            places = {"end", "end of sentence"} if ends_sentence(text[:joint]) else {"end"}
            for rule in rules:
                if places & rule.where and rule.matches(text[joint:]):
                    return joint, rule
    return None


def _glued_start(text: str, joints: Sequence[int], rules: Sequence[Rule]) -> tuple[int, Rule] | None:
    """The longest prefix up to a joint that a rule takes."""
    for joint in reversed(joints):
        if joint <= _MAX_GLUED:
            for rule in rules:
                if "start" in rule.where and rule.matches(text[:joint]):
                    return joint, rule
    return None
