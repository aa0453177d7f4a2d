"""Rows to Arrow, and Arrow to Parquet shard by shard; the bytes depend on the rows alone, not on how they came."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features, List

GROUP = 500
"""Rows of a row group; those of config `tokens`, which are short, make larger ones."""
SHARD = 400_000_000
"""Bytes of Arrow data from which a split goes on in another file; the Hub asks for files of some hundred megabytes."""
_Encoder = Callable[[Any], Any]


def shard_name(config: str, split: str, shard: int = 0, shards: int = 1) -> str:
    """Where a shard of a split of a config lies in the dataset."""
    return f"{config}/{split}-{shard:05}-of-{shards:05}.parquet"


def to_table(rows: Sequence[Mapping[str, Any]], features: Features) -> pa.Table:
    """Rows with labels by name as an Arrow table in the schema of `features`."""
    encoders = {name: _encoder(feature) for name, feature in features.items()}
    schema = features.arrow_schema
    columns = [pa.array([encoders[name](row[name]) for row in rows], schema.field(name).type) for name in features]
    return pa.Table.from_arrays(columns, schema=schema)


def _encoder(feature: object) -> _Encoder:
    if isinstance(feature, ClassLabel):
        return {name: number for number, name in enumerate(feature.names)}.__getitem__
    if isinstance(feature, List):
        item = _encoder(feature.feature)
        return (lambda values: values) if item is _same else (lambda values: [item(value) for value in values])
    if isinstance(feature, dict):
        parts = {name: _encoder(part) for name, part in feature.items()}
        if all(part is _same for part in parts.values()):
            return _same
        return lambda row: {name: part(row[name]) for name, part in parts.items()}
    return _same


def _same(value: Any) -> Any:  # noqa: ANN401 - a value of a row
    return value


class SplitWriter:
    """The Parquet files of one split of one config, written as the tables come.

    Row groups and shards are cut by count and size of the rows, so that the same rows give the same bytes however they
    were divided into tables.
    """

    def __init__(self, folder: Path, config: str, split: str) -> None:
        """For a split of a config of the dataset in `folder`."""
        self._folder, self._config, self._split = folder, config, split
        self._group = GROUP * (20 if config == "tokens" else 1)
        self._waiting: list[pa.Table] = []
        self._rows = self._bytes = 0
        self._parts: list[Path] = []
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Take in rows; whole row groups go to the disk."""
        self._waiting.append(table)
        self._rows += table.num_rows
        while self._rows >= self._group:
            self._write_group()

    def close(self) -> list[Path]:
        """Write what is left and give the files their names; the paths."""
        if self._rows:
            self._write_group()
        self._close_part()
        names = [shard_name(self._config, self._split, at, len(self._parts)) for at in range(len(self._parts))]
        return [part.rename(self._folder / name) for part, name in zip(self._parts, names, strict=True)]

    def _write_group(self) -> None:
        table = pa.concat_tables(self._waiting)
        group, rest = table.slice(0, self._group), table.slice(self._group)
        self._waiting, self._rows = [rest] if rest.num_rows else [], rest.num_rows
        if self._writer is not None and self._bytes >= SHARD:
            self._close_part()
        if self._writer is None:
            part = self._folder / self._config / f"{self._split}-{len(self._parts):05}.part"
            part.parent.mkdir(exist_ok=True)
            self._parts.append(part)
            self._writer = pq.ParquetWriter(part, table.schema)
        group = group.combine_chunks()
        self._writer.write_table(group, row_group_size=self._group)
        self._bytes += group.nbytes

    def _close_part(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._bytes = None, 0
