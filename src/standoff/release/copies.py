"""Clean copies of a commit in temporary folders, and datasets built in them by processes of their own.

Nothing is registered in the repository: a copy is what git would check out, written beside no index of it.
"""

import filecmp
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.folders import only_writer
from standoff.git import read_git, run_git

_PREFIX = "standoff-copy-"
_PLAIN = ("-c", "core.autocrlf=false", "-c", "core.eol=lf", "-c", f"core.hooksPath={os.devnull}")
"""A copy is what was committed, whatever this machine does to line ends; and nobody's hooks run."""
SETTINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "20011", "TZ": "Asia/Kolkata", "LC_ALL": "C"},
)
"""What must not matter, and so is another thing in each of two builds."""


@dataclass(frozen=True, slots=True)
class Order:
    """A build to make: of the corpus at `root`, into `out`, with variables set, with private texts or without."""

    root: Path
    out: Path
    settings: dict[str, str]
    private: bool = False


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that only this user may read, gone when the block ends, as is what killed runs left; one at a time."""
    place = Path(tempfile.gettempdir()).resolve()
    _sweep(place)
    path = place / f"{_PREFIX}{secrets.token_hex(8)}"
    with only_writer(path):
        path.mkdir(mode=0o700)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)
    _sweep(place)


def _sweep(place: Path) -> None:
    """Remove the folders of this user that no living run holds."""
    for path in place.glob(f"{_PREFIX}*"):
        with suppress(StandoffError, FileNotFoundError):
            if path.lstat().st_uid == os.getuid():
                with only_writer(path):
                    shutil.rmtree(path, ignore_errors=True)


def copy_commit(root: Path, commit: str, folder: Path, *, with_private: bool = False) -> Corpus:
    """The corpus as it is at a commit, in an empty folder; git's index of the repository is not touched.

    Private texts are in no commit: with `with_private` the copy sees those that lie in the working tree.
    """
    prefix = read_git(root, "rev-parse", "--show-prefix").rstrip("\n")
    environment = {**os.environ, "GIT_INDEX_FILE": str(folder / "index")}
    top = Path(read_git(root, "rev-parse", "--show-toplevel").rstrip("\n"))
    files = folder / "files"
    files.mkdir()
    run_git(top, *_PLAIN, "read-tree", f"{commit}:{prefix}", environment=environment)
    run_git(top, *_PLAIN, "checkout-index", "--all", f"--prefix={files}/", environment=environment)
    (folder / "index").unlink(missing_ok=True)
    corpus, here = Corpus(files), Corpus(root)
    if with_private:
        _link_private(here, corpus)
    return corpus


def _link_private(here: Corpus, copy: Corpus) -> None:
    """Let a copy see the private texts; what a commit has in their folder stays."""
    texts, links = (one.seed_file("x", redistribute=False).parent for one in (here, copy))
    if texts.is_dir():
        links.mkdir(parents=True, exist_ok=True)
        for path in texts.resolve().iterdir():
            if not (links / path.name).exists():
                (links / path.name).symlink_to(path)


def compare_folders(one: Path, other: Path) -> list[str]:
    """The files, by path, that are in one of two folders alone or have other bytes in it."""
    names = {path.relative_to(root).as_posix() for root in (one, other) for path in root.rglob("*") if path.is_file()}
    return sorted(name for name in names if not same_bytes(one / name, other / name))


def same_bytes(one: Path, other: Path) -> bool:
    """Whether both are files and hold the same bytes."""
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def build_all(orders: Sequence[Order]) -> None:
    """Build side by side, each in a process of its own; raises StandoffError with what the first failed one said."""
    to_read, to_hold = os.pipe()
    running: list[subprocess.Popen[bytes]] = []
    try:
        for order in orders:
            running.append(_start(order, to_read))
        said = [process.communicate()[1].decode("utf-8", "replace").strip() for process in running]
    finally:
        for process in running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        os.close(to_read)
        os.close(to_hold)
    for process, words in zip(running, said, strict=True):
        if process.returncode:
            message = words.rpartition("\n")[2].removeprefix("standoff: ") or f"it ended with {process.returncode}"
            raise StandoffError(f"the build of a clean copy failed: {message}", hint="nothing was changed here")


_BUILD = """
import os, signal, threading

def watch():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)

threading.Thread(target=watch, daemon=True).start()
from standoff.cli import main
main()
"""
"""A build that ends, with the processes that it started, when who ordered it is gone, whatever ended that one."""


def _start(order: Order, alive: int) -> subprocess.Popen[bytes]:
    """A build that sees neither the git nor the caches of this machine, and imports nothing from the corpus.

    `alive` is the end to read of a pipe that nothing is written to: it ends with this process.
    """
    home = order.out.parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CEILING_DIRECTORIES": str(home), "XDG_CACHE_HOME": str(home / "cache"), "NO_COLOR": "1"}
    command = [sys.executable, "-P", "-c", _BUILD, "build", "--json", "--out", str(order.out)]
    return subprocess.Popen(
        [*command, *(["--with-private"] if order.private else [])],
        cwd=order.root,
        env={**environment, "HF_HUB_OFFLINE": "1", **order.settings},
        stdin=alive,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
