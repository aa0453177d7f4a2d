"""Hashes of a built dataset: of every file, and of the content whatever wrote the Parquet."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

Tables = Mapping[str, Mapping[str, Sequence[dict[str, Any]]]]
"""config -> split -> rows"""


def hash_rows(rows: Sequence[dict[str, Any]]) -> str:
    """sha256 over the rows as canonical JSON Lines: it does not depend on pyarrow."""
    digest = sha256()
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest.update(line.encode("utf-8") + b"\n")
    return digest.hexdigest()


def hash_content(tables: Tables) -> dict[str, dict[str, str]]:
    """The content hash of each split of each config."""
    return {config: {split: hash_rows(rows) for split, rows in splits.items()} for config, splits in tables.items()}


def to_manifest(name: str, version: str, content: Mapping[str, Mapping[str, str]], folder: Path) -> str:
    """`MANIFEST.json`: sha256 of every file that lies in the folder, and the content hashes."""
    files = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {"name": name, "version": version, "content": content, "files": files}
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
