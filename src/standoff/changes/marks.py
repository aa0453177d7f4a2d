"""Two lists of records set against each other: each record of either side in exactly one pair."""

import json
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TypeVar

from standoff.records import Cut, Keep, Span

T = TypeVar("T")
Mark = TypeVar("Mark", Span, Cut, Keep)
Pair = tuple[str, T | None, T | None]
"""What became of a record (`kept`, `noted`, `relabelled`, `moved`, `removed`, `added`), as it was, as it is."""


def pair_marks(old: Sequence[Mark], new: Sequence[Mark]) -> Iterator[Pair[Mark]]:
    """Every mark of both lists once.

    Same in all fields is kept; same range and label is noted (another note, attribute or author); same range is
    relabelled; same label on a range that shares characters is moved, nearest first; the rest was removed or added.
    """
    for outcome, key in (("kept", identify), ("noted", _name_mark), ("relabelled", _name_range)):
        pairs, old, new = pair_records(old, new, key)
        yield from ((outcome, one, other) for one, other in pairs)
    moved = list(_find_moved(old, new))
    yield from (("moved", old[at], new[to]) for at, to in moved)
    left, right = {at for at, _ in moved}, {to for _, to in moved}
    yield from (("removed", one, None) for at, one in enumerate(old) if at not in left)
    yield from (("added", None, other) for to, other in enumerate(new) if to not in right)


def pair_records(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Pairs of the same key, first with first, and what is left of both lists."""
    waiting = defaultdict[Hashable, deque[int]](deque)
    for to, other in enumerate(new):
        waiting[key(other)].append(to)
    pairs, left, taken = [], [], set()
    for one in old:
        if found := waiting.get(key(one)):
            taken.add(to := found.popleft())
            pairs.append((one, new[to]))
        else:
            left.append(one)
    return pairs, left, [other for to, other in enumerate(new) if to not in taken]


def identify(record: Hashable) -> Hashable:
    """A record as a key: equal where all fields are. In JSON 1, 1.0 and true differ, in Python they are equal."""
    if isinstance(record, Span) and record.attributes is not None:
        return replace(record, attributes=None), json.dumps(record.attributes, sort_keys=True)
    return record


def count_pairs(pairs: Sequence[Pair[T]]) -> Counter[str]:
    """How many went which way."""
    return Counter(outcome for outcome, _, _ in pairs)


def name_label(mark: Span | Cut | Keep) -> str:
    """The label of a span, the kind of a cut, nothing for a keep."""
    return mark.label if isinstance(mark, Span) else mark.kind if isinstance(mark, Cut) else ""


def _name_mark(mark: Span | Cut | Keep) -> Hashable:
    return mark.start, mark.end, name_label(mark)


def _name_range(mark: Span | Cut | Keep) -> Hashable:
    return mark.start, mark.end


def _find_moved(old: Sequence[Mark], new: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """Pairs of one label that share characters, those that share most first, each mark once, by place in the lists."""
    places = defaultdict[str, list[int]](list)
    for to, other in enumerate(new):
        places[name_label(other)].append(to)
    by_label = {label: sorted(found, key=lambda to: new[to].start) for label, found in places.items()}
    starts = {label: [new[to].start for to in found] for label, found in by_label.items()}
    reach = {label: list(accumulate((new[to].end for to in found), max)) for label, found in by_label.items()}
    shared = []
    for at, one in enumerate(old):
        label = name_label(one)
        place = bisect_left(starts.get(label, ()), one.end) - 1
        while place >= 0 and reach[label][place] > one.start:
            other = new[to := by_label[label][place]]
            if other.end > one.start:
                shared.append((max(one.start, other.start) - min(one.end, other.end), at, to))
            place -= 1
    left, right = set(range(len(old))), set(range(len(new)))
    for _, at, to in sorted(shared):
        if at in left and to in right:
            left.remove(at)
            right.remove(to)
            yield at, to
