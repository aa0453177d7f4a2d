"""In which unit an offset counts: UTF-16 code units, code points or graphemes; doccano stores no word of it.

Evidence is where the edges of a span fall: nobody marks half a word, half a letter or white space, save by mistake.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from standoff.doccano.audit.records import Mark, Unit
from standoff.formats.units import utf16_offsets

UNITS: tuple[Unit, ...] = ("utf16", "codepoints", "graphemes")
NAMES: Mapping[Unit, str] = {"utf16": "UTF-16 units", "codepoints": "code points", "graphemes": "graphemes"}
Kind = Literal["fine", "empty", "outside", "inside", "half", "shifted"]
"""Of a span: empty; outside the text; inside a character; half a grapheme; right in another unit than the page's."""
_QUOTED = 40
_JOINING = re.compile("\r\n|[^\x00-\u02ff]")
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts written without spaces (Thai to Han): an edge inside a word does not show in them."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """A text and, for each unit, the code point at each of its offsets; without `points` all units are the same."""

    text: str
    points: Mapping[Unit, Mapping[int, int]] | None

    @classmethod
    def of(cls, text: str) -> "Ruler":
        """The ruler of a text."""
        if _JOINING.search(text) is None:
            return cls(text, None)
        starts = [*find_graphemes(text), len(text)]
        utf16 = {unit: point for point, unit in enumerate(utf16_offsets(text))}
        plain = {point: point for point in range(len(text) + 1)}
        return cls(text, {"utf16": utf16, "codepoints": plain, "graphemes": dict(enumerate(starts))})

    def to_points(self, mark: Mark, unit: Unit) -> tuple[int, int] | None:
        """The range in code points if offsets count that unit; None where it is empty, outside or in a character."""
        if self.points is None:
            return (mark.start, mark.end) if 0 <= mark.start < mark.end <= len(self.text) else None
        start, end = (self.points[unit].get(one) for one in (mark.start, mark.end))
        return (start, end) if start is not None and end is not None and start < end else None

    def is_outside(self, mark: Mark, unit: Unit) -> bool:
        """Whether an offset lies before or behind the text."""
        end = len(self.text) if self.points is None else max(self.points[unit])
        return min(mark.start, mark.end) < 0 or max(mark.start, mark.end) > end

    def cuts_grapheme(self, start: int, end: int) -> bool:
        """Whether a range of code points begins or ends between a letter and its accent, or inside an emoji."""
        return any(0 < at < len(self.text) and joins(self.text, at) for at in (start, end))

    def has_edge_space(self, start: int, end: int) -> bool:
        """Whether a range begins or ends in white space."""
        return self.text[start].isspace() or self.text[end - 1].isspace()

    def cuts_word(self, start: int, end: int) -> bool:
        """Whether a range begins or ends within a word."""
        return any(
            0 < at < len(self.text) and _is_letter(self.text[at - 1]) and _is_letter(self.text[at])
            for at in (start, end)
        )

    def fits(self, mark: Mark, unit: Unit) -> bool:
        """Whether a mark in that unit looks like what somebody marks: whole words."""
        found = self.to_points(mark, unit)
        return found is not None and not (
            self.cuts_grapheme(*found) or self.has_edge_space(*found) or self.cuts_word(*found)
        )

    def tells(self, mark: Mark) -> bool:
        """Whether the unit makes a difference to a mark."""
        return self.points is not None and len({self.to_points(mark, unit) for unit in UNITS}) > 1

    def surfaces(self, mark: Mark) -> Iterator[str]:
        """For people: what a mark covers in each unit."""
        for unit in UNITS:
            found = self.to_points(mark, unit)
            yield f"{NAMES[unit]}: {'nothing' if found is None else quote(self.text[slice(*found)])}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a mark is in the unit of the page: its kind, its range in code points, and the units in which it is whole.

    `certain` means that the page cannot have made it so. The range of a shifted mark is that of a unit it fits.
    """

    kind: Kind
    points: tuple[int, int] | None
    fits: tuple[Unit, ...]
    certain: bool = True


def judge(ruler: Ruler, mark: Mark, page: Unit) -> Judged:
    """Find the kind of a mark, given the unit of the page; the others are asked only where that one looks wrong."""
    if mark.start >= mark.end:
        return Judged("empty", None, ())
    points = ruler.to_points(mark, page)
    if ruler.points is None:
        return Judged("fine" if points else "outside", points, ())
    fits = tuple(unit for unit in UNITS if ruler.fits(mark, unit))
    if fits and page not in fits:
        return Judged("shifted", ruler.to_points(mark, fits[0]), fits, certain=points is None)
    if points is None:
        return Judged("outside" if ruler.is_outside(mark, page) else "inside", None, ())
    return Judged("half" if ruler.cuts_grapheme(*points) else "fine", points, fits)


def quote(text: str) -> str:
    """A text for people, in quotation marks and not too long."""
    return repr(text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…")


def find_graphemes(text: str) -> list[int]:
    """The code points at which graphemes begin (Unicode annex 29, but for letters that join the next one)."""
    joined = {found.end() - 1 for found in _JOINING.finditer(text) if found.end() > 1 and joins(text, found.end() - 1)}
    return [at for at in range(len(text)) if at not in joined]


def joins(text: str, at: int) -> bool:
    """Whether the code point at an offset above 0 belongs to the grapheme of the one before it."""
    before, here = text[at - 1], text[at]
    if before == "\r" and here == "\n":
        return True
    if here <= "\u02ff" or (unicodedata.category(before) in ("Cc", "Cf", "Zl", "Zp") and not _extends(before)):
        return False
    if _extends(here):
        return True
    if before == "\u200d":
        return here >= "\u2190" and unicodedata.category(here) == "So" and not _is_flag(here)
    if _is_flag(before) and _is_flag(here):
        run = at - len(text[:at].rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))
        return run % 2 == 1
    return (_hangul(before), _hangul(here)) in _SYLLABLES


def _extends(character: str) -> bool:
    """Accents, joiners, skin colours, tags."""
    return (
        unicodedata.category(character) in ("Mn", "Mc", "Me")
        or character in "\u200c\u200d\u0e33\u0eb3\uff9e\uff9f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _hangul(character: str) -> str:
    """Leading consonant, vowel, trailing consonant, or a syllable with the last two parts it may take."""
    if "\uac00" <= character <= "\ud7a3":
        return "LV" if (ord(character) - 0xAC00) % 28 == 0 else "LVT"
    for part, first, last in (("L", "\u1100", "\u115f"), ("V", "\u1160", "\u11a7"), ("T", "\u11a8", "\u11ff")):
        if first <= character <= last:
            return part
    return ""


_SYLLABLES = {
    *(("L", part) for part in ("L", "V", "LV", "LVT")),
    *((part, "V") for part in ("LV", "V")),
    *((part, "T") for part in ("LV", "V", "LVT", "T")),
}


def _is_letter(character: str) -> bool:
    """Whether a character makes part of a word that is set off by others."""
    if character <= "\u02ff":
        return character.isalnum()
    known = character.isalnum() or unicodedata.category(character) in ("Mn", "Mc")
    return known and _UNSPACED.match(character) is None
