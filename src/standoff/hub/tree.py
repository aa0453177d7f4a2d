"""The publishable tree in a folder, for those who upload by git or another way."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from standoff.dataset.read import Manifest, read_manifest
from standoff.errors import StandoffError
from standoff.files import read_bytes, write_bytes
from standoff.hidden import require_hidden
from standoff.hub.remote import ATTRIBUTES
from standoff.hub.whole import MANIFEST, Whole

_LFS = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"
_BLANK = {".git", ATTRIBUTES, "README.md"}
"""What a fresh clone of a repository on the Hub holds."""
_LEFT = re.compile(rf"\.({re.escape(MANIFEST)}|{re.escape(ATTRIBUTES)})\..+\.tmp")
"""What a killed run leaves beside a file that it was writing."""


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
        # the manifest first, and whole: it says that the rest is ours
        write_bytes(folder / MANIFEST, read_bytes(whole.folder / MANIFEST))
        for name in whole.manifest.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(whole.folder / name, folder / name)
    except (OSError, StandoffError) as error:
        said = error.message if isinstance(error, StandoffError) else f"cannot be written: {error.strerror or error}"
        hint = "it is written in part; free space or rights, then run the command again"
        raise StandoffError(said, path=folder, hint=hint) from None
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
    """The files that an older version of this corpus, or a run that broke off, left in the folder."""
    if folder.resolve() == whole.folder.resolve():
        raise StandoffError("the dataset itself", path=folder, hint="name another folder", usage=True)
    if not folder.exists():
        return set()
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
    left = {name for name in names if _LEFT.fullmatch(name)}
    if (folder / MANIFEST).is_file():
        if _is_cut_short(whole, folder, left):
            return {*whole.paths, *left}
        old = _read_old(folder)
        if old.name == whole.manifest.name:
            return {*old.files, MANIFEST, *left}
    elif names - left <= _BLANK:
        return left
    hint = f"it is no older version of {whole.manifest.name} and not empty; name another folder"
    raise StandoffError("is in the way", path=folder, hint=hint, usage=True)


def _read_old(folder: Path) -> Manifest:
    try:
        return read_manifest(folder)
    except StandoffError as error:
        error.hint = f"in a clone: git checkout {MANIFEST}; or name another folder"
        raise


def _is_cut_short(whole: Whole, folder: Path, left: set[str]) -> bool:
    """Whether the manifest there is the beginning of ours, and nothing but files of ours are with it.

    A full disk left such a one, when it was copied in place.
    """
    begun, ours = read_bytes(folder / MANIFEST), read_bytes(whole.folder / MANIFEST)
    if begun == ours or not ours.startswith(begun):
        return False
    here = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    names = {path.as_posix() for path in here if path.parts[0] != ".git"}
    return names <= {*whole.paths, ATTRIBUTES, *left}
