"""The builder as a stream: what is written depends on the documents alone, not on batches, processes or shards."""

import json
import random
import subprocess
import sys

import pytest
from datasets import load_dataset
from hypothesis import given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from standoff.build import build
from standoff.corpus import Corpus
from standoff.dataset import parquet, write
from standoff.dataset.features import dataset_features
from standoff.dataset.kept_parts import KeptParts
from standoff.dataset.leaks import find_forbidden
from standoff.dataset.manifest import hash_rows
from standoff.dataset.parts import Recipe
from standoff.dataset.read import list_shards, read_manifest, read_rows
from standoff.dataset.readings import Reading, read_readings
from standoff.dataset.shards import write_shard
from standoff.dataset.tokens import load_tokenizer, split_sentences
from standoff.dataset.write import batch_readings, write_tables
from standoff.errors import StandoffError
from standoff.files import hash_text
from standoff.folders import replaced_folder
from standoff.records import SPLITS, Cut, Source, Span
from tests.conftest import snapshot, standoff

RECIPE = Recipe("en", "1.0.0", dataset_features(["PERSON", "ORG"]), frozenset())


def make_readings(count: int, private: int = 0) -> list[Reading]:
    """Documents of invented words; every `private`-th may not be redistributed."""
    numbers = random.Random(count)
    readings = []
    for number in range(count):
        words = numbers.choices(["Ida Holm", "lost", "the", "files.", "Norrsund Lines", "\n"], k=40)
        seed = "Share\n" + " ".join(words)
        spans = [Span(at, at + 8, "PERSON", "Ida Holm") for at in range(len(seed)) if seed.startswith("Ida Holm", at)]
        public = not private or number % private != 0
        about = Source(
            f"d{number:05}", "", hash_text(seed), len(seed), "Share", None, None, None, "en", "CC0", public, "written"
        )
        marked = {"ida": tuple(spans[:1])} if number % 3 == 0 else {}
        cut = (Cut(0, 6, "share", "rule:share"),)
        readings.append(Reading(about, numbers.choice(SPLITS), seed if public else None, cut, tuple(spans), marked))
    return readings


def write_with(monkeypatch, tmp_path, name: str, readings: list[Reading], **sizes: int):
    for size, value in sizes.items():
        monkeypatch.setattr(write if size == "BATCH" else parquet, size, value)
    (tmp_path / name).mkdir()
    return write_tables(RECIPE, iter(readings), tmp_path / name)


def test_bytes_do_not_depend_on_batches_or_processes(monkeypatch, tmp_path):
    readings = make_readings(300, private=7)
    small = write_with(monkeypatch, tmp_path, "small", readings, BATCH=16, GROUP=50)
    whole = write_with(monkeypatch, tmp_path, "whole", readings, BATCH=10_000, GROUP=50)
    assert small == whole
    assert snapshot(tmp_path / "small") == snapshot(tmp_path / "whole")
    assert len(list(batch_readings(readings))) == 1
    total = whole.summary.totals
    assert (total["documents"], total["without text"]) == (300, 43)
    assert sum(whole.summary.characters.values()) == total["characters"]
    assert whole.summary.count("spans") == 257


def test_batches_hold_every_document_once_and_a_new_one_moves_few_borders(monkeypatch):
    monkeypatch.setattr(write, "BATCH", 16)
    readings = make_readings(400)
    before, after = (
        [tuple(one.source.id for one in batch) for batch in batch_readings(found)]
        for found in (readings, readings[:37] + readings[38:])
    )
    assert [name for batch in before for name in batch] == [one.source.id for one in readings]
    assert len(set(before) - set(after)) == 1


