"""A text as MinHash signatures (Broder 1997): of its word 5-grams, and of the word 3-grams of each paragraph.

One byte a permutation is kept (b-bit minwise hashing, Li and König 2010): two that differ look alike in 1 of 256.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standoff.cleaning.text import fold_words

Signatures = npt.NDArray[np.uint8]
"""One byte a permutation, shape (texts, 128)."""
PERMUTATIONS = 128
NGRAM, PARAGRAPH_NGRAM = 5, 3
"""Words; fewer in paragraphs, where one changed word changes as many grams as in a text ten times as long."""
SHORTEST = 8
"""Words of the shortest paragraph that is compared: a headline or `Advertisement` says nothing."""
_SEED = 1


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The signature of a text, then those of its paragraphs of eight words and more; `words` has the length of each.

    `signatures` has shape (1 + paragraphs, 128), `words` (1 + paragraphs,).
    """

    signatures: Signatures
    words: npt.NDArray[np.int32]


NOTHING = Sketch(np.zeros((0, PERMUTATIONS), dtype=np.uint8), np.zeros(0, dtype=np.int32))
"""Of a text of fewer than five words, which is like no other."""


def sketch_text(text: str) -> Sketch:
    """The sketch of a cleaned text; a line is a paragraph."""
    import rensa

    lines = [fold_words(line) for line in text.split("\n")]
    words = [word for line in lines for word in line]
    if len(words) < NGRAM:
        return NOTHING
    paragraphs = [line for line in lines if len(line) >= SHORTEST]
    digests = []
    for grams in (_to_grams(words, NGRAM), *(_to_grams(line, PARAGRAPH_NGRAM) for line in paragraphs)):
        sketch = rensa.RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
        sketch.update(grams)
        digests.append(sketch.digest())
    lengths = np.array([len(words), *map(len, paragraphs)], dtype=np.int32)
    return Sketch(np.array(digests, dtype=np.uint32).astype(np.uint8), lengths)


def _to_grams(words: list[str], size: int) -> list[str]:
    return list(map(" ".join, zip(*(words[at:] for at in range(size)), strict=False)))
