"""Which processes of our own server live, by the locks they hold: a pid may be stale, a zombie's or somebody else's.

Every one holds `lock` in the state folder, handed on from the first; the first alone holds `pid`.
"""

import fcntl
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

STOP = 40.0
"""Seconds for requests under way to end before the server is killed."""


def is_running(home: Path) -> bool:
    """Whether the server's first process lives."""
    return _is_locked(home / "pid", fcntl.lockf)


def is_gone(home: Path) -> bool:
    """Whether none of its processes is left: one that is killed may leave another for a while."""
    return not _is_locked(home / "lock", fcntl.flock)


def _is_locked(path: Path, lock: Callable[[int, int], None]) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        lock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    finally:
        os.close(descriptor)
    return False


def take_lock(home: Path) -> int | None:
    """The lock, as an open file; None where a server has it. Waits while a killed one's last process ends."""
    descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    end = time.monotonic() + STOP
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if is_running(home) or time.monotonic() > end:
                os.close(descriptor)
                return None
            time.sleep(0.1)
        else:
            return descriptor


def send_signal(home: Path, number: int) -> None:
    """Signal the server's first process, else those that outlived it, which are still its group."""
    try:
        pid = int((home / "pid").read_text())
    except (FileNotFoundError, ValueError):  # it is just starting
        return
    with suppress(ProcessLookupError, PermissionError):
        (os.kill if is_running(home) else os.killpg)(pid, number)
