"""Joints: places inside a line where residue may hang on other text without a space between.

A joint has a capital or an opening mark directly behind the end of something. Rules look at the plain ones, the model
at more. Most lines have none, so arrays find the places that are worth a look.
"""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from standoff.cleaning.words import CLASS, TOP, Array, class_table

LONGEST = 120
"""Longest glued piece in code points; real ones are a few words."""
_LARGE = "A-ZÀ-ÖØ-Þ"
# For rules: three small letters or a word of two, a digit or an end mark before a capital or an opening mark, the last
# capital of an acronym before a capitalised word ("REUTERSThe"), or an end mark before a digit. Three small letters,
# because McAllister, YouTube and iPhone are whole words; nor is U.S. one. A quotation mark counts only where it closes.
_PLAIN = re.compile(
    rf"[{_LARGE}“‘(©](?:(?<=[a-zà-öø-ÿ]{{3}}.)|(?<= [a-z]{{2}}.)|(?<=[0-9!?…)\]”’%].)|(?<=[^A-Z][.].)|(?<=[^ ][\"'].))"
    r"|[A-Z](?<=[A-Z]{3})(?=[a-z])|(?<=[a-z][.!?])\d"
)
# For the model, which judges each by itself.
_ANY = re.compile(
    rf"[{_LARGE}“‘(©»•–-](?:(?<=[!?…)\]}}”’%:;»|/].)|(?<=[^ ][\"'].)|(?<=[^A-Z\W][.].))"  # behind the end of something,
    rf"|[{_LARGE}“‘(©»•](?<=[0-9].)"  # but not in 5-4,
    rf"|[{_LARGE}©](?<=[^\w.][.].)"  # nor inside B.C. or U.S.-led
    rf"|[{_LARGE}“©](?:(?<=[a-zà-öø-ÿ]{{3}}.)|(?<= [a-z]{{2}}.))|[A-Z](?<=[A-Z]{{3}})(?=[a-z])|@(?<=[a-z.!?’)]@)"
    r"|[a-z0-9](?:(?<=[a-zà-öø-ÿ)”\"’][.!?].)|(?<=[^ ][”\"].))|@(?<=[^ ][”\"]@)"
)
_SETS = ("“‘(©»•–-@", "!?…)]}”’\"'%:;»|/0123456789.", '.!?”"', "\"'", "-", "0123456789@")
_OPENS, _ENDS, _STOPS, _STRAIGHT, _DASH, _NUMBER, _LETTER, _CAPITAL = (np.uint8(1 << bit) for bit in range(8))


@cache
def _traits() -> Array:
    """Bits of every code point that has a class."""
    bits = np.zeros(TOP, np.uint8)
    for bit, members in enumerate(_SETS):
        bits[[ord(one) for one in members]] |= np.uint8(1 << bit)
    bits[class_table() == CLASS["letter"]] |= _LETTER
    bits[class_table() == CLASS["capital"]] |= _CAPITAL | _OPENS
    return bits


def find_places(lines: Sequence[str]) -> list[list[int]]:
    """For each line the code points near its ends that may be joints: all that are, and some more."""
    if not lines:
        return []
    codes = np.frombuffer("\n".join([*lines, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    traits = np.take(_traits(), codes, mode="clip")
    before, here = traits[:-1], traits[1:]
    likely = (here & _OPENS > 0) & (before & (_ENDS | _LETTER) > 0)
    likely |= (before & _STOPS > 0) & (here & (_LETTER | _NUMBER) > 0)
    likely &= (here & _DASH == 0) | (before & _NUMBER == 0)
    likely[1:] &= (before[1:] & _STRAIGHT == 0) | (codes[:-2] > ord(" "))  # a quotation mark behind a space opens
    capital = traits & _CAPITAL > 0
    likely[1:-1] |= capital[:-3] & capital[1:-2] & capital[2:-1] & (traits[3:] & _LETTER > 0)
    at = np.flatnonzero(likely) + 1
    sizes = np.array([len(line) for line in lines])
    starts = np.cumsum(sizes + 1) - sizes - 1
    line = np.searchsorted(starts, at, "right") - 1
    place = at - starts[line]
    near = (place <= LONGEST) | (sizes[line] - place <= LONGEST)
    found: list[list[int]] = [[] for _ in lines]
    for number, one in zip(line[near].tolist(), place[near].tolist(), strict=True):
        found[number].append(one)
    return found


def choose_plain(text: str, places: Sequence[int]) -> list[int]:
    """The joints among some places that rules look at."""
    return [at for at in places if _PLAIN.match(text, at)]


def choose_any(text: str, places: Sequence[int]) -> list[int]:
    """The joints among some places that the model judges."""
    return [at for at in places if _ANY.match(text, at)]
