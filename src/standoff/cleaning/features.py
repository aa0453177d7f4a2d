"""What the model sees of each line: its shape, its words, its place and what it shares with the rest.

All is computed for the lines of many documents at once. A row depends on its own document alone, so the batch
that a document comes in never changes what is cut from it.
"""

import numpy as np

from standoff.cleaning.documents import Documents
from standoff.cleaning.lexica import lexicon_shares
from standoff.cleaning.overlap import find_overlap
from standoff.cleaning.words import CLASS, CLASSES, Array, Words, mix

_BITS = 18
"""The tables of word weights have 2**18 rows."""
_PLAIN = ("letter", "space")
_EDGES = ("end", "comma", "quote", "bracket", "bar", "dash", "colon", "digit", "capital", "letter")


def ngram_rows(words: Words) -> list[tuple[Array, Array]]:
    """(line, row of the weight table) of each word, pair of words, first word, last word; each part in line order."""
    hashes, line = words.hashes, words.word_line
    pairs = np.flatnonzero(line[1:] == line[:-1])
    filled = np.flatnonzero(words.last > words.first)
    parts = [
        (line, hashes),
        (line[pairs], mix(hashes[pairs] * np.uint64(3) + hashes[pairs + 1] * np.uint64(7) + np.uint64(11))),
        (filled, mix(hashes[words.first[filled]] + np.uint64(101))),
        (filled, mix(hashes[words.last[filled] - 1] + np.uint64(202))),
    ]
    return [(own, (keys >> np.uint64(64 - _BITS)).astype(np.int64)) for own, keys in parts]


def score_words(words: Words, table: Array) -> Array:
    """Sums of integer word weights, a row a line and a column a class; exact, whatever the order of the lines."""
    sums = np.zeros((len(words.start), table.shape[1]), np.int32)
    counts = np.zeros(len(words.start), np.int64)
    for line, rows in ngram_rows(words):
        if len(line):
            first = np.flatnonzero(np.diff(line, prepend=-1))
            own = np.take(table, rows, axis=0)
            sums[line[first]] += np.add.reduceat(own, first, axis=0, dtype=np.int32)
            counts[line[first]] += np.diff(first, append=len(line))
    totals: Array = sums / np.sqrt(np.maximum(counts, 1))[:, None]
    return totals


def measure_lines(words: Words, documents: Documents, scores: Array) -> dict[str, Array]:
    """All features by name, one value a line. `scores` are the word scores; the first column speaks for residue."""
    shape = line_shapes(words)
    lexicon = lexicon_shares(words)
    place = _place(words, documents, shape, lexicon["function"])
    shared = find_overlap(words, documents, place["prose"].astype(bool))
    named = {f"score {column}": scores[:, column] for column in range(scores.shape[1])}
    means = {"mean score": documents.mean(scores[:, 0]), "mean words": documents.mean(shape["words"])}
    return {**shape, **lexicon, **place, **shared, **named, **means}


def line_shapes(words: Words) -> dict[str, Array]:
    """Length, share of each character class, first and last characters, capitals."""
    lines, wide = len(words.start), len(CLASSES)
    counts = np.bincount(words.line * wide + words.classes, minlength=lines * wide).reshape(lines, wide)
    length = (words.end - words.start).astype(np.float64)
    visible = np.maximum(length - counts[:, CLASS["space"]] + 1, 1)
    last, first = words.classes[words.end - 1], words.classes[words.start]
    tail = words.codes[words.end - 1]
    dots = (tail == ord(".")) & (words.codes[np.maximum(words.end - 2, words.start)] == ord("."))
    size, kind = words.word_end - words.word_start, words.classes[words.word_start]
    capital = kind == CLASS["capital"]
    whole = capital & (words.classes[words.word_end - 1] == CLASS["capital"]) & (size > 1)
    count = (words.last - words.first).astype(np.float64)
    many = np.maximum(count, 1)
    per_line = {
        "capitalised": capital, "all capitals": whole, "numbers": kind == CLASS["digit"], "letters": size,
    }  # fmt: skip
    return {
        "length": length, "words": count,
        **{f"share {name}": counts[:, number] / visible for name, number in CLASS.items() if name not in _PLAIN},
        **{f"first {name}": first == CLASS[name] for name in _EDGES},
        **{f"last {name}": last == CLASS[name] for name in _EDGES},
        "ended": find_ended(words), "question": tail == ord("?"), "dots": dots | (tail == ord("…")),
        "small first": find_small(words),
        **{name: np.bincount(words.word_line, value, lines) / many for name, value in per_line.items()},
    }  # fmt: skip


def find_ended(words: Words) -> Array:
    """Which lines end as a sentence does, a closing quote or bracket aside."""
    last, second = words.classes[words.end - 1], words.classes[np.maximum(words.end - 2, words.start)]
    closing = (last == CLASS["quote"]) | (last == CLASS["bracket"])
    ended: Array = (last == CLASS["end"]) | (closing & ((second == CLASS["end"]) | (second == CLASS["comma"])))
    return ended


def find_small(words: Words) -> Array:
    """Which lines have a first word that begins small."""
    small = np.zeros(len(words.start), bool)
    filled = np.flatnonzero(words.last > words.first)
    small[filled] = words.classes[words.word_start[words.first[filled]]] == CLASS["letter"]
    return small


def _place(words: Words, documents: Documents, shape: dict[str, Array], function: Array) -> dict[str, Array]:
    """Position, and how much prose stands before and after. Prose: twelve words, ended, some function words."""
    prose = (shape["words"] >= 12) & shape["ended"] & (function > 0.2)
    at = np.arange(len(prose))
    before, all_prose = documents.before(prose)
    chars_before, all_chars = documents.before(shape["length"] * prose)
    length_before, total = documents.before(shape["length"])
    previous = np.maximum.accumulate(np.where(prose, at, -1))
    following = np.minimum.accumulate(np.where(prose, at, len(prose))[::-1])[::-1]
    up = np.where(previous < documents.first, 99, np.minimum(at - previous, 99))
    down = np.where(following > documents.last, 99, np.minimum(following - at, 99))
    return {
        "prose": prose, "from start": at - documents.first, "from end": documents.last - at,
        "lines": documents.last - documents.first + 1, "characters": total,
        "position": (length_before + shape["length"] / 2) / np.maximum(total, 1),
        "prose before": before, "prose after": all_prose - before - prose,
        "prose characters before": chars_before,
        "prose characters after": all_chars - chars_before - shape["length"] * prose,
        "lines since prose": up, "lines to prose": down, "share of prose": documents.mean(prose),
    }  # fmt: skip
