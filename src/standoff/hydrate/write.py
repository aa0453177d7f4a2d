"""A dataset with more rows than another: its Parquet, card and manifest."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from heapq import merge
from itertools import islice
from pathlib import Path
from shutil import copyfile
from typing import Any

import pyarrow.parquet as pq
from datasets import DatasetInfo, Features
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCard

from standoff.dataset.features import CONFIGS, dataset_features
from standoff.dataset.manifest import Content, hash_row, to_manifest
from standoff.dataset.parquet import SplitWriter, to_table
from standoff.dataset.read import list_shards, read_rows
from standoff.files import read_text
from standoff.records import SPLITS

Rows = Mapping[tuple[str, str], Sequence[dict[str, Any]]]
"""(config, split) -> rows, sorted by the document."""
_BATCH = 500
_NOTICE = """\
**Hydrated: it holds texts that may not be redistributed.** `standoff hydrate` put the texts of {count} of its documents
back. It is for use on this machine, or in a private repository at most. What is said and counted below is that of the
dataset without them; its licence does not hold here."""


def read_features(folder: Path) -> dict[str, Features]:
    """The columns of each config, with the labels of the dataset, which has a config `standoff`."""
    shard = next(path for split in SPLITS for path in list_shards(folder, "standoff", split))
    features = Features.from_arrow_schema(pq.read_schema(shard))
    return dataset_features(features["spans"].feature["label"].names)


def write_dataset(old: Path, new: Path, rows: Rows) -> None:
    """Write the dataset in `old` with more rows into the empty folder `new`; documents are in order of their ids."""
    features = read_features(old)
    content: dict[str, dict[str, str]] = {}
    for config in CONFIGS:
        for split in SPLITS:
            mine = rows.get((config, split), ())
            if mine or list_shards(old, config, split):
                both = merge(read_rows(old, config, split), mine, key=lambda row: str(row.get("doc_id") or row["id"]))
                content.setdefault(config, {})[split] = write_split(new, (config, split), both, features[config])
    if (old / "CHANGELOG.md").is_file():
        copyfile(old / "CHANGELOG.md", new / "CHANGELOG.md")
    count = sum(len(found) for (config, _), found in rows.items() if config == "spans")
    card = _to_card(read_text(old / "README.md"), features, content, count)
    (new / "README.md").write_text(card, encoding="utf-8")
    about = json.loads((old / "MANIFEST.json").read_bytes()) | {"private": True, "content": content}
    (new / "MANIFEST.json").write_text(to_manifest(about, new), encoding="utf-8")


def write_split(folder: Path, key: tuple[str, str], rows: Iterable[dict[str, Any]], features: Features) -> str:
    """Write the Parquet of a split of a config; its content hash."""
    writer, digest = SplitWriter(folder, *key), sha256()
    for batch in _batches(rows):
        writer.write(to_table(batch, features))
        for row in batch:
            digest.update(hash_row(row))
    writer.close()
    return digest.hexdigest()


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _to_card(card: str, features: Mapping[str, Features], content: Content, count: int) -> str:
    """The card with a notice; its metadata say what is in the files now."""
    old = DatasetCard(card, ignore_metadata_errors=True)
    data: Any = old.data
    data.license = "other"
    data.configs = [
        {
            "config_name": config,
            "data_files": [{"split": split, "path": f"{config}/{split}-*.parquet"} for split in splits],
            "description": "content " + "-".join(value[:16] for value in splits.values()),
            **({"default": True} if config == CONFIGS[0] else {}),
        }
        for config, splits in content.items()
    ]
    infos = {config: DatasetInfo(config_name=config, features=features[config]) for config in content}
    DatasetInfosDict(infos).to_dataset_card_data(data)
    title, _, text = old.text.lstrip("\n").partition("\n")
    return f"---\n{data.to_yaml()}\n---\n\n{title}\n\n{_NOTICE.format(count=count)}\n{text}"
