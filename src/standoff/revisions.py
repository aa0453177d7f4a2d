"""The files of a corpus at a git revision and now, as far as they differ."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from standoff.errors import StandoffError
from standoff.git import find_commit, read_git, run_git
from standoff.guidelines.changes import parse_version

Tree = Mapping[str, bytes]
"""Path from the root of the corpus to content; that of a link is where it points, as git has it."""


def read_difference(root: Path, rev: str) -> tuple[Tree, Tree]:
    """The files that differ between a revision and the folder: as they were, and as they are.

    What git ignores is not there, even if it was tracked once. Raises StandoffError without git, outside a repository,
    or for no revision.
    """
    commit = find_commit(root, rev)
    then = _list_blobs(root, commit, ".")
    untracked = set(_split(read_git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")))
    here = {*untracked, *_split(read_git(root, "ls-files", "--cached", "-z", "--", "."))}
    differ = _split(read_git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", "."))
    names = sorted({*differ, *untracked})
    old = _read_blobs(root, {name: then[name] for name in names if name in then})
    new = {name: data for name in names if name in here and (data := _read_file(root / name)) is not None}
    same = {name for name in old if old[name] == new.get(name)}
    return _tree(old, same), _tree(new, same)


def read_revision_files(root: Path, rev: str, folder: str) -> Tree:
    """Every file below a folder at a revision."""
    return _tree(_read_blobs(root, _list_blobs(root, find_commit(root, rev), folder)), set())


def list_revision(root: Path, rev: str) -> Mapping[str, str]:
    """Name to object of every file of the corpus at a revision; a name that cannot be printed has its bytes escaped."""
    return _list_blobs(root, find_commit(root, rev), ".")


def read_objects(root: Path, objects: Mapping[str, str]) -> Mapping[str, bytes]:
    """Name to content of objects of git, by one process; raises StandoffError for one that is not there."""
    return _read_blobs(root, objects) if objects else {}


def last_tag(root: Path) -> str:
    """The newest version of the corpus that HEAD comes after; raises StandoffError where there is none."""
    tags = list_releases(root)
    if not tags:
        raise StandoffError("no version was released yet", path=root, hint="no tag v*: name a revision", usage=True)
    return tags[-1]


def list_releases(root: Path, *, merged: bool = True) -> list[str]:
    """The tags `v1.2.3` of the corpus, the least version first: those HEAD comes after, or else those it does not.

    `standoff.toml` has that version in them, and the name that the corpus has now. Tags of what the repository held
    before, or of something else in it, are no releases.
    """
    choice = "--merged" if merged else "--no-merged"
    tags = [tag for tag in read_git(root, "tag", "--list", "v*", choice, "HEAD").split() if _parse_tag(tag)]
    asked = "".join(f"refs/tags/{tag}:./standoff.toml\n" for tag in tags)
    tables = _split_batch(run_git(root, "cat-file", "--batch", data=asked.encode()).stdout, len(tags))
    name = _read_table(_read_file(root / "standoff.toml")).get("name")
    settings = zip(tags, map(_read_table, tables), strict=True)
    found = [tag for tag, one in settings if (one.get("version"), one.get("name")) == (tag[1:], name)]
    return sorted(found, key=_parse_tag)


def _parse_tag(tag: str) -> tuple[int, ...]:
    """The numbers of `v1.2.3`; none of another tag, such as `v2-draft`."""
    try:
        return parse_version(tag.removeprefix("v"))
    except ValueError:
        return ()


def _read_table(data: bytes | None) -> Mapping[str, object]:
    """The TOML in some bytes; an empty table where there is none."""
    try:
        return tomllib.loads((data or b"").decode("utf-8"))
    except ValueError:
        return {}


def _list_blobs(root: Path, commit: str, folder: str) -> dict[str, str]:
    """Name to object of every file below a folder at a commit; other repositories inside it have none."""
    rows = (row.partition("\t") for row in _split(read_git(root, "ls-tree", "-r", "-z", commit, "--", folder)))
    return {name: about.split()[2] for about, _, name in rows if about.split()[1] == "blob"}


def _read_blobs(root: Path, objects: Mapping[str, str]) -> dict[str, bytes]:
    """Name to content, by one process; raises StandoffError for an object that is not in the repository."""
    asked = "".join(f"{name}\n" for name in objects.values())
    data = _split_batch(run_git(root, "cat-file", "--batch", data=asked.encode()).stdout, len(objects))
    blobs = {}
    for (name, wanted), blob in zip(objects.items(), data, strict=True):
        if blob is None:
            raise StandoffError(f"git has no object {wanted}", path=name, hint="git fetch, or git fsck", usage=True)
        blobs[name] = blob
    return blobs


def _split_batch(data: bytes, count: int) -> Iterator[bytes | None]:
    """What `git cat-file --batch` printed of so many objects, None for one that is not there."""
    at = 0
    for _ in range(count):
        start = data.index(b"\n", at) + 1
        size = data[at:start].split()[-1]
        at = start
        if size.isdigit():
            at += int(size) + 1
        yield data[start : at - 1] if size.isdigit() else None


def _read_file(path: Path) -> bytes | None:
    """What git would keep of a path; nothing for a folder. A link is not followed: it may lead out of the corpus."""
    if path.is_symlink():
        return os.fsencode(path.readlink())
    return path.read_bytes() if path.is_file() else None


def _tree(files: Mapping[str, bytes], same: set[str]) -> Tree:
    """The files that are not the same, by names that can be printed: a byte that is not UTF-8 as its escape."""
    shown = {name: name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") for name in files}
    return {shown[name]: data for name, data in files.items() if name not in same}


def _split(listed: str) -> list[str]:
    return [name for name in listed.split("\0") if name]
