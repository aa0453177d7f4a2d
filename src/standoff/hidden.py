"""Private text goes only where git does not look."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from standoff.errors import StandoffError


def require_hidden(path: Path, private: Sequence[str]) -> tuple[str, ...]:
    """Refuse private text in a file that git would take; gives what a person should know of it."""
    remarks = (f"{path} holds text that may not be redistributed: {', '.join(private)}",)
    place = path.resolve()
    folder = next(parent for parent in place.parents if parent.is_dir())
    command = ["git", "-C", str(folder), "check-ignore", "--quiet", "--", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})
    except OSError:
        return (*remarks, "git is not here, so nobody has looked whether it would take that file")
    if done.returncode == 1:
        hint = "name a place outside the repository, or one that .gitignore names, such as seeds/private/"
        message = f"git would take this file, and the text of {', '.join(private)} may not be redistributed"
        raise StandoffError(message, path=path, hint=hint, usage=True)
    if done.returncode and b"not a git repository" not in done.stderr:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        return (*remarks, f"git could not tell whether it would take that file: {said}")
    return remarks
