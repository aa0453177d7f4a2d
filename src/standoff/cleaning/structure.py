"""What only the whole document tells: crumbs, alt texts, repeated lines, pull quotes, company of residue.

Each step takes the pieces of a document and gives them back, some of them cut.
"""

import re
from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest
from typing import TypeVar

from standoff.cleaning.pieces import Piece
from standoff.cleaning.rules import Rule
from standoff.cleaning.text import count_words, ends_sentence, fold_words

Key = TypeVar("Key", bound=Hashable)

_ITEM = re.compile(r"[-–•*]|\d+[.)] |[A-Z]: ")
"""How items of lists, questions and answers begin."""
_LEAST, _MOST = 5, 40
"""Words of a pull quote."""
_LONG = 25
"""Words from which a prose line is body by itself."""
_HEAD = 14
"""A crumb and its headline stand among the first pieces of a page."""


def is_prose(piece: Piece) -> bool:
    """A kept line long enough, and ended as a sentence, to be body text."""
    return piece.kind is None and count_words(piece.text) >= 10 and ends_sentence(piece.text)


def find_zones(pieces: Sequence[Piece]) -> list[str]:
    """`head` before the first body line, `tail` after the last, `body` between.

    A prose line is surely body if it is long or if another stands next to it; a standfirst or a notice alone is not.
    """
    kept = [index for index, piece in enumerate(pieces) if piece.kind is None]
    prose = {index for index in kept if is_prose(pieces[index])}
    pairs = {side for pair in pairwise(kept) if prose.issuperset(pair) for side in pair}
    body = pairs | {index for index in prose if count_words(pieces[index].text) >= _LONG}
    first, last = min(body or prose, default=0), max(body or prose, default=len(pieces))
    return ["head" if at < first else "tail" if at > last else "body" for at in range(len(pieces))]


def cut_crumbs(pieces: Sequence[Piece]) -> list[Piece]:
    """A line among the first that ends in the headline below it, after a few words of menu: navigation."""
    result = list(pieces)
    for index, piece in enumerate(pieces[:_HEAD]):
        for headline in pieces[index + 1 : _HEAD]:
            menu = piece.text.removesuffix(headline.text)
            ends_in_it = piece.kind is None and menu != piece.text and count_words(headline.text) >= 3
            if ends_in_it and 1 <= count_words(menu) <= 12:
                result[index] = piece.cut("navigation", "crumb-with-headline")
    return result


def cut_by_rules(pieces: Sequence[Piece], rules: Sequence[Rule], *, zoned: bool) -> list[Piece]:
    """Whole lines that a rule names; `zoned` takes the rules that hold only in the head or tail.

    The first line that is left and looks like a headline goes only to a rule that `opens`.
    """
    zones = find_zones(pieces)
    chosen = [rule for rule in rules if (rule.zone != "any") == zoned and not rule.beside and "line" in rule.where]
    result, opened = [], False
    for piece, zone in zip(pieces, zones, strict=True):
        guarded = not opened and 3 <= count_words(piece.text) <= 25
        holding = (rule for rule in chosen if (zone in rule.zone or not zoned) and (rule.opens or not guarded))
        hit = next((rule for rule in holding if piece.kind is None and rule.matches(piece.text)), None)
        opened = opened or (piece.kind is None and hit is None)
        result.append(piece if hit is None else piece.cut(hit.kind, hit.name))
    return result


def cut_alt_texts(pieces: Sequence[Piece]) -> list[Piece]:
    """Words without an end mark that carry a glued credit, or stand in the head right above a caption that does."""
    result, zones = list(pieces), find_zones(pieces)
    for index, piece in enumerate(pieces):
        if piece.kind is None and not ends_sentence(piece.text) and count_words(piece.text) <= 16:
            behind = pieces[index + 1 : index + 3]
            own = bool(behind) and behind[0].line == piece.line and behind[0].kind == "credit"
            caption = zones[index] == "head" and len(behind) == 2 and behind[0].line == behind[1].line == piece.line + 1
            if own or (caption and behind[0].kind is None and behind[1].kind == "credit"):
                result[index] = piece.cut("media", "alt-text")
    return result


def cut_beside(pieces: Sequence[Piece], rules: Sequence[Rule]) -> list[Piece]:
    """Lines that only their neighbours betray: fields of a form, items of a list.

    From each line that is cut the search goes on to the lines next to it, at most `chain` lines far. A rule with
    `block` holds only where no body line stands in the same block.
    """
    result, zones = list(pieces), find_zones(pieces)
    with_body = {piece.run for piece in pieces if is_prose(piece)}
    chosen = [rule for rule in rules if rule.beside]
    reached = {index: 0 for index, piece in enumerate(result) if piece.kind is not None}
    queue = deque(reached)
    while queue:
        at = queue.popleft()
        for near, side in ((at - 1, "after"), (at + 1, "before")):
            if 0 <= near < len(result) and result[near].kind is None and result[near].run == result[at].run:
                piece, cause = result[near], {result[at].kind, result[at].by.removeprefix("rule:")}
                fitting = (
                    rule
                    for rule in chosen
                    if cause & rule.beside
                    and rule.side in (side, "both")
                    and reached[at] < rule.chain
                    and not (rule.block and piece.run in with_body)
                    and (rule.zone == "any" or zones[near] in rule.zone)
                )
                if hit := next((rule for rule in fitting if rule.matches(piece.text)), None):
                    result[near], reached[near] = piece.cut(hit.kind, hit.name), reached[at] + 1
                    queue.append(near)
    return result


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
        repeated = piece.kind is None and len(words) >= least and words in first and not _is_item(piece)
        if piece.kind is None:
            first.setdefault(words, zone)
        result.append(piece.cut("duplicate", "repeated-line") if repeated else piece)
    return result


def _is_item(piece: Piece) -> bool:
    return _ITEM.match(piece.text) is not None


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
            if any(_repeats(words[index], words[host]) for host in hosts):
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
    """A few words without an end mark, two of them a name that another line holds."""
    parts = piece.text.replace(",", " ").split()
    if not 2 <= len(parts) <= 9 or ends_sentence(piece.text):
        return False
    names = (tuple(fold_words(f"{a} {b}")) for a, b in pairwise(parts) if a[0].isupper() and b[0].isupper())
    return any(len(name) == 2 and pairs.get((name[0], name[1]), set()) - {own} for name in names)


def cut_tail(pieces: Sequence[Piece]) -> list[Piece]:
    """After the last body line and the first residue there, what does not end as a sentence: headlines of others.

    A tail without any cue is left alone, and so are items of lists: it may be the end of the article.
    """
    zones = find_zones(pieces)
    cues = [at for at, piece in enumerate(pieces) if zones[at] == "tail" and piece.kind is not None]
    first = min(cues, default=len(pieces))
    return [
        piece.cut("related", "tail-headline") if at > first and _is_headline(piece) else piece
        for at, piece in enumerate(pieces)
    ]


def _is_headline(piece: Piece) -> bool:
    whole = piece.kind is None and not ends_sentence(piece.text) and not piece.text.endswith(":")
    return whole and 2 <= count_words(piece.text) <= 18 and not _is_item(piece)
