"""`compose.yaml` without containers: what it says, that doccano reads it, and its very commands run on this machine."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
import requests
import yaml

from standoff.doccano import install as installing
from standoff.doccano.answering import log_in
from standoff.doccano.install import environment_folder, install
from tests.conftest import ROOT
from tests.server.conftest import free_port

TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(TEXT)["services"]
EXAMPLE = dict(
    line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if line and line[0] != "#"
)
SECRETS = {"SECRET_KEY": "k" * 48, "POSTGRES_PASSWORD": "p" * 48, "DOCCANO_PASSWORD": "molo-korvet-93"}
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")
SERVING = Path(installing.__file__).with_name("serving")


def test_every_variable_has_a_line_and_every_line_a_variable():
    assert {name for name, _, _ in VARIABLE.findall(TEXT)} == EXAMPLE.keys()


def test_no_secret_is_there_and_none_has_a_default():
    assert all(EXAMPLE[name] == "" for name in SECRETS)
    marks = {name: {mark for other, mark, _ in VARIABLE.findall(TEXT) if other == name} for name in SECRETS}
    assert marks == {name: {"?"} for name in SECRETS}


def test_only_the_web_is_published_and_that_on_this_machine():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert [substitute(port, EXAMPLE) for port in SERVICES["web"]["ports"]] == ["127.0.0.1:8000:8000"]
    assert [substitute(port, {}) for port in SERVICES["web"]["ports"]] == ["127.0.0.1:8000:8000"]


def test_images_are_pinned():
    images = {name: service["image"] for name, service in SERVICES.items()}
    assert {images.pop(name) for name in ("setup", "web", "worker")} == {f"doccano/doccano:{installing.VERSION}"}
    assert images == {"postgres": "postgres:15-alpine"}


def test_what_must_be_there_first_is_waited_for():
    waits = {
        (name, on, how["condition"])
        for name, service in SERVICES.items()
        for on, how in service.get("depends_on", {}).items()
    }
    assert waits == {
        ("setup", "postgres", "service_healthy"),
        ("web", "setup", "service_completed_successfully"),
        ("worker", "setup", "service_completed_successfully"),
    }
    assert all("healthcheck" in SERVICES[name] for name in ("postgres", "web", "worker"))


def test_doccano_reads_every_setting():
    backend = next((install(print).parent.parent).glob("lib/*/site-packages/backend"))
    files = [*(backend / "config").rglob("*.py"), SERVING / "start.py"]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    pattern = r"""env(?:\.\w+)?\(\s*"([A-Z_]+)|env="([A-Z_]+)|environ(?:\.get\(|\[|\.setdefault\()"([A-Z_]+)"""
    read = set(re.findall(pattern, code))
    read = {name for names in read for name in names if name}
    given = {name for service in ("setup", "web", "worker") for name in SERVICES[service]["environment"]}
    assert given - read == {"PYTHONPATH"}


def substitute(value: object, variables: dict[str, str]) -> str:
    """Variables as compose puts them in."""

    def put(found: re.Match[str]) -> str:
        name, mark, rest = found.groups()
        given = variables.get(name) or (rest if mark == "-" else "")
        assert given or mark != "?", f"{name} must be set"
        return given or ""

    return VARIABLE.sub(put, str(value))


class Team:
    """The services of doccano as processes of this machine, on SQLite in place of PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.python = folder, free_port(), install(print)
        self.backend = next(environment_folder().glob("lib/*/site-packages/backend"))
        self.running: list[subprocess.Popen[bytes]] = []

    def _here(self, text: str) -> str:
        text = text.replace("/standoff", str(SERVING)).replace("/doccano/backend", str(self.backend))
        return re.sub(r"(0\.0\.0\.0|127\.0\.0\.1|web):8000", f"127.0.0.1:{self.port}", text)

    def _environment(self, service: str, variables: dict[str, str]) -> dict[str, str]:
        given = {name: substitute(value, variables) for name, value in SERVICES[service]["environment"].items()}
        assert given["DATABASE_URL"] == f"postgres://doccano:{'p' * 48}@postgres:5432/doccano?sslmode=disable"
        here = {
            "DATABASE_URL": f"sqlite:///{self.folder}/db.sqlite3",
            "MEDIA_ROOT": given["MEDIA_ROOT"].replace("/data", str(self.folder)),
            "PYTHONPATH": self._here(given["PYTHONPATH"]),
            "PATH": f"{self.python.parent}:{os.environ['PATH']}",
            "HOME": str(self.folder),
        }
        return given | here

    def run(self, service: str, command: list[str], **variables: str) -> subprocess.CompletedProcess[bytes]:
        environment = self._environment(service, {**EXAMPLE, **SECRETS, **variables})
        words = [self._here(word) for word in command]
        return subprocess.run(words, env=environment, cwd=self.backend, capture_output=True, check=False)

    def start(self, service: str) -> None:
        words = [self._here(word) for word in SERVICES[service]["command"]]
        environment = self._environment(service, {**EXAMPLE, **SECRETS})
        with (self.folder / f"{service}.log").open("wb") as log:
            process = subprocess.Popen(
                words, env=environment, cwd=self.backend, stdout=log, stderr=log, start_new_session=True
            )  # fmt: skip
        self.running.append(process)

    def is_healthy(self, service: str) -> bool:
        first, *command = SERVICES[service]["healthcheck"]["test"]
        assert first == "CMD"
        return self.run(service, command).returncode == 0

    def await_health(self, service: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not self.is_healthy(service):
            assert time.monotonic() < end, (self.folder / f"{service}.log").read_text()
            time.sleep(0.5)

    def stop(self) -> None:
        for process in self.running:  # as `docker stop` does
            process.terminate()
        for process in self.running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


@pytest.fixture
def team(tmp_path):
    team = Team(tmp_path)
    yield team
    team.stop()


def test_its_commands_set_up_serve_and_work(team):
    done = team.run("setup", SERVICES["setup"]["command"])
    assert done.returncode == 0, done.stderr.decode()
    again = team.run("setup", SERVICES["setup"]["command"], DOCCANO_PASSWORD="another-93-one")
    assert again.returncode == 0
    assert not team.is_healthy("web")
    team.start("web")
    team.await_health("web")
    assert not team.is_healthy("worker"), "no task comes back yet"
    team.start("worker")
    team.await_health("worker")
    url = f"http://127.0.0.1:{team.port}"
    assert log_in(url, "admin", SECRETS["DOCCANO_PASSWORD"]), "the first set-up's, which the second did not change"
    assert log_in(url, "admin", "another-93-one") is None
    assert requests.get(url, timeout=10).headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert (team.folder / "uploads").is_dir()
    assert not (team.backend / "filepond-temp-uploads").exists()
