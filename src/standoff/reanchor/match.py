"""Which word of a text is which word of another version of it: an edit script in which paragraphs may have moved.

Paragraphs, lines and sentences that stand once in both texts come first, wherever they are; then runs of words that do,
longest first; last, between what is known, the shortest edit (difflib, whose time is quadratic: it sees short stretches
only).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from standoff.reanchor.words import Words, list_units, number_grams

_WIDEST, _NARROWEST = 64, 4
"""Words in the runs that are looked for everywhere."""
_SENTENCE = 4
"""Words of the shortest sentence that is known by itself."""
_SHORT = 8
"""Words of the longest line that is looked for in parts, and lines with the same first word that are looked at."""
_MOST_PAIRS = 250_000
"""Pairs of words in the largest stretch that difflib sees."""


@dataclass(frozen=True, slots=True)
class Match:
    """For each word of the old text its word in the new one and the other way round, -1 where there is none.

    `sure` marks words of old lines and sentences that stand once, and whole, in both texts.
    """

    new: list[int]
    old: list[int]
    sure: list[bool]

    def pair(self, one: int, other: int, length: int = 1) -> None:
        """Note that so many words, from `one` in the old text, are those from `other` in the new one."""
        self.new[one : one + length] = range(other, other + length)
        self.old[other : other + length] = range(one, one + length)


def match_words(old: Words, new: Words) -> Match:
    """The match of two texts whose words are numbered alike."""
    match = Match([-1] * len(old), [-1] * len(new), [False] * len(old))
    _match_units(old, new, match)
    grams = [one for one in number_grams(old, new, _WIDEST) if one[0] >= _NARROWEST]
    for in_line in (True, False):
        for size, one, other in reversed(grams):
            _match_runs(old, new, match, _Runs(size, one, other, in_line))
    _extend(old, new, match)
    for one_run, other_run in list(_find_gaps(old, new, match)):
        _match_gap(old, new, match, one_run, other_run)
    return match


def _match_units(old: Words, new: Words, match: Match) -> None:
    for least, name in ((1, "blocks"), (1, "lines"), (_SENTENCE, "sentences")):
        tables = [_unique_units(words, getattr(words, name), least) for words in (old, new)]
        for key, first in tables[0].items():
            other = tables[1].get(key)
            if other is not None and match.new[first] < 0 and match.old[other] < 0:
                match.pair(first, other, len(key))
                match.sure[first : first + len(key)] = [True] * len(key)
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
    for key, first in _unique_units(one, one.lines, 2).items():
        size, places = len(key), begins.get(key[0], [])
        if size <= _SHORT and len(places) <= _SHORT:
            whole = [at for at in places if at + size in ends and tuple(other.ids[at : at + size]) == key]
            if len(whole) == 1:
                yield first, whole[0], size


def _unique_units(words: Words, numbers: list[int], least: int) -> dict[tuple[int, ...], int]:
    """Where each unit of so many words or more begins that stands once."""
    places: dict[tuple[int, ...], int] = {}
    for first, last in list_units(words, numbers):
        if last - first >= least:
            key = tuple(words.ids[first:last])
            places[key] = -1 if key in places else first
    return {key: first for key, first in places.items() if first >= 0}


@dataclass(frozen=True, slots=True)
class _Runs:
    """The numbers of the runs of `size` words that begin at each word of two texts; `in_line`: none beyond its line.

    What one line ends with and another begins with may come together by a move.
    """

    size: int
    old: list[int]
    new: list[int]
    in_line: bool


def _match_runs(old: Words, new: Words, match: Match, runs: _Runs) -> None:
    """Runs of words that stand once among what is open in both texts, and what continues them."""
    ours = _unique_runs(runs.old, old, match.new, runs)
    theirs = _unique_runs(runs.new, new, match.old, runs) if ours else {}
    for gram, one in ours.items():
        other = theirs.get(gram, -1)
        if other >= 0 and match.new[one] < 0 and match.old[other] < 0:
            _grow(old, new, match, one, other, in_line=runs.in_line)


def _unique_runs(grams: Sequence[int], words: Words, taken: Sequence[int], runs: _Runs) -> dict[int, int]:
    places: dict[int, int] = {}
    lines, reach = words.lines, runs.size - 1
    for first, last in _open_runs(taken):
        for at in range(first, last - reach):
            if not (runs.in_line and lines[at] != lines[at + reach]):
                places[grams[at]] = -1 if grams[at] in places else at
    return {gram: at for gram, at in places.items() if at >= 0}


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
    edges = [(-1, -1), *((at, other) for at, other in enumerate(match.new) if other >= 0), (len(old), len(new))]
    for one, other in edges:
        if one + 1 < len(old) and other + 1 < len(new) and old.ids[one + 1] == new.ids[other + 1]:
            _grow_open(old, new, match, one + 1, other + 1)
        if one > 0 and other > 0 and old.ids[one - 1] == new.ids[other - 1]:
            _grow_open(old, new, match, one - 1, other - 1)


def _grow_open(old: Words, new: Words, match: Match, one: int, other: int) -> None:
    if match.new[one] < 0 and match.old[other] < 0:
        _grow(old, new, match, one, other)


def _find_gaps(old: Words, new: Words, match: Match) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Stretches [first, last) of old words that are open, each with the open new words in the same place.

    Where what stands before and what stands behind have parted, each line goes with the side that it is on.
    """
    runs = {last: first for first, last in _open_runs(match.old)} | {
        first: last for first, last in _open_runs(match.old)
    }
    for first, last in _open_runs(match.new):
        before = match.new[first - 1] + 1 if first else 0
        behind = match.new[last] if last < len(old) else len(new)
        if before < behind and runs.get(before) == behind:
            yield (first, last), (before, behind)
            continue
        if first and before < len(new) and match.old[before] < 0 and runs.get(before, 0) > before:
            yield (first, _end_of_line(old, first, last)), (before, _end_of_line(new, before, runs[before]))
        if last < len(old) and behind and match.old[behind - 1] < 0 and runs.get(behind, behind) < behind:
            yield (_start_of_line(old, first, last), last), (_start_of_line(new, runs[behind], behind), behind)


def _open_runs(taken: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = -1
    for at, one in enumerate([*taken, 0]):
        if one < 0 and first < 0:
            first = at
        elif one >= 0 and first >= 0:
            yield first, at
            first = -1


def _end_of_line(words: Words, first: int, last: int) -> int:
    """Where the line of the word before `first` ends, `last` at most."""
    line = words.lines[first - 1] if first else words.lines[first]
    return next((at for at in range(first, last) if words.lines[at] != line), last)


def _start_of_line(words: Words, first: int, last: int) -> int:
    """Where the line of the word at `last` begins, `first` at least."""
    line = words.lines[last] if last < len(words) else words.lines[last - 1]
    return next((at + 1 for at in range(last - 1, first - 1, -1) if words.lines[at] != line), first)


def _match_gap(old: Words, new: Words, match: Match, one: tuple[int, int], other: tuple[int, int]) -> None:
    """The shortest edit between two open stretches."""
    if (one[1] - one[0]) * (other[1] - other[0]) > _MOST_PAIRS:
        return
    matcher = SequenceMatcher(None, old.ids[slice(*one)], new.ids[slice(*other)], False)
    for block in matcher.get_matching_blocks():
        for at in range(block.size):
            here, there = one[0] + block.a + at, other[0] + block.b + at
            if match.new[here] < 0 and match.old[there] < 0:
                match.pair(here, there)
