"""How long a large round takes to a doccano server and back, and how much memory.

By default 1,000 documents of 3,000 characters with 30 suggested spans each, for one annotator, on a server of its own
in a temporary folder. The documents are confirmed in the server's database, which stands for a thousand clicks; then
every span must come back as it was. Needs the extra [doccano]. Run: python benchmarks/doccano.py [--documents N]
"""

import argparse
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from check import make_corpus

from standoff.doccano.server import down, up

SECONDS, MEGABYTES = 60.0, 600.0
"""The most that push, pull and audit may take each, and the most memory of the client and of the server each."""
_CONFIRM = """
insert into examples_examplestate (confirmed_at, confirmed_by_id, example_id)
select datetime(), (select min(id) from auth_user), id from examples_example
"""


def run(root: Path, home: Path, *arguments: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a command; raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "standoff", "doccano", *arguments]
    environment = {**os.environ, "STANDOFF_DOCCANO_HOME": str(home)}
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def measure_server(home: Path) -> float:
    """Peak megabytes of the server so far, over all its processes."""
    group, total = int((home / "pid").read_text()), 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and _group_of(folder) == group:
            lines = (folder / "status").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return total / 1024


def _group_of(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return 0


def time_round(root: Path, home: Path) -> bool:
    """Push, confirm, pull and audit; prints what it took, and says whether that is within the limits."""
    within = True
    steps = {"push": ["bench", "--to", "reader", "--suggestions", "gold"], "pull": ["bench"], "audit": []}
    for name, arguments in steps.items():
        seconds, client = run(root, home, name, *arguments)
        server = measure_server(home)
        if name == "push":
            with closing(sqlite3.connect(home / "db.sqlite3", timeout=60)) as database, database:
                database.execute(_CONFIRM)
        good = seconds < SECONDS and client < MEGABYTES and server < MEGABYTES
        within = within and good
        said = "" if good else "   over the limit"
        print(
            f"{name:5}  {seconds:6.1f} s   client {client:4.0f} MB   server so far {server:4.0f} MB{said}", flush=True
        )
    return within


def require_same(root: Path) -> int:
    """The number of documents that came back, each as it was sent; raises AssertionError for one that is not."""
    sent = sorted((root / "annotations" / "gold").glob("*.jsonl"))
    for path in sent:
        assert (root / "annotations" / "reader" / path.name).read_bytes() == path.read_bytes(), path.name
    return len(sent)


def main() -> int:
    """Make a corpus, start a server, time the round, stop the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    documents = parser.parse_args().documents
    for name in ("DOCCANO_URL", "DOCCANO_USERNAME", "DOCCANO_PASSWORD"):
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp())
    root, home = folder / "large", folder / "server"
    os.environ["STANDOFF_DOCCANO_HOME"] = str(home)
    try:
        make_corpus(root, documents)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        up(home, port, print)
        within = time_round(root, home)
        print(f"{require_same(root):,} documents came back as they were sent; {os.cpu_count()} cores")
    finally:
        down(home)
        shutil.rmtree(folder)
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
