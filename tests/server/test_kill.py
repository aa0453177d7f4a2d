"""Kill -9 at any moment of a push or a pull (client, server, both): a rerun ends where an undisturbed run ends.

The moments are random with fixed seeds: a step (a request to the server or the write of a file), and a while after it.
"""

import random
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from standoff.corpus import Corpus
from standoff.doccano import fill as filling
from standoff.doccano.processes import is_gone
from tests.server.acting import (
    Annotator,
    connect,
    fetch,
    git,
    make_corpus,
    read_project,
    send,
    start,
    suggest,
    tamper,
)

BATCH = 6
TEXTS = {f"k{number:02}": f"{'😀' * (number % 3)} Ann Lode told Per Aune of pier {number}." for number in range(24)}
PEOPLE = ("ida", "ben")
WHILE = (0.0, 0.01, 0.1, 0.3)
"""Seconds after a step."""
KILLS = [*["client"] * 10, *["server"] * 2, *["both"] * 2]


@dataclass(frozen=True, slots=True)
class Calm:
    """An undisturbed run: its steps, what is on the server then, and what is in the repository."""

    steps: int
    state: dict[str, object]
    files: dict[str, bytes]


def moments(steps: int, seed: int) -> list[tuple[str, int, float]]:
    """Who is killed, after which step, and how long after it: spread over the run."""
    numbers = random.Random(seed)
    points = [int(steps * (at + numbers.random()) / len(KILLS)) for at in range(len(KILLS))]
    whom = numbers.sample(KILLS, len(KILLS))
    return [(one, point, numbers.choice(WHILE)) for one, point in zip(whom, points, strict=True)]


def count_steps(process: subprocess.Popen[str]) -> int:
    """Let a run end, and count its steps."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.count("step\n")


def kill(process: subprocess.Popen[str], server, whom: str, steps: int, after: float) -> None:
    """Kill a run at a moment; the server is running again afterwards."""
    assert process.stdout is not None
    for _ in range(steps):
        process.stdout.readline()
    time.sleep(after)
    if whom != "server":
        process.kill()
    if whom != "client":
        server.kill()
        while not is_gone(server.home):
            time.sleep(0.05)
    _, err = process.communicate(timeout=120)
    if whom != "client":
        server.start()
    assert server.password not in err
    if whom == "server" and process.returncode != 0:
        assert err.strip().splitlines()[-1].startswith("standoff.errors.StandoffError: http"), err


def read_files(corpus: Corpus) -> dict[str, bytes]:
    """What git would take, without the name of the corpus, which is another in each run."""
    names = git(corpus.root, "ls-files", "-co", "--exclude-standard").splitlines()
    name = corpus.settings.name.encode()
    return {one: (corpus.root / one).read_bytes().replace(name, b"NAME") for one in names}


def read_state(server, corpus: Corpus) -> dict[str, object]:
    """Both projects as they are seen from outside, with the accounts by their pseudonyms."""
    state: dict[str, object] = {}
    for one in PEOPLE:
        project = read_project(server, f"{corpus.settings.name} spring {one}")
        members = {name.removeprefix(f"{corpus.settings.name}."): role for name, role in project["members"].items()}
        state[one] = {**project, "members": members}
    return state


def make(root: Path) -> Corpus:
    """A corpus whose annotators have accounts that the server does not know yet."""
    corpus = make_corpus(root, TEXTS, suggested=suggest(TEXTS))
    lines = [f'[{one}]\nusername = "{corpus.settings.name}.{one}"\n' for one in PEOPLE]
    (root / "members.toml").write_text("".join(lines))
    git(root, "init", "-q")
    return corpus


@pytest.fixture(scope="module")
def calm_push(server, tmp_path_factory) -> Calm:
    corpus = make(tmp_path_factory.mktemp("calm"))
    steps = count_steps(start("push", corpus, server, BATCH))
    return Calm(steps, read_state(server, corpus), read_files(corpus))


@pytest.mark.parametrize("number", range(len(KILLS)))
def test_a_push_that_was_killed_ends_as_one_that_was_not(server, calm_push, tmp_path, monkeypatch, number):
    whom, steps, after = moments(calm_push.steps, 11)[number]
    corpus = make(tmp_path / "corpus")
    kill(start("push", corpus, server, BATCH), server, whom, steps, after)
    monkeypatch.setattr(filling, "BATCH", BATCH)
    send(corpus, server, to=PEOPLE, calibration=True, suggestions="suggested")
    assert read_state(server, corpus) == calm_push.state
    assert read_files(corpus) == calm_push.files
    for one in PEOPLE:  # the password that is kept is that of the account
        username, at = f"{corpus.settings.name}.{one}", f"{corpus.settings.name} spring {one}"
        assert len(Annotator(server, corpus, username, at=at).see()) == len(TEXTS)
    assert send(corpus, server, to=PEOPLE, calibration=True).accounts[0].parts["there already"] == len(TEXTS)


@pytest.fixture(scope="module")
def marked(server, tmp_path_factory) -> Corpus:
    """A round that is on the server, with all but two documents confirmed and some comments."""
    corpus = make(tmp_path_factory.mktemp("marked"))
    send(corpus, server, to=PEOPLE, calibration=True, suggestions="suggested")
    for one in PEOPLE:
        at = f"{corpus.settings.name} spring {one}"
        person = Annotator(server, corpus, f"{corpus.settings.name}.{one}", at=at)
        person.comment("k03", "Ann Lode: who is she?")
        person.comment("k04", "An odd text.")
        person.mark("k05", 0, 2, "DATA")
        project = connect(server).find_project(at)
        tamper(
            server,
            "insert into examples_examplestate (confirmed_at, confirmed_by_id, example_id) select datetime(), 1, id"
            " from examples_example where project_id = ? and json_extract(meta, '$.doc_id') < 'k22'",
            project.id,
        )
    return corpus


def copy(corpus: Corpus, root: Path) -> Corpus:
    shutil.copytree(corpus.root, root)
    return Corpus(root)


@pytest.fixture(scope="module")
def calm_pull(server, marked, tmp_path_factory) -> Calm:
    corpus = copy(marked, tmp_path_factory.mktemp("calm") / "corpus")
    steps = count_steps(start("pull", corpus, server, BATCH))
    files = read_files(corpus)
    assert sum(name.endswith(".jsonl") and name.startswith("annotations/ida/k") for name in files) == 23
    return Calm(steps, read_state(server, corpus), files)


@pytest.mark.parametrize("number", range(len(KILLS)))
def test_a_pull_that_was_killed_ends_as_one_that_was_not(server, marked, calm_pull, tmp_path, number):
    whom, steps, after = moments(calm_pull.steps, 12)[number]
    corpus = copy(marked, tmp_path / "corpus")
    kill(start("pull", corpus, server, BATCH), server, whom, steps, after)
    assert fetch(corpus, server).rejects == ()
    assert read_files(corpus) == calm_pull.files
    assert read_state(server, corpus) == calm_pull.state
    assert {"ida: nothing changed", "ben: nothing changed"} <= set(fetch(corpus, server).ledger.remarks)
