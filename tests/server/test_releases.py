"""Whole releases: killed at any moment there is no trace of one, or all of it; without private texts; other columns."""

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from standoff.errors import StandoffError
from standoff.release.columns import to_lines
from standoff.release.copies import SETTINGS, Order, build_all
from tests.conftest import snapshot, standoff
from tests.package.releasing import break_span, drop_span, git, raise_version, start

KILLS = 8


@pytest.fixture
def repository(mini):
    """The small corpus in git, ready for its first release."""
    start(mini)
    return mini


@pytest.fixture
def released(repository):
    """One with a release 1.2.3, and a change that is 1.2.4."""
    git(repository.root, "tag", "--annotate", "--message", "harbour 1.2.3", "v1.2.3")
    drop_span(repository)
    raise_version(repository, "1.2.4")
    return repository


def release(root, after=None):
    """Release in a process of its own, killed so many seconds after its start; gives the seconds that it ran."""
    begun = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "standoff", "release"], cwd=root, stdout=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
    return time.monotonic() - begun


def read_message(root):
    return git(root, "tag", "--list", "--format=%(contents)")


def without_release(files):
    """The files that a release never touches."""
    return {name: data for name, data in files.items() if not name.startswith((".git/", "dist/"))}


def state(root):
    """Every file, those of git too, and what git says of it."""
    return snapshot(root), git(root, "--no-optional-locks", "status", "--porcelain"), git(root, "for-each-ref")


def test_killed_at_any_moment(repository, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    root, whole = repository.root, tmp_path / "whole"
    shutil.copytree(root, whole)
    seconds = release(whole)
    (name, kind) = git(whole, "for-each-ref", "--format=%(refname) %(objecttype)", "refs/tags").split()
    assert (name, kind) == ("refs/tags/v1.2.3", "tag")

    before, chance, released = state(root), random.Random(6), 0
    for number in range(KILLS):
        after = seconds * (number + chance.random()) / KILLS
        release(root, after)
        time.sleep(0.5)  # git itself was not killed, and what was ordered ends by itself
        if git(root, "tag"):
            files, status, _ = state(root)
            assert without_release(files) == without_release(before[0])
            assert (status, git(root, "cat-file", "-t", "v1.2.3")) == (before[1], "tag\n")
            assert read_message(root) == read_message(whole)
            released += 1
            git(root, "tag", "--delete", "v1.2.3")
            shutil.rmtree(root / "dist", ignore_errors=True)
            before = state(root)
        else:
            assert state(root) == before, f"killed after {after:.2f} s of {seconds:.2f}"
    assert released < KILLS - 2  # most of them came in time
    release(root)
    assert read_message(root) == read_message(whole)
    left = [path.name for path in (tmp_path / "temporary").glob("standoff-copy-*")]
    assert left == []  # what killed ones left was swept up by the last


def test_a_dry_run_in_a_clone_changes_nothing(repository, tmp_path):
    """A clone has no private text, and gives the same content."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository.root), str(clone))
    for name in ("user.name", "user.email"):
        git(clone, "config", name, "ben")
    before = state(clone)
    done = standoff("release", "--dry-run", "--json", cwd=clone)
    report = json.loads(done.stdout)
    assert (done.returncode, report["tag"], report["refused"]) == (0, None, [])
    assert state(clone) == before
    assert json.loads(standoff("release", "--json", cwd=repository.root).stdout)["content"] == report["content"]


def test_columns_are_held_against_those_in_the_last_tag(repository):
    """Only a build shows that one is gone: then it is refused before the tag."""
    root = repository.root
    old = to_lines({"tokens": {"id": "string", "pos_tags": ["string"]}})
    git(root, "tag", "--annotate", "--message", f"x\n\n{old}", "v1.2.3")
    raise_version(repository, "1.2.4")
    before = state(root)
    done = standoff("release", "--json", cwd=root)
    report = json.loads(done.stdout)
    assert (done.returncode, [one["what"] for one in report["refused"]]) == (1, ["bump"])
    assert report["reasons"][0] == "column removed (tokens.pos_tags)"
    assert state(root) == before


def test_killed_while_it_builds_there_is_no_trace(released, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = snapshot(released.root)
    process = subprocess.Popen([sys.executable, "-m", "standoff", "release"], cwd=released.root)
    while process.poll() is None and not list(tmp_path.glob("standoff-copy-*/1/files/standoff.toml")):
        time.sleep(0.02)
    process.kill()
    assert process.wait() == -9
    assert snapshot(released.root) == before


def test_builds_end_with_the_release_that_ordered_them(released, tmp_path, monkeypatch):
    """Nobody is left to wait for them."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with subprocess.Popen([sys.executable, "-m", "standoff", "release"], cwd=released.root) as process:
        while process.poll() is None and len(list_builds(process.pid)) < 2:
            time.sleep(0.02)
        builds = list_builds(process.pid)
        process.kill()
    assert len(builds) == 2
    while any(map(is_build, builds)):
        time.sleep(0.1)
    assert list(tmp_path.glob("standoff-copy-*/**/files"))
    assert not list(tmp_path.glob("standoff-copy-*/**/MANIFEST.json"))  # they did not go on to their end


def list_builds(parent):
    """The builds that a process has started, by number."""
    try:
        pids = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid for pid in pids if is_build(pid)]


def is_build(pid):
    """Whether such a process runs; one that ended and was not waited for has no command."""
    try:
        return b"standoff.cli" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_build_that_fails_says_why(repository, tmp_path):
    break_span(repository)
    with pytest.raises(StandoffError, match=r"the build of a clean copy failed: .*PARROT"):
        build_all([Order(repository.root, tmp_path / "out" / "dataset", SETTINGS[0])])
