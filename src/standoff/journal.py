"""Many files changed in one move that can be undone: what they held is on disk before the first of them changes.

The journal of the last move is the folder `.standoff/last/`: `manifest.json` (what the move was, and sha256 of each
file before and after), `before/` with their bytes, and `done` once every file is in place. One move is kept. Whoever
moves or undoes is the only one to do so, from the first look at the journal to the last file.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from standoff.errors import StandoffError
from standoff.files import disk_errors, read_bytes, write_bytes
from standoff.folders import only_writer, restore_folder, swapped_folder

_FOLDER = ".standoff"
_MANIFEST = "manifest.json"
_DONE = "done"
_UNDONE = ".last.undone"
_UNDO = "standoff relabel --undo"


@dataclass(frozen=True, slots=True)
class Change:
    """One file, by its path from the root; None where there is none before (it is new) or after (it is removed)."""

    path: str
    before: bytes | None
    after: bytes | None

    @property
    def sort(self) -> str:
        """In a word: new, gone or changed."""
        return "new" if self.before is None else "gone" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file in the journal: its hashes, and the bytes it had."""

    path: str
    hashes: tuple[str | None, str | None]
    bytes: bytes | None


def change_files(root: Path, move: str, changes: Sequence[Change]) -> None:
    """Write the journal, then each file in turn; `move` says in words what it is.

    Killed in between, or stopped by the disk, `undo_last` puts everything back. Raises StandoffError, and changes
    nothing, where the move before was cut off, since its journal would be lost; where another move is under way; and
    where a file is no longer as it was when the move was planned.
    """
    with _only_move(root) as last:
        if _is_open(last):
            hint = f"{_UNDO} puts it back"
            raise StandoffError("the last move was cut off", path=last.parent, hint=hint, usage=True)
        if stale := [one.path for one in changes if _read(root / one.path) != one.before]:
            hint = "run it again: nothing was changed"
            raise StandoffError(f"changed since it was planned: {', '.join(stale)}", path=root, hint=hint)
        _write_journal(last, move, changes)
        try:
            for change in sorted(changes, key=lambda change: change.after is None):
                _put(root / change.path, change.after)
        except StandoffError as error:
            raise StandoffError(error.message, path=error.path, hint=f"{_UNDO} puts everything back") from None
        write_bytes(last / _DONE, b"")


@contextmanager
def _only_move(root: Path) -> Iterator[Path]:
    """The folder of the last move, which no other run writes or undoes until the block ends."""
    last = root / _FOLDER / "last"
    with disk_errors(last):
        last.parent.mkdir(exist_ok=True)
    try:
        with only_writer(last):
            yield last
    finally:
        with suppress(OSError):  # there is something in it
            last.parent.rmdir()


def _write_journal(last: Path, move: str, changes: Sequence[Change]) -> None:
    with swapped_folder(last, _MANIFEST) as folder:
        for number, change in enumerate(changes):
            if change.before is not None:
                write_bytes(folder / "before" / str(number), change.before)
        files = [{"path": one.path, "before": _hash(one.before), "after": _hash(one.after)} for one in changes]
        text = json.dumps({"move": move, "files": files}, ensure_ascii=False, indent=1) + "\n"
        write_bytes(folder / _MANIFEST, text.encode("utf-8"))
    for folder in (last, last.parent, last.parent.parent):
        _sync_folder(folder)


def is_cut_off(root: Path) -> bool:
    """Whether the last move began and did not end; raises StandoffError where it is under way."""
    if not _is_open(root / _FOLDER / "last"):
        return False
    with _only_move(root) as last:
        return _is_open(last)


def _is_open(last: Path) -> bool:
    return (last / _MANIFEST).exists() and not (last / _DONE).exists()


def undo_last(root: Path) -> tuple[str, list[str]]:
    """Put every file of the last move back to the byte; gives what the move was, and the files that were changed.

    Raises StandoffError, and changes nothing, where a file is neither as the move found nor as it left it, and where
    a move is under way. An undo that is killed is run again.
    """
    with _only_move(root) as last:
        _require_begun(last)
        move, files = _read_journal(last)
        now = {one.path: _hash(_read(root / one.path)) for one in files}
        if touched := [one.path for one in files if now[one.path] not in one.hashes]:
            hint = "put them back as the move left them, or take back your edits to them: nothing was undone"
            raise StandoffError(f"changed since the move: {', '.join(touched)}", path=root, hint=hint)
        with disk_errors(last):
            (last / _DONE).unlink(missing_ok=True)  # killed now, it counts as cut off, and only an undo may follow
        restored = [one for one in files if now[one.path] != one.hashes[0]]
        for one in restored:
            _put(root / one.path, one.bytes)
        with disk_errors(last):
            for leftover in _find_leftovers([root / one.path for one in files]):
                leftover.unlink()
            last.rename(last.with_name(_UNDONE))
            shutil.rmtree(last.with_name(_UNDONE))
            shutil.rmtree(last.with_name(".last.old"), ignore_errors=True)
    return move, [one.path for one in restored]


def _require_begun(last: Path) -> None:
    """Refuse where there is no move; where one was cut off before it changed a file, clear it away and say so."""
    shutil.rmtree(last.with_name(_UNDONE), ignore_errors=True)
    begun = last.with_name(".last.new")
    if begun.exists():
        restore_folder(last)
        with disk_errors(begun):
            shutil.rmtree(begun)
        hint = f"{_UNDO} once more undoes the move before it" if last.exists() else "nothing is left to undo"
        raise StandoffError("the last move was cut off before it changed a file", path=last.parent, hint=hint)
    if not (last / _MANIFEST).exists():
        raise StandoffError("there is no move to undo", path=last.parent, hint="only the last one is kept", usage=True)


def _read_journal(last: Path) -> tuple[str, list[_Kept]]:
    try:
        table = json.loads(read_bytes(last / _MANIFEST))
        rows = [(row["path"], row["before"], row["after"]) for row in table["files"]]
        move = str(table["move"])
    except (ValueError, KeyError, TypeError) as error:
        raise StandoffError(f"not a journal: {error!r}", path=last / _MANIFEST) from None
    files = []
    for number, (path, before, after) in enumerate(rows):
        data = None if before is None else read_bytes(last / "before" / str(number))
        if _hash(data) != before:
            raise StandoffError(f"does not hold what {path} was", path=last / "before" / str(number))
        files.append(_Kept(path, (before, after), data))
    return move, files


def _find_leftovers(paths: Sequence[Path]) -> Iterator[Path]:
    """What killed writes of these files left beside them: `.NAME.*.tmp`."""
    names = {(path.parent, path.name) for path in paths}
    for folder in {path.parent for path in paths}:
        for path in list(folder.glob(".*.tmp")) if folder.is_dir() else ():
            if (folder, path.name[1:].rsplit(".", 2)[0]) in names:
                yield path


def _put(path: Path, data: bytes | None) -> None:
    if data is not None:
        write_bytes(path, data)
    else:
        with disk_errors(path):
            path.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    return read_bytes(path) if path.exists() else None


def _hash(data: bytes | None) -> str | None:
    return None if data is None else sha256(data).hexdigest()


def _sync_folder(folder: Path) -> None:
    """Names of files are safe only when their folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
