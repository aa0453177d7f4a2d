"""Spans on tokens, for formats that know nothing smaller: which tokens they touch, and which of them can stand."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.dataset.tokens import Token
from standoff.offsets import Ranged, outermost_first
from standoff.records import Span

OVERLAP = "it overlaps a longer span, and a token has one tag"
BLANK = "it is white space, which no token holds"


@dataclass(frozen=True, slots=True)
class Placed:
    """A span on the tokens [first, last)."""

    span: Span
    first: int
    last: int


def find_tokens(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """The tokens [first, last) that a range touches; empty where it is white space. Tokens are in order."""
    first = bisect_right(tokens, start, key=lambda token: token.end)
    return first, max(first, bisect_left(tokens, end, key=lambda token: token.start))


def place_flat(tokens: Sequence[Token], spans: Sequence[Span]) -> tuple[list[Placed], list[tuple[Span, str]]]:
    """Spans that share no token, longest first, in order; and the others, each with the reason."""
    placed, left, taken = list[Placed](), list[tuple[Span, str]](), bytearray(len(tokens))
    for span in sorted(spans, key=lambda span: (*outermost_first(span), span.label)):
        first, last = find_tokens(tokens, span.start, span.end)
        if first == last or any(taken[first:last]):
            left.append((span, BLANK if first == last else OVERLAP))
            continue
        taken[first:last] = b"\1" * (last - first)
        placed.append(Placed(span, first, last))
    return sorted(placed, key=lambda one: one.first), left


def join_torn(sentences: Sequence[list[Token]], ranges: Sequence[Ranged]) -> list[list[Token]]:
    """The sentences; where a range goes on into the next one, even on another line, the two are one."""
    joined: list[list[Token]] = []
    ordered, at, reach = sorted(ranges, key=lambda one: one.start), 0, 0
    for tokens in sentences:
        if joined and reach > tokens[0].start:
            joined[-1] += tokens
        else:
            joined.append([*tokens])
        while at < len(ordered) and ordered[at].start < tokens[-1].end:
            reach, at = max(reach, ordered[at].end), at + 1
    return joined
