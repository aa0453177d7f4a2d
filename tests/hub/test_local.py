"""What publishing does without a Hub: the dataset that is taken, a folder for git, an archive for Zenodo."""

import json
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser

import pytest

from standoff.corpus import Corpus
from standoff.files import write_text
from tests.conftest import snapshot, standoff
from tests.hub.shelf import digest_of, fill

_SHELF = []
_LFS = "*.parquet filter=lfs diff=lfs merge=lfs -text\n"


@pytest.fixture
def shelf(mini, tmp_path_factory):
    if not _SHELF:
        _SHELF.append(fill(mini, tmp_path_factory.mktemp("shelf")))
    return _SHELF[0]


@pytest.fixture
def corpus(shelf, tmp_path):
    """A corpus with its dataset that a test may change."""
    shutil.copytree(shelf.old.root, tmp_path / "own")
    return Corpus(tmp_path / "own")


def git(folder, *arguments, data=None):
    command = ["git", "-C", str(folder), "-c", "user.name=Ida", "-c", "user.email=ida@harbour.example", *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=True, text=True).stdout


def refused(done, code, *parts):
    assert done.returncode == code, (done.stdout, done.stderr)
    line = done.stderr.splitlines()[-1]
    assert line.startswith("standoff: ") and all(part in line for part in parts), line
    return True


def test_a_dataset_that_is_not_whole_is_not_taken(corpus, tmp_path):
    to = ("publish", "--to", str(tmp_path / "to"))
    folder = corpus.dataset_folder()
    assert refused(standoff("publish", cwd=corpus.root), 2, "nowhere to publish to")
    assert refused(standoff("publish", "harbour", cwd=corpus.root), 2, "'harbour' is no name of a repository")
    card = folder / "README.md"
    text = card.read_text()
    write_text(card, text + "more\n")
    assert refused(standoff(*to, cwd=corpus.root), 1, "README.md", "standoff build")
    card.unlink()
    assert refused(standoff(*to, cwd=corpus.root), 1, "README.md", "standoff build")
    write_text(card, text)
    manifest = folder / "MANIFEST.json"
    table = json.loads(manifest.read_text())
    write_text(manifest, json.dumps({**table, "content": {**table["content"], "spans": {"train": "0" * 64}}}))
    assert refused(standoff(*to, cwd=corpus.root), 1, "not the rows that its manifest states: spans/train")
    write_text(manifest, json.dumps(table))
    settings = (corpus.root / "standoff.toml").read_text()
    write_text(corpus.root / "standoff.toml", settings.replace("1.2.3", "1.2.4"))
    assert refused(standoff(*to, cwd=corpus.root), 2, "version 1.2.4 is not built", "standoff build")
    at = ("--dataset", str(folder))
    assert refused(standoff(*to, *at, cwd=corpus.root), 2, "this is harbour 1.2.3", "harbour 1.2.4")
    assert not (tmp_path / "to").exists()


def test_what_git_released_is_what_is_published(corpus, shelf, tmp_path):
    git(corpus.root, "init", "--quiet")
    git(corpus.root, "add", "standoff.toml")
    git(corpus.root, "commit", "--quiet", "-m", "one")
    to = ("publish", "--to", str(tmp_path / "to"))
    assert "git has no tag v1.2.3 here" in standoff(*to, cwd=corpus.root).stderr
    git(corpus.root, "tag", "-a", "v1.2.3", "-F", "-", data=f"harbour 1.2.3\n\ncontent {digest_of(shelf.other)}\n")
    assert refused(standoff(*to, cwd=corpus.root), 1, "not the content that was released as v1.2.3")
    git(corpus.root, "tag", "-a", "-f", "v1.2.3", "-F", "-", data=f"harbour 1.2.3\n\ncontent {digest_of(corpus)}\n")
    done = standoff(*to, cwd=corpus.root)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_for_git(shelf, tmp_path):
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / ".gitattributes").write_text("*.zip filter=lfs diff=lfs merge=lfs -text\n")
    for corpus in (shelf.old, shelf.new):
        for _ in range(2):
            done = standoff("publish", "--to", str(folder), "--json", cwd=corpus.root)
            assert done.returncode == 0 and json.loads(done.stdout)["to"] == str(folder), done.stderr
            held = {name: data for name, data in snapshot(folder).items() if not name.startswith(".git")}
            assert held == snapshot(corpus.dataset_folder())
        assert (folder / ".git").is_dir()
        assert (folder / ".gitattributes").read_text().splitlines(keepends=True)[1:] == [_LFS]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("keep me")
    assert refused(standoff("publish", "--to", str(tmp_path / "full"), cwd=shelf.old.root), 2, "is in the way")
    itself = str(shelf.old.dataset_folder())
    assert refused(standoff("publish", "--to", itself, cwd=shelf.old.root), 2, "the dataset itself")


