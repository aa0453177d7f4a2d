"""A stand-in of the Hub for each module, and processes that speak with it as a person's shell would."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import ENVIRONMENT
from tests.hub.messages import User
from tests.hub.server import Hub

TOKENS = {
    "ida": "hf_IdaWritesAndMayKeepThis",
    "reader": "hf_IdaReadsAndNoMore",
    "omar": "hf_OmarWritesElsewhere",
}
USERS = {
    TOKENS["ida"]: User("ida", "write", ("harbour-desk",)),
    TOKENS["reader"]: User("ida", "read", ("harbour-desk",)),
    TOKENS["omar"]: User("omar", "write"),
}
_OURS = ("HF_", "HUGGING", "XDG_", "STANDOFF_")
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody's machine: a home folder of its own, a token or none, and the address of the Hub."""

    home: Path
    url: str
    token: str | None = TOKENS["ida"]
    xet: bool = False

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        ours = {"HOME": str(self.home), "HF_HOME": str(self.home / "hf"), "HF_ENDPOINT": self.url}
        switches = {"HF_HUB_DISABLE_XET": str(int(not self.xet)), "NO_PROXY": "127.0.0.1,localhost"}
        return {**kept, **ENVIRONMENT, **ours, **switches, **({"HF_TOKEN": self.token} if self.token else {})}

    def start(self, command: Sequence[str], cwd: Path) -> subprocess.Popen[str]:
        """A process of its own, its output in pipes."""
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=cwd, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def run(self, command: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        process = self.start(command, cwd)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def standoff(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return self.run([sys.executable, "-m", "standoff", *arguments], cwd)

    def python(self, code: str, *arguments: str) -> object:
        """What a script prints last, as JSON; a script that fails is shown."""
        self.home.mkdir(exist_ok=True)
        done = self.run([sys.executable, "-c", textwrap.dedent(code), *arguments], self.home)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """One server for the tests of a module."""
    hub = Hub(tmp_path_factory.mktemp("hub"), USERS)
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def client(hub, tmp_path):
    """Ida's machine."""
    (tmp_path / "home").mkdir()
    return Client(tmp_path / "home", hub.url)


@pytest.fixture
def repo():
    """The name of a repository that no other test uses."""
    return f"ida/tram-{next(_NUMBERS):03}"
