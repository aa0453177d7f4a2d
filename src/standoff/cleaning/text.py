"""Text in, text out: odd white space read as a plain space, cuts taken out, words compared."""

import re
from collections.abc import Iterable

from standoff.offsets import Ranged, kept_ranges

_ODD_SPACES = str.maketrans(
    dict.fromkeys(
        "\t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
        "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
        " ",
    )
)
_WORD = re.compile(r"\w+(?:[’'.,-]\w+)*")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*$")


def plain_spaces(text: str) -> str:
    """NBSP, thin space, tab, CR and the like as a plain space, one for one, so that no offset moves."""
    return text.translate(_ODD_SPACES)


def apply_cuts(seed: str, cuts: Iterable[Ranged]) -> str:
    """The cleaned text: the seed minus its cuts, with plain spaces."""
    return plain_spaces("".join(seed[start:end] for start, end in kept_ranges(len(seed), cuts)))


def fold_words(text: str) -> list[str]:
    """Its words for comparison: case folded, quotation marks and punctuation gone."""
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def count_words(text: str) -> int:
    """Words as white space parts them."""
    return len(text.split())


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does, closing quotes aside."""
    return _SENTENCE_END.search(text) is not None