def test_a_large_split_goes_on_in_another_shard(monkeypatch, tmp_path):
    written = write_with(monkeypatch, tmp_path, "out", make_readings(300), GROUP=20, SHARD=5_000)
    folder = tmp_path / "out"
    shards = list_shards(folder, "spans", "train")
    assert len(shards) > 2
    assert [path.name for path in shards] == [f"train-{at:05}-of-{len(shards):05}.parquet" for at in range(len(shards))]
    assert not list(folder.rglob("*.part"))
    for (config, split), count in written.summary.rows.items():
        rows = list(read_rows(folder, config, split))
        assert len(rows) == count
        assert hash_rows(rows) == written.content[config][split]
    files = [str(path) for path in shards]
    loaded = load_dataset("parquet", data_files=files, split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded["id"] == [row["id"] for row in read_rows(folder, "spans", "train")]


def test_it_stops_at_text_that_must_not_be_published(tmp_path):
    readings = make_readings(20)
    forbidden = find_forbidden([readings[3].seed], [])
    recipe = Recipe("en", "1.0.0", RECIPE.features, forbidden)
    assert write_tables(recipe, readings, tmp_path).leak is not None


def test_a_correction_makes_one_part_anew_and_the_same_bytes(mini, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setattr(write, "BATCH", 1)
    build(mini, tmp_path / "out")
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "user").rglob("build/*/*.zip")}
    assert len(kept) > 2
    path = mini.spans_file("gold", "ferry") if mini.spans_file("gold", "ferry").exists() else None
    path = path or sorted(mini.layer_folder("gold").glob("*.jsonl"))[0]
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[1:]), encoding="utf-8")
    build(mini, tmp_path / "out")
    now = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "user").rglob("build/*/*.zip")}
    assert len(now) == len(kept)
    assert len(now.keys() - kept.keys()) == 1
    assert all(now[name] == kept[name] for name in now.keys() & kept.keys())
    build(mini, tmp_path / "anew", anew=True)
    assert snapshot(tmp_path / "anew") == snapshot(tmp_path / "out")


