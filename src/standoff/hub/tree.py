"""The publishable tree in a folder, for those who upload by git or another way."""

import shutil
from pathlib import Path

from standoff.dataset.read import read_manifest
from standoff.errors import StandoffError
from standoff.files import disk_errors, write_text
from standoff.hidden import require_hidden
from standoff.hub.remote import ATTRIBUTES
from standoff.hub.whole import MANIFEST, Whole

_LFS = "*.parquet filter=lfs diff=lfs merge=lfs -text\n"
_BLANK = {".git", ATTRIBUTES, "README.md"}
"""What a fresh clone of a repository on the Hub holds."""


def write_tree(whole: Whole, folder: Path) -> tuple[str, ...]:
    """Make a folder hold what is published, with the attributes that the Hub has for LFS; gives remarks.

    A clone of a repository on the Hub keeps its `.git`; files of the version that it held go, others stay. Killed, the
    next run ends in the same state. Raises StandoffError for a folder that is not ours to write to, and for private
    text where git would take it.
    """
    remarks: tuple[str, ...] = ()
    if whole.private:
        remarks = require_hidden(folder / MANIFEST, [f"{whole.manifest.name} {whole.manifest.version}"])
    old = _list_old(whole, folder)
    with disk_errors(folder):
        for name in sorted(old - set(whole.paths)):
            (folder / name).unlink(missing_ok=True)
        for name in [MANIFEST, *whole.manifest.files]:  # the manifest first: it says that the rest is ours
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(whole.folder / name, folder / name)
    attributes = folder / ATTRIBUTES
    held = attributes.read_text("utf-8") if attributes.exists() else ""
    if "*.parquet filter=lfs" not in held:
        write_text(attributes, held + _LFS)
    return remarks


def _list_old(whole: Whole, folder: Path) -> set[str]:
    """The files that an older version of this corpus left in the folder."""
    if folder.resolve() == whole.folder.resolve():
        raise StandoffError("the dataset itself", path=folder, hint="name another folder", usage=True)
    if folder.is_dir() and (folder / MANIFEST).is_file():
        old = read_manifest(folder)
        if old.name == whole.manifest.name:
            return {*old.files, MANIFEST}
    elif not folder.exists() or (folder.is_dir() and {path.name for path in folder.iterdir()} <= _BLANK):
        return set()
    hint = f"it is no older version of {whole.manifest.name} and not empty; name another folder"
    raise StandoffError("is in the way", path=folder, hint=hint, usage=True)
