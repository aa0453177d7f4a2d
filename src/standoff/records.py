"""The records of the corpus: one frozen dataclass a file format, field order = key order in the files."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

KINDS = (
    "ad", "share", "newsletter", "related", "comments", "navigation", "notice",
    "credit", "byline", "caption", "media", "duplicate", "whitespace",
)  # fmt: skip
SPLITS = ("train", "validation", "test", "test_hard")
ORIGINS = ("published", "written")
ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
"""What an id may be: it is a file name in every folder."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A label on the half-open range [start, end) of code points of the seed; `text` is its surface."""

    start: int
    end: int
    label: str
    text: str
    attributes: Mapping[str, Any] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """A deletion of [start, end) code points of the seed, its kind, and the rule, model or person behind it."""

    start: int
    end: int
    kind: str
    by: str
    score: float | None = None


@dataclass(frozen=True, slots=True, order=True)
class Keep:
    """What a person keeps: nothing but white space is cut in [start, end) code points of the seed."""

    start: int
    end: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line of a review: `text` at [start, end) of the seed, cut or kept, and what a person answers.

    `seed` begins the sha256 of the seed and `asked` is the range as it was written; start and end are the person's to
    mend. `kind`, `by` and `score` say what cut it or, if it was kept, what nearly did; `before` and `after` stand
    beside it. `answer` is cut, keep or a kind.
    """

    id: str
    seed: str
    asked: str
    start: int
    end: int
    cut: bool
    kind: str
    by: str
    score: float | None = None
    before: str
    text: str
    after: str
    answer: str


@dataclass(frozen=True, slots=True)
class Source:
    """One line of `seeds/sources.jsonl`: where a document comes from and what may be done with its text.

    `words` is the fingerprint of a text that may not be redistributed, by which `standoff hydrate` places spans.
    """

    id: str
    file: str
    sha256: str
    chars: int
    title: str
    outlet: str | None
    url: str | None
    published: str | None
    language: str
    licence: str
    redistribute: bool
    origin: str
    fictional: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of `corpus/index.jsonl`: split, hash of the cleaned text, characters kept and cut."""

    id: str
    split: str
    sha256: str
    kept: int
    cut: int


@dataclass(frozen=True, slots=True, order=True)
class Waiver:
    """One line of `waivers.jsonl`: a warning of `standoff check` that stands, and the reason.

    `at` is that of the issue (a range such as `120-135`, an id), empty where it has none.
    """

    rule: str
    path: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One line of `<id>.notes.jsonl` in a layer: what an annotator said of a document as a whole."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of `annotations/decisions.jsonl`: what was decided for the layer `into` of [start, end) of a seed.

    `readings` has the spans of each layer there and `spans` those that went in, as `[start, end, label]`; offsets and
    labels alone, since the text may be private. `choice` names the layers whose reading it is, or is `other`. `by` is
    `person:<name>`, `policy:majority` or `policy:expert <layer>`; `rule` cites the guidelines, under which version.
    """

    id: str
    start: int
    end: int
    into: str
    readings: Mapping[str, Any]
    choice: str
    spans: list[Any]
    by: str
    rule: str
    reason: str
    guidelines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """One line of `annotations/orphans.jsonl`: a record that has no place in the corrected text of its document.

    `record` is the line as it was in the file `path`, its offsets in the text with the sha256 `seed`; in the present
    text it would stand near the code point `near`.
    """

    id: str
    path: str
    record: Mapping[str, Any]
    seed: str
    near: int
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose text is here: source, seed text, cuts, split and the spans of one layer."""

    source: Source
    seed: str
    cuts: tuple[Cut, ...]
    split: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """A finding of `standoff check`: the id of its rule, its place, what is wrong and how to mend it.

    `at` says which record of the file it is, in a way that survives edits above it: a range `120-135`, an id.
    `context` is the text around, for people. Level and severity are those of the rule.
    """

    rule: str
    path: str
    line: int | None
    message: str
    hint: str = ""
    at: str = ""
    context: str = ""


SURROGATE = re.compile("[\ud800-\udfff]")
AnyRecord = Span | Cut | Keep | Question | Source | Entry | Waiver | Note | Decision | Orphan
Record = TypeVar("Record", Span, Cut, Keep, Question, Source, Entry, Waiver, Note, Decision, Orphan)


def to_row(record: AnyRecord) -> dict[str, Any]:
    """A record as a dict in field order; fields that have a default are left out while they hold it."""
    row: dict[str, Any] = {}
    for name, (_, default) in _FIELDS[type(record)].items():
        value = getattr(record, name)
        if default is MISSING or value != default:
            row[name] = value
    return row


def from_row(kind: type[Record], row: object) -> Record:
    """The record in a JSON object; raises ValueError naming the first field that is missing, unknown or wrong."""
    if not isinstance(row, dict):
        raise ValueError(f"expected an object, found {type(row).__name__}")
    known = _FIELDS[kind]
    if not row.keys() <= known.keys():
        raise ValueError(f"unknown field {next(key for key in row if key not in known)!r}")
    for name, (types, default) in known.items():
        value = row.get(name, MISSING)
        if value is MISSING:
            if default is MISSING:
                raise ValueError(f"field {name!r} is missing")
        elif type(value) not in types or (type(value) is str and not value.isascii() and SURROGATE.search(value)):
            raise ValueError(f"field {name!r} cannot be {value!r}")
    return kind(**row)


def _types(annotation: Any) -> tuple[type, ...]:  # noqa: ANN401 - a type expression
    if isinstance(annotation, UnionType):
        return tuple(one for member in get_args(annotation) for one in _types(member))
    if annotation is None:
        return (type(None),)
    if annotation is float:
        return (int, float)
    if get_origin(annotation) is list:
        return (list,)
    return (annotation,) if annotation in (int, str, bool, type(None)) else (dict,)


_FIELDS: dict[type, dict[str, tuple[frozenset[type], Any]]] = {
    kind: {field.name: (frozenset(_types(field.type)), field.default) for field in fields(kind)}
    for kind in (Span, Cut, Keep, Question, Source, Entry, Waiver, Note, Decision, Orphan)
}
"""Each field's JSON types and its default (MISSING: none), looked up once, since a corpus has millions of records."""
