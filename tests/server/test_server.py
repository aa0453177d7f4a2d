"""`standoff doccano up`, `down`, `status` on a real server: what is kept, what is shown, and what a kill leaves."""

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests

from standoff.doccano import install as installing
from standoff.doccano.credentials import read_login
from standoff.doccano.install import environment_folder, install
from standoff.doccano.processes import is_gone, is_running
from standoff.doccano.server import down, read_status, up
from standoff.errors import StandoffError
from tests.conftest import standoff
from tests.server.conftest import free_port

PASSWORD = "molo-korvet-93"


def read_pid(home: Path) -> int:
    return int((home / "pid").read_text())


def log_in(url: str, username: str, password: str) -> requests.Session:
    """A session as the pages use it: cookies and the token against forged requests."""
    session = requests.Session()
    session.trust_env = False
    session.post(f"{url}/v1/auth/login/", json={"username": username, "password": password}).raise_for_status()
    session.headers["X-CSRFToken"] = session.cookies["csrftoken"]
    return session


def make_project(session: requests.Session, url: str, name: str) -> str:
    """The address of a new project for spans with one label X; it has sharing on and takes overlapping spans."""
    value = {
        "name": name, "description": "x", "project_type": "SequenceLabeling", "resourcetype": "SequenceLabelingProject",
        "guideline": "", "tags": [], "collaborative_annotation": True, "allow_overlapping": True,
    }  # fmt: skip
    answer = session.post(f"{url}/v1/projects", json=value)
    assert answer.status_code == 201, answer.text
    project = f"{url}/v1/projects/{answer.json()['id']}"
    session.post(f"{project}/span-types", json={"text": "X", "background_color": "#aa0000"}).raise_for_status()
    return project


@pytest.fixture
def migrated(server, own_home):
    """A database in its form, which takes ten seconds to make."""
    own_home.mkdir()
    with (
        closing(sqlite3.connect(server.home / "db.sqlite3")) as database,
        closing(sqlite3.connect(own_home / "db.sqlite3")) as copy,
    ):
        database.backup(copy)
        with copy:
            copy.execute("update auth_user set username = 'nobody' where username = 'admin'")


def test_what_is_kept_is_the_owners_alone(server):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (server.home, *server.home.iterdir())}
    assert modes[server.home.name] == 0o700
    assert modes["password"] == modes["secret_key"] == 0o600
    assert len((server.home / "secret_key").read_text()) > 40


def test_the_password_is_nowhere_but_in_its_file(server):
    log_in(server.url, server.username, server.password)
    process = Path("/proc") / str(read_pid(server.home))
    shown = b"".join((process / name).read_bytes() for name in ("cmdline", "environ"))
    shown += (server.home / "log").read_bytes() + (server.home / "server.json").read_bytes()
    assert b"start.py" in shown
    assert server.password.encode() not in shown
    done = standoff("doccano", "status", cwd=server.home)
    assert done.returncode == 0
    assert server.password not in done.stdout + done.stderr
    assert str(server.home / "password") in done.stdout


def test_up_again_changes_nothing(server, capsys):
    before = read_pid(server.home), (server.home / "server.json").read_bytes()
    told = []
    status = up(server.home, free_port(), told.append)
    assert told == ["it runs already"]
    assert (status.url, status.running) == (server.url, True)
    assert before == (read_pid(server.home), (server.home / "server.json").read_bytes())


def test_status_tells_people_and_machines(server):
    done = standoff("doccano", "status", "--json", cwd=server.home)
    assert done.returncode == 0
    assert json.loads(done.stdout) | {"projects": 0} == {
        "url": server.url, "username": "admin", "home": str(server.home), "version": "1.8.4", "running": True,
        "projects": 0,
    }  # fmt: skip


def test_projects_are_counted(server, fresh):
    before = read_status(server.home).projects
    make_project(log_in(server.url, server.username, server.password), server.url, fresh())
    assert read_status(server.home).projects == before + 1


def test_from_nothing_to_stopped_by_commands(own_home):
    assert standoff("doccano", "status", cwd=own_home.parent).returncode == 1
    port = free_port()
    first = standoff("doccano", "up", "--port", str(port), cwd=own_home.parent)
    assert (first.returncode, first.stdout) == (
        0,
        f"http://127.0.0.1:{port}  user admin, password in {own_home}/password\n",
    )
    login = read_login()
    log_in(login.url, login.username, login.password)
    stopped = f"; the data stays in {own_home}\n"
    assert standoff("doccano", "down", cwd=own_home.parent).stdout == f"stopped{stopped}"
    assert is_gone(own_home)
    assert standoff("doccano", "down", cwd=own_home.parent).stdout == f"was not running{stopped}"
    gone = standoff("doccano", "status", cwd=own_home.parent)
    assert (gone.returncode, "not running" in gone.stdout) == (1, True)
    again = standoff("doccano", "up", cwd=own_home.parent)
    assert again.stdout == first.stdout, "the last port, the same password"
    assert read_login() == login


