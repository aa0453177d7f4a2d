"""What publishing does without a Hub: the dataset that is taken, a folder for git, an archive for Zenodo."""

import json
import resource
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from itertools import count

import pytest

from standoff.corpus import Corpus
from standoff.dataset.manifest import hash_file, hash_rows
from standoff.dataset.read import read_rows
from standoff.files import write_text
from standoff.hub.built import find_built
from standoff.hub.tree import write_tree
from tests.conftest import snapshot, standoff
from tests.hub.shelf import digest_of, fill
from tests.package.killing import killed

_SHELF = []
TRAIN = "spans/train-00000-of-00001.parquet"
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


def tell(folder, **changes):
    """Change the manifest of a dataset."""
    path = folder / "MANIFEST.json"
    write_text(path, json.dumps(json.loads(path.read_text()) | changes))


def add_file(folder, name, source):
    """A file, and its hash in the manifest."""
    shutil.copy(source, folder / name)
    files = json.loads((folder / "MANIFEST.json").read_text())["files"]
    tell(folder, files={**files, name: hash_file(folder / name)})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: add_file(folder, "harbour.py", folder / "README.md"), "does not build: harbour.py"),
        (lambda folder: add_file(folder, "spans/train-x.parquet", folder / TRAIN), "spans/train-x.parquet"),
        (lambda folder: tell(folder, files={}), "its manifest lacks CHANGELOG.md, README.md"),
        (lambda folder: tell(folder, language="de"), "its manifest says language 'de'"),
        (lambda folder: tell(folder, standoff=""), "built before standoff 0.5"),
        (lambda folder: tell(folder, labels={"DATA": "", "ORG": "", "PERSON": ""}), "not the labels that its manifest"),
        (lambda folder: tell(folder, files={"../../../victim.txt": "0"}), "which is no place in this folder"),
    ],
)
def test_what_its_own_manifest_vouches_for_is_not_taken(corpus, tmp_path, change, said):
    change(corpus.dataset_folder())
    done = standoff("publish", "--to", str(tmp_path / "to"), cwd=corpus.root)
    assert done.returncode and refused(done, done.returncode, said) and not (tmp_path / "to").exists()


def test_no_file_outside_of_the_folder_is_touched(shelf, tmp_path):
    folder, beside = tmp_path / "to", tmp_path / "beside"
    assert standoff("publish", "--to", str(folder), cwd=shelf.old.root).returncode == 0
    manifest = (folder / "MANIFEST.json").read_text()
    (tmp_path / "victim.txt").write_text("keep me")
    tell(folder, files={"../victim.txt": "0"})
    assert refused(standoff("publish", "--to", str(folder), cwd=shelf.new.root), 1, "not a manifest")
    (folder / "MANIFEST.json").write_text(manifest)
    (folder / "spans").rename(beside)
    (folder / "spans").symlink_to(beside)
    before = snapshot(beside)
    assert refused(standoff("publish", "--to", str(folder), cwd=shelf.new.root), 2, "a link leads out of the folder")
    assert snapshot(beside) == before and (tmp_path / "victim.txt").read_text() == "keep me"


def test_attributes_of_git_in_another_encoding_stay(shelf, tmp_path):
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / ".gitattributes").write_bytes(b"# f\xfcr\n*.zip -text")
    done = standoff("publish", "--to", str(tmp_path / "to"), cwd=shelf.old.root)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "to" / ".gitattributes").read_bytes() == b"# f\xfcr\n*.zip -text\n" + _LFS.encode()


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


def cut(folder, at):
    path = folder / "MANIFEST.json"
    path.write_bytes(path.read_bytes()[:at])


@pytest.mark.parametrize("at", [0, 40, -1])
def test_a_manifest_cut_short_is_written_again(shelf, tmp_path, at):
    """As a full disk left it, when it was copied in place."""
    folder, to = tmp_path / "to", ("publish", "--to", str(tmp_path / "to"))
    assert standoff(*to, cwd=shelf.old.root).returncode == 0
    whole = snapshot(folder)
    (folder / "croissant.json").unlink()
    cut(folder, at)
    assert standoff(*to, cwd=shelf.old.root).returncode == 0
    assert snapshot(folder) == whole


