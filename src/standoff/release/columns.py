"""The columns of a built dataset, kept in the message of its tag: git alone cannot tell that they changed.

A line is `columns <config> <columns as JSON>`, a type by its name, a list as `[type]`, a struct as an object.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from standoff.dataset.read import list_shards, read_manifest
from standoff.diff.schema import MAY_BE_EMPTY

Columns = Mapping[str, Mapping[str, Any]]
"""Name and type of each column by config."""
_LINE = re.compile(r"^columns (?P<config>\S+) (?P<columns>\{.*\})$", re.MULTILINE)


def read_columns(folder: Path) -> Columns:
    """The columns of each config, by the features that `datasets` keeps in the first file of its first split."""
    found = {}
    for config, splits in read_manifest(folder).content.items():
        path = next(path for split in splits for path in list_shards(folder, config, split))
        features = json.loads((pq.read_schema(path).metadata or {})[b"huggingface"])["info"]["features"]
        found[config] = {name: _to_type(feature) for name, feature in features.items()}
    return found


def _to_type(feature: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Names of labels are left out: those are told from the guidelines."""
    kind = feature.get("_type")
    if kind == "Value":
        return feature["dtype"]
    if kind in ("List", "Sequence", "LargeList"):
        return [_to_type(feature["feature"])]
    return "label" if kind == "ClassLabel" else {name: _to_type(part) for name, part in feature.items()}


def to_lines(columns: Columns) -> str:
    """The lines for a tag."""
    return "".join(f"columns {config} {json.dumps(table, ensure_ascii=False)}\n" for config, table in columns.items())


def parse_lines(message: str) -> Columns:
    """The columns that a tag has on record; none where it was made otherwise."""
    try:
        return {found["config"]: json.loads(found["columns"]) for found in _LINE.finditer(message)}
    except ValueError:
        return {}


def find_changes(old: Columns, new: Columns) -> Iterator[tuple[str, str]]:
    """What happened to each config and column that is gone, new or of another type, and its name.

    Without columns on record nothing is known. Configs that have no rows in some corpora may come and go.
    """
    for config in dict.fromkeys([*old, *new] if old else ()):
        if config in old and config in new:
            yield from _find_columns(config, old[config], new[config])
        elif config not in MAY_BE_EMPTY:
            yield ("config removed" if config in old else "config added"), config


def _find_columns(config: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from (("column removed", f"{config}.{name}") for name in before if name not in now)
    yield from (("column added", f"{config}.{name}") for name in now if name not in before)
    changed = (name for name in before if name in now and before[name] != now[name])
    yield from (("column changed", f"{config}.{name}") for name in changed)
