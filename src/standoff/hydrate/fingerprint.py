"""What a dataset carries of a text that it may not carry: two bits a word, sixteen bits a span.

Enough to find the place of a span in a slightly different text; far too little to read the text. What it does give
away stands in `docs/hydrate.md`.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

BITS = 2
"""Bits of a word."""
STEP = 16
"""The offset of every sixteenth word is told, so that offsets find their words."""
CHECK = 16
"""Bits of the surface of a span: four hex digits."""

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060])*")
_FOLD = str.maketrans(dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))
_UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")
_GROUP = re.compile(r"(\d{1,9}):([0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text that is here: where each begins and ends, in code points, and its digit under a key."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    digits: bytes

    def touched(self, start: int, end: int) -> tuple[int, int]:
        """The words [first, last) that a range of code points touches."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def divided(self, start: int, end: int) -> bool:
        """Whether a range begins or ends inside a word."""
        first, last = self.touched(start, end)
        return first < last and (self.starts[first] < start or end < self.ends[last - 1])


@dataclass(frozen=True, slots=True)
class Sketch:
    """The words of a text that is not here: the digit of each, and the offset of some by their number (`knots`)."""

    digits: bytes
    knots: tuple[tuple[int, int], ...]


def read_words(text: str, key: str, bits: int = BITS) -> Words:
    """The words of a text with a digit each, of so many bits, that depends on `key`: the sha256 of the private text."""
    known: dict[str, int] = {}
    found = list(_WORD.finditer(text))
    digits = bytearray()
    for word in (one[0] for one in found):
        if word not in known:
            known[word] = sha256(f"{key}:{_fold_word(word)}".encode()).digest()[0] % (1 << bits)
        digits.append(known[word])
    return Words(tuple(one.start() for one in found), tuple(one.end() for one in found), bytes(digits))


def to_sketch(words: Words, step: int = STEP) -> Sketch:
    """What may be told of the words."""
    return Sketch(words.digits, tuple((at, words.starts[at]) for at in range(0, len(words.starts), step)))


def dumps_sketch(sketch: Sketch) -> str:
    """A sketch as text: groups of `offset:digits`, a digit a word."""
    bounds = [at for at, _ in sketch.knots] + [len(sketch.digits)]
    groups = zip(sketch.knots, bounds[1:], strict=True)
    return " ".join(f"{offset}:{''.join(f'{one:x}' for one in sketch.digits[at:end])}" for (at, offset), end in groups)


def loads_sketch(text: str) -> Sketch:
    """The sketch in a text; raises ValueError for what is none."""
    digits, knots = bytearray(), list[tuple[int, int]]()
    for group in text.split(" ") if text else ():
        found = _GROUP.fullmatch(group)
        if found is None or (knots and int(found[1]) <= knots[-1][1]):
            raise ValueError(f"no group of a fingerprint: {group[:40]!r}")
        knots.append((len(digits), int(found[1])))
        digits += bytes(int(one, 16) for one in found[2])
    return Sketch(bytes(digits), tuple(knots))


def sketch_text(text: str, sha: str) -> str:
    """The field `words` of a source: the fingerprint of its text, whose sha256 in hex is `sha`."""
    return dumps_sketch(to_sketch(read_words(text, sha)))


def check_surface(surface: str, sha: str, start: int) -> int:
    """Sixteen bits of the surface of a span of a text with that sha256, white space and forms of quotes aside.

    `start` is the offset of the span in the text, so that equal names do not look equal.
    """
    return int.from_bytes(sha256(f"{sha}:{start}:{fold_surface(surface)}".encode()).digest()[:2], "big")


def dumps_checks(surfaces: Iterable[tuple[int, str]], sha: str) -> str:
    """The column `checks`: four hex digits for each (start, surface), in order."""
    return "".join(f"{check_surface(surface, sha, start):04x}" for start, surface in surfaces)


def loads_checks(text: str) -> Sequence[int]:
    """The checks in a column; raises ValueError for what is none."""
    if len(text) % 4:
        raise ValueError("checks are four hex digits a span")
    return [int(text[at : at + 4], 16) for at in range(0, len(text), 4)]


def fold_surface(text: str) -> str:
    """A surface without what extractors differ in: white space, forms of quotation marks and dashes."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text).translate(_FOLD))


def _fold_word(word: str) -> str:
    return "".join(_letters(unicodedata.normalize("NFKC", word).casefold()))


def _letters(word: str) -> Iterator[str]:
    return (one for one in word if one.isalnum())
