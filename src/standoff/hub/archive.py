"""A dataset as one file for Zenodo, with the metadata that a deposit asks for."""

import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from markdown_it import MarkdownIt

from standoff.dataset.card.metadata import read_metadata
from standoff.errors import StandoffError
from standoff.files import disk_errors, write_text
from standoff.hub.whole import Whole
from standoff.settings import Settings

METADATA = ".zenodo.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can state: the same dataset gives the same bytes."""
_MODE = 0o100644 << 16


def to_zenodo(settings: Settings, about: str) -> dict[str, object]:
    """What Zenodo is told, by the names of its deposits; `about` is what people say in the card.

    Raises StandoffError without authors, and for a table [card] that is not sound.
    """
    card = read_metadata(settings)
    creators = [{key: value for key, value in asdict(author).items() if value} for author in card.authors]
    if not creators:
        hint = 'in standoff.toml: [card] authors = [{ name = "Last, First", affiliation = "…", orcid = "…" }]'
        raise StandoffError("Zenodo asks who made the corpus, and nobody is named", hint=hint, usage=True)
    related = [
        {"identifier": address, "relation": relation, "resource_type": kind}
        for address, relation, kind in (
            (card.repository_url, "isDerivedFrom", "software"),
            (card.homepage, "isDocumentedBy", "other"),
        )
        if address
    ]
    return {
        "title": f"{settings.title} {settings.version}",
        "upload_type": "dataset",
        "description": MarkdownIt().render(about),
        "creators": creators,
        "access_right": "open",
        "license": settings.licence.lower(),
        "version": settings.version,
        "keywords": [*card.tags],
        "related_identifiers": related,
    }


def write_archive(whole: Whole, metadata: dict[str, object], path: Path) -> Path:
    """Write the dataset as a zip with one folder, metadata inside, and a file beside it that the Zenodo API takes.

    Stored and not deflated: Parquet is compressed already, and the bytes depend on no compressor. Gives the path of
    the file beside. Raises StandoffError for a private build, and where the zip cannot be written.
    """
    manifest = whole.manifest
    if whole.private:
        hint = "archive the public build: standoff build"
        raise StandoffError("a private build may not be archived in public", path=whole.folder, hint=hint)
    if path.suffix != ".zip":
        raise StandoffError("an archive is a .zip", path=path, hint="give the file that ending", usage=True)
    text = json.dumps(metadata, ensure_ascii=False, indent=2) + "\n"
    beside = path.with_suffix(".zenodo.json")
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file, ZipFile(file, "w", ZIP_STORED) as archive:
                top = f"{manifest.name}-{manifest.version}"
                for inside in sorted([*whole.paths, METADATA]):
                    _add(archive, f"{top}/{inside}", text if inside == METADATA else whole.folder / inside)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    write_text(beside, json.dumps({"metadata": metadata}, ensure_ascii=False, indent=2) + "\n")
    return beside


def _add(archive: ZipFile, name: str, content: str | Path) -> None:
    info = ZipInfo(name, _EPOCH)
    info.external_attr, info.create_system = _MODE, 3
    if isinstance(content, str):
        archive.writestr(info, content)
        return
    info.file_size = content.stat().st_size
    with content.open("rb") as source, archive.open(info, "w") as target:
        shutil.copyfileobj(source, target)
