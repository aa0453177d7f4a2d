"""Hashes of a built dataset: of every file, and of the content whatever wrote the Parquet."""

import json
from collections.abc import Iterable, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

Content = Mapping[str, Mapping[str, str]]
"""The content hash by config and split."""


def hash_row(row: Mapping[str, Any]) -> bytes:
    """The sha256 digest of a row as canonical JSON: sorted keys, no spaces, UTF-8, labels by name."""
    line = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(line.encode("utf-8")).digest()


def hash_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    """The content hash of a split: sha256 over the digests of its rows in order. It does not depend on pyarrow."""
    digest = sha256()
    for row in rows:
        digest.update(hash_row(row))
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def to_manifest(about: Mapping[str, Any], folder: Path) -> str:
    """`MANIFEST.json`: what is said of the dataset, then the sha256 of every file that lies in the folder."""
    files = {
        path.relative_to(folder).as_posix(): hash_file(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    return json.dumps({**about, "files": files}, indent=2, ensure_ascii=False) + "\n"
