"""Verdicts: each range of a text kept, moved, trimmed or orphaned in another version of it. Pure.

A range is kept or moved where its words stand in the new text in the company that they had; white space does not
count. Of a name that stands in many places none is taken for another: what cannot be told apart is orphaned.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from standoff.offsets import Ranged
from standoff.reanchor.versions import Outcome, Verdict, Versions, find_words, judge_space, move_edge
from standoff.reanchor.votes import Candidate, Side, find_candidates, may_slide, weigh

_ENOUGH = 0.45
"""Share of the votes that a place needs."""
_CLEARLY = (0.7, 0.9, 1.0)
"""What of the votes of the best place the second best may have, by how many of its neighbours the best one has kept."""

_AROUND = 16
"""Words on either side of a trimmed range where a range may have lost the same word."""
_BESIDE = 3
"""Words on either side of what is left of a range where a word that it has lost may not be put in."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """Old words and the new ones that they are said to be, in order; `range` is where all of the old ones stood."""

    outcome: Outcome
    old: Sequence[int] = ()
    new: Sequence[int] = ()
    range: tuple[int, int] = (0, 0)


def reanchor(old: str, new: str, ranges: Sequence[Ranged]) -> list[Verdict]:
    """A verdict for each range of the old text, in their order."""
    return follow(Versions.from_texts(old, new), ranges)


def follow(versions: Versions, ranges: Sequence[Ranged]) -> list[Verdict]:
    """As `reanchor`, for texts that are matched already."""
    places = [find_words(versions.old, one) for one in ranges]
    lost = {at for place in places for at in range(*place) if versions.match.new[at] < 0}
    claims = [_claim(versions, *place) for place in places]
    claims = [_Claim("orphaned") if _may_be_another(versions, one, lost) else one for one in claims]
    disputed = _find_disputed(claims)
    verdicts = []
    for one, claim in zip(ranges, claims, strict=True):
        taken = claim if disputed.isdisjoint(claim.new) else _Claim("orphaned")
        verdicts.append(_judge(versions, one, taken))
    return verdicts


def _claim(versions: Versions, first: int, last: int) -> _Claim:
    """Where the words [first, last) are now: all of them, those that survive, or nowhere."""
    if first == last:
        return _Claim("orphaned")
    start = _find_place(versions, first, last)
    if start is not None:
        return _Claim("moved", range(first, last), range(start, start + last - first))
    survivors = _find_survivors(versions, first, last)
    return _Claim("trimmed", *survivors, (first, last)) if survivors else _Claim("orphaned")


def _find_place(versions: Versions, first: int, last: int) -> int | None:
    """Where all the words are now; None where nothing tells, or more than one place could be meant."""
    match, start = versions.match, versions.match.new[first]
    if all(match.sure[first:last]) and match.new[first:last] == list(range(start, start + last - first)):
        return start
    here, there = Side(versions.old, match.new), Side(versions.new, match.old)
    best = _choose(find_candidates(here, versions.new, first, last))
    if best is None or may_slide(here, first, last, best) or may_slide(there, best, best + last - first, first):
        return None
    back = _choose(find_candidates(there, versions.old, best, best + last - first))
    return best if back == first else None


def _choose(candidates: Sequence[Candidate]) -> int | None:
    """The one that has votes enough, clearly more than the next, and beside which no other has kept a neighbour."""
    if not candidates or candidates[0].share < _ENOUGH:
        return None
    best, *others = candidates
    if others and others[0].share > _CLEARLY[sum(best.beside)] * best.share:
        return None
    torn = any(theirs and not ours for one in others for ours, theirs in zip(best.beside, one.beside, strict=True))
    return None if torn else best.start


def _find_survivors(versions: Versions, first: int, last: int) -> tuple[list[int], list[int]] | None:
    """The words left of a range when the others were taken out and nothing was put in; None where they are too few."""
    match, spoken = versions.match.new, versions.old.spoken
    old = [at for at in range(first, last) if match[at] >= 0]
    if not old or len(old) == last - first:
        return None
    new = [match[at] for at in old]
    left = sum(spoken[at] for at in old)
    whole = (
        new == list(range(new[0], new[0] + len(new)))
        and (old[0] == first or _follows(match, first - 1, new[0] - 1))
        and (old[-1] == last - 1 or _follows(match, last, new[-1] + 1))
    )
    here, start = Side(versions.old, match), new[0] - (old[0] - first)
    enough = left and 2 * left >= sum(spoken[first:last]) and weigh(here, first, last, start) >= _ENOUGH
    if not whole or not enough or may_slide(here, first, last, start):
        return None
    there = Side(versions.new, versions.match.old)
    return None if may_slide(there, new[0], new[-1] + 1, old[0]) else (old, new)


def _follows(match: Sequence[int], at: int, other: int) -> bool:
    return 0 <= at < len(match) and match[at] == other


def _may_be_another(versions: Versions, claim: _Claim, lost: Collection[int]) -> bool:
    """Whether what is left of a range may be of another: one around, or it itself, has lost a word like one of these.

    Nor is a range trimmed where a word that it has lost was put in beside what is left: its words were swapped.
    """
    if claim.outcome != "trimmed":
        return False
    old, new, match = versions.old, versions.new, versions.match
    first, last = claim.range
    left = {old.ids[at] for at in claim.old}
    if any(at in lost and old.ids[at] in left for at in range(first - _AROUND, last + _AROUND)):
        return True
    gone = {old.ids[at] for at in range(first, last) if match.new[at] < 0}
    beside = range(max(claim.new[0] - _BESIDE, 0), min(claim.new[-1] + 1 + _BESIDE, len(new)))
    return any(match.old[at] < 0 and new.ids[at] in gone for at in beside)


def _find_disputed(claims: Iterable[_Claim]) -> set[int]:
    """New words that are said to be two different old ones."""
    owners: dict[int, int] = {}
    disputed = set[int]()
    for claim in claims:
        for old, new in zip(claim.old, claim.new, strict=True):
            if owners.setdefault(new, old) != old:
                disputed.add(new)
    return disputed


def _judge(versions: Versions, one: Ranged, claim: _Claim) -> Verdict:
    """A claim in code points."""
    if not claim.new:
        return judge_space(versions, one)
    first, last = find_words(versions.old, one)
    start, end = versions.new.starts[claim.new[0]], versions.new.ends[claim.new[-1]]
    if claim.old[0] == first:
        start = move_edge(versions, one.start, first, claim.new[0], ends=False)
    if claim.old[-1] == last - 1:
        end = move_edge(versions, one.end, last - 1, claim.new[-1], ends=True)
    same = claim.outcome == "moved" and (start, end) == (one.start, one.end)
    return Verdict("kept" if same else claim.outcome, start, end)
