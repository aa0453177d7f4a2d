"""The white space that cuts leave behind."""

import re
from collections.abc import Iterator, Sequence

from standoff.cleaning.text import plain_spaces
from standoff.records import Cut

_IDLE = ("  ", " \n", "\n ", "\n\n\n")
"""White space that may be idle though nothing beside it is cut; a single space or one blank line never is."""
_IDLE_PATTERN = re.compile(r"[ \n](?:(?<= )[ \n]|(?<=\n)(?: |\n\n))")
_Range = tuple[int, int]


def with_whitespace(seed: str, cuts: Sequence[Cut]) -> list[Cut]:
    """The cuts, and the white space that is of no use without what they took.

    Between two kept lines one line end stays, or two where a blank line parted them; none stays at the ends.
    """
    found = list(cuts)
    for start, end, inner in _find_gaps(seed, sorted(cuts, key=_place)):
        for low, high in _thin_gap(seed, _between(start, end, inner), keep=start > 0 and end < len(seed)):
            found.append(Cut(low, high, "whitespace", "rule:spacing"))
    return sorted(found, key=_place)


def _place(cut: Cut) -> _Range:
    return cut.start, cut.end


def _between(start: int, end: int, inner: Sequence[Cut]) -> list[_Range]:
    """The ranges of [start, end) that no cut takes; cuts are sorted and apart."""
    ranges = []
    for cut in inner:
        if start < cut.start:
            ranges.append((start, cut.start))
        start = cut.end
    return [*ranges, (start, end)] if start < end else ranges


def _find_gaps(seed: str, cuts: Sequence[Cut]) -> Iterator[tuple[int, int, list[Cut]]]:
    """Maximal ranges of nothing but white space and cuts, with their cuts, where white space may go."""
    hollows: list[tuple[int, int, Cut | None]] = [(cut.start, cut.end, cut) for cut in cuts]
    hollows += [(start, end, None) for start, end in _find_idle(plain_spaces(seed))]
    hollows.sort(key=lambda hollow: hollow[:2])
    low, high = 0, -1
    inner: list[Cut] = []
    for start, end, own in hollows:
        if start > high:
            if high >= 0:
                yield low, high, inner
            low, high, inner = _reach_back(seed, start, max(high, 0)), start, []
        high = max(high, end)
        if own is not None:
            inner.append(own)
        while high < len(seed) and seed[high].isspace():
            high += 1
    if high >= 0:
        yield low, high, inner


def _find_idle(plain: str) -> Iterator[_Range]:
    """Where idle white space begins, and at the ends of the text any."""
    if plain[:1].isspace():
        yield 0, 1
    if any(idle in plain for idle in _IDLE):
        yield from (found.span() for found in _IDLE_PATTERN.finditer(plain))
    if plain[-1:].isspace():
        yield len(plain) - 1, len(plain)


def _reach_back(seed: str, at: int, least: int) -> int:
    """Where the white space before a place begins."""
    while at > least and seed[at - 1].isspace():
        at -= 1
    return at


def _thin_gap(seed: str, gap: Sequence[_Range], *, keep: bool) -> Iterator[_Range]:
    """The part of a gap that goes. `gap` holds its white-space ranges, what was cut between them left out."""
    if not gap:
        return
    between = seed[gap[0][0] : gap[-1][1]]
    if keep and "\n" not in between:
        yield from gap[1:]
        return
    left = 0 if not keep else 2 if re.search(r"\n[^\S\n]*\n", between) else 1
    for start, end in gap:
        at = start
        for position in range(start, end):
            if left and seed[position] == "\n":
                if at < position:
                    yield at, position
                at, left = position + 1, left - 1
        if at < end:
            yield at, end
