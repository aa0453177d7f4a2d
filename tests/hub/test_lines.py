"""A corpus whose documents are lines of JSON: published without a release, and never released or verified."""

import json
import os
import shutil
import zipfile

import pytest

from standoff.corpus import Corpus
from tests.conftest import HARBOUR, snapshot, standoff
from tests.hub.test_local import refused, tell
from tests.package.releasing import git, start

LINES = [
    {"id": "barge", "seed": "Ida Verweij lost a list of names.\n", "split": "train"},
    {
        "id": "buoy",
        "seed": "Nils Brandt kept a ledger of every boat in the office of the harbour.\n",
        "split": "test",
        "title": "A ledger",
        "redistribute": False,
    },
]
SPANS = [{"start": 0, "end": 11, "label": "PERSON"}]


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """What docs/build.md says that such a repository holds, in git, built with private texts and without."""
    for name, value in (("GIT_CONFIG_GLOBAL", os.devnull), ("GIT_CONFIG_NOSYSTEM", "1")):
        monkeypatch.setenv(name, value)
    corpus = Corpus(tmp_path / "lines")
    corpus.labels_file.parent.mkdir(parents=True)
    shutil.copy(HARBOUR / "standoff.toml", corpus.root)
    shutil.copy(HARBOUR / "labels.toml", corpus.labels_file)
    settings = corpus.root / "standoff.toml"
    settings.write_text(settings.read_text() + '\n[card]\nauthors = [{ name = "Verweij, Ida" }]\n')
    corpus.card_file.write_text("Short stories about lost data.\n")
    start(corpus)
    rows = [{**line, "spans": [{**span, "text": line["seed"][:11]} for span in SPANS]} for line in LINES]
    (tmp_path / "documents.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for options in ((), ("--with-private",)):
        done = standoff("build", "--shard", str(tmp_path / "documents.jsonl"), *options, cwd=corpus.root)
        assert done.returncode == 0, done.stderr
    return corpus


def test_it_is_published_without_a_release(corpus, tmp_path):
    done = standoff("publish", "--to", str(tmp_path / "to"), "--archive", str(tmp_path / "a.zip"), cwd=corpus.root)
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1), done.stderr
    assert "note: the documents are no files of this repository" in done.stderr
    held = {name: data for name, data in snapshot(tmp_path / "to").items() if name != ".gitattributes"}
    assert held == snapshot(corpus.dataset_folder())
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert "harbour-1.2.3/spans/train-00000-of-00001.parquet" in archive.namelist()


def test_its_private_texts_are_found_whatever_its_manifest_says(corpus, tmp_path):
    folder = shutil.copytree(corpus.dataset_folder(private=True), tmp_path / "plain")
    for private in (True, False):
        tell(folder, private=private)
        done = standoff("publish", "--archive", "a.zip", "--dataset", str(folder), cwd=corpus.root)
        assert refused(done, 1, "a private build may not be archived")


def test_it_is_neither_released_nor_verified(corpus):
    done = standoff("release", "--dry-run", "--json", cwd=corpus.root)
    (refusal,) = json.loads(done.stdout)["refused"]
    assert (done.returncode, refusal["what"]) == (1, "documents")
    assert "seeds/sources.jsonl is missing" in refusal["message"] and "standoff publish" in refusal["hint"]
    verify = ("verify", str(corpus.dataset_folder()))
    assert refused(standoff(*verify, cwd=corpus.root), 2, "holds no documents as files")
    git(corpus.root, "tag", "--annotate", "--message", "by hand", "v1.2.3")
    assert refused(standoff(*verify, cwd=corpus.root), 2, "holds no documents as files")
    done = standoff(*verify, cwd=corpus.root.parent)
    assert done.returncode == 0 and "files and rows are as MANIFEST.json says" in done.stdout
