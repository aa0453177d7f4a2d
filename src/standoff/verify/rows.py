"""Which rows and columns of a split differ between two datasets."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import compress
from pathlib import Path

from standoff.dataset.read import read_rows
from standoff.verify.files import Difference

SHOWN = 20
"""Rows of a sort that are named; the rest is counted."""
_WIDTH = 8
"""Bytes of hash kept for a value."""
_KEYS = {"annotators": ("id", "annotator")}
"""Columns that name a row, where `id` alone does not."""


@dataclass(frozen=True, slots=True)
class _Split:
    """A split in little: for each row by its name a short hash of every value, in the order of `columns`."""

    columns: tuple[str, ...]
    rows: dict[str, bytes]


def compare_rows(ours: Path, theirs: Path, config: str, split: str) -> Difference | None:
    """How the rows of a split of `theirs` differ from those of `ours`; None where they do not."""
    one, other = (_read_split(folder, config, split) for folder in (ours, theirs))
    details = list(_tell(one, other))
    return Difference("rows differ", f"{config}/{split}", tuple(details)) if details else None


def _read_split(folder: Path, config: str, split: str) -> _Split:
    columns: tuple[str, ...] = ()
    rows: dict[str, bytes] = {}
    seen: Counter[str] = Counter()
    for row in read_rows(folder, config, split):
        columns = columns or tuple(sorted(row))
        name = " ".join(str(row.get(key)) for key in _KEYS.get(config, ("id",)))
        seen[name] += 1
        rows[name if seen[name] == 1 else f"{name} #{seen[name]}"] = b"".join(map(_hash, (row[c] for c in columns)))
    return _Split(columns, rows)


def _hash(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode("utf-8"), digest_size=_WIDTH).digest()


def _tell(ours: _Split, theirs: _Split) -> Iterator[str]:
    if ours.columns != theirs.columns and ours.rows and theirs.rows:
        yield from (f"column {name} is missing" for name in ours.columns if name not in theirs.columns)
        yield from (f"column {name} is not of this version" for name in theirs.columns if name not in ours.columns)
    yield from _name_some("row missing", [name for name in ours.rows if name not in theirs.rows])
    yield from _name_some("row not of this version", [name for name in theirs.rows if name not in ours.rows])
    both = [name for name in ours.rows if name in theirs.rows]
    columns = [name for name in ours.columns if name in theirs.columns]
    changed = {name: found for name in both if (found := list(_find_columns(ours, theirs, columns, name)))}
    yield from _name_some("row changed", [f"{name}: {', '.join(found)}" for name, found in changed.items()])
    if len(changed) > 1:
        counts = Counter(column for found in changed.values() for column in found)
        yield "rows changed by column: " + ", ".join(f"{name} {count:,}" for name, count in counts.most_common())
    if both != [name for name in theirs.rows if name in ours.rows]:
        yield "the rows stand in another order"


def _find_columns(ours: _Split, theirs: _Split, columns: list[str], name: str) -> Iterator[str]:
    one, other = (_to_values(split, columns, name) for split in (ours, theirs))
    yield from compress(columns, (a != b for a, b in zip(one, other, strict=True)))


def _to_values(split: _Split, columns: list[str], name: str) -> list[bytes]:
    starts = {column: at * _WIDTH for at, column in enumerate(split.columns)}
    values = split.rows[name]
    return [values[starts[column] : starts[column] + _WIDTH] for column in columns]


def _name_some(what: str, names: list[str]) -> Iterator[str]:
    yield from (f"{what}: {name}" for name in names[:SHOWN])
    if len(names) > SHOWN:
        yield f"{what}: and {len(names) - SHOWN:,} more"
