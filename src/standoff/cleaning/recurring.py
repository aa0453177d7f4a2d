"""Which lines that recur on a site are residue: those that many of its documents hold, and that are no part of theirs.

Repetition names no language: texts in a language that the model does not know are cut by it as well.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from standoff.cleaning.decide import KNOWN, Decision
from standoff.cleaning.lines import read_lines
from standoff.cleaning.model import read_model
from standoff.cleaning.rules import KEEP, read_rule_table
from standoff.cleaning.sites import THREE, SiteStats
from standoff.cleaning.spacing import with_whitespace
from standoff.cleaning.text import count_words, ends_sentence, fold_words
from standoff.cleaning.words import read_words
from standoff.offsets import kept_ranges
from standoff.records import Cut

_SHARE = 1 / 4
"""Share of a site's documents that must hold a line: subheads, datelines and captions come back in fewer."""
_MOST, _HALF = 6, 1 / 2
"""Documents that must hold a sentence, and their share: a quote or a paragraph on what went before comes back too."""
_SENTENCE, _PROSE = 5, 10
"""Words from which a line that ends as a sentence is one, and is body if it is the document's own."""
_SUBHEAD = 10
_HEAD = 14
"""The headline stands among so many lines above the body."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of which [start, end) ranges `parts` are not cut yet, and in how many documents of its site it stands."""

    text: str
    parts: tuple[tuple[int, int], ...]
    documents: float
    words: int
    ended: bool

    @property
    def recurs(self) -> bool:
        """Whether at least three documents hold it."""
        return self.documents >= THREE

    @property
    def body(self) -> bool:
        """Whether it is surely of this document alone."""
        return self.ended and self.words >= _PROSE and not self.recurs


def cut_recurring(stats: SiteStats, site: str, seed: str, decision: Decision) -> Decision:
    """The decision with the lines that recur on the site cut as well; what other cuts left of them goes.

    In doubt a line is kept: one of more than 300 code points, the headline, a subhead between two paragraphs, what a
    rule holds, what too few or too small a share of the documents hold.
    """
    found = [cut for cut in decision.cuts if cut.kind != "whitespace"]
    lines, total = _read(stats, site, seed, found)
    headline = _find_headline(lines)
    gone = [
        line
        for at, line in enumerate(lines)
        if line.recurs and _is_frequent(line, total) and at != headline and not _is_subhead(lines, at)
        if not _is_held(line, decision.language)
    ]
    if not gone:
        return decision
    cuts = [
        Cut(start, end, kind, f"rule:repeated-on-site:{max(3, round(line.documents))}")
        for line, kind in zip(gone, _name_kinds(gone, decision.language), strict=True)
        for start, end in line.parts
    ]
    return replace(decision, cuts=tuple(with_whitespace(seed, [*found, *cuts])))


def _read(stats: SiteStats, site: str, seed: str, found: Sequence[Cut]) -> tuple[list[Line], float]:
    """The lines of which something is left, none if none recurs, and how many documents the site has."""
    lines = read_lines([seed])
    counts, total = stats.estimate(site, lines.keys)
    documents = np.where(lines.counted, counts, 0)
    if not (documents >= THREE).any():
        return [], total
    kept = kept_ranges(len(seed), found)
    result = []
    for at in np.flatnonzero(lines.worded).tolist():
        text = lines.text[at]
        if parts := tuple(_left(seed, int(lines.start[at]), len(text), kept)):
            result.append(Line(text, parts, float(documents[at]), count_words(text), ends_sentence(text)))
    return result, total


def _left(seed: str, start: int, size: int, kept: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is kept of a line, without the white space around it."""
    for at in range(max(bisect_right(kept, (start,)) - 1, 0), len(kept)):
        low, high = max(kept[at][0], start), min(kept[at][1], start + size)
        if kept[at][0] >= start + size:
            return
        part = seed[low:high]
        if part.strip():
            yield low + len(part) - len(part.lstrip()), high - len(part) + len(part.rstrip())


def _is_frequent(line: Line, total: float) -> bool:
    if line.ended and line.words >= _SENTENCE:
        return line.documents >= max(_MOST, _HALF * total)
    return line.documents >= _SHARE * total


def _is_subhead(lines: Sequence[Line], at: int) -> bool:
    """A short line between two paragraphs of body."""
    return lines[at].words <= _SUBHEAD and 0 < at < len(lines) - 1 and lines[at - 1].body and lines[at + 1].body


def _is_held(line: Line, language: str) -> bool:
    """Whether a rule holds such lines against all other steps, wherever they stand."""
    held = (rule for rule in read_rule_table(language).rules if rule.kind == KEEP)
    return any(rule.matches(line.text, line.words, ended=line.ended) for rule in held)


def _find_headline(lines: Sequence[Line]) -> int | None:
    """Of the lines above the body the one that has most words in common with it, the first of equals."""
    first = next((at for at, line in enumerate(lines) if line.body), None)
    above = range(_HEAD)[: len(lines)] if first is None else range(max(0, first - _HEAD), first)
    likely = [at for at in above if 3 <= lines[at].words <= 25]
    if not any(lines[at].recurs for at in likely):
        return None
    body = {word for line in lines if line.body for word in fold_words(line.text)}
    return max(likely, key=lambda at: _in_common(lines[at].text, body))


def _in_common(text: str, body: set[str]) -> float:
    """Share of its long words that the body holds, less sure where there are few of them."""
    words = [word for word in fold_words(text) if len(word) >= 4]
    return sum(word in body for word in words) / len(words) * min(len(words), 4) if words else 0


def _name_kinds(lines: Sequence[Line], language: str) -> list[str]:
    """What the words of each line speak for, where the model knows any; `navigation` where they speak for nothing."""
    if language != KNOWN:
        return ["navigation"] * len(lines)
    model = read_model()
    evidence = model.weigh(read_words([line.text for line in lines]))[:, 1:]
    best = zip(evidence.argmax(axis=1), evidence.max(axis=1), strict=True)
    return [model.kinds[kind] if weight > 0 else "navigation" for kind, weight in best]
