"""A dataset against its own manifest: its files, and what its rows hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from standoff.dataset.manifest import hash_file, hash_rows
from standoff.dataset.read import Manifest, find_lacking, find_surplus, list_shards, read_rows
from standoff.errors import StandoffError

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


@dataclass(frozen=True, slots=True)
class Content:
    """Content hashes of splits by config, computed from their rows, and the splits with a file that cannot be read.

    A split without files is in neither.
    """

    hashes: Mapping[str, Mapping[str, str]]
    unreadable: Mapping[tuple[str, str], Difference]

    def find_hash(self, config: str, split: str) -> str | None:
        """The hash of a split; None where it has no files or one cannot be read."""
        return self.hashes.get(config, {}).get(split)


def read_content(folder: Path, manifest: Manifest) -> Content:
    """The content of the splits of a manifest that are here, each by itself: one that is broken hides no other."""
    hashes: dict[str, dict[str, str]] = {config: {} for config in manifest.content}
    unreadable = {}
    for config, splits in manifest.content.items():
        for split in filter(lambda split: list_shards(folder, config, split), splits):
            try:
                hashes[config][split] = hash_rows(read_rows(folder, config, split))
            except StandoffError as error:
                where = Path(error.path).relative_to(folder).as_posix() if error.path else f"{config}/{split}"
                unreadable[config, split] = Difference("cannot be read", where, (error.message,))
    return Content(hashes, unreadable)


def check_content(manifest: Manifest, found: Content) -> Iterator[Difference]:
    """Splits whose rows do not give the content hash that the manifest says; of those that can be read."""
    for config, splits in manifest.content.items():
        for split, digest in splits.items():
            given = found.find_hash(config, split)
            if given != digest and (config, split) not in found.unreadable:
                why = "no rows" if given is None else "the rows have another hash than MANIFEST.json says"
                yield Difference("content changed", f"{config}/{split}", (why,))
