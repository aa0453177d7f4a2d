"""Comments of annotators as notes: of a span whose words they begin with, else of the document."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from standoff.records import Note, Span

_COMMENT = re.compile(r"[\"'“‘«]?(?P<words>.+?)[\"'”’»]?\s*(?::|–|—|->)\s+(?P<note>\S.*)", re.DOTALL)


def place_notes(spans: Sequence[Span], comments: Iterable[str]) -> tuple[list[Span], list[Note]]:
    """Spans with the comments on them as notes, and the other comments as notes on the document.

    `"Mr Vell": PERSON-3?` is a note of the first span with those words. Several notes of one span are joined.
    """
    placed, rest = list(spans), list[Note]()
    for comment in comments:
        text = " ".join(comment.split())
        found = _COMMENT.fullmatch(text)
        at = next((at for at, one in enumerate(placed) if found and one.text == found["words"]), None)
        if found is None or at is None:
            if text:
                rest.append(Note(text))
            continue
        note = placed[at].note
        placed[at] = replace(placed[at], note=f"{note}; {found['note']}" if note else found["note"])
    return placed, rest
