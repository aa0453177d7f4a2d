"""Which word of a text is which word of another version of it: an edit script in which paragraphs may have moved.

Paragraphs, lines and sentences that stand once in both texts come first, wherever they are; then runs of words that do,
longest first; last, between what is known, the shortest edit (difflib, whose time is quadratic: it sees short stretches
only).
"""

from collections.abc import Iterator, Sequence

from standoff.reanchor.gaps import find_gaps, match_gap
from standoff.reanchor.pairs import Match, find_open
from standoff.reanchor.words import Words, list_units

_SIZES = (64, 32, 16, 8, 4)
"""Words in the runs that are looked for everywhere."""
_SENTENCE = 4
"""Words of the shortest sentence that is known by itself."""
_SHORT = 8
"""Words of the longest line that is looked for in parts, and lines with the same first word that are looked at."""


def match_words(old: Words, new: Words) -> Match:
    """The match of two texts whose words are numbered alike."""
    match = Match([-1] * len(old), [-1] * len(new), [False] * len(old))
    _match_units(old, new, match)
    longest = min(max((last - first for first, last in find_open(side)), default=0) for side in (match.new, match.old))
    for in_line in (True, False):
        for size in _SIZES:
            if size <= longest:
                _match_runs(old, new, match, size, in_line=in_line)
    _extend(old, new, match)
    for one_run, other_run in list(find_gaps(old, new, match)):
        match_gap(old, new, match, one_run, other_run)
    return match


def _match_units(old: Words, new: Words, match: Match) -> None:
    for least, name in ((1, "blocks"), (1, "lines"), (_SENTENCE, "sentences")):
        tables = [_unique_units(words, getattr(words, name), least) for words in (old, new)]
        for key, (first, last) in tables[0].items():
            other, _ = tables[1].get(key, (-1, -1))
            if other >= 0 and match.new[first] < 0 and match.old[other] < 0:
                size = last - first
                match.pair(first, other, size)
                match.sure[first:last] = [True] * size
        if name == "lines":
            found = [*_match_wrapped(old, new), *((one, two, size) for two, one, size in _match_wrapped(new, old))]
            for first, other, size in found:
                if {*match.new[first : first + size], *match.old[other : other + size]} == {-1}:
                    match.pair(first, other, size)
                    match.sure[first : first + size] = [True] * size


def _match_wrapped(one: Words, other: Words) -> Iterator[tuple[int, int, int]]:
    """Short lines of one text that are broken over lines of the other, once: (first, first, length).

    Longer ones are found by the runs in them.
    """
    begins: dict[int, list[int]] = {}
    for first, _ in list_units(other, other.lines) if len(other) else ():
        begins.setdefault(other.ids[first], []).append(first)
    ends = {first for places in begins.values() for first in places} | {len(other)}
    for key, (first, last) in _unique_units(one, one.lines, 2).items():
        size, places = last - first, begins.get(one.ids[first], [])
        if size <= _SHORT and len(places) <= _SHORT:
            whole = [at for at in places if at + size in ends and other.pack(at, at + size) == key]
            if len(whole) == 1:
                yield first, whole[0], size


def _unique_units(words: Words, numbers: list[int], least: int) -> dict[bytes, tuple[int, int]]:
    """The words [first, last) of each unit of so many words or more that stands once."""
    places: dict[bytes, tuple[int, int]] = {}
    for first, last in list_units(words, numbers):
        if last - first >= least:
            key = words.pack(first, last)
            places[key] = (-1, -1) if key in places else (first, last)
    return {key: place for key, place in places.items() if place[0] >= 0}


def _match_runs(old: Words, new: Words, match: Match, size: int, *, in_line: bool) -> None:
    """Runs of words that stand once among what is open in both texts, and what continues them.

    `in_line`: none beyond its line, since what one line ends with and another begins with may come together by a move.
    """
    ours = _unique_runs(old, match.new, size, in_line=in_line)
    theirs = _unique_runs(new, match.old, size, in_line=in_line) if ours else {}
    for run, one in ours.items():
        other = theirs.get(run, -1)
        if other >= 0 and match.new[one] < 0 and match.old[other] < 0:
            _grow(old, new, match, one, other, in_line=in_line)


def _unique_runs(words: Words, taken: Sequence[int], size: int, *, in_line: bool) -> dict[bytes, int]:
    """Where each run of so many open words begins that stands once among these."""
    places: dict[bytes, int] = {}
    lines, pack, reach = words.lines, words.pack, size - 1
    for first, last in find_open(taken):
        for at in range(first, last - reach):
            if not (in_line and lines[at] != lines[at + reach]):
                run = pack(at, at + size)
                places[run] = -1 if run in places else at
    return {run: at for run, at in places.items() if at >= 0}


def _grow(old: Words, new: Words, match: Match, one: int, other: int, *, in_line: bool = False) -> None:
    """Pair two words and those on either side of them, as far as they are alike and open."""
    for step in (1, -1):
        here, there = (one, other) if step > 0 else (one - 1, other - 1)
        while 0 <= here < len(old) and 0 <= there < len(new) and old.ids[here] == new.ids[there]:
            if match.new[here] >= 0 or match.old[there] >= 0:
                break
            if in_line and (old.lines[here] != old.lines[one] or new.lines[there] != new.lines[other]):
                break
            match.pair(here, there)
            here, there = here + step, there + step


def _extend(old: Words, new: Words, match: Match) -> None:
    """The beginnings and ends of the texts, and both sides of what is matched, as far as words are alike."""
    places = sorted({at for first, last in find_open(match.new) for at in (first - 1, last)})
    edges = [-1, *match.new, len(new)]
    for one, other in [(at, edges[at + 1]) for at in places]:
        if one + 1 < len(old) and other + 1 < len(new) and old.ids[one + 1] == new.ids[other + 1]:
            _grow_open(old, new, match, one + 1, other + 1)
        if one > 0 and other > 0 and old.ids[one - 1] == new.ids[other - 1]:
            _grow_open(old, new, match, one - 1, other - 1)


def _grow_open(old: Words, new: Words, match: Match, one: int, other: int) -> None:
    if match.new[one] < 0 and match.old[other] < 0:
        _grow(old, new, match, one, other)