def test_a_manifest_cut_short_says_not_whose_the_rest_is(shelf, tmp_path):
    folder = tmp_path / "to"
    assert standoff("publish", "--to", str(folder), cwd=shelf.old.root).returncode == 0
    cut(folder, -20)
    before = snapshot(folder)
    assert refused(standoff("publish", "--to", str(folder), cwd=shelf.new.root), 1, "not a manifest", "git checkout")
    (folder / "letter.txt").write_text("keep me")
    assert refused(standoff("publish", "--to", str(folder), cwd=shelf.old.root), 1, "not a manifest", "git checkout")
    assert snapshot(folder) == {**before, "letter.txt": b"keep me"}


@pytest.mark.parametrize("size", [20, 300, 6_000])
def test_a_disk_that_fills(shelf, tmp_path, size):
    """A limit on file size fails a write as a full disk does; the manifest is there whole or as it was."""
    folder, to = tmp_path / "to", ("publish", "--to", str(tmp_path / "to"))
    assert standoff(*to, cwd=shelf.old.root).returncode == 0
    manifests = [(corpus.dataset_folder() / "MANIFEST.json").read_bytes() for corpus in (shelf.old, shelf.new)]
    command = [sys.executable, "-m", "standoff", *to]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # noqa: E731
    done = subprocess.run(command, cwd=shelf.new.root, capture_output=True, text=True, preexec_fn=limit, check=False)
    assert refused(done, 1, "cannot be written", "run the command again") and len(done.stderr.splitlines()) <= 2
    assert (folder / "MANIFEST.json").read_bytes() in manifests
    assert standoff(*to, cwd=shelf.new.root).returncode == 0
    held = {name: data for name, data in snapshot(folder).items() if name != ".gitattributes"}
    assert held == snapshot(shelf.new.dataset_folder())


def test_killed_while_it_writes_a_folder(shelf, tmp_path):
    """At each step on the disk, into a new folder and over an older version."""
    new = find_built(shelf.new)
    built = snapshot(new.folder)
    for older in (False, True):
        for at in count():
            folder = tmp_path / f"{at}-{older}"
            if older:
                write_tree(find_built(shelf.old), folder)
            was_killed = killed(at, lambda: write_tree(new, folder))  # noqa: B023 - called at once
            write_tree(new, folder)
            assert {name: data for name, data in snapshot(folder).items() if name != ".gitattributes"} == built
            if not was_killed:
                break
        assert at > 10


def test_private_text_goes_where_git_does_not_look(shelf, tmp_path):
    git(tmp_path, "init", "--quiet")
    private = ("--dataset", str(shelf.old.dataset_folder(private=True)))
    done = standoff("publish", "--to", str(tmp_path / "to"), *private, cwd=shelf.old.root)
    assert refused(done, 2, "git would take this file") and not (tmp_path / "to").exists()
    (tmp_path / ".gitignore").write_text("/to/*\n!/to/spans/\n")
    done = standoff("publish", "--to", str(tmp_path / "to"), *private, cwd=shelf.old.root)
    assert refused(done, 2, "/to/spans/", "git would take this file") and not (tmp_path / "to").exists()
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


def test_private_text_is_found_whatever_its_file_is_called(shelf, tmp_path):
    """By its columns: here it is the config that holds none."""
    folder = shutil.copytree(shelf.old.dataset_folder(), tmp_path / "plain")
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    (split,) = manifest["content"]["standoff"]
    name = f"standoff/{split}-00000-of-00001.parquet"
    add_file(folder, name, shelf.old.dataset_folder(private=True) / name.replace("standoff", "spans", 1))
    tell(folder, content={**manifest["content"], "standoff": {split: hash_rows(read_rows(folder, "standoff", split))}})
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
    assert text.said.strip().splitlines()[0] == "Short stories about lost data."
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
    write_text(corpus.root / "standoff.toml", settings.partition("[card]")[0] + '[card]\nauthors = ["Ida"]\n')
    assert refused(standoff("publish", "--archive", "a.zip", cwd=corpus.root), 1, "an author cannot be 'Ida'")
    write_text(corpus.root / "standoff.toml", settings.partition("[card]")[0])
    assert refused(standoff("publish", "--archive", "a.zip", cwd=corpus.root), 2, "who made the corpus", "authors")
    assert not (corpus.root / "a.zip").exists()
