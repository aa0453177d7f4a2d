"""`standoff new`: what it makes is sound as it stands, made whole or not at all, and goes all the way to a dataset."""

import json
import os
import re
import shutil
import subprocess
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.check import check
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.guidelines.render.colors import LEAST, contrast, text_colors
from standoff.guidelines.schema import read_schema
from standoff.new import make_plan, new
from standoff.new.labels import make_pages
from tests.conftest import ROOT, snapshot, standoff

TODAY = date(2025, 5, 1)
STOCK = ["PERSON", "ORG", "GPE", "LOC", "NORP", "PRODUCT", "LAW", "EVENT", "DATE", "MONEY"]
COURT = ROOT / "tests" / "cases" / "court"
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,9}", fullmatch=True)


def make(path, labels=("PERSON", "COURT"), language="de", name="court-news", **words):
    return new(path, make_plan(name, language, list(labels), **{"title": "", "licence": "CC-BY-4.0", **words}), TODAY)


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize(
    "labels", [STOCK, ["PER", "ORG", "LOC", "MISC"], ["COURT=The name of a court.", "Judge_1", "x"]]
)
def test_it_is_sound_as_it_stands(tmp_path, labels, language):
    make(tmp_path / "news", labels, language, title='Wörter "in" Anführung | \\ und # so')
    checked = check(Corpus(tmp_path / "news"))
    assert (checked.issues, checked.waived) == ([], [])
    done = standoff("guidelines", cwd=tmp_path / "news")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "no errors, no warnings")
    assert standoff("clean", cwd=tmp_path / "news").returncode == 0
    assert Corpus(tmp_path / "news").settings.title == 'Wörter "in" Anführung | \\ und # so'


def test_the_same_plan_gives_the_same_bytes(tmp_path):
    files = make(tmp_path / "a").files
    make(tmp_path / "b")
    one, other = (
        {name: data for name, data in snapshot(tmp_path / folder).items() if not name.startswith(".git/")}
        for folder in "ab"
    )
    assert one == other
    assert sorted(one) == sorted(files)
    for name, data in one.items():
        assert not re.search(rb"\{\{|\}\}|breach|privacy|Breach", data), name


def test_names_that_others_have_for_a_label():
    (page,) = make_pages(["PER"], "de")
    assert (page.label.name, page.label.ontonotes, page.label.conll) == ("PER", "PERSON", "PER")
    assert page.marked[0] == "[Hanna Lindner]{PER} sagte aus."


def test_the_form_of_an_unknown_label_says_what_to_fill_in(tmp_path):
    make(tmp_path / "news", ["COURT", "JUDGE=The name of a judge."])
    schema = read_schema(tmp_path / "news" / "guidelines" / "labels.toml")
    court, judge = schema.labels
    assert court.definition.startswith("FILL IN")
    assert judge.definition == "The name of a judge."
    assert "FILL IN" in (tmp_path / "news" / "guidelines" / "JUDGE.md").read_text()


@given(st.lists(NAMES, min_size=1, max_size=36, unique_by=str.lower))
@settings(max_examples=40)
def test_any_labels_have_looks_of_their_own(names):
    try:
        pages = make_pages(names, "en")
    except StandoffError as error:
        assert "cannot be a label: " in str(error)
        return
    labels = [page.label for page in pages]
    assert len({label.hotkey for label in labels}) == len({label.color for label in labels}) == len(names)
    assert all(re.fullmatch("[a-z0-9]", label.hotkey) for label in labels)


def test_text_is_readable_on_every_colour(tmp_path):
    make(tmp_path / "news", [f"L{number}" for number in range(36)])
    schema = read_schema(tmp_path / "news" / "guidelines" / "labels.toml")
    texts = text_colors(schema)
    assert all(contrast(texts[label.name], label.color) >= LEAST for label in schema.labels)


