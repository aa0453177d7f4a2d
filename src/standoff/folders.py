"""Folders replaced whole or not at all, by one process at a time."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from standoff.errors import StandoffError
from standoff.files import disk_errors


@contextmanager
def replaced_folder(path: Path, mark: str) -> Iterator[Path]:
    """A new empty folder to fill; it takes the place of `path` when the block ends without an error.

    A folder that is there must be empty or hold the file `mark`, the sign that we wrote it; else StandoffError.
    Killed between the two renames, the old folder lies beside as `.<name>.old` and `restore_folder` puts it back.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with only_writer(path), swapped_folder(path, mark) as new:
        yield new


@contextmanager
def swapped_folder(path: Path, mark: str) -> Iterator[Path]:
    """As `replaced_folder`, for who is the only writer already: a process that locks twice loses its lock."""
    new, old = path.parent / f".{path.name}.new", path.parent / f".{path.name}.old"
    restore_folder(path)
    if path.exists() and not (path.is_dir() and ((path / mark).is_file() or not any(path.iterdir()))):
        hint = f"it has no {mark}, so it is not ours to replace; name another folder"
        raise StandoffError("is in the way", path=path, hint=hint, usage=True)
    with disk_errors(path):
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)
        new.mkdir()
        try:
            yield new
            _sync(new)
            if path.exists():
                path.rename(old)
            new.rename(path)
        finally:
            restore_folder(path)
            shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Keep other processes from writing the same folder; raises StandoffError where one does.

    The lock is of the kind that a fork does not inherit and that ends with its process. A disk without locks does
    without.
    """
    lock = path.parent / f".{path.name}.lock"
    with disk_errors(lock):
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        if not _hold(descriptor, lock):
            raise StandoffError("another run is writing this", path=path, hint="wait until it ends, then run it again")
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _hold(descriptor: int, lock: Path) -> bool:
    """Lock an open file, unless another has the lock, or had it and has taken the file away since."""
    import fcntl

    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN)
    try:
        return os.fstat(descriptor).st_ino == lock.stat().st_ino
    except FileNotFoundError:
        return False


def restore_folder(path: Path) -> None:
    """Put back a folder that a killed `replaced_folder` had moved aside."""
    old = path.parent / f".{path.name}.old"
    if old.exists() and not path.exists():
        with disk_errors(path):
            old.rename(path)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
