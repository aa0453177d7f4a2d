"""Whole releases: killed at any moment there is no trace of one, or all of it; without private texts; other columns."""

import json
import random
import shutil
import subprocess
import sys
import time

import pytest

from standoff.release.columns import to_lines
from tests.conftest import snapshot, standoff
from tests.package.releasing import git, raise_version, start

KILLS = 8


@pytest.fixture
def repository(mini):
    """The small corpus in git, ready for its first release."""
    start(mini)
    return mini


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
        time.sleep(0.5)  # git itself was not killed
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
