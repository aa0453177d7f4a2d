"""Two versions of a text, and the edges of ranges from the one to the other."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Literal

from standoff.offsets import Ranged
from standoff.reanchor.match import match_words
from standoff.reanchor.pairs import Match
from standoff.reanchor.words import Words, split_words

Outcome = Literal["kept", "moved", "trimmed", "orphaned"]
_REACH = 50
"""Words on either side of an orphan that are asked where they are now."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a range: [start, end) in code points of the new text.

    Of an orphan both are the place nearest to where it should stand.
    """

    outcome: Outcome
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Versions:
    """Two versions of a text, word by word."""

    texts: tuple[str, str]
    old: Words
    new: Words
    match: Match

    @classmethod
    def from_texts(cls, old: str, new: str) -> "Versions":
        """Both texts split and matched."""
        numbers: dict[str, int] = {}
        words = split_words(old, numbers), split_words(new, numbers)
        return cls((old, new), *words, match_words(*words))


def find_words(words: Words, one: Ranged) -> tuple[int, int]:
    """The words [first, last) that a range touches; both are the word behind it where it touches none."""
    first = bisect_right(words.ends, one.start)
    return first, max(first, bisect_left(words.starts, one.end))


def move_edge(versions: Versions, at: int, old: int, new: int, *, ends: bool) -> int:
    """Where an edge of a range stands that is in the word `old`, or beside it in white space that may have changed."""
    edges = (
        (versions.old.ends[old], versions.new.ends[new])
        if ends
        else (versions.old.starts[old], versions.new.starts[new])
    )
    beyond = at - edges[0] if ends else edges[0] - at
    if beyond <= 0:
        word = versions.old.ends[old] - versions.old.starts[old]
        return edges[1] + (at - edges[0] if -beyond < word else 0)
    texts, step, moved = versions.texts, 1 if ends else -1, 0
    while moved < beyond:
        here, there = (edges[side] + (moved if ends else -moved - 1) for side in (0, 1))
        if not 0 <= there < len(texts[1]) or texts[0][here] != texts[1][there] or not texts[0][here].isspace():
            break
        moved += 1
    return edges[1] + step * moved


def follow_point(versions: Versions, at: int) -> int:
    """Where a code point of the old text is now, or the place nearest to where it should be."""
    words, word = versions.old, bisect_right(versions.old.ends, at)
    now = versions.match.new[word] if word < len(words) and words.starts[word] <= at else -1
    return versions.new.starts[now] + at - words.starts[word] if now >= 0 else _find_near(versions, word)


def judge_space(versions: Versions, one: Ranged) -> Verdict:
    """A range without words: it follows where the white space between the same two words is the same."""
    first, last = find_words(versions.old, one)
    near = _find_near(versions, first)
    if first != last:
        return Verdict("orphaned", near, near)
    edges = [
        _space_around(words, at, len(text))
        for words, at, text in (
            (versions.old, first, versions.texts[0]),
            (versions.new, _word_behind(versions, first), versions.texts[1]),
        )
    ]
    (low, high), (start, end) = edges
    if start < 0 or versions.texts[0][low:high] != versions.texts[1][start:end] or one.start >= one.end:
        return Verdict("orphaned", near, near)
    start, end = start + one.start - low, start + one.end - low
    return Verdict("kept" if (start, end) == (one.start, one.end) else "moved", start, end)


def _word_behind(versions: Versions, at: int) -> int:
    """The new word behind the white space that stood before an old word; -1 where its neighbours have parted."""
    match = versions.match.new
    before = match[at - 1] + 1 if at and match[at - 1] >= 0 else 0 if at == 0 else -1
    behind = match[at] if at < len(match) else len(versions.new)
    return behind if before == behind else -1


def _space_around(words: Words, at: int, length: int) -> tuple[int, int]:
    """The white space before a word; (-1, -1) for no word."""
    if at < 0:
        return -1, -1
    return words.ends[at - 1] if at else 0, words.starts[at] if at < len(words) else length


def _find_near(versions: Versions, first: int) -> int:
    """The place in the new text where the words around an old one are now."""
    match = versions.match.new
    for distance in range(_REACH):
        before, behind = first - 1 - distance, first + distance
        if 0 <= before < len(match) and match[before] >= 0:
            return versions.new.ends[match[before]]
        if behind < len(match) and match[behind] >= 0:
            return versions.new.starts[match[behind]]
    at = min(first, len(match) - 1)
    share = versions.old.starts[at] / max(len(versions.texts[0]), 1) if at >= 0 else 0.0
    return round(share * len(versions.texts[1]))
