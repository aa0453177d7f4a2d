"""The names of a corpus and their labels as arrays, so that ten thousand documents are compared in a moment."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from standoff.around import text_around
from standoff.check.consistency import is_name
from standoff.check.findings import Finding
from standoff.records import Span

NameCounts = npt.NDArray[np.uint64]
"""Rows of three: 64 bits of the hash of a surface, the place of its label in labels.toml, how often."""
NO_NAMES: NameCounts = np.empty((0, 3), dtype=np.uint64)
_MIX = np.uint64(0x9E3779B97F4A7C15)
RARE, MENTIONS = 10, 10
"""A label is rare for a name if at most every tenth of its mentions has it, of ten or more."""


def count_names(spans: Sequence[Span], labels: Sequence[str]) -> NameCounts:
    """How often each name of a document has each label."""
    counts: dict[tuple[int, int], int] = {}
    for span in spans:
        if is_name(span.text) and span.label in labels:
            key = hash_name(span.text), labels.index(span.label)
            counts[key] = counts.get(key, 0) + 1
    return np.array([(*key, count) for key, count in counts.items()], dtype=np.uint64).reshape(-1, 3)


def hash_name(surface: str) -> int:
    """64 bits that stand for a surface, the same in every process."""
    return int.from_bytes(blake2b(surface.encode("utf-8"), digest_size=8).digest(), "little")


def find_rare(counts: Sequence[NameCounts]) -> dict[int, dict[tuple[int, int], int]]:
    """For documents by number: (name, label) that is rare in the corpus, and the usual label of the name."""
    sizes = [len(rows) for rows in counts]
    if not sum(sizes):
        return {}
    name_of, label_of, count_of = np.concatenate(counts).T
    documents = np.repeat(np.arange(len(counts)), sizes)
    mixed = name_of + label_of * _MIX  # one number for both: sorting pairs takes ten times as long
    _, first, pair = np.unique(mixed, return_index=True, return_inverse=True)
    totals = np.bincount(pair, weights=count_of)
    names, name = np.unique(name_of[first], return_inverse=True)
    mentions = np.bincount(name, weights=totals)
    most = np.zeros(len(names))
    np.maximum.at(most, name, totals)
    usual = np.zeros(len(names), dtype=np.int64)
    top = totals == most[name]
    usual[name[top]] = label_of[first][top]
    rare = (totals * RARE <= mentions[name]) & (mentions[name] >= MENTIONS)
    found: dict[int, dict[tuple[int, int], int]] = {}
    for row in np.flatnonzero(rare[pair]):
        key = int(name_of[row]), int(label_of[row])
        found.setdefault(int(documents[row]), {})[key] = int(usual[name[pair[row]]])
    return found


def check_rare(
    spans: Sequence[Span], labels: Sequence[str], rare: dict[tuple[int, int], int], seed: str | None
) -> Iterator[Finding]:
    """The spans of a document behind what `find_rare` gave for it."""
    for at, span in enumerate(spans):
        if span.label not in labels or not is_name(span.text):
            continue
        usual = rare.get((hash_name(span.text), labels.index(span.label)))
        if usual is not None:
            message = f"{span.text!r} is {span.label} here, {labels[usual]} nearly everywhere else in the corpus"
            context = "" if seed is None else text_around(seed, span.start, span.end)
            yield Finding("label-rare", at, message, context=context)
