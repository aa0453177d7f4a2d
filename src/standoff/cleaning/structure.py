"""What only the place in a document tells: crumbs, head and tail, alt texts, company of residue.

Each step takes the pieces of a document and gives them back, some of them cut.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

from standoff.cleaning.pieces import Piece
from standoff.cleaning.rules import Rule
from standoff.cleaning.text import count_words, ends_sentence, fold_words

_ITEM = re.compile(r"[-–•*]|\d+[.)] |[A-Z]: ")
_TAIL_CUES = ("related", "share", "newsletter", "comments", "notice", "navigation")
"""Residue that stands behind an article; an advert may stand in it."""
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

    The first line that is left and looks like a headline goes only to a rule that `opens`, and only if another
    line that may be the headline follows.
    """
    zones = find_zones(pieces)
    chosen = [rule for rule in rules if (rule.zone != "any") == zoned and not rule.beside and "line" in rule.where]
    result, opened = [], False
    for at, (piece, zone) in enumerate(zip(pieces, zones, strict=True)):
        guarded = not opened and 3 <= count_words(piece.text) <= 25
        free = not guarded or any(_may_be_headline(other) for other in pieces[at + 1 : at + _HEAD])
        holding = (
            rule for rule in chosen if (zone in rule.zone or not zoned) and (not guarded or (rule.opens and free))
        )
        hit = next((rule for rule in holding if piece.kind is None and rule.matches(piece.text)), None)
        opened = opened or (piece.kind is None and hit is None)
        result.append(piece if hit is None else piece.cut(hit.kind, hit.name))
    return result


def _may_be_headline(piece: Piece) -> bool:
    return piece.kind is None and 3 <= count_words(piece.text) <= 25 and not ends_sentence(piece.text)


def cut_alt_texts(pieces: Sequence[Piece]) -> list[Piece]:
    """Words without an end mark that carry a glued credit, or stand in the head right above a caption that does."""
    result, zones = list(pieces), find_zones(pieces)
    headline = next((index for index, piece in enumerate(pieces) if piece.kind is None), None)
    for index, piece in enumerate(pieces):
        if piece.kind is None and not ends_sentence(piece.text) and count_words(piece.text) <= 16:
            behind = pieces[index + 1 : index + 3]
            lines, kinds = [other.line - piece.line for other in behind], [other.kind for other in behind]
            own = lines[:1] == [0] and kinds[0] == "credit"
            caption = zones[index] == "head" and index != headline and lines == [1, 1] and kinds == [None, "credit"]
            if own or caption:
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
        for near, side in _neighbours(result, at):
            piece, cause = result[near], {result[at].kind, result[at].by.removeprefix("rule:")}
            fitting = (
                rule
                for rule in chosen
                if cause & rule.beside and rule.side in (side, "both") and reached[at] < rule.chain
                if (rule.zone == "any" or zones[near] in rule.zone) and not (rule.block and piece.run in with_body)
            )
            if hit := next((rule for rule in fitting if rule.matches(piece.text)), None):
                result[near], reached[near] = piece.cut(hit.kind, hit.name), reached[at] + 1
                queue.append(near)
    return result


def _neighbours(pieces: Sequence[Piece], at: int) -> Iterator[tuple[int, str]]:
    """The kept pieces next to one in its block, and on which side of them it stands."""
    for near, side in ((at - 1, "after"), (at + 1, "before")):
        if 0 <= near < len(pieces) and pieces[near].kind is None and pieces[near].run == pieces[at].run:
            yield near, side


def cut_tail(pieces: Sequence[Piece]) -> list[Piece]:
    """After the last sentence and a cue that the article is over, what does not end as one: headlines of others.

    A tail without any cue is left alone, and so are items of lists: it may be the end of the article. What stands
    in the head too is a repetition, no headline of another story.
    """
    zones = find_zones(pieces)
    cues = [at for at, piece in enumerate(pieces) if zones[at] == "tail" and piece.kind in _TAIL_CUES]
    sentences = [at for at, piece in enumerate(pieces) if piece.kind is None and piece.text.endswith((".", ".”", '."'))]
    first = max(min(cues, default=len(pieces)), max(sentences, default=-1))
    head = {tuple(fold_words(piece.text)) for piece, zone in zip(pieces, zones, strict=True) if zone == "head"}
    result = list(pieces)
    for at, piece in enumerate(pieces[first + 1 :], first + 1):
        if _is_headline(piece) and tuple(fold_words(piece.text)) not in head:
            result[at] = piece.cut("related", "tail-headline")
    return result


def _is_headline(piece: Piece) -> bool:
    whole = piece.kind is None and not ends_sentence(piece.text) and not piece.text.endswith(":")
    return whole and 2 <= count_words(piece.text) <= 18 and not is_item(piece)


def is_item(piece: Piece) -> bool:
    """Whether a line begins as items of lists, questions and answers do."""
    return _ITEM.match(piece.text) is not None
