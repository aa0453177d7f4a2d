"""The files of a corpus at a git revision and now, as far as they differ."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from standoff.errors import StandoffError

Tree = Mapping[str, bytes]
"""Path from the root of the corpus to content."""


def read_difference(root: Path, rev: str) -> tuple[Tree, Tree]:
    """The files that differ between a revision and the folder: as they were, and as they are.

    Files that git ignores are left out. Raises StandoffError without git, outside a repository, or for no revision.
    """
    commit = _find_commit(root, rev)
    changed = _split(_git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", "."))
    untracked = _split(_git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", "."))
    listed = set(_split(_git(root, "ls-tree", "-r", "-z", "--name-only", commit, "--", ".")))
    names = sorted({*changed, *untracked})
    old = _read_blobs(root, commit, [name for name in names if name in listed])
    new = {name: (root / name).read_bytes() for name in names if (root / name).is_file()}
    same = {name for name in old if name in new and old[name] == new[name]}
    return ({name: data for name, data in tree.items() if name not in same} for tree in (old, new))  # type: ignore[return-value]


def read_revision_files(root: Path, rev: str, folder: str) -> Tree:
    """Every file below a folder at a revision."""
    commit = _find_commit(root, rev)
    names = _split(_git(root, "ls-tree", "-r", "-z", "--name-only", commit, "--", folder))
    return _read_blobs(root, commit, names)


def _find_commit(root: Path, rev: str) -> str:
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
    return _git(root, *arguments, what=rev).strip()


def last_tag(root: Path) -> str:
    """The newest tag that a version was released under; raises StandoffError where there is none."""
    tags = _git(root, "tag", "--list", "v*", "--sort=-version:refname", "--merged", "HEAD").split()
    if not tags:
        raise StandoffError("no version was released yet", path=root, hint="no tag v*: name a revision", usage=True)
    return tags[0]


def _read_blobs(root: Path, commit: str, names: Sequence[str]) -> dict[str, bytes]:
    """The content of files at a commit, by one process."""
    wanted = "".join(f"{commit}:./{name}\n" for name in names if "\n" not in name)
    command = ["git", "-C", str(root), "cat-file", "--batch"]
    data = subprocess.run(command, input=wanted.encode(), capture_output=True, check=True).stdout
    blobs, at = {}, 0
    for name in (name for name in names if "\n" not in name):
        head, _, _ = data[at:].partition(b"\n")
        at += len(head) + 1
        if head.split()[-1].isdigit():
            size = int(head.split()[-1])
            blobs[name] = data[at : at + size]
            at += size + 1
    return blobs


def _git(root: Path, *arguments: str, what: str = "") -> str:
    """What a git command prints; raises StandoffError in the words of git."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except OSError:
        raise StandoffError("git is not here", hint="install git to compare with a revision", usage=True) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        if what and not said:
            hint = "a commit, branch or tag; in a shallow clone fetch it first"
            raise StandoffError(f"git knows no revision {what!r}", hint=hint, usage=True)
        raise StandoffError(f"git: {said}", path=root, usage=True)
    return done.stdout.decode("utf-8", "surrogateescape")


def _split(listed: str) -> list[str]:
    return [name for name in listed.split("\0") if name]
