"""The files of a corpus at a git revision and now, as far as they differ."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from standoff.errors import StandoffError

Tree = Mapping[str, bytes]
"""Path from the root of the corpus to content; that of a link is where it points, as git has it."""


def read_difference(root: Path, rev: str) -> tuple[Tree, Tree]:
    """The files that differ between a revision and the folder: as they were, and as they are.

    What git ignores is not there, even if it was tracked once. Raises StandoffError without git, outside a repository,
    or for no revision.
    """
    commit = _find_commit(root, rev)
    then = _list_blobs(root, commit, ".")
    untracked = set(_split(_git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")))
    here = {*untracked, *_split(_git(root, "ls-files", "--cached", "-z", "--", "."))}
    differ = _split(_git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", "."))
    names = sorted({*differ, *untracked})
    old = _read_blobs(root, {name: then[name] for name in names if name in then})
    new = {name: data for name in names if name in here and (data := _read_file(root / name)) is not None}
    same = {name for name in old if old[name] == new.get(name)}
    return _tree(old, same), _tree(new, same)


def read_revision_files(root: Path, rev: str, folder: str) -> Tree:
    """Every file below a folder at a revision."""
    return _tree(_read_blobs(root, _list_blobs(root, _find_commit(root, rev), folder)), set())


def list_revision(root: Path, rev: str) -> Mapping[str, str]:
    """Name to object of every file of the corpus at a revision; a name that cannot be printed has its bytes escaped."""
    return _list_blobs(root, _find_commit(root, rev), ".")


def read_objects(root: Path, objects: Mapping[str, str]) -> Mapping[str, bytes]:
    """Name to content of objects of git, by one process; raises StandoffError for one that is not there."""
    return _read_blobs(root, objects) if objects else {}


def last_tag(root: Path) -> str:
    """The newest tag that a version was released under; raises StandoffError where there is none."""
    tags = _git(root, "tag", "--list", "v*", "--sort=-version:refname", "--merged", "HEAD").split()
    if not tags:
        raise StandoffError("no version was released yet", path=root, hint="no tag v*: name a revision", usage=True)
    return tags[0]


def _find_commit(root: Path, rev: str) -> str:
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
    return _git(root, *arguments, what=rev).strip()


def _list_blobs(root: Path, commit: str, folder: str) -> dict[str, str]:
    """Name to object of every file below a folder at a commit; other repositories inside it have none."""
    rows = (row.partition("\t") for row in _split(_git(root, "ls-tree", "-r", "-z", commit, "--", folder)))
    return {name: about.split()[2] for about, _, name in rows if about.split()[1] == "blob"}


def _read_blobs(root: Path, objects: Mapping[str, str]) -> dict[str, bytes]:
    """Name to content, by one process; raises StandoffError for an object that is not in the repository."""
    asked = "".join(f"{name}\n" for name in objects.values())
    data = _run(root, ("cat-file", "--batch"), asked.encode()).stdout
    blobs, at = {}, 0
    for name, wanted in objects.items():
        head = data[at : data.index(b"\n", at)]
        if not head.split()[-1].isdigit():
            raise StandoffError(f"git has no object {wanted}", path=name, hint="git fetch, or git fsck", usage=True)
        start = at + len(head) + 1
        at = start + int(head.split()[-1])
        blobs[name] = data[start:at]
        at += 1
    return blobs


def _read_file(path: Path) -> bytes | None:
    """What git would keep of a path; nothing for a folder. A link is not followed: it may lead out of the corpus."""
    if path.is_symlink():
        return os.fsencode(path.readlink())
    return path.read_bytes() if path.is_file() else None


def _tree(files: Mapping[str, bytes], same: set[str]) -> Tree:
    """The files that are not the same, by names that can be printed: a byte that is not UTF-8 as its escape."""
    shown = {name: name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") for name in files}
    return {shown[name]: data for name, data in files.items() if name not in same}


def _git(root: Path, *arguments: str, what: str = "") -> str:
    """What a git command prints; raises StandoffError in the words of git."""
    done = _run(root, arguments)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        if what and not said:
            hint = "a commit, branch or tag; in a shallow clone fetch it first"
            raise StandoffError(f"git knows no revision {what!r}", hint=hint, usage=True)
        raise StandoffError(f"git: {said}", path=root, usage=True)
    return done.stdout.decode("utf-8", "surrogateescape")


def _run(root: Path, arguments: Sequence[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], input=data, capture_output=True, check=False)
    except OSError:
        raise StandoffError("git is not here", hint="install git to compare with a revision", usage=True) from None


def _split(listed: str) -> list[str]:
    return [name for name in listed.split("\0") if name]
