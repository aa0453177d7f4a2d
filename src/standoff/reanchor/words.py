"""A text as words: their ranges, and the sentence, the line and the block of lines that each stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"\w+|[^\w\s]")
_ENDS = frozenset(".!?…")


@dataclass(frozen=True, slots=True)
class Words:
    """Words and signs of a text in order, white space left out.

    `ids` numbers them, the same word by the same number in both texts that are compared; `starts` and `ends` are code
    points; `sentences`, `lines` and `blocks` (which blank lines part) number what each stands in; `spoken` tells words
    from signs.
    """

    ids: list[int]
    starts: list[int]
    ends: list[int]
    sentences: list[int]
    lines: list[int]
    blocks: list[int]
    spoken: list[bool]

    def __len__(self) -> int:
        """How many words and signs there are."""
        return len(self.ids)


def split_words(text: str, numbers: dict[str, int]) -> Words:
    """The words of a text; `numbers` gives the number of each word and takes new ones."""
    found = list(_WORD.finditer(text))
    ids = [numbers.setdefault(one.group(), len(numbers)) for one in found]
    starts, ends = [one.start() for one in found], [one.end() for one in found]
    sentences, lines, blocks = [0] * len(found), [0] * len(found), [0] * len(found)
    for at, (one, other) in enumerate(pairwise(found), 1):
        between = text[one.end() : other.start()]
        breaks = "\n" in between
        stops = breaks or (bool(between) and one.group() in _ENDS)
        blocks[at] = blocks[at - 1] + (breaks and between.count("\n") > 1)
        lines[at], sentences[at] = lines[at - 1] + breaks, sentences[at - 1] + stops
    spoken = [one.group()[0].isalnum() for one in found]
    return Words(ids, starts, ends, sentences, lines, blocks, spoken)


def list_units(words: Words, numbers: list[int]) -> Iterator[tuple[int, int]]:
    """The words [first, last) of each sentence, line or block, as `numbers` tells them apart."""
    edges = [at for at in range(1, len(words)) if numbers[at] != numbers[at - 1]]
    yield from pairwise([0, *edges, len(words)])


def number_grams(one: Words, other: Words, width: int) -> Iterator[tuple[int, list[int], list[int]]]:
    """Numbers for the runs of 2, 4, ... `width` words that begin at each word, alike in both texts for the same run."""
    ours, theirs, size = one.ids, other.ids, 1
    while size < width:
        numbers: dict[tuple[int, int], int] = {}
        ours, theirs = _number_pairs(ours, size, numbers), _number_pairs(theirs, size, numbers)
        size *= 2
        yield size, ours, theirs


def _number_pairs(grams: list[int], size: int, numbers: dict[tuple[int, int], int]) -> list[int]:
    return [numbers.setdefault(pair, len(numbers)) for pair in zip(grams, grams[size:], strict=False)]
