"""The publishable tree in a folder, for those who upload by git or another way."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from standoff.dataset.read import read_manifest
from standoff.errors import StandoffError
from standoff.files import read_bytes, write_bytes
from standoff.hidden import require_hidden
from standoff.hub.remote import ATTRIBUTES
from standoff.hub.whole import MANIFEST, Whole

_LFS = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"
_BLANK = {".git", ATTRIBUTES, "README.md"}
"""What a fresh clone of a repository on the Hub holds."""


def write_tree(whole: Whole, folder: Path) -> tuple[str, ...]:
    """Make a folder hold what is published, with the attributes that the Hub has for LFS; gives remarks.

    A clone of a repository on the Hub keeps its `.git`; files of the version that it held go, others stay. Killed, the
    next run ends in the same state. Raises StandoffError for a folder that is not ours to write to, for one with links
    that lead out of it, and for private text where git would take any file of it.
    """
    remarks: tuple[str, ...] = ()
    if whole.private:
        title = f"{whole.manifest.name} {whole.manifest.version}"
        remarks = require_hidden(folder / MANIFEST, [title])
        _require_all_hidden(folder, [*whole.paths, ATTRIBUTES], title)
    old = _list_old(whole, folder)
    _require_inside(folder, {*old, *whole.paths, ATTRIBUTES})
    _write_attributes(folder / ATTRIBUTES)
    try:
        for name in sorted(old - set(whole.paths)):
            (folder / name).unlink(missing_ok=True)
        for name in [MANIFEST, *whole.manifest.files]:  # the manifest first: it says that the rest is ours
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(whole.folder / name, folder / name)
    except OSError as error:
        hint = "it is written in part; free space or rights, then run the command again"
        raise StandoffError(f"cannot be written: {error.strerror or error}", path=folder, hint=hint) from None
    return remarks


def _write_attributes(path: Path) -> None:
    """What is in the file stays, in whatever encoding."""
    held = read_bytes(path) if path.exists() else b""
    if b"*.parquet filter=lfs" not in held:
        gap = b"\n" if held and not held.endswith(b"\n") else b""
        write_bytes(path, held + gap + _LFS)


def _require_inside(folder: Path, names: Iterable[str]) -> None:
    """Refuse a folder where a link would let one of these files be written or removed elsewhere."""
    root = folder.resolve()
    for name in sorted(names):
        if not (folder / name).resolve().is_relative_to(root):
            hint = "remove that link, or name another folder"
            raise StandoffError("a link leads out of the folder", path=folder / name, hint=hint, usage=True)


def _require_all_hidden(folder: Path, names: Sequence[str], title: str) -> None:
    """As `require_hidden`, for each of these files: git is asked once. Where it cannot tell, that was told before."""
    root = folder.resolve()
    paths = [str((root / name).resolve()) for name in names]
    here = next(parent for parent in (root, *root.parents) if parent.is_dir())
    command = ["git", "-C", str(here), "check-ignore", "--stdin", "-z"]
    asked = "\0".join(paths).encode("utf-8", "surrogateescape")
    try:
        done = subprocess.run(command, input=asked, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})
    except OSError:
        return
    hidden = {os.fsdecode(path) for path in done.stdout.split(b"\0")}
    if done.returncode in (0, 1) and (taken := [path for path in paths if path not in hidden]):
        hint = "name a place outside the repository, or a folder that .gitignore names as a whole"
        message = f"git would take this file, and the text of {title} may not be redistributed"
        raise StandoffError(message, path=taken[0], hint=hint, usage=True)


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
