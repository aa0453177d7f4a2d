"""Runs of words that two texts share, seen through their digits alone."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import ceil, log2

_STRAY = 11
"""Runs that agree by chance are looked at up to some two thousand (2 ** 11) a text: short ones need other evidence."""


@dataclass(frozen=True, slots=True)
class Run:
    """`length` words from word `there` of the text that is not here, and from word `here` of the one that is."""

    there: int
    here: int
    length: int


def bits_of_word(there: bytes, here: bytes) -> float:
    """How much it says that two digits agree, in bits: less than they have, since frequent words are frequent."""
    left, right = Counter(there), Counter(here)
    alike = sum(count * right[digit] for digit, count in left.items())
    return -log2(alike / (len(there) * len(here))) if alike else 8.0


def find_runs(there: bytes, here: bytes) -> list[Run]:
    """All runs of equal digits that cannot be made longer, but for the shortest, which chance makes by thousands."""
    if not there or not here:
        return []
    least = max(4, ceil((log2(len(there) * len(here)) - _STRAY) / max(bits_of_word(there, here), 0.1)))
    places = defaultdict[bytes, list[int]](list)
    for at in range(len(here) - least + 1):
        places[here[at : at + least]].append(at)
    runs = []
    for at in range(len(there) - least + 1):
        for place in places.get(there[at : at + least], ()):
            if at and place and there[at - 1] == here[place - 1]:
                continue  # inside a run that began before
            runs.append(Run(at, place, _reach(there, here, at, place, least)))
    return runs


def _reach(there: bytes, here: bytes, at: int, place: int, length: int) -> int:
    most = min(len(there) - at, len(here) - place)
    while length < most and there[at + length] == here[place + length]:
        length += 1
    return length
