"""A doccano of one's own on this machine: started on loopback, stopped, looked at.

The state folder holds what people do there (database, uploads), so it is data, not cache: `db.sqlite3`, `media/`,
`uploads/`, `secret_key`, `password` (unless the admin's came from the environment), `server.json`, `log`, and
`pid` and `lock` (see `processes`).
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from standoff.doccano.answering import answers, count_projects, log_in
from standoff.doccano.credentials import USERNAME, read_facts, read_password
from standoff.doccano.install import VERSION, install
from standoff.doccano.processes import STOP, is_gone, is_running, send_signal, take_lock
from standoff.errors import StandoffError
from standoff.files import disk_errors, write_text

PORT = 8000
_SERVING = Path(__file__).with_name("serving")
_START = 180.0
"""Seconds a start may take; ten are usual, and a first one migrates the database."""
_KEPT = ("HOME", "LANG", "PATH", "TMPDIR", "TZ")
"""What the server gets of our environment: a DATABASE_URL or DEBUG meant for another program would change it."""


@dataclass(frozen=True, slots=True)
class Status:
    """A server: address, its admin, where its state is, whether it runs; projects are counted if we may log in."""

    url: str
    username: str
    home: Path
    running: bool
    projects: int | None = None
    version: str = VERSION


def up(home: Path, port: int | None, tell: Callable[[str], None]) -> Status:
    """Install doccano if need be, start it, and wait until it lets us in; one that runs is left as it is.

    The admin is DOCCANO_USERNAME with DOCCANO_PASSWORD, or with a generated password kept in the state folder; once
    made it stays. Raises StandoffError where the port is taken, and where the server does not start.
    """
    python = install(tell)
    with disk_errors(home):
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
    while (lock := take_lock(home)) is None:
        status = _wait(home)
        if is_running(home):  # it may have been just killed, and what answered was about to end
            tell("it runs already")
            return status
    try:
        _start(home, port, python, lock)
    finally:
        os.close(lock)  # the server has its own hold on it
    return _wait(home)


def down(home: Path) -> bool:
    """Stop the server and wait until all of it is gone; False where none was running."""
    if is_gone(home):
        return False
    for number, seconds in ((signal.SIGTERM, STOP), (signal.SIGKILL, 10.0)):
        send_signal(home, number)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if is_gone(home):
                (home / "pid").unlink(missing_ok=True)
                return True
            time.sleep(0.1)
    raise StandoffError("the server cannot be stopped", path=home, hint=f"look at the process in {home / 'pid'}")


def read_status(home: Path) -> Status:
    """What is known of the server; raises StandoffError where none was ever started there."""
    facts = read_facts(home)
    if not facts:
        raise StandoffError("no server was started here", path=home, hint="standoff doccano up")
    running = is_running(home) and answers(facts["url"])
    password = find_password(home)
    token = log_in(facts["url"], facts["username"], password) if running and password else None
    projects = count_projects(facts["url"], token) if token else None
    return Status(facts["url"], facts["username"], home, running, projects)


def find_password(home: Path) -> str | None:
    """The password of the admin: the one that was generated, else DOCCANO_PASSWORD."""
    return read_password(home) if (home / "password").exists() else os.environ.get("DOCCANO_PASSWORD") or None


def _start(home: Path, port: int | None, python: Path, lock: int) -> None:
    """Start the server, which leaves this process; its password goes through a pipe, which `ps` does not show."""
    facts = read_facts(home)
    port = port or int(facts.get("url", f":{PORT}").rpartition(":")[2])
    username = facts.get("username") or os.environ.get("DOCCANO_USERNAME") or USERNAME
    _require_free(port)
    (home / "pid").unlink(missing_ok=True)
    _keep_secret(home / "secret_key")
    if not facts and find_password(home) is None:
        _keep_secret(home / "password")
    write_text(home / "server.json", json.dumps({"url": f"http://127.0.0.1:{port}", "username": username}) + "\n")
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PYTHONPATH": str(_SERVING), "PYTHONUTF8": "1", "STANDOFF_DOCCANO_HOME": str(home)}
    log = home / "log"
    if log.exists():
        log.replace(home / "log.old")
    command = [str(python), str(_SERVING / "start.py"), str(port), username]
    password = f"{find_password(home) or ''}\n".encode()
    with log.open("xb") as output:
        subprocess.run(
            command, input=password, stdout=output, stderr=output, env=environment, cwd=home,
            pass_fds=[lock], check=False,
        )  # fmt: skip


def _wait(home: Path) -> Status:
    """Wait until the server answers and lets its admin in; raises StandoffError where it ends or refuses."""
    end = time.monotonic() + _START
    while not answers((facts := read_facts(home)).get("url", "")):
        if is_gone(home):
            raise StandoffError(f"the server did not start: {_read_last_line(home)}", path=home / "log")
        if time.monotonic() > end:
            raise StandoffError(f"the server does not answer after {_START:.0f} seconds", path=home / "log")
        time.sleep(0.2)
    password = find_password(home)
    if password and not _lets_in(facts, password):
        held = home / "password" if (home / "password").exists() else "DOCCANO_PASSWORD"
        message = f"the server runs, but {facts['username']} has another password there than the one in {held}"
        raise StandoffError(message, path=facts["url"], hint="put the right one there")
    return read_status(home)


def _lets_in(facts: Mapping[str, str], password: str) -> bool:
    """Whether the admin can log in; asked again, since a killed server may have answered with its last breath."""
    for _ in range(6):
        if log_in(facts["url"], facts["username"], password) is not None:
            return True
        time.sleep(0.5)
    return False


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            hint = "another port: standoff doccano up --port 8001"
            message = f"port {port} of this machine cannot be had: {error.strerror}"
            raise StandoffError(message, hint=hint, usage=True) from None


def _keep_secret(path: Path) -> None:
    """Write a random secret, in a file that only the owner can read, unless it is there."""
    if path.exists():
        return
    with disk_errors(path):
        beside = path.with_name(f".{path.name}.tmp")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{secrets.token_urlsafe(32)}\n")
        beside.replace(path)


def _read_last_line(home: Path) -> str:
    lines = (home / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "its log is empty"