def test_a_killed_server_comes_back_with_its_data(server, fresh):
    name = fresh("kept")
    make_project(log_in(server.url, server.username, server.password), server.url, name)
    server.kill()
    time.sleep(0.2)
    assert not read_status(server.home).running
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=5)
    server.start()
    projects = log_in(server.url, server.username, server.password).get(f"{server.url}/v1/projects?limit=1000").json()
    assert name in [project["name"] for project in projects["results"]]


def test_only_the_first_process_killed(server):
    before = read_pid(server.home)
    os.kill(before, signal.SIGKILL)
    server.start()
    assert read_pid(server.home) != before
    assert read_status(server.home).running


def test_a_stale_pid_is_nobodys(server):
    server.stop()
    (server.home / "pid").write_text(f"{os.getpid()}\n")  # as if the number had been given to another program
    assert not read_status(server.home).running
    assert down(server.home) is False
    server.start()
    assert read_status(server.home).running


def test_two_ups_at_once_start_one_server(own_home, migrated):
    code = "import sys; from pathlib import Path; from standoff.doccano.server import up;"
    code += "print(up(Path(sys.argv[1]), int(sys.argv[2]), lambda said: print(said, file=sys.stderr)))"
    command = [sys.executable, "-c", code, str(own_home), str(free_port())]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0][0] == said[1][0]
    assert sorted(err for _, err in said) == [b"", b"it runs already\n"]


