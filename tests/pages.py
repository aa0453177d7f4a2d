"""A page of docs/ as a shell script: its commands run as they stand there, and what each block prints is kept."""

import os
import re
import subprocess
import sys
from pathlib import Path

_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MARK = "--- end of block ---"
_WHO = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in
        (("NAME", "Ida"), ("EMAIL", "ida@example.org"))}  # fmt: skip


def run_page(text: str, cwd: Path) -> list[tuple[str, str, str | None]]:
    """Each block of commands, what it printed, and what the page says it prints, None where it says nothing.

    The commands run in one shell, which ends at the first that fails.
    """
    blocks = _BLOCK.findall(text)
    commands = [body for kind, body in blocks if kind == "sh"]
    follows = [kind for kind, _ in blocks[1:]] + [""]
    told = [blocks[at + 1][1] if follows[at] == "text" else None for at, (kind, _) in enumerate(blocks) if kind == "sh"]
    script = "set -euo pipefail\n" + "".join(f"{body}echo '{_MARK}'\n" for body in commands)
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {
        **os.environ,
        **_WHO,
        "PATH": paths,
        "HF_HOME": str(cwd / "cache"),
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
    }
    done = subprocess.run(["bash"], cwd=cwd, input=script.encode(), capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    printed = done.stdout.decode().split(f"{_MARK}\n")[:-1]
    return list(zip(commands, printed, told, strict=True))
