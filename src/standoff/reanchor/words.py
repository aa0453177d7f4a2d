"""A text as words: their ranges, and the sentence, the line and the block of lines that each stands in."""

import re
from array import array
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
    from signs; `packed` has the ids in eight bytes each.
    """

    ids: list[int]
    starts: list[int]
    ends: list[int]
    sentences: list[int]
    lines: list[int]
    blocks: list[int]
    spoken: list[bool]
    packed: bytes

    def pack(self, first: int, last: int) -> bytes:
        """The words [first, last), alike for the same ones."""
        return self.packed[8 * first : 8 * last]

    def __len__(self) -> int:
        """How many words and signs there are."""
        return len(self.ids)


def split_words(text: str, numbers: dict[str, int]) -> Words:
    """The words of a text; `numbers` gives the number of each word and takes new ones."""
    ranges = [one.span() for one in _WORD.finditer(text)]
    found = [text[start:end] for start, end in ranges]
    for one in dict.fromkeys(found):
        numbers.setdefault(one, len(numbers))
    ids = [numbers[one] for one in found]
    starts, ends = [start for start, _ in ranges], [end for _, end in ranges]
    sentences, lines, blocks = [0] * len(found), [0] * len(found), [0] * len(found)
    sentence = line = block = 0
    for at in range(1, len(found)):
        end, start = ends[at - 1], starts[at]
        breaks = text.count("\n", end, start)
        if breaks:
            sentence, line, block = sentence + 1, line + 1, block + (breaks > 1)
        elif start > end and found[at - 1] in _ENDS:
            sentence += 1
        sentences[at], lines[at], blocks[at] = sentence, line, block
    spoken = [one[0].isalnum() for one in found]
    return Words(ids, starts, ends, sentences, lines, blocks, spoken, array("Q", ids).tobytes())


def list_units(words: Words, numbers: list[int]) -> Iterator[tuple[int, int]]:
    """The words [first, last) of each sentence, line or block, as `numbers` tells them apart."""
    edges = [at for at in range(1, len(words)) if numbers[at] != numbers[at - 1]]
    yield from pairwise([0, *edges, len(words)])
