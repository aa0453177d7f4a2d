"""A built dataset read back, without `datasets`: its manifest, and the rows of a split with labels by name."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from standoff.errors import StandoffError
from standoff.files import read_bytes

_BATCH = 1_000
"""Rows read at once."""


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
    """The manifest of a dataset; raises StandoffError where the folder is none that standoff built."""
    path = folder / "MANIFEST.json"
    if not folder.is_dir() or not path.is_file():
        hint = "name a folder that standoff build wrote, with MANIFEST.json in it"
        raise StandoffError("no dataset is here", path=folder, hint=hint, usage=True)
    try:
        table = json.loads(read_bytes(path))
        return Manifest(**{key.name: table[key.name] for key in fields(Manifest) if key.name in table})
    except (ValueError, TypeError) as error:
        raise StandoffError(f"not a manifest: {error}", path=path, hint="build or download it again") from None


def list_shards(folder: Path, config: str, split: str) -> list[Path]:
    """The Parquet files of a split of a config, in order."""
    return sorted((folder / config).glob(f"{split}-*-of-*.parquet"))


def read_rows(folder: Path, config: str, split: str, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a split in order, class labels as names; `columns` chooses, None is all."""
    for path in list_shards(folder, config, split):
        try:
            file = pq.ParquetFile(path)
            decode = _decoders(file.schema_arrow.metadata or {}, path)
            for batch in file.iter_batches(_BATCH, columns=list(columns) if columns is not None else None):
                for row in batch.to_pylist():
                    yield {name: decode[name](value) for name, value in row.items()}
        except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
            raise StandoffError(f"not a Parquet file of ours: {error}", path=path, hint="build it again") from None


def _decoders(metadata: Mapping[bytes, bytes], path: Path) -> dict[str, Callable[[Any], Any]]:
    """For each column what turns its numbers into names, by the features that `datasets` keeps in the schema."""
    if b"huggingface" not in metadata:
        raise StandoffError("the schema has no features", path=path, hint="build it again")
    features = json.loads(metadata[b"huggingface"])["info"]["features"]
    return {name: _decoder(feature) for name, feature in features.items()}


def _decoder(feature: Mapping[str, Any]) -> Callable[[Any], Any]:
    kind = feature.get("_type")
    if kind == "ClassLabel":
        names = feature["names"]
        return lambda value: None if value is None else names[value]
    if kind in ("List", "Sequence", "LargeList"):
        item = _decoder(feature["feature"])
        return lambda values: None if values is None else [item(value) for value in values]
    if kind == "Value":
        return lambda value: value
    parts = {name: _decoder(part) for name, part in feature.items()}
    return lambda row: None if row is None else {name: parts[name](value) for name, value in row.items()}