def test_a_broken_part_is_made_anew(mini, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    build(mini, tmp_path / "out")
    for path in (tmp_path / "user").rglob("build/*/*.zip"):
        path.write_bytes(path.read_bytes()[:100])
    build(mini, tmp_path / "again")
    assert snapshot(tmp_path / "again") == snapshot(tmp_path / "out")


def test_private_text_is_never_kept(mini, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    build(mini, tmp_path / "out", with_private=True)
    assert not list((tmp_path / "user").rglob("*.zip"))


def test_a_part_of_another_version_is_not_taken(mini):
    recipes = [Recipe("en", version, RECIPE.features, frozenset()) for version in ("1.0.0", "1.0.1")]
    readings = make_readings(3)
    assert len({KeptParts.of(mini, recipe).name(readings) for recipe in recipes}) == 2


def test_shards_and_files_give_the_same_dataset(mini, tmp_path):
    assert write_shard(tmp_path / "documents.jsonl", read_readings(mini, with_private=True)) == 5
    build(mini, tmp_path / "files", with_private=True)
    build(mini, tmp_path / "lines", with_private=True, shards=[tmp_path / "documents.jsonl"])
    assert snapshot(tmp_path / "lines") == snapshot(tmp_path / "files")
    build(mini, tmp_path / "public", shards=[tmp_path / "documents.jsonl"])
    build(mini, tmp_path / "public files")
    assert read_manifest(tmp_path / "public").content == read_manifest(tmp_path / "public files").content


def test_a_line_needs_no_more_than_id_and_seed(mini: Corpus, tmp_path):
    rows = [{"id": f"d{at}", "seed": f"Ida lost file {at}.", "spans": [json.loads(SPAN)]} for at in range(9)]
    (tmp_path / "new.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = standoff("build", "--shard", str(tmp_path / "new.jsonl"), "--out", str(tmp_path / "out"), cwd=mini.root)
    assert done.returncode == 0, done.stderr
    found = [row for split in SPLITS for row in read_rows(tmp_path / "out", "spans", split)]
    assert sorted(row["id"] for row in found) == [row["id"] for row in rows]
    assert {row["licence"] for row in found} == {mini.settings.licence}


SPAN = '{"start": 0, "end": 3, "label": "PERSON", "text": "Ida"}'
CUT = '{"start": 0, "end": 4, "kind": "ad", "by": "rule:x"}'
BAD = {
    "not JSON": "{",
    "the strings id and seed": '{"id": "b"}',
    "is no id": '{"id": "A B", "seed": "Ida"}',
    "unknown field 'text'": '{"id": "b", "seed": "Ida", "text": "Ida"}',
    "not in labels.toml": '{"id": "b", "seed": "Ida", "spans": [' + SPAN.replace("PERSON", "NOBODY") + "]}",
    "the seed has 'Ada'": '{"id": "b", "seed": "Ada", "spans": [' + SPAN + "]}",
    "lies in a cut": '{"id": "b", "seed": "Ida x", "spans": [' + SPAN + '], "cuts": [' + CUT + "]}",
    "no such kind": '{"id": "b", "seed": "Ida x", "cuts": [' + CUT.replace("ad", "odd") + "]}",
    "is not within": '{"id": "b", "seed": "Ida", "cuts": [' + CUT + "]}",
    "no such split": '{"id": "b", "seed": "Ida", "split": "dev"}',
    "sort by id": '{"id": "a", "seed": "Ida"}',
    "private text cannot be": '{"id": "x", "seed": "Ida", "title": "I", "redistribute": false, "split": "train"}',
    "needs a title": '{"id": "x", "seed": "Ida", "redistribute": false}',
    "the seed is empty": '{"id": "x", "seed": " "}',
    "the same twice": '{"id": "x", "seed": "Ida", "spans": [' + SPAN + ", " + SPAN + "]}",
    "the seed holds '\\r'": '{"id": "b", "seed": "Ida\\r\\n"}',
    "is missing": '{"id": "b", "seed": "Ida", "spans": [{"start": 0}]}',
    "annotators is an object": '{"id": "b", "seed": "Ida", "annotators": []}',
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_line_is_named_and_nothing_is_written(mini, tmp_path, message):
    (tmp_path / "bad.jsonl").write_text('{"id": "a", "seed": "Ida"}\n' + BAD[message] + "\n", encoding="utf-8")
    with pytest.raises(StandoffError) as caught:
        build(mini, tmp_path / "out", shards=[tmp_path / "bad.jsonl"])
    assert caught.value.line == 2
    assert (message if message != "not JSON" else "Expecting") in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_private_text_in_a_public_line_is_refused(mini, tmp_path):
    text = "the quay keeper found eleven wet boxes of letters under a broken pier that spring"
    rows = [
        {"id": "a", "seed": f"Boxes\n\nA reader wrote that {text}."},
        {"id": "b", "seed": f"Wet\n\nSo {text}.", "redistribute": False, "title": "Wet"},
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(StandoffError, match="may not be redistributed"):
        build(mini, tmp_path / "out", shards=[tmp_path / "rows.jsonl"])
    assert not (tmp_path / "out").exists()


def test_a_part_with_a_leak_is_not_kept(mini, tmp_path):
    readings = make_readings(20)
    recipe = Recipe("en", "1.0.0", RECIPE.features, find_forbidden([readings[3].seed], []))
    kept = KeptParts(tmp_path / "kept", "recipe")
    (tmp_path / "out").mkdir()
    assert write_tables(recipe, readings, tmp_path / "out", kept).leak is not None
    assert not list(tmp_path.rglob("*.zip"))


def test_private_text_goes_only_where_git_does_not_look(mini, tmp_path):
    subprocess.run(["git", "init", "-q", str(mini.root)], check=True)
    (mini.root / ".gitignore").write_text("/seeds/private/\n")
    with pytest.raises(StandoffError, match="git would take this file"):
        build(mini, mini.root / "full", with_private=True)
    assert not (mini.root / "full").exists()
    (mini.root / ".gitignore").write_text("/seeds/private/\n/full/\n")
    build(mini, mini.root / "full", with_private=True)


WRITER = """
import sys, time
from pathlib import Path
from standoff.folders import replaced_folder
with replaced_folder(Path(sys.argv[1]), "mark") as new:
    (new / "mark").write_text("first")
    print("inside", flush=True)
    time.sleep(60)
"""


def test_two_runs_never_write_one_folder(tmp_path):
    """A second run is told so; when the first is killed, nothing keeps the next one out."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "out")], stdout=subprocess.PIPE) as first:
        assert first.stdout.readline() == b"inside\n"
        with pytest.raises(StandoffError, match="another run"), replaced_folder(tmp_path / "out", "mark"):
            pass
        first.kill()
    with replaced_folder(tmp_path / "out", "mark") as new:
        (new / "mark").write_text("second")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "mark").read_text() == "second"


def by_line(text: str) -> list[list[tuple[int, str]]]:
    """Sentences line by line, each line read for itself: the plain meaning of split_sentences without spans."""
    sentences, start = [], 0
    for line in text.split("\n"):
        for sentence in load_tokenizer("en")(line).sents:
            tokens = [(start + token.idx, token.text) for token in sentence if not token.is_space]
            sentences += [tokens] if tokens else []
        start += len(line) + 1
    return sentences


PIECES = ["Ida", "Mr.", " ", "\n", ". ", ".", '"', "”", "?!", "\t", "\u00a0", "…", "  "]


@rounds(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_a_line_never_shares_a_sentence_with_the_next(parts):
    text = "".join(parts)
    assert [[(token.start, token.text) for token in one] for one in split_sentences(text, "en")] == by_line(text)
