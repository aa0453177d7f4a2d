"""What only the place in a document tells: crumbs, head and tail, alt texts, company of residue.

Each step takes the pieces of a document and gives them back, some of them cut.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence

from standoff.cleaning.cues import NOTHING, Likely
from standoff.cleaning.pieces import Piece
from standoff.cleaning.rules import KEEP, Rule, RuleTable
from standoff.cleaning.text import count_words, fold_words
from standoff.cleaning.zones import Zones, find_zones

_ITEM = re.compile(r"[-–•*]|\d+[.)] |[A-Z]: ")
_TAIL_CUES = ("related", "share", "newsletter", "comments", "notice", "navigation")
"""Residue that stands behind an article; an advert may stand in it."""
_SURE, _FAR = 0.97, 0.5
_FEW, _BROKEN = 3, 6
"""Words of the pieces that a broken sentence comes in, and how far its longer parts may be."""
_OPEN_ENDS = frozenset('abcdefghijklmnopqrstuvwxyz,(-–—“"')
HEAD = 14
"""A crumb and its headline stand among the first pieces of a page."""


def cut_crumbs(pieces: Sequence[Piece]) -> list[Piece]:
    """A line among the first that ends in the headline below it, after a few words of menu: navigation."""
    result = list(pieces)
    if len({piece.text[-5:] for piece in pieces[:HEAD]}) == len(pieces[:HEAD]):
        return result  # three words are five characters at least
    for index, piece in enumerate(pieces[:HEAD]):
        for headline in pieces[index + 1 : HEAD]:
            ends_in_it = piece.kind is None and headline.words >= 3 and piece.text.endswith(headline.text)
            if ends_in_it and 1 <= count_words(piece.text.removesuffix(headline.text)) <= 12:
                result[index] = piece.cut("navigation", "crumb-with-headline")
    return result


def cut_by_rules(pieces: Sequence[Piece], likely: Sequence[Likely]) -> list[Piece]:
    """Whole lines that a rule names, first those of any place, then those of the head and the tail."""
    result = list(pieces)
    tried = [at for at, own in enumerate(likely) if own is not NOTHING and pieces[at].kind is None]
    if anywhere := [(at, likely[at].anywhere) for at in tried if likely[at].anywhere]:
        _take(result, anywhere, Zones(0, len(pieces)))
    if zoned := [(at, likely[at].zoned) for at in tried if likely[at].zoned and result[at].kind is None]:
        _take(result, zoned, find_zones(result))
    return result


def _take(pieces: list[Piece], tried: Sequence[tuple[int, Sequence[Rule]]], zones: Zones) -> None:
    """Cut the lines that a rule takes.

    The first line that is left and looks like a headline goes only to a rule that `opens`, and only if another
    line that may be the headline follows.
    """
    first = 0
    for at, rules in tried:
        piece = pieces[at]
        hits = [] if piece.by else [rule for rule in rules if rule.takes(piece.text)]
        if not hits:
            continue
        while first < at and pieces[first].kind is not None:
            first += 1
        guarded = first >= at and 3 <= piece.words <= 25
        followed = not guarded or any(_may_be_headline(other) for other in pieces[at + 1 : at + HEAD])
        for rule in hits:
            opens = not guarded or (rule.opens and followed) or rule.kind == KEEP
            if opens and (rule.zone == "any" or zones[at] in rule.zone):
                pieces[at] = piece.take(rule)
                break


def _may_be_headline(piece: Piece) -> bool:
    return piece.kind is None and 3 <= piece.words <= 25 and not piece.ended


def guard_headline(pieces: Sequence[Piece], scores: Sequence[float]) -> int | None:
    """Where the headline seems to stand: the first line that looks like one, unless another is far less residue."""
    likely = [at for at, piece in enumerate(pieces[:HEAD]) if _may_be_headline(piece)]
    least = min((scores[at] for at in likely), default=0)
    return next((at for at in likely if scores[at] < min(_SURE, least + _FAR)), likely[0] if likely else None)


def is_in_sentence(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a few words stand in the middle of a sentence that an extractor broke at its links.

    The next longer lines on both sides tell: the one before has no end, the one behind begins small.
    """
    if pieces[at].words > _FEW:
        return False
    around = range(max(0, at - _BROKEN), at)[::-1], range(at + 1, min(len(pieces), at + _BROKEN + 1))
    before, behind = (next((pieces[one] for one in side if pieces[one].words > _FEW), None) for side in around)
    if before is None or behind is None or before.kind is not None or behind.kind is not None:
        return False
    return before.text[-1] in _OPEN_ENDS and (behind.text[0].islower() or behind.text[0] in ",.;)")


