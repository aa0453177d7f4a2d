"""Long ranges, which an edit inside does not undo: what people cut and what they keep."""

from collections.abc import Iterator

from standoff.offsets import Ranged
from standoff.reanchor.engine import follow
from standoff.reanchor.versions import Verdict, Versions, find_words, move_edge

_FIRM = 3
"""Words in the shortest run that is followed where others of its range were edited."""


def follow_parts(versions: Versions, one: Ranged) -> list[Verdict]:
    """The parts in which a range goes on, one where it was not edited; never none.

    A word corrected inside a line goes with the line; a line put in between belongs to no part, since nobody has judged
    it. What is left of a line that was edited up to its edge ends there.
    """
    (whole,) = follow(versions, [one])
    if whole.outcome in ("kept", "moved"):
        return [whole]
    parts = [
        Verdict("trimmed", _edge(versions, one, runs[0], ends=False), _edge(versions, one, runs[-1], ends=True))
        for runs in _join_runs(versions, list(_find_runs(versions, *find_words(versions.old, one))))
    ]
    return parts or ([whole] if whole.outcome == "trimmed" else [Verdict("orphaned", whole.start, whole.end)])


_Run = tuple[int, int]
"""Words [first, last) of the old text that stand in a row in the new one."""


def _find_runs(versions: Versions, first: int, last: int) -> Iterator[_Run]:
    """The runs of a range that are long enough to be meant."""
    match, spoken = versions.match.new, versions.old.spoken
    start = first
    for at in range(first, last):
        if at + 1 == last or match[at] < 0 or match[at + 1] != match[at] + 1:
            if match[at] >= 0 and sum(spoken[start : at + 1]) >= _FIRM:
                yield start, at + 1
            start = at + 1


def _join_runs(versions: Versions, runs: list[_Run]) -> list[list[_Run]]:
    """Runs with no more than a correction inside a line, or a line taken out, between them."""
    joined: list[list[_Run]] = []
    for run in runs:
        if joined and _goes_on(versions, joined[-1][-1], run):
            joined[-1].append(run)
        else:
            joined.append([run])
    return joined


def _goes_on(versions: Versions, one: _Run, other: _Run) -> bool:
    match, lines = versions.match.new, versions.new.lines
    end, start = match[one[1] - 1], match[other[0]]
    return start == end + 1 or (end < start and lines[end] == lines[start])


def _edge(versions: Versions, one: Ranged, run: _Run, *, ends: bool) -> int:
    """Where a part begins or ends: as its range does, if it reaches that far."""
    first, last = find_words(versions.old, one)
    at = run[1] - 1 if ends else run[0]
    other = versions.match.new[at]
    if at == (last - 1 if ends else first):
        return move_edge(versions, one.end if ends else one.start, at, other, ends=ends)
    return versions.new.ends[other] if ends else versions.new.starts[other]
