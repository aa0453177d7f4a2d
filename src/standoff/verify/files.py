"""A dataset against its own manifest: its files, and what its rows hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from standoff.dataset.manifest import hash_file, hash_rows
from standoff.dataset.read import Manifest, find_lacking, find_surplus, list_shards, read_rows

_MANIFEST = "MANIFEST.json"
_OF_HUB = (".gitattributes", ".git/", ".cache/")
"""What a Hub or its client puts beside the files."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it must be: `what` (`file changed`, `rows changed`, …), where, and the particulars."""

    what: str
    where: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line, then the particulars indented."""
        return "\n    ".join([f"{self.where}: {self.what}", *self.details])


def check_files(folder: Path, manifest: Manifest) -> Iterator[Difference]:
    """Files that the manifest names and are missing or have another sha256, and files that it does not name.

    Also those that no dataset has, or that every dataset has, whatever it names.
    """
    for name, digest in sorted(manifest.files.items()):
        path = folder / name
        if not path.is_file():
            yield Difference("file missing", name)
        elif hash_file(path) != digest:
            yield Difference("file changed", name, ("its sha256 is not that of MANIFEST.json",))
    names = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    for name in names:
        if name not in manifest.files and name != _MANIFEST and not name.startswith(_OF_HUB):
            yield Difference("file not in MANIFEST.json", name)
    for name in find_surplus(manifest):
        yield Difference("file not of a dataset", name, ("MANIFEST.json names it, and standoff builds no such file",))
    for name in find_lacking(manifest):
        if not (folder / name).is_file():  # else it was told already
            yield Difference("file missing", name, ("MANIFEST.json does not name it either",))


def read_content(folder: Path, manifest: Manifest) -> dict[str, dict[str, str]]:
    """The content hashes of the splits that are here, computed from their rows; a split without files has none.

    Raises StandoffError for files that are no Parquet of ours.
    """
    return {
        config: {
            split: hash_rows(read_rows(folder, config, split)) for split in splits if list_shards(folder, config, split)
        }
        for config, splits in manifest.content.items()
    }


def check_content(manifest: Manifest, found: Mapping[str, Mapping[str, str]]) -> Iterator[Difference]:
    """Splits whose rows do not give the content hash that the manifest says."""
    for config, splits in manifest.content.items():
        for split, digest in splits.items():
            if found[config].get(split) != digest:
                why = "no rows" if split not in found[config] else "the rows have another hash than MANIFEST.json says"
                yield Difference("content changed", f"{config}/{split}", (why,))
