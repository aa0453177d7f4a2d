"""The lines of documents as numbers: a key that tells lines apart, and the marks that a document is known by.

A document is known by its three longest lines. So an article that was crawled twice, with other menus, is the same
one, and one long notice on every page of a site does not make all its pages one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from standoff.cleaning.text import MOST_LINES, plain_spaces
from standoff.cleaning.words import CLASS, Array, Words, hash_lines, mix, read_words

LONGEST = 300
"""Longest line in code points that counts, since what recurs is short; of longer ones so many are compared."""
MARKS = 3
_CLASSED = 0x2800
"""From here on `read_words` does not tell code points apart."""
_CODE, _PLACE = 0xC2B2AE3D27D4EB4F, 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The lines of some documents that are not blank: the document each stands in, where, its text and its key.

    `worded` lines hold two letters; of them the ones short enough are `counted`. `marks` [document, mark] are the
    bits that a document is known by, 0 where it has no worded line.
    """

    document: Array
    start: Array
    text: Sequence[str]
    keys: Array
    worded: Array
    counted: Array
    marks: Array


def read_lines(texts: Sequence[str]) -> Lines:
    """The lines of some documents; what is found of one does not depend on the others."""
    found = [(number, *line) for number, text in enumerate(texts) for line in _split_lines(text)]
    if not found:
        none = np.zeros(0, np.int64)
        marks = np.zeros((len(texts), MARKS), np.uint64)
        return Lines(none, none, (), none.astype(np.uint64), none > 0, none > 0, marks)
    numbers, starts, lines = zip(*found, strict=True)
    document, sizes = np.array(numbers), np.array([len(line) for line in lines])
    words = read_words([line[:LONGEST] for line in lines])
    keys = hash_exactly(words)
    letters = (words.classes == CLASS["letter"]) | (words.classes == CLASS["capital"])
    worded = np.bincount(words.line, letters, len(lines)) >= 2
    marks = mark_documents(document[worded], keys[worded], sizes[worded], len(texts))
    return Lines(document, np.array(starts), lines, keys, worded, worded & (sizes <= LONGEST), marks)


def _split_lines(text: str) -> Iterator[tuple[int, str]]:
    raws = plain_spaces(text).split("\n")
    at = 0
    for raw in raws if len(raws) <= MOST_LINES else ():
        if line := raw.strip(" "):
            yield at + raw.index(line), line
        at += len(raw) + 1


def hash_exactly(words: Words) -> Array:
    """The keys of `hash_lines`, with digits told apart and code points that have no class of their own."""
    odd = np.flatnonzero((words.classes == CLASS["digit"]) | (words.codes >= _CLASSED))
    line = words.line[odd]
    bounds = np.searchsorted(line, np.arange(len(words.start) + 1))
    place = (np.arange(len(odd)) - bounds[line]).astype(np.uint64)
    sums = np.zeros(len(odd) + 1, np.uint64)
    np.cumsum(mix(words.codes[odd] * np.uint64(_CODE) + place * np.uint64(_PLACE)), out=sums[1:])
    keys: Array = hash_lines(words) + sums[bounds[1:]] - sums[bounds[:-1]]
    return keys


def mark_documents(document: Array, keys: Array, sizes: Array, count: int) -> Array:
    """The keys of the longest different lines of each document, mixed; a short document gets more from its longest."""
    order = np.lexsort((-sizes, keys, document))
    document, keys, sizes = document[order], keys[order], sizes[order]
    once = np.ones(len(keys), bool)
    once[1:] = (document[1:] != document[:-1]) | (keys[1:] != keys[:-1])
    order = np.flatnonzero(once)[np.lexsort((keys[once], -sizes[once], document[once]))]
    document, keys = document[order], keys[order]
    first = np.searchsorted(document, np.arange(count + 1))
    marks = np.zeros((count, MARKS), np.uint64)
    filled = np.flatnonzero(np.diff(first))
    for number in range(MARKS):
        own = np.minimum(first[filled] + number, first[filled + 1] - 1)
        longest = keys[first[filled]] + np.uint64(number)
        marks[filled, number] = mix(mix(np.where(own == first[filled] + number, keys[own], longest)))
    return marks
