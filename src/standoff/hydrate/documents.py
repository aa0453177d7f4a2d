"""Documents whose text is back: a row of config `standoff` and a text make a `Document`, no span lost in silence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from standoff.errors import StandoffError
from standoff.files import hash_text
from standoff.hydrate.fingerprint import Sketch, loads_checks, loads_sketch, read_words
from standoff.hydrate.place import Placed, place_spans
from standoff.hydrate.recut import clean_like
from standoff.hydrate.seek import Other, Told
from standoff.offsets import OffsetMap
from standoff.records import Cut, Document, Source, Span

Row = Mapping[str, Any]
VERDICTS = ("kept", "moved", "merged", "trimmed", "orphaned")
"""What can become of a span: `merged` is one of a passage that stands twice in the private text and once here."""


@dataclass(frozen=True, slots=True)
class Hydrated:
    """A document with its text, how many of its spans had which verdict, and those that people should look at.

    `doubtful` has the verdict and the row, offsets in the private text, of each span that is trimmed or orphaned.
    """

    document: Document
    verdicts: Counter[str]
    doubtful: Sequence[tuple[str, Row]] = field(default=())


def read_sketches(rows: Sequence[Row]) -> dict[str, Sketch]:
    """The fingerprints of the documents that have one, by id; raises StandoffError for a row that contradicts itself.

    Datasets come from anywhere: a span that leaves its text must not become one of other words.
    """
    sketches = {}
    for row in rows:
        try:
            _require_sound(row)
            if row["words"]:
                sketches[row["id"]] = loads_sketch(row["words"])
        except ValueError as error:
            hint = "standoff verify tells whether this is what was published"
            raise StandoffError(f"{row['id']} in config standoff: {error}", hint=hint) from None
    return sketches


def _require_sound(row: Row) -> None:
    """Raises ValueError where spans, cuts and checks do not fit one text."""
    OffsetMap.from_cuts(row["chars"], [Cut(**cut) for cut in row["cuts"]])
    for one in row["spans"]:
        if not 0 <= one["start"] < one["end"] <= row["chars"]:
            raise ValueError(f"span [{one['start']}, {one['end']}) leaves [0, {row['chars']})")
    if row["words"] and len(loads_checks(row["checks"])) != len(row["spans"]):
        raise ValueError("not as many checks as spans")


def fill_same(row: Row, split: str, text: str) -> Hydrated:
    """The document of a text that is the private one, to the byte."""
    spans = tuple(Span(one["start"], one["end"], one["label"], text[one["start"] : one["end"]]) for one in row["spans"])
    document = Document(_to_source(row), text, tuple(Cut(**cut) for cut in row["cuts"]), split, spans)
    return Hydrated(document, Counter(kept=len(spans)))


def fill_like(row: Row, sketch: Sketch, split: str, text: str) -> Hydrated:
    """The document of another version of the private text: its spans where they are certain, its cuts where they agree.

    The source says the hash and the length of the text that is used.
    """
    checks = loads_checks(row["checks"])
    told = [Told(one["start"], one["end"], check) for one, check in zip(row["spans"], checks, strict=True)]
    other = Other(text, row["sha256"], read_words(text, row["sha256"]))
    placed = place_spans(sketch, told, other)
    cleaned = clean_like(sketch, [Cut(**cut) for cut in row["cuts"]], placed, other, row["language"])
    offsets = OffsetMap.from_cuts(len(text), cleaned.cuts)
    spans, verdicts, doubtful = list[Span](), Counter[str](), list[tuple[str, Row]]()
    for index, one in enumerate(row["spans"]):
        verdict = _judge(index, row["spans"], placed, offsets)
        verdicts[verdict] += 1
        if verdict in ("trimmed", "orphaned"):
            doubtful.append((verdict, one))
        if verdict in ("kept", "moved", "trimmed"):
            start, end = placed.spans[index]
            spans.append(Span(start, end, one["label"], text[start:end]))
    source = replace(_to_source(row), sha256=hash_text(text), chars=len(text), words="")
    return Hydrated(Document(source, text, cleaned.cuts, split, tuple(sorted(spans))), verdicts, tuple(doubtful))


def _judge(index: int, spans: Sequence[Row], placed: Placed, offsets: OffsetMap) -> str:
    """The verdict on a span."""
    if (place := placed.spans.get(index)) is None:
        copies = {other for other, taken in placed.spans.items() if taken == placed.merged.get(index)}
        return "merged" if any(spans[other]["label"] == spans[index]["label"] for other in copies) else "orphaned"
    verdict = offsets.span_to_clean(*place)[2]
    if verdict != "kept":
        return verdict
    return "kept" if place == (spans[index]["start"], spans[index]["end"]) else "moved"


def _to_source(row: Row) -> Source:
    about = {key: row[key] for key in ("id", "sha256", "chars", "title", "outlet", "url", "published", "language")}
    return Source(**about, licence=row["licence"], words=row["words"], file="", redistribute=False, origin="published")
