"""Git, run in the folder of a corpus; what it refuses is a StandoffError in its own words."""

import subprocess
from pathlib import Path

from standoff.errors import StandoffError

_QUIET = ("--no-optional-locks", "-c", "core.quotePath=false")
"""Looking must not even refresh the index."""


def read_git(root: Path, *arguments: str, data: bytes = b"") -> str:
    """What a git command prints; raises StandoffError in the words of git."""
    done = run_git(root, *arguments, data=data)
    return done.stdout.decode("utf-8", "surrogateescape")


def run_git(
    root: Path, *arguments: str, data: bytes = b"", check: bool = True, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git in the corpus; with `check` a failure is raised as StandoffError."""
    command = ["git", *_QUIET, "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False, env=environment)
    except OSError:
        raise StandoffError("git is not here", hint="install git: versions are its tags", usage=True) from None
    if check and done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise StandoffError(f"git: {said}", path=root, usage=True)
    return done


def find_commit(root: Path, rev: str) -> str:
    """The full hash of a commit; raises StandoffError, of wrong use, where git knows none under that name."""
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
    done = run_git(root, *arguments, check=False)
    if done.returncode:
        if said := done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]:
            raise StandoffError(f"git: {said}", path=root, usage=True)
        hint = "commit something first" if rev == "HEAD" else "a commit, branch or tag; git fetch --tags brings more"
        raise StandoffError(f"git knows no revision {rev!r}", hint=hint, usage=True)
    return done.stdout.decode().strip()
