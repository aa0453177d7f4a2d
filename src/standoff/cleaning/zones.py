"""Where in a document the body begins and ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.cleaning.pieces import Piece

_LONG = 25
"""Words from which a prose line is body by itself."""


def is_prose(piece: Piece) -> bool:
    """A kept line long enough, and ended as a sentence, to be body text."""
    return piece.kind is None and piece.words >= 10 and piece.ended


@dataclass(frozen=True, slots=True)
class Zones:
    """The first and the last body line of a document: `zones[at]` is `head`, `body` or `tail`."""

    first: int
    last: int

    def __getitem__(self, at: int) -> str:
        return "head" if at < self.first else "tail" if at > self.last else "body"


def find_zones(pieces: Sequence[Piece]) -> Zones:
    """Where the body begins and ends; all is body where no line is surely so.

    A prose line is surely body if it is long or if another stands next to it; a standfirst or a notice alone is not.
    """
    first = _find_body(pieces, range(len(pieces)))
    if first is None:
        return Zones(0, len(pieces))
    last = _find_body(pieces, range(len(pieces) - 1, first - 1, -1))
    return Zones(first, first if last is None else last)


def _find_body(pieces: Sequence[Piece], order: range) -> int | None:
    """The first line in that order that is surely body, else the first prose line."""
    alone = before = None
    for at in order:
        if pieces[at].kind is not None:
            continue
        if not is_prose(pieces[at]):
            before = None
            continue
        if before is not None:
            return before
        if pieces[at].words >= _LONG:
            return at
        before = at
        alone = at if alone is None else alone
    return alone
