"""The stretches between what is matched already: the shortest edit in each, by difflib."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from standoff.reanchor.pairs import Match, find_open
from standoff.reanchor.words import Words

_MOST_PAIRS = 250_000
"""Pairs of words in the largest stretch that difflib sees."""


def find_gaps(old: Words, new: Words, match: Match) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Stretches [first, last) of old words that are open, each with the open new words in the same place.

    Where what stands before and what stands behind have parted, each line goes with the side that it is on.
    """
    there = list(find_open(match.old))
    runs = {last: first for first, last in there} | dict(there)
    for first, last in find_open(match.new):
        before = match.new[first - 1] + 1 if first else 0
        behind = match.new[last] if last < len(old) else len(new)
        if before < behind and runs.get(before) == behind:
            yield (first, last), (before, behind)
            continue
        if first and before < len(new) and match.old[before] < 0 and runs.get(before, 0) > before:
            yield (first, _end_of_line(old, first, last)), (before, _end_of_line(new, before, runs[before]))
        if last < len(old) and behind and match.old[behind - 1] < 0 and runs.get(behind, behind) < behind:
            yield (_start_of_line(old, first, last), last), (_start_of_line(new, runs[behind], behind), behind)


def _end_of_line(words: Words, first: int, last: int) -> int:
    """Where the line of the word before `first` ends, `last` at most."""
    line = words.lines[first - 1] if first else words.lines[first]
    return next((at for at in range(first, last) if words.lines[at] != line), last)


def _start_of_line(words: Words, first: int, last: int) -> int:
    """Where the line of the word at `last` begins, `first` at least."""
    line = words.lines[last] if last < len(words) else words.lines[last - 1]
    return next((at + 1 for at in range(last - 1, first - 1, -1) if words.lines[at] != line), first)


def match_gap(old: Words, new: Words, match: Match, one: tuple[int, int], other: tuple[int, int]) -> None:
    """The shortest edit between two open stretches."""
    if (one[1] - one[0]) * (other[1] - other[0]) > _MOST_PAIRS:
        return
    matcher = SequenceMatcher(None, old.ids[slice(*one)], new.ids[slice(*other)], False)
    for block in matcher.get_matching_blocks():
        for at in range(block.size):
            here, there = one[0] + block.a + at, other[0] + block.b + at
            if match.new[here] < 0 and match.old[there] < 0:
                match.pair(here, there)
