"""Text in, text out: odd white space read as a plain space, cuts taken out, words compared."""

import re
from collections.abc import Iterable

from standoff.offsets import Ranged, kept_ranges

_ODD_SPACES = (
    "\t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_ODD_BREAKS, _LONE_RETURN = "\x0b\x0c\x85\u2028\u2029", re.compile(r"\r(?!\n)")
MOST_LINES = 20_000
"""A text of more lines is no article; it is left to the rules."""
_WORD = re.compile(r"\w+(?:[’'.,-]\w+)*")
_CLOSING = "\"”’')]"
_ENDS = frozenset(".!?…")


def plain_spaces(text: str) -> str:
    """NBSP, thin space, tab, CR and the like as a plain space, one for one, so that no offset moves."""
    for odd in _ODD_SPACES:
        if odd in text:
            text = text.replace(odd, " ")
    return text


def plain_breaks(text: str) -> str:
    """Line ends of other systems as ours, one for one: a CR alone, NEL, the line and paragraph separators."""
    if "\r" in text:
        text = _LONE_RETURN.sub("\n", text)
    for odd in _ODD_BREAKS:
        if odd in text:
            text = text.replace(odd, "\n")
    return text


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
    last = text[-1:]
    return last in _ENDS or (last in _CLOSING and text.rstrip(_CLOSING)[-1:] in _ENDS)