def cut_alt_texts(pieces: Sequence[Piece]) -> list[Piece]:
    """Words without an end mark that carry a glued credit, or stand in the head right above a caption that does."""
    result = list(pieces)
    if not any(piece.kind == "credit" for piece in pieces):
        return result
    zones = find_zones(pieces)
    headline = next((index for index, piece in enumerate(pieces) if piece.kind is None), None)
    for index, piece in enumerate(pieces):
        if piece.kind is None and not piece.ended and piece.words <= 16:
            behind = pieces[index + 1 : index + 3]
            lines, kinds = [other.line - piece.line for other in behind], [other.kind for other in behind]
            own = lines[:1] == [0] and kinds[0] == "credit"
            caption = zones[index] == "head" and index != headline and lines == [1, 1] and kinds == [None, "credit"]
            if own or (caption and not is_item(piece)):
                result[index] = piece.cut("media", "alt-text")
    return result


def cut_beside(pieces: Sequence[Piece], rules: RuleTable) -> list[Piece]:
    """Lines that only their neighbours betray: fields of a form, items of a list.

    From each line that is cut the search goes on to the lines next to it, at most `chain` lines far. A rule with
    `block` holds only where no body line stands in the same block.
    """
    result = list(pieces)
    reached = {index: 0 for index, piece in enumerate(result) if piece.kind is not None}
    if not reached:
        return result
    zones = find_zones(pieces)
    with_body = {piece.run for piece in pieces if piece.words >= 10 and piece.ended and piece.kind is None}
    queue = deque(reached)
    while queue:
        at = queue.popleft()
        for near, side in _neighbours(result, at):
            piece, cause = result[near], {result[at].kind, result[at].by.removeprefix("rule:")}
            fitting = (
                rule
                for rule in rules.beside
                if cause & rule.beside and rule.side in (side, "both") and reached[at] < rule.chain
                if (rule.zone == "any" or zones[near] in rule.zone) and not (rule.block and piece.run in with_body)
            )
            if hit := next(
                (rule for rule in fitting if rule.matches(piece.text, piece.words, ended=piece.ended)), None
            ):
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
    result = list(pieces)
    cues = [at for at, piece in enumerate(pieces) if piece.kind in _TAIL_CUES]
    zones = find_zones(pieces) if cues else Zones(0, len(pieces))
    cue = next((at for at in cues if zones[at] == "tail"), None)
    if cue is None:
        return result
    sentences = [at for at, piece in enumerate(pieces) if piece.kind is None and piece.text.endswith((".", ".”", '."'))]
    first = max(cue, max(sentences, default=-1))
    head = {tuple(fold_words(piece.text)) for at, piece in enumerate(pieces) if zones[at] == "head"}
    for at, piece in enumerate(pieces[first + 1 :], first + 1):
        if _is_headline(piece) and tuple(fold_words(piece.text)) not in head:
            result[at] = piece.cut("related", "tail-headline")
    return result


def _is_headline(piece: Piece) -> bool:
    whole = piece.kind is None and not piece.ended and not piece.text.endswith(":")
    return whole and 2 <= piece.words <= 18 and not is_item(piece)


def is_item(piece: Piece) -> bool:
    """Whether a line begins as items of lists, questions and answers do."""
    return _ITEM.match(piece.text) is not None
