"""A dataset against one built from the repository: what it holds must be the same, Parquet may be written otherwise."""

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from standoff.dataset.manifest import hash_file
from standoff.dataset.read import Manifest, find_lacking, list_shards, read_manifest, read_shard_features
from standoff.errors import StandoffError
from standoff.release.copies import same_bytes
from standoff.verify.files import Content, Difference
from standoff.verify.rows import compare_rows

_ABOUT = ("name", "version", "language", "guidelines", "labels", "private")
"""What a manifest says of a dataset beside hashes, and the version of the package."""


def compare_datasets(ours: Path, theirs: Path, manifest: Manifest, content: Content) -> Iterator[Difference]:
    """How `theirs`, with its manifest and the content of its rows, differs from what was built: `ours`."""
    built = read_manifest(ours)
    for key in _ABOUT:
        says = getattr(manifest, key)
        if getattr(built, key) != says and (says or manifest.standoff):  # before 0.5 it did not say all of them
            told = f"MANIFEST.json has another {key} than the repository gives"
            yield Difference("manifest differs", key, (told,))
    places = dict.fromkeys((*_list_splits(built.content), *_list_splits(manifest.content)))
    for config, split in places:
        mine, other = built.content.get(config, {}).get(split), content.find_hash(config, split)
        if (mine is None and other is None) or (config, split) in content.unreadable:
            continue  # stated and not there, or not to be read, which was told already
        if mine is None or other is None:
            what = "split missing" if other is None else "split not of this version"
            yield Difference(what, f"{config}/{split}")
            continue
        if mine != other:
            yield _compare_rows(ours, theirs, config, split)
        yield from _compare_features(ours, theirs, config, split)
    yield from _compare_names(built, manifest)
    for name in filter(_is_text, built.files):
        yield from _compare_text(ours / name, theirs / name)


def find_rewritten(ours: Path, theirs: Path, content: Content) -> list[str]:
    """Parquet files, by path, whose bytes differ though the content of their split is the same."""
    built = read_manifest(ours).content
    found = []
    for config, split in _list_splits(content.hashes):
        if content.find_hash(config, split) == built.get(config, {}).get(split):
            names = {path.name for root in (ours, theirs) for path in list_shards(root, config, split)}
            pairs = ((name, ours / config / name, theirs / config / name) for name in sorted(names))
            found += [f"{config}/{name}" for name, one, other in pairs if not same_bytes(one, other)]
    return found


def read_writer(folder: Path) -> str:
    """What wrote the Parquet of a dataset, in its own words; empty where none can be read."""
    for path in sorted(folder.glob("*/*.parquet")):
        try:
            return str(pq.read_metadata(path).created_by)
        except (OSError, ValueError):
            continue
    return ""


def _list_splits(content: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(config, split) for config, splits in content.items() for split in splits]


def _compare_rows(ours: Path, theirs: Path, config: str, split: str) -> Difference:
    try:
        found = compare_rows(ours, theirs, config, split)
    except StandoffError as error:
        return Difference("cannot be read", f"{config}/{split}", (error.message,))
    return found or Difference("rows differ", f"{config}/{split}")


def _compare_features(ours: Path, theirs: Path, config: str, split: str) -> Iterator[Difference]:
    """Types and names of labels by the schema of each file: a reader goes by them, whatever the rows hold."""
    wanted = read_shard_features(list_shards(ours, config, split)[0])
    for path in list_shards(theirs, config, split):
        found = read_shard_features(path)
        columns = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
        if columns:
            details = (f"its schema has other types or names of labels: {', '.join(columns)}",)
            yield Difference("features differ", f"{config}/{path.name}", details)


def _compare_names(built: Manifest, manifest: Manifest) -> Iterator[Difference]:
    """Texts that are built and that the manifest does not name, where that was not told already."""
    for name in filter(_is_text, sorted(built.files.keys() - manifest.files.keys() - {*find_lacking(manifest)})):
        yield Difference("file missing", name, ("the repository gives it",))


def _is_text(name: str) -> bool:
    return not name.endswith(".parquet")


def _compare_text(ours: Path, theirs: Path) -> Iterator[Difference]:
    if not theirs.is_file() or same_bytes(ours, theirs):  # a missing file was told already
        return
    if ours.suffix == ".json" and _read_metadata(ours) == _read_metadata(theirs):
        return
    mine, other = (path.read_text(encoding="utf-8", errors="replace") for path in (ours, theirs))
    lines = enumerate(zip_longest(mine.split("\n"), other.split("\n")), 1)
    line = next((number for number, (a, b) in lines if a != b), 1)
    yield Difference("text differs", ours.name, (f"from line {line} on it is not what the repository gives",))


def _read_metadata(path: Path) -> Any:  # noqa: ANN401 - JSON
    """Croissant with whether hash and size of each file are right in place of them: they depend on the writer."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        table = json.loads(text)
        for item in table["distribution"]:
            if (file := path.parent / str(item.get("contentUrl"))).is_file():
                item["sha256"] = item.get("sha256") == hash_file(file)
                item["contentSize"] = str(item.get("contentSize", "")).split(" ")[0] in ("", str(file.stat().st_size))
    except (ValueError, TypeError, KeyError, AttributeError):
        return text
    return table
