"""Where a range of words may stand in another version of its text: the words around it vote for places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from standoff.reanchor.words import Words

_WINDOW = 16
"""Words on each side that have a vote."""
_NEAR, _SAME_LINE, _FAR = 1.0, 0.3, 0.05
"""The weight of a word in the same sentence, in the same line, and beyond."""
_SIGN = 0.25
"""What the weight of a sign is of that of a word."""
_FADE = 0.25
"""How fast weights fade with the words between."""
_SLACK = 3
"""Words by which a place may be off from where a voter expects it, and one more for each third word between."""
_LONG = 6
"""Words from which on a range votes for itself."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two texts, and for each of its words the word of the other text, -1 where there is none."""

    words: Words
    match: Sequence[int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place in the other text where the words of a range stand.

    `share` of the votes that could be are for it; `beside` tells whether the word before and the word behind, if they
    are of the same sentence, are beside it there too.
    """

    share: float
    start: int
    beside: tuple[bool, bool] = (False, False)


def find_candidates(here: Side, there: Words, first: int, last: int) -> list[Candidate]:
    """The places where the words [first, last) stand and for which a word around votes, the best first."""
    voters = _list_voters(here, first, last)
    total = sum(weight for _, weight, _ in voters)
    length, wanted = last - first, here.words.ids[first:last]
    expected = {here.match[at] - (at - first) for at, _, _ in voters if here.match[at] >= 0}
    expected |= {here.match[at] - (at - first) for at in range(first, last) if here.match[at] >= 0}
    reach = _SLACK + _WINDOW // 3
    starts = {start for place in expected for start in range(max(place - reach, 0), place + reach + 1)}
    found = [
        Candidate(_count(here, voters, first, start) / total if total else 0.0, start, _stay(here, first, last, start))
        for start in starts
        if there.ids[start : start + length] == wanted
    ]
    return sorted(found, key=lambda one: (-one.share, one.start))


def weigh(here: Side, first: int, last: int, start: int) -> float:
    """The share of the votes around the words [first, last) for a place that begins at `start` in the other text."""
    voters = _list_voters(here, first, last)
    total = sum(weight for _, weight, _ in voters)
    return _count(here, voters, first, start) / total if total else 0.0


def _list_voters(here: Side, first: int, last: int) -> list[tuple[int, float, int]]:
    """The words around a range: place, weight, distance."""
    words, voters = here.words, []
    for edge, places in (
        (first, range(first - 1, max(first - 1 - _WINDOW, -1), -1)),
        (last - 1, range(last, min(last + _WINDOW, len(words)))),
    ):
        for at in places:
            if words.sentences[at] == words.sentences[edge]:
                weight = _NEAR
            else:
                weight = _SAME_LINE if words.lines[at] == words.lines[edge] else _FAR
            distance = abs(at - edge)
            weight *= (1 if words.spoken[at] else _SIGN) / (1 + distance * _FADE)
            voters.append((at, weight, distance))
    if last - first >= _LONG:
        voters += [(at, _NEAR, 0) for at in range(first, last)]
    return voters


def _count(here: Side, voters: Sequence[tuple[int, float, int]], first: int, start: int) -> float:
    """The weight of the votes for a place; a voter that expects it some words away counts less."""
    votes = 0.0
    for at, weight, distance in voters:
        other = here.match[at]
        off = abs(other - (at - first) - start)
        if other >= 0 and off <= _SLACK + distance // 3:
            votes += weight / (1 + off)
    return votes


def _stay(here: Side, first: int, last: int, start: int) -> tuple[bool, bool]:
    """Whether the words on either side of a range, of the same sentence, are on either side of a place too."""
    sentences, match = here.words.sentences, here.match
    before = first > 0 and sentences[first - 1] == sentences[first] and match[first - 1] == start - 1
    behind = last < len(match) and sentences[last] == sentences[last - 1] and match[last] == start + last - first
    return before and start > 0, behind


def may_slide(here: Side, first: int, last: int, start: int) -> bool:
    """Whether words with no match near `start` stand beside a range, and its own first or last word among them.

    Of `a b b` of which `a b` is left, nobody can tell which b has gone; what repeats the range is passed over, and so
    are signs: `a, a` is a name beside the same name.
    """
    words, match = here.words, here.match
    own, edges = set(words.ids[first : min(last, first + _LONG)]), {words.ids[first], words.ids[last - 1]}
    for edge, step in ((first, -1), (last - 1, 1)):
        for at in _list_beside(words, edge, step):
            off = match[at] - start
            astray = match[at] < 0 or 0 <= off < last - first or abs(off - (at - first)) > _SLACK + abs(at - edge)
            if astray and words.ids[at] in edges:
                return True
            if not astray and words.ids[at] not in own and words.spoken[at]:
                break
    return _may_shift(here, first, -1) or _may_shift(here, last - 1, 1)


def _list_beside(words: Words, edge: int, step: int) -> Iterator[int]:
    """The words beside one, of its sentence, so far as they have a vote."""
    for at in range(edge + step, edge + step * _WINDOW, step):
        if not 0 <= at < len(words) or words.sentences[at] != words.sentences[edge]:
            return
        yield at


def _may_shift(here: Side, edge: int, step: int) -> bool:
    """Whether the nearest words without a match could as well be others that reach over the edge of a range.

    Of `a and a and b` that was `a and b` it is `a and` or `and a` that was put in.
    """
    words, match = here.words, here.match
    gap = next((at for at in _list_beside(words, edge, step) if match[at] < 0), None)
    if gap is None:
        return False
    end = gap
    while 0 <= end < len(words) and match[end] < 0:
        end += step
    moved = range(edge, gap, step)
    return all(0 <= at + end - gap < len(words) and words.ids[at] == words.ids[at + end - gap] for at in moved)
