"""Texts that were damaged when they were imported: UTF-8 read as cp1252, characters lost to the replacement mark.

doccano guesses the encoding of a small file, and guesses wrong without a word.
"""

import re
from collections.abc import Iterator


def _to_character(byte: int) -> str:
    """A byte as cp1252 reads it; the five that it does not know stay as they are."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_BYTES = {_to_character(byte): byte for byte in range(0x80, 0x100)}


def _one_of(first: int, last: int) -> str:
    return f"[{re.escape(''.join(_to_character(byte) for byte in range(first, last + 1)))}]"


_NEXT = _one_of(0x80, 0xBF)
_MOJIBAKE = re.compile(
    "|".join((
        f"ð{_one_of(0x90, 0xBF)}{_NEXT}{{2}}",  # emoji
        f"â[€‚„†]{_NEXT}|ï»¿|ï¿½",  # punctuation and signs, byte order mark, replacement mark
        f"(?:{_one_of(0xE0, 0xEF)}{_NEXT}{{2}}){{2,}}",  # other scripts; one alone may be French: é…”
        f"(?:{_one_of(0xC2, 0xDF)}{_NEXT}){{2,}}",
        f"(?<![A-ZÀ-ÖØ-Þ]{{2}})[ÂÃ]{_NEXT}",  # Latin letters; behind capitals it may be a word before a quotation mark
    ))
)  # fmt: skip


def find_mojibake(text: str) -> Iterator[tuple[str, str]]:
    """Each piece of text that is UTF-8 read as cp1252, with what it was."""
    if text.isascii():
        return
    for found in _MOJIBAKE.finditer(text):
        try:
            yield found[0], bytes(_BYTES[character] for character in found[0]).decode()
        except UnicodeDecodeError:
            continue