def test_a_port_of_somebody_else(own_home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(StandoffError, match=f"port {other.getsockname()[1]} of this machine cannot be had"):
            up(own_home, other.getsockname()[1], print)
    assert is_gone(own_home)
    assert not is_running(own_home)


def test_a_password_of_ones_own_is_not_written_down(own_home, migrated, monkeypatch):
    monkeypatch.setenv("DOCCANO_USERNAME", "ada")
    monkeypatch.setenv("DOCCANO_PASSWORD", PASSWORD)
    status = up(own_home, free_port(), print)
    assert (status.username, status.projects) == ("ada", 0)
    assert not (own_home / "password").exists()
    assert not [path for path in own_home.iterdir() if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    log_in(status.url, "ada", PASSWORD)
    monkeypatch.setenv("DOCCANO_PASSWORD", "another-93-one")
    with pytest.raises(
        StandoffError, match="ada has another password there than the one in DOCCANO_PASSWORD"
    ) as caught:
        up(own_home, None, print)
    assert "another-93-one" not in str(caught.value)
    monkeypatch.delenv("DOCCANO_PASSWORD")
    assert read_status(own_home).projects is None
    with pytest.raises(StandoffError, match="no password for this server"):
        read_login()


def test_a_start_that_fails_says_why(own_home):
    own_home.mkdir()
    (own_home / "db.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(StandoffError, match=r"the server did not start: .*file is not a database"):
        up(own_home, free_port(), print)
    assert is_gone(own_home)


def test_strangers_get_nothing(server):
    account = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}
    for path in ("auth/registration/", "users/create"):
        assert requests.post(f"{server.url}/v1/{path}", json=account, timeout=10).status_code in (403, 404)
    assert requests.get(f"{server.url}/v1/users", timeout=10).status_code == 403
    assert requests.get(server.url, headers={"Host": "doccano.example.org"}, timeout=10).status_code == 400
    page = requests.get(f"{server.url}/v1/projects/zero", timeout=10).text
    assert "Traceback" not in page and "DEBUG = True" not in page


def test_only_this_machine_is_listened_to(server):
    port = int(server.url.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) == 0
    with socket.socket() as probe:  # all of 127/8 is this machine, but only one of it was bound
        assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_pages_may_load_nothing_from_elsewhere(server):
    policy = requests.get(server.url, timeout=10).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "http" not in policy and "*" not in policy


def test_it_runs_with_our_settings_and_leaves_its_installation_alone(server):
    code = (
        "import json; from django.conf import settings as s; from django.db import connection;"
        "cursor = connection.cursor();"
        "print(json.dumps([s.DEBUG, s.SECRET_KEY, s.CELERY_TASK_ALWAYS_EAGER, s.DJANGO_DRF_FILEPOND_UPLOAD_TMP,"
        " s.MEDIA_ROOT, cursor.execute('PRAGMA journal_mode').fetchone()[0]]))"
    )
    folder = environment_folder()
    backend = next(folder.glob("lib/*/site-packages/backend"))
    serving = Path(installing.__file__).with_name("serving")
    environment = {
        "PYTHONPATH": f"{serving}:{backend}", "DJANGO_SETTINGS_MODULE": "standoff_settings",
        "STANDOFF_DOCCANO_HOME": str(server.home),
    }  # fmt: skip
    done = subprocess.run([folder / "bin" / "python", "-c", code], env=environment, capture_output=True, check=True)
    key = (server.home / "secret_key").read_text().strip()
    home = str(server.home)
    assert json.loads(done.stdout) == [False, key, True, f"{home}/uploads", f"{home}/media", "wal"]
    assert not (backend / "filepond-temp-uploads").exists()
    assert not (backend / "media").exists()


def test_many_at_once_and_an_import_meanwhile(server, fresh):
    """Three people and 250 writes, none is refused because the database is locked, none is lost."""
    admin = log_in(server.url, server.username, server.password)
    project = make_project(admin, server.url, fresh("crowd"))
    label = admin.get(f"{project}/span-types").json()[0]["id"]
    documents = [
        admin.post(f"{project}/examples", json={"text": "a" * 200, "meta": {}}).json()["id"] for _ in range(2)
    ]  # fmt: skip

    def mark(document: int) -> list[int]:
        session = log_in(server.url, server.username, server.password)
        return [
            session.post(
                f"{project}/examples/{document}/spans", json={"start_offset": n, "end_offset": n + 1, "label": label}
            ).status_code
            for n in range(50)
        ]

    def comment(document: int) -> list[int]:
        session = log_in(server.url, server.username, server.password)
        url = f"{project}/comments?example={document}"
        return [session.post(url, json={"text": f"note {n}"}).status_code for n in range(50)]

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(act, document) for document in documents for act in (mark, comment)]
        jobs.append(pool.submit(import_rows, admin, server.url, project, 1000))
        codes = [code for job in jobs for code in job.result()]
    assert codes == [201] * 200 + [200] * 3
    assert "database is locked" not in (server.home / "log").read_text()
    with closing(sqlite3.connect(server.home / "db.sqlite3")) as database:
        number = project.rpartition("/")[2]
        query = (
            "select count(*) from labels_span s join examples_example e on s.example_id = e.id where e.project_id = ?"
        )
        assert database.execute(query, [number]).fetchone() == (100 + 1000,)


def import_rows(session: requests.Session, url: str, project: str, rows: int) -> list[int]:
    """Import documents with a span each, by the requests of the page; gives its three status codes."""
    data = "".join(json.dumps({"text": f"word {n}", "label": [[0, 4, "X"]]}) + "\n" for n in range(rows))
    files = {"filepond": ("rows.jsonl", data.encode(), "application/json")}
    sent = session.post(f"{url}/v1/fp/process/", files=files, data={"filepond": "{}"})
    value = {
        "format": "JSONL", "task": "SequenceLabeling", "uploadIds": [sent.text], "column_data": "text",
        "column_label": "label", "encoding": "utf_8", "delimiter": "", "uploadErrors": [],
    }  # fmt: skip
    asked = session.post(f"{project}/upload", json=value)
    told = session.get(f"{url}/v1/tasks/status/{asked.json()['task_id']}")
    assert told.json()["ready"] and not told.json()["result"]["error"], told.text
    return [sent.status_code, asked.status_code, told.status_code]


# --- the installation, with a small package in place of a large one ---


@pytest.fixture
def small(tmp_path, monkeypatch):
    """An empty cache, and pins that are installed in seconds."""
    pins = tmp_path / "requirements.txt"
    pins.write_text("six==1.17.0\n")
    monkeypatch.setattr(installing, "_PINS", pins)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return pins


def test_an_installation_that_was_cut_off_is_made_anew(small):
    folder = environment_folder()
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text("half")
    told = []
    python = install(told.append)
    assert "installing doccano 1.8.4" in told[0]
    subprocess.run([python, "-c", "import six"], check=True)
    assert install(told.append) == python
    assert len(told) == 1


def test_two_installations_at_once_are_one(small):
    told = []
    with ThreadPoolExecutor(2) as pool:
        assert len({job.result() for job in [pool.submit(install, told.append) for _ in range(2)]}) == 1
    assert len(told) == 1


def test_an_installation_that_fails_says_why_and_is_not_taken_for_a_good_one(small):
    small.write_text("six==0.0.1.dev1\n")
    with pytest.raises(StandoffError, match=r"could not be installed: .*six==0\.0\.1\.dev1"):
        install(print)
    assert not (environment_folder() / "ready").exists()


def test_new_pins_are_a_new_environment(small):
    before = environment_folder()
    small.write_text("six==1.16.0\n")
    assert environment_folder() != before
