"""Lines as arrays: character classes, words and their hashes, for many lines at once and no loop over characters.

A word is a run of letters and digits, with apostrophes inside it. Its hash folds case and reads every digit as 0;
it is a polynomial in the character codes modulo 2**64, so that prefix sums give the hash of any range.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

TOP = 0x2800
"""Code points from here on count as letters of no known script."""
_APOSTROPHE = ord("'") + 1
_BASE = 0x9E3779B97F4A7C15
SALT = np.uint64(_BASE)
"""Tells hashes of one thing from those of another."""
CLASSES = {
    "other": "", "letter": "", "capital": "", "digit": "", "space": "", "end": ".!?…", "comma": ",;",
    "quote": "\"“”‘’'",
    "bracket": "()[]{}<>", "bar": "|»›«‹•·→▶/\\", "dash": "-–—", "sign": "@#_*=~^+&", "money": "$£€%¢¥",
    "mark": "©®™", "colon": ":",
}  # fmt: skip
CLASS = {name: number for number, name in enumerate(CLASSES)}


@dataclass(frozen=True, slots=True)
class Words:
    """Lines joined by line ends: per code point its code and class, per word its range, hash and line.

    `start` and `end` are the ranges of the lines, `first` and `last` those of their words, all half-open.
    """

    codes: Array
    classes: Array
    sums: Array
    start: Array
    end: Array
    line: Array
    first: Array
    last: Array
    word_start: Array
    word_end: Array
    word_line: Array
    hashes: Array

    def hash_range(self, start: Array, end: Array) -> Array:
        """The hash of each range of code points."""
        return mix((self.sums[end] - self.sums[start]) * _powers(len(self.codes))[1][start])


def read_words(lines: Sequence[str]) -> Words:
    """The words of lines; no line may hold a line end."""
    codes = np.frombuffer("\n".join([*lines, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    folds, table = _tables()
    classes, folded = np.take(table, codes, mode="clip"), np.take(folds, codes, mode="clip")
    ends = np.flatnonzero(codes == ord("\n"))
    letters = (classes >= CLASS["letter"]) & (classes <= CLASS["digit"])
    inside = letters.copy()
    inside[1:-1] |= (folded[1:-1] == _APOSTROPHE) & letters[:-2] & letters[2:]
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    edges = np.concatenate([[0], edges]) if inside[:1].any() else edges
    word_start, word_end = edges[::2], edges[1::2]
    sums = np.zeros(len(codes) + 1, np.uint64)
    up, down = _powers(len(codes))
    np.cumsum(folded * up, out=sums[1:])
    start = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    line = np.repeat(np.arange(len(ends)), ends - start + 1)
    return Words(
        codes, classes, sums, start, ends, line, np.searchsorted(word_start, start), np.searchsorted(word_start, ends),
        word_start, word_end, line[word_start], mix((sums[word_end] - sums[word_start]) * down[word_start]),
    )  # fmt: skip


def mix(values: Array) -> Array:
    """Spread the bits of 64-bit hashes, so that the high ones serve as an index."""
    values = values ^ (values >> np.uint64(29))
    values = values * np.uint64(0xBF58476D1CE4E5B9)
    mixed: Array = values ^ (values >> np.uint64(32))
    return mixed


def hash_lines(words: Words) -> Array:
    """A key for each line, equal for lines of the same words whatever stands between them."""
    place = np.arange(len(words.hashes)) - words.first[words.word_line]
    mixed = mix(words.hashes + place.astype(np.uint64) * SALT)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed)])
    keys: Array = sums[words.last] - sums[words.first]
    return keys


def hash_words(words: Sequence[str]) -> Array:
    """The hash of each of some words, equal to that of the same words in lines."""
    return read_words(words).hashes


def classify(text: str) -> Array:
    """The class of each code point."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    classes: Array = np.take(_tables()[1], codes, mode="clip")
    return classes


def class_table() -> Array:
    """The class of every code point below `TOP`."""
    return _tables()[1]


@cache
def _tables() -> tuple[Array, Array]:
    """Folded code plus one, so that none is 0, and class of every code point below `TOP`."""
    folds, classes = np.arange(TOP, dtype=np.uint64), np.zeros(TOP, np.uint8)
    marks = {character: CLASS[name] for name, members in CLASSES.items() for character in members}
    for code in range(TOP):
        character = chr(code)
        lower, category = character.lower(), unicodedata.category(character)
        folds[code] = ord("0") if category[0] == "N" else ord(lower) if len(lower) == 1 else code
        name = "capital" if category in ("Lu", "Lt") else {"L": "letter", "M": "letter", "N": "digit"}.get(category[0])
        classes[code] = marks.get(character, CLASS[name or ("space" if character.isspace() else "other")])
    folds[ord("’")] = ord("'")
    classes[TOP - 1] = CLASS["letter"]
    return folds + np.uint64(1), classes


_POWERS: list[tuple[Array, Array]] = []


def _powers(length: int) -> tuple[Array, Array]:
    """Powers of the base and of its inverse modulo 2**64, kept for the next call."""
    if not _POWERS or len(_POWERS[0][0]) < length:
        size = 1 << max(16, length.bit_length())
        pair = []
        for base in (_BASE, pow(_BASE, -1, 2**64)):
            powers = np.full(size, base, np.uint64)
            powers[0] = 1
            pair.append(np.multiply.accumulate(powers))
        _POWERS[:] = [(pair[0], pair[1])]
    return _POWERS[0][0][:length], _POWERS[0][1][:length]
