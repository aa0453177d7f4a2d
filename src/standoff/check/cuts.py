"""What must hold of the cuts and keeps of one document; pure functions over records."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from standoff.check.findings import Finding
from standoff.offsets import Ranged, kept_ranges
from standoff.records import KINDS, Cut, Keep

_BY = re.compile(r"(?:rule|model|person):\S")


def check_cuts(chars: int, cuts: Sequence[Cut], seed: str | None) -> Iterator[Finding]:
    """Range, kind and author of each cut in a seed of `chars` code points, which is None where it is not here."""
    for at, cut in enumerate(cuts):
        if not 0 <= cut.start < cut.end <= chars:
            yield Finding("cut-range", at, f"[{cut.start}, {cut.end}) is not within the {chars} characters")
        if cut.kind not in KINDS:
            yield Finding("cut-kind", at, f"no such kind: {cut.kind!r}")
        if not _BY.match(cut.by):
            yield Finding("cut-by", at, f"{cut.by!r} names no rule, model or person")
        if cut.kind == "whitespace" and seed is not None and (taken := seed[cut.start : cut.end].strip()):
            yield Finding("cut-whitespace", at, f"a whitespace cut takes {len(taken)} visible characters")
    for at, (one, other) in enumerate(pairwise(cuts), 1):
        if one.start <= other.start < one.end:
            yield Finding("cut-overlap", at, f"begins at {other.start}, inside the cut above")


def check_keeps(chars: int, keeps: Sequence[Keep], cuts: Collection[Cut]) -> Iterator[Finding]:
    """Range and author of each keep, and that only white space is cut inside it."""
    for at, keep in enumerate(keeps):
        place = f"[{keep.start}, {keep.end})"
        if not 0 <= keep.start < keep.end <= chars:
            yield Finding("keep-range", at, f"{place} is not within the {chars} characters")
        if not re.match(r"person:\S", keep.by):
            yield Finding("keep-by", at, f"{keep.by!r} names no person")
        for cut in cuts:
            if cut.kind != "whitespace" and cut.start < keep.end and keep.start < cut.end:
                message = f"{keep.by} keeps {place}, {cut.by} cut [{cut.start}, {cut.end}) as {cut.kind}"
                hint = "adjudicate: remove one of the two" if cut.by.startswith("person:") else ""
                yield Finding("keep-cut", at, message, hint)


def apart(length: int, ranges: Collection[Ranged]) -> bool:
    """Whether the ranges are cuts of a text of that length: inside it, none empty, none sharing a character."""
    try:
        kept_ranges(length, ranges)
    except ValueError:
        return False
    return True
