"""The decision: every step in its order, then the white space that the cuts leave behind."""

import re
from collections.abc import Iterator, Sequence

from standoff.cleaning.pieces import Piece, split_pieces
from standoff.cleaning.repeats import cut_pull_quotes, cut_repeats
from standoff.cleaning.rules import Rule, read_rules
from standoff.cleaning.structure import (
    cut_alt_texts,
    cut_beside,
    cut_by_rules,
    cut_crumbs,
    cut_tail,
)
from standoff.offsets import kept_ranges
from standoff.records import Cut

_SPACE = re.compile(r"\s+")


def find_cuts(seed: str, rules: Sequence[Rule] | None = None) -> list[Cut]:
    """The cuts of a seed, sorted and apart from each other; the same text always gives the same cuts."""
    table = read_rules() if rules is None else rules
    pieces = cut_crumbs(split_pieces(seed, table))
    pieces = cut_by_rules(pieces, table, zoned=False)
    pieces = cut_by_rules(pieces, table, zoned=True)
    pieces = cut_alt_texts(pieces)
    pieces = cut_beside(cut_tail(cut_beside(pieces, table)), table)
    pieces = cut_pull_quotes(cut_repeats(pieces))  # last, so that the copy that counts as the first one stays
    return with_whitespace(seed, [_cut(piece) for piece in pieces if piece.kind is not None])


def _cut(piece: Piece) -> Cut:
    return Cut(piece.start, piece.end, piece.kind or "", piece.by)


def with_whitespace(seed: str, cuts: Sequence[Cut]) -> list[Cut]:
    """The cuts, and the white space that is of no use without what they took.

    Between two kept lines one line end stays, or two where a blank line parted them; none stays at the ends.
    """
    spaces = [Cut(start, end, "whitespace", "rule:spacing") for start, end in _idle_spaces(seed, cuts)]
    return sorted([*cuts, *spaces])


def _idle_spaces(seed: str, cuts: Sequence[Cut]) -> Iterator[tuple[int, int]]:
    """Ranges of white space to cut, gap by gap; a gap is all that lies between two kept pieces of text."""
    gap: list[tuple[int, int]] = []
    seen_text = False
    for start, end in kept_ranges(len(seed), cuts):
        at = start
        for found in _SPACE.finditer(seed, start, end):
            if at < found.start():
                yield from _thin_gap(seed, gap, keep=seen_text)
                gap, seen_text = [], True
            gap.append(found.span())
            at = found.end()
        if at < end:
            yield from _thin_gap(seed, gap, keep=seen_text)
            gap, seen_text = [], True
    yield from _thin_gap(seed, gap, keep=False)


def _thin_gap(seed: str, gap: Sequence[tuple[int, int]], *, keep: bool) -> Iterator[tuple[int, int]]:
    """The part of a gap that goes. `gap` holds its white-space ranges, what was cut between them left out."""
    if not gap:
        return
    between = seed[gap[0][0] : gap[-1][1]]
    if keep and "\n" not in between:
        yield from gap[1:]
        return
    left = 0 if not keep else 2 if re.search(r"\n[^\S\n]*\n", between) else 1
    for start, end in gap:
        at = start
        for position in range(start, end):
            if left and seed[position] == "\n":
                if at < position:
                    yield at, position
                at, left = position + 1, left - 1
        if at < end:
            yield at, end
