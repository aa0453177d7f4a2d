"""What a line shares with the other lines of its document."""

import numpy as np

from standoff.cleaning.documents import Documents
from standoff.cleaning.lexica import find_lexica
from standoff.cleaning.words import CLASS, SALT, Array, Words


def find_overlap(words: Words, documents: Documents, prose: Array) -> dict[str, Array]:
    """Share of the content words that stand elsewhere in the document, in its prose, in its first lines; repeats."""
    lines = len(prose)
    capital = np.take(words.classes, words.word_start) == CLASS["capital"]
    common = find_lexica(words) > 0
    content = np.flatnonzero((capital | (words.word_end - words.word_start >= 4)) & ~common)
    line = words.word_line[content]
    document = documents.number[line]
    own, here = _rank_twice(words.hashes[content] + document.astype(np.uint64) * SALT, line)
    many = np.maximum(np.bincount(line, minlength=lines), 1)

    def share(hit: Array, of: Array = many) -> Array:
        return np.bincount(line, hit, lines) / of

    in_prose = np.take(prose, line)
    same = np.take(_count(here), here)
    elsewhere = np.take(_count(own), own) - same
    body = np.take(_count(own, in_prose), own) - same * in_prose
    name = capital[content] & (content != words.first[line])
    names = np.bincount(line, name, lines)
    heads = {}
    for number in (0, 1):
        head = np.minimum(documents.starts + number, documents.last[documents.starts])
        heads[f"in line {number}"] = share(np.take(_count(own, line == np.take(head, document)), own) > 0)
    text = words.hash_range(words.start, words.end) + documents.number.astype(np.uint64) * SALT
    repeated = _ranks(text)
    return {
        "content words": many, "elsewhere": share(elsewhere > 0), "often elsewhere": share(np.minimum(elsewhere, 5)),
        "in prose": share(body > 0), "names": names, "names in prose": share((body > 0) & name, np.maximum(names, 1)),
        **heads, "copies": _count(repeated)[repeated],
    }  # fmt: skip


def _ranks(keys: Array) -> Array:
    """A small number for each key, equal for equal keys."""
    _, ranks = np.unique(keys, return_inverse=True)
    return ranks


def _rank_twice(keys: Array, line: Array) -> tuple[Array, Array]:
    """Small numbers, equal for equal keys, and for equal keys in the same line; lines go up."""
    order = np.argsort(keys, kind="stable")
    other = np.ones(len(keys), bool)
    other[1:] = keys[order][1:] != keys[order][:-1]
    moved = other.copy()
    moved[1:] |= line[order][1:] != line[order][:-1]
    ranks = np.empty((2, len(keys)), np.int64)
    ranks[:, order] = np.cumsum(other) - 1, np.cumsum(moved) - 1
    return ranks[0], ranks[1]


def _count(ranks: Array, where: Array | None = None) -> Array:
    """How often each rank occurs, counted where asked."""
    size = int(ranks.max(initial=-1)) + 1
    return np.bincount(ranks if where is None else ranks[where], minlength=size)
