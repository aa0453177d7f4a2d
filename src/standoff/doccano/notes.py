"""Comments of annotators as notes: of a span whose words they begin with, else of the document."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from standoff.guidelines.citations import cited_rules
from standoff.records import Note, Span

_COMMENT = re.compile(r"[\"'“‘«]?(?P<words>.+?)[\"'”’»]?\s*(?::|–|—|->)\s+(?P<note>\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Placed:
    """Spans with the comments on them as notes, the notes on the document, and of how many words were left out."""

    spans: tuple[Span, ...]
    notes: tuple[Note, ...]
    left: int = 0


def place_notes(spans: Sequence[Span], comments: Iterable[str], *, private: bool = False) -> Placed:
    """Put comments on the spans that they are on, the others on the document.

    `"Mr Vell": PERSON-3?` is a note of the first span with those words. Several notes of one span are joined. Of a
    comment on a private document the rule ids are kept that it begins with, since its words may quote the text.
    """
    placed, rest, left = list(spans), list[Note](), 0
    for comment in comments:
        text = " ".join(comment.split())
        found = _COMMENT.fullmatch(text)
        at = next((at for at, one in enumerate(placed) if found and one.text == found["words"]), None)
        said = text if found is None or at is None else found["note"]
        kept = ", ".join(cited_rules(said)) if private else said
        left += kept != said
        if not kept:
            continue
        if at is None:
            rest.append(Note(kept))
        else:
            note = placed[at].note
            placed[at] = replace(placed[at], note=f"{note}; {kept}" if note else kept)
    return Placed(tuple(placed), tuple(rest), left)
