"""doccano in an environment of its own below the user's cache: it and the client that drives it exclude each other."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from standoff.errors import StandoffError
from standoff.files import disk_errors

VERSION = "1.8.4"
_PINS = Path(__file__).with_name("requirements.txt")


def install(tell: Callable[[str], None]) -> Path:
    """The Python of an environment that holds the pinned doccano, made if it is not there; takes minutes then.

    A mark written last tells a whole environment from one whose making was killed; two at once wait for each other.
    """
    folder = environment_folder()
    python, ready = folder / "bin" / "python", folder / "ready"
    if ready.exists():
        return python
    with _alone(folder), disk_errors(folder):
        if not ready.exists():
            tell(f"installing doccano {VERSION} in {folder}, once: 2 or 3 minutes, 700 MB")
            shutil.rmtree(folder, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(folder)], "on Debian: apt install python3-venv")
            pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
            _run([*pip, "--no-deps", "--requirement", str(_PINS)], "is there a network? run the command again")
            ready.touch()
    return python


def environment_folder() -> Path:
    """Below $XDG_CACHE_HOME or ~/.cache, named after doccano, Python and the pins, so that new pins are a new one."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = sha256(_PINS.read_bytes()).hexdigest()[:8]
    return cache / "standoff" / f"doccano-{VERSION}-py{sys.version_info.major}.{sys.version_info.minor}-{digest}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        file = folder.with_name(f"{folder.name}.lock").open("w")
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(command: list[str], hint: str) -> None:
    """Run a step of the installation; raises StandoffError with the last thing it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise StandoffError(f"doccano could not be installed: {said[-1]}", hint=hint)
