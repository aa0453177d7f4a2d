"""A dataset is whole: its files are those of the manifest, and their rows have the content hashes it states."""

from dataclasses import dataclass
from pathlib import Path

from standoff.dataset.digest import content_digest
from standoff.dataset.manifest import hash_file, hash_rows
from standoff.dataset.read import (
    OLD,
    Manifest,
    find_lacking,
    find_surplus,
    read_manifest,
    read_rows,
    read_shard_features,
)
from standoff.errors import StandoffError

MANIFEST = "MANIFEST.json"


@dataclass(frozen=True, slots=True)
class Whole:
    """A dataset that was found whole: its folder, its manifest, and paths in the folder that the manifest lacks.

    `private`: it holds texts that may not be redistributed.
    """

    folder: Path
    manifest: Manifest
    strays: tuple[str, ...]
    private: bool

    @property
    def paths(self) -> list[str]:
        """What is published: the files of the manifest, and the manifest."""
        return sorted([*self.manifest.files, MANIFEST])

    @property
    def digest(self) -> str:
        """One hash for the content of all configs and splits."""
        return content_digest(self.manifest)

    @property
    def tag(self) -> str:
        """The tag of its version."""
        return f"v{self.manifest.version}"


def read_whole(folder: Path, *, hint: str = "build it again: standoff build") -> Whole:
    """A dataset with all its files and rows checked; raises StandoffError that names what is not as stated."""
    manifest = read_manifest(folder)
    if wrong := [name for name, stated in manifest.files.items() if _hash(folder / name) != stated]:
        raise StandoffError(f"not the files that its manifest states: {_list(wrong)}", path=folder, hint=hint)
    if not manifest.standoff:
        raise StandoffError(OLD, path=folder, hint=hint)
    if wrong := find_other_content(folder, manifest):
        raise StandoffError(f"not the rows that its manifest states: {_list(wrong)}", path=folder, hint=hint)
    if wrong := find_surplus(manifest):
        raise StandoffError(f"its manifest names what standoff does not build: {_list(wrong)}", path=folder, hint=hint)
    if wrong := find_lacking(manifest):
        raise StandoffError(f"its manifest lacks {_list(wrong)}", path=folder, hint=hint)
    if wrong := find_other_labels(folder, manifest):
        raise StandoffError(f"not the labels that its manifest states: {_list(wrong)}", path=folder, hint=hint)
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return Whole(folder, manifest, tuple(sorted(here - {*manifest.files, MANIFEST})), manifest.private)


def find_other_content(folder: Path, manifest: Manifest) -> list[str]:
    """The splits, `config/split`, whose rows in the folder do not have the hash of the manifest."""
    return [
        f"{config}/{split}"
        for config, splits in manifest.content.items()
        for split, stated in splits.items()
        if hash_rows(read_rows(folder, config, split)) != stated
    ]


def find_other_labels(folder: Path, manifest: Manifest) -> list[str]:
    """The Parquet files whose schema does not have the labels of the manifest, in their order."""
    labels = [*manifest.labels]
    tags = ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
    found = []
    for name in sorted(name for name in manifest.files if name.endswith(".parquet")):
        features = read_shard_features(folder / name)
        read = _find_names(features.get("spans")) + _find_names(features.get("ner_tags"))
        if any(names not in (labels, tags) for names in read):
            found.append(name)
    return found


def _find_names(feature: object) -> list[list[str]]:
    """The names of every class label in a feature."""
    if isinstance(feature, list):
        return [names for part in feature for names in _find_names(part)]
    if not isinstance(feature, dict):
        return []
    if feature.get("_type") == "ClassLabel":
        return [feature["names"]]
    return _find_names([*feature.values()])


def _hash(path: Path) -> str | None:
    return hash_file(path) if path.is_file() else None


def _list(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