WRONG = {
    "white space": (["--label", "MY LABEL"], "'MY LABEL' cannot be a label (a letter, then letters"),
    "a hyphen": (["--label", "B-PER"], "'B-PER' cannot be a label"),
    "nothing": (["--label", "=The name of a court."], "'' cannot be a label"),
    "IOB2": (["--label", "O"], "'O' cannot be a label: in IOB2"),
    "a page": (["--label", "Readme"], "'Readme' cannot be a label: guidelines/README.md"),
    "rules for all": (["--label", "ALL"], "'ALL' cannot be a label: rules for all labels"),
    "twice": (["--label", "LAW", "--label", "LAW=a law"], "the label 'LAW' is given twice"),
    "case": (["--label", "LAW", "--label", "Law"], "the label 'Law' differs from 'LAW' in case alone"),
    "too many": ([part for at in range(37) for part in ("--label", f"L{at}")], "37 labels (at most 36"),
    "a definition of two lines": (["--label", "LAW=a\nb"], r"'a\nb' is no definition (one sentence"),
    "a definition like a list": (["--label", "LAW=- [a"], "'- [a' is no definition"),
    "language": (["--label", "LAW", "--language", "German"], "'German' is no language"),
    "licence": (["--label", "LAW", "--licence", "CC BY"], "'CC BY' is no licence"),
    "name": (["--label", "LAW", "--name", "court news"], "'court news' is no name"),
    "title": (["--label", "LAW", "--title", "a\nb"], "--title is more than one line"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_in_one_line(tmp_path, case):
    arguments, message = WRONG[case]
    done = standoff("new", "news", "--language", "de", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"standoff: {message}")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced(tmp_path):
    (tmp_path / "full" / "sub").mkdir(parents=True)
    (tmp_path / "full" / "standoff.toml").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "here").mkdir()
    before = snapshot(tmp_path)
    for path, cwd, message in (
        ("full", tmp_path, "full: the folder is not empty"),
        ("file", tmp_path, "file: is in the way"),
        (".", tmp_path / "here", "you stand in this folder"),
    ):
        done = standoff("new", path, "--language", "de", "--label", "LAW", cwd=cwd)
        assert done.returncode == 2
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
    assert snapshot(tmp_path) == before


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    done = standoff("new", "empty", "--language", "de", "--label", "LAW", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert told["name"] == "empty"
    assert sorted(told["files"]) == sorted(
        name for name in snapshot(tmp_path / "empty") if not name.startswith(".git/")
    )


def test_killed_half_way_nothing_is_there_and_a_rerun_is_whole(tmp_path, monkeypatch):
    """A git that kills who calls it: by then every file is written."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "git").write_text("#!/bin/sh\nkill -9 $PPID\n")
    (programs / "git").chmod(0o755)
    arguments = ("new", "news", "--language", "de", "--label", "LAW")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
        assert standoff(*arguments, cwd=tmp_path, process=True).returncode == -9
    assert not (tmp_path / "news").exists()
    assert standoff(*arguments, cwd=tmp_path).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "news"]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_a_repository_is_begun_where_there_is_none(tmp_path, monkeypatch):
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert make(tmp_path / "news").git
    assert "?? standoff.toml" in git("-C", "news", "status", "--short")
    git("init", "--quiet", "outer")
    assert not make(tmp_path / "outer" / "news").git
    assert not (tmp_path / "outer" / "news" / ".git").exists()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not make(tmp_path / "without").git


def test_private_text_stays_out_of_git(tmp_path):
    make(tmp_path / "news")
    (tmp_path / "secret.txt").write_text("Das Landgericht tagt.\n\nEs tagt am Montag wieder.\n")
    assert standoff("add", "../secret.txt", "--private", cwd=tmp_path / "news").returncode == 0
    listed = subprocess.run(
        ["git", "status", "--short", "--untracked-files=all"],
        cwd=tmp_path / "news",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "seeds/sources.jsonl" in listed
    assert "secret" not in listed
