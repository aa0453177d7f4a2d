"""A built dataset read back, without `datasets`: its manifest, and the rows of a split with labels by name."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from standoff.errors import StandoffError
from standoff.files import read_bytes

_BATCH = 1_000
"""Rows read at once."""
OLD = "built before standoff 0.5: its content hashes are of another kind"
"""What is to be said of a manifest that does not say which version of the package wrote it."""
_TEXTS = ("README.md", "CHANGELOG.md", "croissant.json")
_DEPTHS = {"content": 2, "files": 1, "labels": 1}
"""How deep the objects of a manifest are; what they hold in the end are strings, as is every other field but one."""
_PLAIN = re.compile(r"\w[\w.-]*")
_DAMAGED = (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, pa.ArrowException)
"""What comes of Parquet that another program wrote or somebody changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`MANIFEST.json`: name, version, content hashes by config and split, sha256 of each file by its path.

    `labels` has each label's definition and `guidelines` their version; `private` says that it holds texts which may
    not be redistributed. `language` is that of the tokenizer, `standoff` the version of the package that built it.
    """

    name: str
    version: str
    content: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]
    guidelines: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    private: bool = False
    language: str = ""
    standoff: str = ""


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a dataset; raises StandoffError where the folder is none that standoff built.

    No name of a file in it leads out of the folder.
    """
    path = folder / "MANIFEST.json"
    if not folder.is_dir() or not path.is_file():
        hint = "name a folder that standoff build wrote, with MANIFEST.json in it"
        raise StandoffError("no dataset is here", path=folder, hint=hint, usage=True)
    try:
        table = json.loads(read_bytes(path))
        known = {key.name: table[key.name] for key in fields(Manifest) if key.name in table}
        _require_types(known)
        return Manifest(**known)
    except (ValueError, TypeError, RecursionError) as error:
        raise StandoffError(f"not a manifest: {error}", path=path, hint="build or download it again") from None


def _require_types(table: Mapping[str, Any]) -> None:
    """Raises ValueError for a field of another type, and for a name that is no place in the folder."""
    for key, value in table.items():
        fits = isinstance(value, bool) if key == "private" else _is_object(value, _DEPTHS.get(key, 0))
        if not fits:
            raise ValueError(f"{key!r} cannot be {json.dumps(value, ensure_ascii=False)[:60]}")
    for config, splits in table.get("content", {}).items():
        if wrong := [name for name in (config, *splits) if not _PLAIN.fullmatch(name)]:
            raise ValueError(f"'content' cannot name {wrong[0]!r}")
    if wrong := [name for name in table.get("files", {}) if not _is_inside(name)]:
        raise ValueError(f"'files' cannot name {wrong[0]!r}, which is no place in this folder")


def _is_object(value: object, depth: int) -> bool:
    """Whether it is an object of objects, so deep, of strings; of depth 0 is a string."""
    if depth == 0:
        return isinstance(value, str)
    return isinstance(value, dict) and all(_is_object(part, depth - 1) for part in value.values())


def _is_inside(name: str) -> bool:
    odd = not name.isprintable() or "\\" in name or ":" in name
    return not odd and not {"", ".", ".."}.intersection(name.split("/"))


def list_shards(folder: Path, config: str, split: str) -> list[Path]:
    """The Parquet files of a split of a config, in order."""
    return sorted((folder / config).glob(f"{split}-*-of-*.parquet"))


def find_surplus(manifest: Manifest) -> list[str]:
    """The files of a manifest that no dataset has; a card's pattern or a reader could take them for a part of it."""
    shards = {name for config, split in _list_splits(manifest) for name in _name_shards(manifest, config, split)}
    return sorted(manifest.files.keys() - shards - {*_TEXTS})


def find_lacking(manifest: Manifest) -> list[str]:
    """The files that a dataset must have and a manifest does not name: texts, and the shards of its splits.

    A private build may have been hydrated, and then it has the card alone.
    """
    shards = {name for config, split in _list_splits(manifest) for name in _name_shards(manifest, config, split)}
    texts = _TEXTS[:1] if manifest.private else _TEXTS
    return sorted({*shards, *texts} - manifest.files.keys())


def _list_splits(manifest: Manifest) -> list[tuple[str, str]]:
    return [(config, split) for config, splits in manifest.content.items() for split in splits]


def _name_shards(manifest: Manifest, config: str, split: str) -> list[str]:
    """The paths of all shards of a split, by how many the first that is named says there are."""
    shard = re.compile(rf"{re.escape(f'{config}/{split}')}-[0-9]{{5}}-of-(?P<count>[0-9]{{5}})\.parquet")
    counts = [int(found["count"]) for name in sorted(manifest.files) if (found := shard.fullmatch(name))]
    count = max([1, *counts[:1]])
    return [f"{config}/{split}-{at:05}-of-{count:05}.parquet" for at in range(count)]


def read_rows(folder: Path, config: str, split: str, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a split in order, class labels as names; `columns` chooses, None is all.

    Raises StandoffError for files that are not ours, or lack a column.
    """
    for path in list_shards(folder, config, split):
        try:
            file = pq.ParquetFile(path)
            decode = {name: _decoder(feature) for name, feature in _to_features(file.schema_arrow, path).items()}
            if lacking := {*(columns or ())} - {*file.schema_arrow.names}:
                raise KeyError(min(lacking))
            for batch in file.iter_batches(_BATCH, columns=list(columns) if columns is not None else None):
                for row in batch.to_pylist():
                    yield {name: decode[name](value) for name, value in row.items()}
        except _DAMAGED as error:
            raise _not_ours(error, path) from None


def read_shard_features(path: Path) -> Mapping[str, Any]:
    """The features of a shard as `datasets` keeps them in its schema; raises StandoffError where there are none."""
    try:
        return _to_features(pq.read_schema(path), path)
    except _DAMAGED as error:
        raise _not_ours(error, path) from None


def _to_features(schema: pa.Schema, path: Path) -> Mapping[str, Any]:
    metadata = schema.metadata or {}
    if b"huggingface" not in metadata:
        raise StandoffError("the schema has no features", path=path, hint="build it again")
    features: Mapping[str, Any] = json.loads(metadata[b"huggingface"])["info"]["features"]
    return features


def _not_ours(error: Exception, path: Path) -> StandoffError:
    said = f"no column {error}" if isinstance(error, KeyError) else error
    return StandoffError(f"not a Parquet file of ours: {said}", path=path, hint="build it again")


def _decoder(feature: Mapping[str, Any]) -> Callable[[Any], Any]:
    kind = feature.get("_type")
    if kind == "ClassLabel":
        names = feature["names"]
        return lambda value: None if value is None else _to_name(names, value)
    if kind in ("List", "Sequence", "LargeList"):
        item = _decoder(feature["feature"])
        return lambda values: None if values is None else [item(value) for value in values]
    if kind == "Value":
        return lambda value: value
    parts = {name: _decoder(part) for name, part in feature.items()}
    return lambda row: None if row is None else {name: parts[name](value) for name, value in row.items()}


def _to_name(names: Sequence[str], number: int) -> str:
    if not 0 <= number < len(names):
        raise ValueError(f"there is no label {number}")
    return names[number]