def test_private_text_goes_where_git_does_not_look(shelf, tmp_path):
    git(tmp_path, "init", "--quiet")
    private = ("--dataset", str(shelf.old.dataset_folder(private=True)))
    done = standoff("publish", "--to", str(tmp_path / "to"), *private, cwd=shelf.old.root)
    assert refused(done, 2, "git would take this file") and not (tmp_path / "to").exists()
    (tmp_path / ".gitignore").write_text("/to/\n")
    done = standoff("publish", "--to", str(tmp_path / "to"), *private, cwd=shelf.old.root)
    assert done.returncode == 0 and "may not be redistributed" in done.stderr
    archive = ("--archive", str(tmp_path / "to" / "a.zip"))
    done = standoff("publish", *archive, *private, cwd=shelf.old.root)
    assert refused(done, 1, "a private build may not be archived") and not (tmp_path / "to" / "a.zip").exists()


def test_private_text_is_found_whatever_the_manifest_says(shelf, tmp_path):
    folder = shutil.copytree(shelf.old.dataset_folder(private=True), tmp_path / "plain")
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    assert manifest.pop("private") is True
    (folder / "MANIFEST.json").write_text(json.dumps(manifest))
    archive = ("--archive", str(tmp_path / "a.zip"), "--dataset", str(folder))
    assert refused(standoff("publish", *archive, cwd=shelf.old.root), 1, "a private build may not be archived")


class _Text(HTMLParser):
    said = ""

    def handle_data(self, data):
        self.said += data


def test_an_archive_for_zenodo(shelf, corpus, tmp_path):
    first, second = tmp_path / "one.zip", tmp_path / "two.zip"
    for path in (first, second):
        done = standoff("publish", "--archive", str(path), cwd=shelf.old.root)
        assert done.returncode == 0, done.stderr
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        held = {name: archive.read(name) for name in archive.namelist()}
    assert archive.namelist() == sorted(held)
    metadata = json.loads(held.pop("harbour-1.2.3/.zenodo.json"))
    built = {f"harbour-1.2.3/{name}": data for name, data in snapshot(shelf.old.dataset_folder()).items()}
    assert held == built
    assert json.loads((tmp_path / "one.zenodo.json").read_text()) == {"metadata": metadata}
    text = _Text()
    text.feed(metadata.pop("description"))
    assert text.said.strip() == "Short stories about lost data."
    assert metadata == {
        "title": "Harbour 1.2.3",
        "upload_type": "dataset",
        "creators": [{"name": "Verweij, Ida", "affiliation": "Harbour Desk"}],
        "access_right": "open",
        "license": "cc-by-4.0",
        "version": "1.2.3",
        "keywords": ["harbour"],
        "related_identifiers": [],
    }
    assert refused(standoff("publish", "--archive", "a.tar", cwd=corpus.root), 2, "an archive is a .zip")
    settings = (corpus.root / "standoff.toml").read_text()
    write_text(corpus.root / "standoff.toml", settings.partition("[card]")[0])
    assert refused(standoff("publish", "--archive", "a.zip", cwd=corpus.root), 2, "who made the corpus", "authors")
    assert not (corpus.root / "a.zip").exists()
