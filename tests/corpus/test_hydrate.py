"""The five texts that may not be redistributed: put back into a public build they make a private one; else nowhere."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from standoff.build import build
from standoff.cleaning.text import fold_words
from standoff.corpus import Corpus
from standoff.dataset.leaks import RUN, find_leak, find_strings, word_runs
from standoff.dataset.read import list_shards, read_rows
from standoff.hydrate.fingerprint import sketch_text
from standoff.hydrate.hydrate import hydrate
from standoff.records import SPLITS
from tests.conftest import ROOT, standoff

CONFIGS = ("spans", "tokens", "annotators", "cleaning", "standoff")


@pytest.fixture
def public(ours) -> Path:
    """The public build, made before any private text was there."""
    build(ours)
    return ours.dataset_folder()


def read_all(folder: Path) -> dict:
    """The rows of every config but `annotators`, whose private rows no public dataset has."""
    keys = [(config, split) for config in CONFIGS if config != "annotators" for split in SPLITS]
    return {key: list(read_rows(folder, *key)) for key in keys if list_shards(folder, *key)}


def test_a_hydrated_build_is_the_private_build(ours, public, articles, tmp_path):
    report = hydrate(public, articles, tmp_path / "whole")
    assert {one.outcome for one in report.documents} == {"hydrated"}
    assert len(report.documents) == 5
    assert standoff("add", "--private", str(articles), cwd=ours.root).returncode == 0
    build(ours, tmp_path / "private", with_private=True)
    assert read_all(tmp_path / "whole") == read_all(tmp_path / "private")


def test_texts_with_other_spaces_and_quotes_keep_every_label(ours, public, articles, tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    plain = {ord(odd): same for odd, same in zip("’‘“”\xa0–", "''\"\" -", strict=True)}
    for path in articles.glob("*.txt"):
        text = path.read_text(encoding="utf-8").translate(plain)
        (texts / path.name).write_text("Another line.\n" + text.replace("\n", "\n\n"), encoding="utf-8")
    report = hydrate(public, texts, tmp_path / "whole", tolerant=True)
    assert {one.outcome for one in report.documents} == {"tolerant"}
    assert report.ledger.to_dict()["spans"]["orphaned"] == 0
    rows = {row["id"]: row for split in SPLITS for row in read_rows(tmp_path / "whole", "spans", split)}
    for one in report.documents:
        gold = [span.text.translate(plain) for span in ours.read_spans(ours.settings.layer, one.id)]
        assert [span["text"] for span in rows[one.id]["spans"]] == gold


def test_the_fingerprints_are_those_of_the_texts(articles):
    for source in Corpus(ROOT).read_sources().values():
        text = articles / f"{source.id}.txt"
        assert source.words == ("" if source.redistribute else sketch_text(text.read_text("utf-8"), source.sha256))


@pytest.fixture
def forbidden(articles) -> dict[tuple[str, ...], str]:
    """Every ten words in a row of the five texts, headlines apart, and the text they are of."""
    titles = [source.title for source in Corpus(ROOT).read_sources().values()]
    public = set().union(*map(word_runs, titles))
    return {run: path.stem for path in articles.glob("*.txt") for run in word_runs(path.read_text("utf-8")) - public}


def find_runs(texts: Iterator[tuple[str, str]], forbidden: dict[tuple[str, ...], str]) -> list[str]:
    """The names of the texts that hold a forbidden run; three words tell whether it is worth a look."""
    starts = {run[:3] for run in forbidden}
    found = []
    for name, text in texts:
        words = fold_words(text)
        if any(
            three in starts and tuple(words[at : at + RUN]) in forbidden
            for at, three in enumerate(zip(words, words[1:], words[2:], strict=False))
        ):
            found.append(name)
    return found


def test_no_ten_private_words_in_a_public_build(public, forbidden):
    rows = (
        (f"{config}/{split}", row) for config in CONFIGS for split in SPLITS for row in read_rows(public, config, split)
    )
    strings = [(place, value) for place, row in rows for value in find_strings(row)]
    assert len(strings) > 1_000
    files = [(path.name, path.read_text("utf-8", "ignore")) for path in public.rglob("*") if path.is_file()]
    assert find_runs(iter(strings + files), forbidden) == []


def read_history() -> Iterator[tuple[str, str]]:
    """Every file of every commit of every branch and tag, and every message, as text; the same bytes once."""
    git = ["git", "-C", str(ROOT)]
    listed = subprocess.run([*git, "rev-list", "--objects", "--all"], capture_output=True, check=True).stdout
    names = dict(line.partition(b" ")[::2] for line in listed.splitlines())
    asked = b"\n".join(names) + b"\n"
    answer = subprocess.run([*git, "cat-file", "--batch"], input=asked, capture_output=True, check=True).stdout
    stream = io.BytesIO(answer)
    while head := stream.readline().split():
        data = stream.read(int(head[2]) + 1)
        if head[1] != b"tree":
            yield f"{head[0].decode()[:12]} {names[head[0]].decode(errors='replace')}", data.decode("utf-8", "ignore")


def test_no_ten_private_words_in_the_repository_or_its_history(forbidden):
    inside = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--is-shallow-repository"], capture_output=True, text=True
    )
    if inside.returncode:
        pytest.skip("this is no git repository: there is no history to search")
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
    ).stdout.decode()
    here = (
        (name, (ROOT / name).read_text("utf-8", "ignore")) for name in listed.split("\0") if (ROOT / name).is_file()
    )
    assert find_runs(here, forbidden) == []
    assert find_runs(read_history(), forbidden) == []
    if inside.stdout.strip() == "true":
        pytest.skip("a shallow clone: only the commits that are here were searched")


def test_the_search_finds_what_is_there(articles, forbidden):
    text = sorted(articles.glob("*.txt"))[0].read_text("utf-8")
    half = " ".join(text.split()[60:90]).upper()
    assert find_runs(iter([("planted", f"Before. {half}; after"), ("clean", "Before and after.")]), forbidden) == [
        "planted"
    ]
    assert find_leak([half], [text], []) is not None
