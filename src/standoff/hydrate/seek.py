"""The place of one span in a run of words that two texts share: by offsets, and a check of its surface."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.hydrate.fingerprint import Words, check_surface
from standoff.hydrate.runs import Run

_SLACK = 3
"""Code points by which white space may have moved a span beyond what is seen of it here."""
_MOST = 1_000
_SPACES = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a span of the text that is not here: its range in code points, the check of its surface."""

    start: int
    end: int
    check: int


@dataclass(frozen=True, slots=True)
class Other:
    """The text that is here and its words, under the key of the text that is not."""

    text: str
    key: str
    words: Words


def find_room(run: Run, other: Other) -> tuple[int, int]:
    """The range of the run here, with all up to the words before and after it."""
    words, behind = other.words, run.here + run.length
    low = words.ends[run.here - 1] if run.here else 0
    return low, words.starts[behind] if behind < len(words.starts) else len(other.text)


def find_place(
    span: Told, knots: Sequence[tuple[int, int]], room: tuple[int, int], other: Other
) -> tuple[tuple[int, int] | None, int]:
    """Where a span stands in the room of a run, None if nowhere or at two places; and how many places were tried.

    `knots` are the words of the run with a known offset there: that offset, and by how much they have moved.
    """
    exact, starts = _exact_start(span, knots), _starts(span, knots, room, other.text)
    return _seek(span, exact, room, other) or _seek(span, starts, room, other), len(starts) + 1


def _exact_start(span: Told, knots: Sequence[tuple[int, int]]) -> Sequence[int]:
    """Where it begins here if nothing has changed between the knots around it; nowhere if something has."""
    after = bisect_right(knots, span.start, key=lambda knot: knot[0])
    near = [shift for _, shift in knots[max(0, after - 1) : after + 1]]
    return (span.start + near[0],) if len(near) == 2 and near[0] == near[1] else ()


def _starts(span: Told, knots: Sequence[tuple[int, int]], room: tuple[int, int], text: str) -> Sequence[int]:
    """Where it may begin here: moved as the knots on both sides were, between the two, or as the one that there is.

    Beside a single knot white space may be as it is there, or each run of it one character.
    """
    after = bisect_right(knots, span.start, key=lambda knot: knot[0])
    near = [shift for _, shift in knots[max(0, after - 1) : after + 1]]
    low, high = span.start + min(near) - _SLACK, span.start + max(near) + _SLACK + 1
    if len(near) == 2:
        return range(max(room[0], low), min(room[1], high))
    if after:
        more = _surplus(text[knots[-1][0] + near[0] : room[1]])
        slide = range(max(low, room[0]), min(high + more, room[1]))
        behind = knots[-1][0] + near[0]
        return [at for at in slide if at < high or abs(at - low - _SLACK - _surplus(text[behind:at])) <= _SLACK]
    knot = knots[0][0] + near[0]
    more = _surplus(text[room[0] : knot])
    slide = range(max(low - more, room[0]), min(high, room[1]))
    return [at for at in slide if at >= low or abs(low + _SLACK - at - _surplus(text[at:knot])) <= _SLACK]


def _surplus(text: str) -> int:
    """How much shorter it would be with one white space character for each run of them, a thousand at most."""
    return min(_MOST, sum(one.end() - one.start() - 1 for one in _SPACES.finditer(text)))


def _seek(span: Told, starts: Sequence[int], room: tuple[int, int], other: Other) -> tuple[int, int] | None:
    """Where the surface stands in the room of the run; None if nowhere, or at two places."""
    length = span.end - span.start
    for exact in (True, False):
        places = []
        for start in starts:
            if not room[0] <= start < room[1] or other.text[start].isspace():
                continue
            ends = [start + length] if exact else _ends(start, length, other.text)
            for end in ends:
                if end <= room[1] and _is(span, start, end, other, whole=not exact or len(starts) > 1):
                    places.append((start, end))
                    break
        if places:
            return places[0] if len(places) == 1 else None
    return None


def _ends(start: int, length: int, text: str) -> list[int]:
    """Where it may end if white space inside it is longer or shorter here."""
    more = _surplus(text[start : start + length + _SLACK])
    return [
        end for end in range(start + max(1, length - _SLACK), start + length + more + _SLACK) if end != start + length
    ]


def _is(span: Told, start: int, end: int, other: Other, *, whole: bool) -> bool:
    """Whether a range is what is told of the span; `whole`: and neither begins nor ends inside a word."""
    if other.text[end - 1 : end].isspace() or (whole and other.words.divided(start, end)):
        return False
    return check_surface(other.text[start:end], other.key, span.start) == span.check
