"""Which rules are worth trying on which lines, told by the words and signs in them, for many lines at once.

Of most lines no rule has a cue, and no pattern is tried on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from standoff.cleaning.rules import LONGEST, Rule, RuleTable
from standoff.cleaning.words import Array, Words, hash_words

SIGNS = {
    "#digit": "0123456789", "#bar": "|»›>/:", "#slash": "/", "#mark": "©", "#code": "=(<{}", "#star": "*",
    "#money": "$£€", "#dash": "-–—", "#comma": ",",
}  # fmt: skip
"""Cues that are no words: any of these characters."""
_BITS = 16
_CODES = 0x2800


class Likely(NamedTuple):
    """The rules worth a try on a line, in the order in which they decide: of any place, and of the head or the tail."""

    anywhere: tuple[Rule, ...] = ()
    zoned: tuple[Rule, ...] = ()


NOTHING = Likely()


@dataclass(frozen=True, slots=True, eq=False)
class CueTable:
    """Rules as bits: those that a word [hash], a sign [code point], the number of words or the end lets in.

    `marked` tells the code points that are signs of any rule.
    """

    rules: tuple[Rule, ...]
    words: Array
    signs: Array
    marked: Array
    free: Array
    counts: Array
    ends: Array

    def find_likely(self, words: Words, counts: Sequence[int], ended: Sequence[bool]) -> list[Likely]:
        """For each line, of so many words and ended as a sentence or not, the rules that may match."""
        lines = len(words.end)
        if not lines:
            return []
        bits = np.tile(self.free, (lines, 1))
        signs = np.flatnonzero(np.take(self.marked, words.codes, mode="clip"))
        _spread(bits, words.line[signs], self.signs[np.minimum(words.codes[signs], _CODES - 1)])
        own = np.take(self.words, (words.hashes >> np.uint64(64 - _BITS)).astype(np.int64), axis=0)
        _spread(bits, words.word_line, own)
        bits &= self.counts[np.minimum(counts, len(self.counts) - 1)]
        bits &= self.ends[np.asarray(ended, np.int64)]
        bits[words.end - words.start > LONGEST] = 0
        likely = [NOTHING] * lines
        for at in np.flatnonzero(bits.any(axis=1)).tolist():
            likely[at] = _decode(self, bits[at].tobytes())
        return likely


@lru_cache(maxsize=1 << 14)
def _decode(table: CueTable, row: bytes) -> Likely:
    value = int.from_bytes(row, "little")
    found = [rule for number, rule in enumerate(table.rules) if value >> number & 1]
    return Likely(*(tuple(rule for rule in found if (rule.zone != "any") is zoned) for zoned in (False, True)))


def _spread(bits: Array, line: Array, own: Array) -> None:
    """Add the bits of words or signs, in the order of their lines, to those of the lines."""
    if len(line):
        first = np.flatnonzero(np.diff(line, prepend=-1))
        bits[line[first]] |= np.bitwise_or.reduceat(own, first, axis=0)


@lru_cache(maxsize=16)
def make_cue_table(table: RuleTable) -> CueTable:
    """The cues of the rules for whole lines of a table."""
    rules = table.lines
    wide = max(1, -(-len(rules) // 64))
    most = max((rule.words[1] for rule in rules), default=0) + 2
    words, signs = np.zeros((1 << _BITS, wide), np.uint64), np.zeros((_CODES, wide), np.uint64)
    free, counts, ends = np.zeros(wide, np.uint64), np.zeros((most, wide), np.uint64), np.zeros((2, wide), np.uint64)
    for number, rule in enumerate(rules):
        column, bit = number // 64, np.uint64(1 << number % 64)
        plain = [cue for cue in rule.cues if cue not in SIGNS]
        if not rule.cues:
            free[column] |= bit
        if plain:
            words[(hash_words(plain) >> np.uint64(64 - _BITS)).astype(np.int64), column] |= bit
        for sign in set(rule.cues) - set(plain):
            signs[[ord(one) for one in SIGNS[sign]], column] |= bit
        counts[rule.words[0] : rule.words[1] + 1, column] |= bit
        for end in (False, True):
            if rule.sentence in (None, end):
                ends[int(end), column] |= bit
    return CueTable(rules, words, signs, np.any(signs, axis=1), free, counts, ends)
