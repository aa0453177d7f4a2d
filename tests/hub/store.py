"""The repositories of the stand-in, on disk: contents by hash, each commit a full tree, refs in one JSON file."""

import json
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from hashlib import sha1
from pathlib import Path

ATTRIBUTES = "".join(
    f"*.{kind} filter=lfs diff=lfs merge=lfs -text\n" for kind in ("7z", "arrow", "bin", "gz", "parquet", "zip", "zst")
)
LARGE = 10 * 1024 * 1024
"""Bytes from which a file must go through LFS."""


class ConflictError(Exception):
    """A ref, a repository or a parent commit is not as the client thinks."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree: its git blob oid, bytes, and the sha256 of its content where that lies in LFS."""

    oid: str
    size: int
    lfs: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A full tree, what was said of it, by whom, and the commit before."""

    id: str
    parent: str | None
    title: str
    message: str
    author: str
    date: str
    tree: dict[str, Entry]


@dataclass(slots=True)
class Repo:
    """One dataset repository."""

    name: str
    private: bool
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)


def blob_oid(data: bytes) -> str:
    """The oid that git gives a blob."""
    return sha1(b"blob %d\0" % len(data) + data).hexdigest()


def pointer(oid: str, size: int) -> bytes:
    """What git holds in the place of a file in LFS."""
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n".encode()


class Store:
    """All repositories below a folder; every change is on disk before the client hears of it."""

    def __init__(self, root: Path) -> None:
        self.root, self.lock = root, threading.RLock()
        for folder in ("repos", "blobs", "lfs", "parts"):
            (root / folder).mkdir(parents=True, exist_ok=True)

    # --- contents ---

    def put(self, path: Path, data: bytes) -> None:
        beside = path.with_name(f".{path.name}.{threading.get_ident()}")
        beside.write_bytes(data)
        beside.replace(path)

    def lfs_file(self, oid: str) -> Path:
        return self.root / "lfs" / oid

    def read(self, entry: Entry) -> bytes:
        return (self.lfs_file(entry.lfs) if entry.lfs else self.root / "blobs" / entry.oid).read_bytes()

    def add_blob(self, data: bytes) -> Entry:
        entry = Entry(blob_oid(data), len(data))
        self.put(self.root / "blobs" / entry.oid, data)
        return entry

    def add_lfs(self, oid: str, size: int) -> Entry:
        return Entry(blob_oid(pointer(oid, size)), size, oid)

    # --- repositories ---

    def _file(self, name: str) -> Path:
        return self.root / "repos" / f"{name.replace('/', '--')}.json"

    def find(self, name: str) -> Repo | None:
        path = self._file(name)
        return Repo(**json.loads(path.read_bytes())) if path.exists() else None

    def save(self, repo: Repo) -> None:
        self.put(self._file(repo.name), json.dumps(asdict(repo)).encode())

    def create(self, name: str, author: str, *, private: bool) -> Repo:
        with self.lock:
            if self.find(name):
                raise ConflictError("You already created this dataset repo")
            repo = Repo(name, private)
            tree = {".gitattributes": self.add_blob(ATTRIBUTES.encode())}
            return self.commit(repo, None, tree, ("initial commit", "", author))[0]

    def commit(
        self, repo: Repo, parent: str | None, tree: dict[str, Entry], said: tuple[str, str, str]
    ) -> tuple[Repo, Commit]:
        """A new head of main; raises ConflictError where the head is not `parent` any more."""
        with self.lock:
            repo = self.find(repo.name) or repo
            if repo.branches.get("main") != parent:
                raise ConflictError("A commit has happened since. Please refresh and try again.")
            date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
            rows = {path: asdict(entry) for path, entry in sorted(tree.items())}
            body = {"parent": parent, "title": said[0], "message": said[1], "author": said[2], "date": date}
            name = sha1(json.dumps([body, rows, repo.name]).encode()).hexdigest()
            self.put(self.root / "repos" / f"{name}.commit", json.dumps({**body, "tree": rows}).encode())
            repo.branches["main"] = name
            self.save(repo)
            return repo, Commit(name, tree=tree, **body)

    def read_commit(self, name: str) -> Commit:
        body = json.loads((self.root / "repos" / f"{name}.commit").read_bytes())
        tree = {path: Entry(**row) for path, row in body.pop("tree").items()}
        return Commit(name, tree=tree, **body)

    def resolve(self, repo: Repo, revision: str) -> Commit | None:
        """The commit that a branch, a tag or an id of this repository names."""
        revision = revision.removeprefix("refs/heads/").removeprefix("refs/tags/")
        named = repo.branches.get(revision) or repo.tags.get(revision, {}).get("target")
        if named:
            return self.read_commit(named)
        return next((commit for commit in self.history(repo) if commit.id == revision), None)

    def history(self, repo: Repo, start: str | None = None) -> list[Commit]:
        """A commit and all before it, newest first."""
        found, name = [], start or repo.branches["main"]
        while name:
            found.append(self.read_commit(name))
            name = found[-1].parent or ""
        return found

    def tag(self, repo: Repo, tag: str, target: str, message: str) -> None:
        with self.lock:
            repo = self.find(repo.name) or repo
            if tag in repo.tags:
                raise ConflictError("Tag reference exists already")
            repo.tags[tag] = {"target": target, "message": message}
            self.save(repo)

    def attributes(self, commit: Commit) -> list[str]:
        """The patterns of files that go through LFS."""
        entry = commit.tree.get(".gitattributes")
        lines = self.read(entry).decode().splitlines() if entry else []
        return [line.split()[0] for line in lines if "filter=lfs" in line]

    def is_large(self, commit: Commit, path: str, size: int) -> bool:
        """Whether a file goes through LFS: by its name, or because it is large."""
        name = path.rpartition("/")[2]
        return size >= LARGE or any(fnmatch(name, pattern) for pattern in self.attributes(commit))
