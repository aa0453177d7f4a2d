"""A real doccano for the tests: what `standoff doccano up` installs and starts, in a state folder of its own."""

import os
import signal
import socket
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from standoff.corpus import Corpus
from standoff.doccano.credentials import read_login
from standoff.doccano.processes import is_running
from standoff.doccano.server import down, up
from standoff.files import write_text

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; one that was killed comes back at the same address, with the same data."""

    url: str
    username: str
    password: str
    home: Path

    def kill(self) -> None:
        """Kill -9 all its processes at once, as a power cut does."""
        os.killpg(int((self.home / "pid").read_text()), signal.SIGKILL)

    def start(self) -> None:
        """Start it again, and wait until it answers."""
        up(self.home, None, print)

    def stop(self) -> None:
        """Stop it in good order."""
        down(self.home)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for all tests of a session; its state folder is STANDOFF_DOCCANO_HOME meanwhile."""
    home = tmp_path_factory.mktemp("doccano") / "state"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DOCCANO_URL", "DOCCANO_USERNAME", "DOCCANO_PASSWORD", "NETRC"):
            patch.delenv(name, raising=False)
        patch.setenv("STANDOFF_DOCCANO_HOME", str(home))
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        status = up(home, free_port(), print)
        try:
            yield Server(status.url, status.username, read_login(status.url).password, home)
        finally:
            down(home)


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    """A state folder for a test that starts a server of its own; whatever runs there afterwards is stopped."""
    for name in ("DOCCANO_URL", "DOCCANO_USERNAME", "DOCCANO_PASSWORD", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "own"
    monkeypatch.setenv("STANDOFF_DOCCANO_HOME", str(home))
    yield home
    if is_running(home):
        down(home)


@pytest.fixture
def fresh():
    """Makes names that no other test of the session uses on the server."""
    return lambda stem="thing": f"{stem}{next(_NUMBERS):04}"


@pytest.fixture
def corpus(mini: Corpus, fresh) -> Corpus:
    """Four documents with gold and a private one; its name, after which projects are named, is its own."""
    settings = (mini.root / "standoff.toml").read_text()
    assert 'name = "harbour"' in settings
    write_text(mini.root / "standoff.toml", settings.replace('name = "harbour"', f'name = "{fresh("harbour")}"'))
    return Corpus(mini.root)
