"""Lines that say again what the document says elsewhere: repeated lines and pull quotes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest

from standoff.cleaning.pieces import Piece
from standoff.cleaning.structure import HEAD, is_item
from standoff.cleaning.text import fold_words
from standoff.cleaning.zones import find_zones, is_prose

_LEAST, _MOST = 5, 40
"""Words of a pull quote."""
_PARAGRAPH = 20
"""Words from which a repeated sentence is no caption."""
_QUOTES = "\"“‘'"


def cut_repeats(pieces: Sequence[Piece], keys: Sequence[int]) -> list[Piece]:
    """A line that stands word for word above, outside residue: duplicate. Lines of equal words have equal keys.

    What first stood in the head (headline, caption) may be as short as three words, other lines have eight; items of
    lists, questions and answers are left alone. So is what is longer than a caption, comes in rows or more than twice
    within the body: paragraphs and tables, and who knows which copy is in its place?
    """
    result = list(pieces)
    if len(set(keys)) == len(keys):
        return result
    first: dict[tuple[str, ...], str] = {}
    copies, zones = Counter(keys), find_zones(pieces)
    for at in [at for at, key in enumerate(keys) if copies[key] > 1]:
        piece, zone = pieces[at], zones[at] if at < HEAD else "body"
        words = tuple(fold_words(piece.text))
        least = 3 if first.get(words) == "head" else 8
        free = piece.kind is None or piece.score is not None  # the model knows residue, repetition knows its kind
        beside = [near for near in (at - 1, at + 1) if 0 <= near < len(keys) and keys[near] != keys[at]]
        row = any(copies[keys[near]] > 1 and pieces[near].kind is None for near in beside)
        long = is_prose(piece) and len(words) >= _PARAGRAPH
        body = zone == first.get(words) == "body" and (row or long or copies[keys[at]] > 2)
        repeated = free and len(words) >= least and words in first and not is_item(piece) and not body
        if piece.kind is None:
            first.setdefault(words, zone)
        if repeated:
            result[at] = piece.cut("duplicate", "repeated-line")
    return result


def cut_pull_quotes(pieces: Sequence[Piece], elsewhere: Sequence[float]) -> list[Piece]:
    """A line in quotes, or above a line that only names its speaker, whose words a longer line holds: duplicate.

    Only lines all of whose content words stand elsewhere are looked at.
    """
    result = list(pieces)
    if max(elsewhere, default=0) < 0.999:
        return result
    zones = find_zones(pieces)
    kept = [index for index, piece in enumerate(pieces) if piece.kind is None or piece.score is not None]
    likely = {
        index
        for index, after in zip_longest(kept, kept[1:])
        if elsewhere[index] > 0.999
        and zones[index] == "body"
        and _may_repeat(pieces[index], pieces[after] if after else None)
    }
    small = {index: pieces[index].text.lower().replace("’", "'") for index in kept} if likely else {}
    folded: dict[int, list[str]] = {}
    for index, speaker in zip_longest(kept, kept[1:]):
        if index not in likely:
            continue
        named = speaker is not None and _names_speaker(pieces[speaker], small, speaker)
        quoted = pieces[index].text[0] in _QUOTES
        words = fold_words(pieces[index].text)
        if (named or quoted) and _LEAST - (named and quoted) <= len(words) <= _MOST:
            longest = max(words, key=len)
            bodies = (at for at in kept if at != index and pieces[at].kind is None and pieces[at].ended)
            if any(longest in small[at] and _repeats(words, _fold_once(pieces, at, folded)) for at in bodies):
                result[index] = pieces[index].cut("duplicate", "pull-quote")
                if named and speaker is not None:
                    result[speaker] = pieces[speaker].cut("duplicate", "pull-quote-speaker")
    return result


def _fold_once(pieces: Sequence[Piece], at: int, folded: dict[int, list[str]]) -> list[str]:
    if at not in folded:
        folded[at] = fold_words(pieces[at].text)
    return folded[at]


def _may_repeat(piece: Piece, after: Piece | None) -> bool:
    """What a pull quote looks like before any word is compared."""
    named = after is not None and 2 <= after.words <= 9 and not after.ended
    return 3 <= piece.words <= _MOST and (piece.text[0] in _QUOTES or named)


def _repeats(words: list[str], host: list[str]) -> bool:
    """Whether a longer line holds these words in order, with at most a short insertion."""
    if len(host) <= len(words) or not set(words).issubset(host):
        return False
    blocks = SequenceMatcher(None, words, host, autojunk=False).get_matching_blocks()
    covered = [block for block in blocks if block.size]
    reach = covered[-1].b + covered[-1].size - covered[0].b
    return sum(block.size for block in covered) == len(words) and reach <= 1.3 * len(words)


def _names_speaker(piece: Piece, small: Mapping[int, str], own: int) -> bool:
    """A few words without an end mark that begin with capitalised ones, two of them a name that another line holds."""
    parts = piece.text.replace(",", " ").split()
    if not 2 <= len(parts) <= 9 or piece.ended:
        return False
    large = next((at for at, part in enumerate(parts) if not part[0].isupper()), len(parts))
    names = [" ".join(fold_words(f"{a} {b}")) for a, b in pairwise(parts[:large])]
    return any(" " in name and any(name in text for at, text in small.items() if at != own) for name in names)
