"""Offsets in UTF-16 code units, which is what JavaScript and Java count, as offsets in code points and back."""

from bisect import bisect_left
from itertools import accumulate


def utf16_offsets(text: str) -> list[int]:
    """For each code point of a text, and for its end, the offset in UTF-16 code units."""
    return [0, *accumulate(1 + (character > "\uffff") for character in text)]


def from_utf16(offsets: list[int], start: object, end: object) -> tuple[object, object, str]:
    """A range in UTF-16 code units as one in code points, and what is wrong; one outside the text stays as it is."""
    points = []
    for unit in (start, end):
        if type(unit) is not int or not 0 <= unit <= offsets[-1]:
            return start, end, ""
        point = bisect_left(offsets, unit)
        if offsets[point] != unit:
            return start, end, "an offset lies inside a character: are these UTF-16 code units?"
        points.append(point)
    return points[0], points[1], ""
