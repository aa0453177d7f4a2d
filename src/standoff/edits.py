"""Two versions of a text, and where ranges of the one stand in the other: an exact edit script, no guess."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from standoff.align import align_texts
from standoff.formats.exchange import Annotated, Reject
from standoff.records import Span

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class EditScript:
    """The parts that two texts share, in order: (start in theirs, start in ours, length), in code points."""

    shared: tuple[tuple[int, int, int], ...]

    def to_ours(self, start: int, end: int) -> tuple[int, int] | None:
        """A range of their text in ours; None where the edit has touched it."""
        index = bisect_right(self.shared, start, key=lambda part: part[0]) - 1
        if index < 0 or start >= end:
            return None
        theirs, ours, length = self.shared[index]
        return (ours + start - theirs, ours + end - theirs) if end <= theirs + length else None


def find_edits(theirs: str, ours: str) -> EditScript:
    """The edit script of two texts, by words (difflib): of a word that changed nothing is shared."""
    seen, known = _TOKEN.findall(theirs), _TOKEN.findall(ours)
    starts = [_starts(tokens) for tokens in (seen, known)]
    parts = []
    for one, other, count in _find_blocks(seen, known):
        if count:
            parts.append((starts[0][one], starts[1][other], starts[0][one + count] - starts[0][one]))
    return EditScript(tuple(parts))


def _find_blocks(seen: list[str], known: list[str]) -> Iterator[tuple[int, int, int]]:
    """The shared runs of tokens; difflib, whose time is quadratic, sees no more than what lies between the edits."""
    head = _count_same(seen, known)
    tail = _count_same(seen[head:][::-1], known[head:][::-1])
    ends = len(seen) - tail, len(known) - tail
    yield 0, 0, head
    for block in SequenceMatcher(None, seen[head : ends[0]], known[head : ends[1]], False).get_matching_blocks():
        yield head + block.a, head + block.b, block.size
    yield *ends, tail


def _count_same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens or characters the two begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (seen, known) in pairs if seen != known), min(len(one), len(other)))


def _starts(tokens: list[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


def follow_edits(document: Annotated, ours: str) -> tuple[Annotated, list[Reject]]:
    """A document of another tool on our text, which is another one; a span that the edit touched is a reject.

    A tool that leaves offsets as they are when somebody edits a text lets the spans from before the edit slip. Where
    one of them cuts a word, none from the edit on is followed.
    """
    text, script = document.text, align_texts(document.text, ours) or find_edits(document.text, ours)
    same = _count_same(text, ours)
    slipped = any(cuts_word(text, span.start, span.end) for span in document.spans if span.end > same)
    spans, rejects = list[Span](), list[Reject]()
    for span in document.spans:
        moved = None if slipped and span.end > same else script.to_ours(span.start, span.end)
        if moved is None:
            name = f"{document.id} [{span.start}, {span.end}) {span.label} {span.text!r}"
            reason = "the spans of this text have slipped" if slipped else "it is another text here"
            rejects.append(Reject("span", "", None, name, f"{reason}: it is not ours, from character {same} on"))
        else:
            spans.append(replace(span, start=moved[0], end=moved[1], text=ours[slice(*moved)]))
    return Annotated(document.id, ours, tuple(spans)), rejects


def cuts_word(text: str, start: int, end: int) -> bool:
    """Whether an end of a range lies between two letters, in scripts that have a case and part words by spaces."""
    pairs = (text[at - 1 : at + 1] for at in (start, end) if 0 < at < len(text))
    return any(pair[0] != pair[0].swapcase() and pair[1] != pair[1].swapcase() for pair in pairs)
