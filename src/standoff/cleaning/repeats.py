"""Lines that say again what the document says elsewhere: repeated lines and pull quotes."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest
from typing import TypeVar

from standoff.cleaning.pieces import Piece
from standoff.cleaning.structure import find_zones, is_item
from standoff.cleaning.text import ends_sentence, fold_words

Key = TypeVar("Key", bound=Hashable)

_LEAST, _MOST = 5, 40
"""Words of a pull quote."""


def cut_repeats(pieces: Sequence[Piece]) -> list[Piece]:
    """A line that stands word for word above, outside residue: duplicate.

    What first stood in the head (headline, caption) may be as short as three words, other lines have eight; items of
    lists, questions and answers are left alone.
    """
    first: dict[tuple[str, ...], str] = {}
    result = []
    for piece, zone in zip(pieces, find_zones(pieces), strict=True):
        words = tuple(fold_words(piece.text))
        least = 3 if first.get(words) == "head" else 8
        repeated = piece.kind is None and len(words) >= least and words in first and not is_item(piece)
        if piece.kind is None:
            first.setdefault(words, zone)
        result.append(piece.cut("duplicate", "repeated-line") if repeated else piece)
    return result


def cut_pull_quotes(pieces: Sequence[Piece]) -> list[Piece]:
    """A line in quotes, or above a line that only names its speaker, whose words a longer line holds: duplicate."""
    result, zones = list(pieces), find_zones(pieces)
    kept = [index for index, piece in enumerate(pieces) if piece.kind is None]
    words = {index: fold_words(pieces[index].text) for index in kept}
    holders = _places((word, index) for index in kept for word in words[index])
    pairs = _places((pair, index) for index in kept for pair in pairwise(words[index]))
    for index, speaker in zip_longest(kept, kept[1:]):
        named = speaker is not None and _names_speaker(pieces[speaker], pairs, speaker)
        quoted = pieces[index].text[0] in "\"“‘'"
        least = _LEAST - (named and quoted)
        if zones[index] == "body" and (named or quoted) and least <= len(words[index]) <= _MOST:
            hosts = set.intersection(*(holders[word] for word in words[index])) - {index}
            if any(ends_sentence(pieces[host].text) and _repeats(words[index], words[host]) for host in hosts):
                result[index] = pieces[index].cut("duplicate", "pull-quote")
                if named and speaker is not None:
                    result[speaker] = pieces[speaker].cut("duplicate", "pull-quote-speaker")
    return result


def _places(items: Iterable[tuple[Key, int]]) -> dict[Key, set[int]]:
    """Where each key occurs."""
    places: dict[Key, set[int]] = defaultdict(set)
    for key, index in items:
        places[key].add(index)
    return places


def _repeats(words: list[str], host: list[str]) -> bool:
    """Whether a longer line holds these words in order, with at most a short insertion."""
    if len(host) <= len(words):
        return False
    blocks = SequenceMatcher(None, words, host, autojunk=False).get_matching_blocks()
    covered = [block for block in blocks if block.size]
    reach = covered[-1].b + covered[-1].size - covered[0].b
    return sum(block.size for block in covered) == len(words) and reach <= 1.3 * len(words)


def _names_speaker(piece: Piece, pairs: Mapping[tuple[str, str], set[int]], own: int) -> bool:
    """A few words without an end mark that begin with capitalised ones, two of them a name that another line holds."""
    parts = piece.text.replace(",", " ").split()
    if not 2 <= len(parts) <= 9 or ends_sentence(piece.text):
        return False
    small = next((at for at, part in enumerate(parts) if not part[0].isupper()), len(parts))
    names = (tuple(fold_words(f"{a} {b}")) for a, b in pairwise(parts[:small]))
    return any(len(name) == 2 and pairs.get((name[0], name[1]), set()) - {own} for name in names)
