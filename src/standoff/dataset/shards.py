"""Documents from JSON Lines, for corpora that are too large to be a file each: one line a document, read one by one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from standoff.add import guess_title
from standoff.changes.marks import name_label
from standoff.check.cuts import apart, check_cuts
from standoff.check.findings import Finding
from standoff.check.rules import read_rules
from standoff.check.spans import check_spans
from standoff.dataset.leaks import Runs, find_forbidden
from standoff.dataset.readings import Reading
from standoff.errors import StandoffError
from standoff.files import hash_text
from standoff.guidelines import Schema
from standoff.hydrate.fingerprint import sketch_text
from standoff.offsets import OffsetMap
from standoff.records import ID, SPLITS, Cut, Source, Span, from_row, to_row
from standoff.settings import Settings
from standoff.splits import PRIVATE_SPLITS, choose_split

_ABOUT = ("title", "outlet", "url", "published", "language", "licence", "redistribute", "origin", "fictional")
_KNOWN = {"id", "seed", "split", "cuts", "spans", "annotators", *_ABOUT}
_Mark = TypeVar("_Mark", Cut, Span)


def read_shards(
    paths: Sequence[Path], settings: Settings, schema: Schema, *, with_private: bool = False
) -> Iterator[Reading]:
    """The documents of the files, in order; raises StandoffError with file and line for the first that is not sound.

    A line has `id` and `seed`, `spans` of the seed, and may have `cuts`, `annotators` (name to spans), `split` and what
    is known of the source; without a split the keyed hash of the id chooses one.
    """
    before = ""
    for path in paths:
        try:
            with path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    try:
                        reading = _to_reading(line, settings, schema)
                        if reading.source.id <= before:
                            raise ValueError(f"the id {reading.source.id!r} does not come after {before!r}: sort by id")
                    except (ValueError, RecursionError) as error:
                        raise StandoffError(str(error), path=path, line=number, hint="see docs/build.md") from None
                    before = reading.source.id
                    yield reading if reading.source.redistribute or with_private else _without_text(reading)
        except OSError as error:
            raise StandoffError(f"cannot be read: {error.strerror}", path=path, usage=True) from None


def find_private_runs(paths: Sequence[Path]) -> Runs:
    """The runs of words of the private texts in the files, headlines apart; passes over lines that cannot be read."""
    texts, headlines = [], []
    for path in paths:
        if not path.is_file():
            raise StandoffError("no such file", path=path, hint="name files of JSON Lines: FOLDER/*.jsonl", usage=True)
        with path.open("rb") as file:
            for line in file:
                if b'"redistribute": false' in line or b'"redistribute":false' in line:
                    try:
                        row = json.loads(line)
                        texts.append(str(row["seed"]))
                        headlines.append(str(row["title"]))
                    except (ValueError, KeyError, TypeError):
                        continue
    return find_forbidden(texts, headlines)


def write_shard(path: Path, readings: Iterator[Reading]) -> int:
    """Write documents that have their text as lines of a file; their number."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for reading in readings:
            if reading.seed is not None:
                file.write(json.dumps(_to_row(reading), ensure_ascii=False) + "\n")
                count += 1
    return count


def _to_row(reading: Reading) -> dict[str, Any]:
    source = reading.source
    annotators = {name: [to_row(span) for span in spans] for name, spans in reading.annotators.items()}
    return {
        "id": source.id,
        "seed": reading.seed,
        "split": reading.split,
        "cuts": [to_row(cut) for cut in reading.cuts],
        "spans": [to_row(span) for span in reading.spans],
        **({"annotators": annotators} if annotators else {}),
        **{key: getattr(source, key) for key in _ABOUT},
    }


def _to_reading(line: bytes, settings: Settings, schema: Schema) -> Reading:
    """Raises ValueError that says what is wrong with a line."""
    row = json.loads(line.decode("utf-8"))
    if not isinstance(row, dict) or not isinstance(row.get("seed"), str) or not isinstance(row.get("id"), str):
        raise ValueError("a line is one object with the strings id and seed")
    if unknown := sorted(row.keys() - _KNOWN):
        raise ValueError(f"unknown field {unknown[0]!r}")
    seed = row["seed"]
    source = _to_source(row, settings)
    cuts = _to_marks(Cut, row.get("cuts", []), "cuts")
    offsets = OffsetMap.from_cuts(len(seed), cuts) if apart(len(seed), cuts) else None
    _require_none(check_cuts(len(seed), cuts, seed))
    layers = {"spans": row.get("spans", []), **_to_annotators(row.get("annotators", {}))}
    marked = {name: _to_marks(Span, rows, name) for name, rows in layers.items()}
    for spans in marked.values():
        _require_none(check_spans(len(seed), spans, schema, seed, offsets))
    split = row.get("split") or choose_split(settings, source)
    if split not in SPLITS:
        raise ValueError(f"no such split: {split!r}")
    if not source.redistribute and split not in PRIVATE_SPLITS:
        raise ValueError(f"private text cannot be in {split}: one of {', '.join(PRIVATE_SPLITS)}")
    return Reading(source, split, seed, cuts, marked.pop("spans"), marked)


def _to_source(row: Mapping[str, Any], settings: Settings) -> Source:
    """What is known of the document; language and licence are those of the corpus where it says none."""
    seed = row["seed"]
    if not ID.fullmatch(row["id"]):
        raise ValueError(f"{row['id']!r} is no id: small letters, digits, - and _")
    if not seed.strip():
        raise ValueError("the seed is empty")
    for name in ("\0", "\r"):
        if name in seed:
            raise ValueError(f"the seed holds {name!r}")
    about = {"outlet": None, "url": None, "published": None, "redistribute": True, "origin": "published"}
    about |= {"language": settings.language, "licence": settings.licence}
    about |= {key: row[key] for key in _ABOUT if key in row}
    if "title" not in about:
        if about["redistribute"] is not True:
            raise ValueError("private text needs a title: the headline, or one of your own")
        about["title"] = guess_title(seed)
    digest = hash_text(seed)
    about |= {} if about["redistribute"] is True else {"words": sketch_text(seed, digest)}
    return from_row(Source, {"id": row["id"], "file": "", "sha256": digest, "chars": len(seed), **about})


def _to_annotators(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or "spans" in value:
        raise ValueError("annotators is an object of lists of spans, by name")
    return value


def _to_marks(kind: type[_Mark], rows: object, name: str) -> tuple[_Mark, ...]:
    if not isinstance(rows, list):
        raise ValueError(f"{name} is a list")
    marks = [from_row(kind, row) for row in rows]
    if len({(mark.start, mark.end, name_label(mark)) for mark in marks}) < len(marks):
        raise ValueError(f"{name} holds the same twice")
    return tuple(sorted(marks, key=lambda mark: (mark.start, mark.end, name_label(mark))))


def _require_none(findings: Iterator[Finding]) -> None:
    """Raises ValueError for the first finding that is an error."""
    for finding in findings:
        if read_rules()[finding.rule].severity == "error":
            raise ValueError(finding.message)


def _without_text(reading: Reading) -> Reading:
    return Reading(reading.source, reading.split, None, reading.cuts, reading.spans)
