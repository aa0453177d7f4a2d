"""What each file of a corpus repository holds, told by its path from the root."""

import re
from dataclasses import dataclass

from standoff.records import AnyRecord, Cut, Decision, Entry, Keep, Note, Orphan, Source, Span, Waiver

_PLACES: tuple[tuple[str, type[AnyRecord] | None, re.Pattern[str]], ...] = (
    ("sources", Source, re.compile(r"seeds/sources\.jsonl")),
    ("seed", None, re.compile(r"seeds/(?:text|private)/(?P<id>[^/]+)\.txt")),
    ("index", Entry, re.compile(r"corpus/index\.jsonl")),
    ("cuts", Cut, re.compile(r"corpus/(?P<id>[^/]+)\.cuts\.jsonl")),
    ("keeps", Keep, re.compile(r"corpus/(?P<id>[^/]+)\.keeps\.jsonl")),
    ("text", None, re.compile(r"corpus/text/(?P<id>[^/]+)\.txt")),
    ("notes", Note, re.compile(r"annotations/(?P<layer>[^/]+)/(?P<id>[^/]+)\.notes\.jsonl")),
    ("decisions", Decision, re.compile(r"annotations/decisions\.jsonl")),
    ("orphans", Orphan, re.compile(r"annotations/orphans\.jsonl")),
    ("round", None, re.compile(r"annotations/[^/]+\.round\.toml")),
    ("spans", Span, re.compile(r"annotations/(?P<layer>[^/]+)/(?P<id>[^/]+)\.jsonl")),
    ("layer", None, re.compile(r"annotations/(?P<layer>[^/]+)/layer\.toml")),
    ("guidelines", None, re.compile(r"guidelines/[^/]+\.(?:md|toml)")),
    ("waivers", Waiver, re.compile(r"waivers\.jsonl")),
)


@dataclass(frozen=True, slots=True)
class Role:
    """What a file is: `kind` (`other` for what is not of the corpus), its records, its document and its layer."""

    kind: str
    records: type[AnyRecord] | None = None
    id: str = ""
    layer: str = ""


def find_role(path: str) -> Role:
    """The role of a file by its path from the root, with `/` between folders."""
    for kind, records, place in _PLACES:
        if found := place.fullmatch(path):
            names = found.groupdict()
            return Role(kind, records, names.get("id", ""), names.get("layer", ""))
    return Role("other")
