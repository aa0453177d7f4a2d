"""`standoff hydrate`: rows are those of a private build, another text is never half-filled, a version is placed."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from datasets import load_dataset

from standoff.add import add
from standoff.build import build
from standoff.check import check
from standoff.clean import clean
from standoff.dataset.leaks import find_leak, find_strings, word_runs
from standoff.dataset.read import list_shards, read_manifest, read_rows
from standoff.errors import StandoffError
from standoff.hydrate.hydrate import Report, hydrate
from standoff.jsonl import write_records
from standoff.records import SPLITS, Cut, Source
from tests.conftest import PRIVATE, find_spans, snapshot, standoff, template

GONE = "Nobody at Kellan Salvage had an answer at first.\n\n"
"""A paragraph that the other version of the story does not have."""
CALL = "Follow us for more news from the coast"
"""What a person cut."""
STORY = f"""\
The night ferry lost a box of files

{GONE}\
The harbour office of Sundvik said on Monday that a box with the medical files of two hundred sailors fell from the \
night ferry. Ola Brandt of the Harbour Office called it “a plain mistake”, and promised letters to all of them.

{CALL}

Divers from Kellan Salvage looked for the box on Tuesday and found a bicycle, a lamp and one wet folder. The union of \
sailors asked the court in Sundvik for an order. Its speaker, Mira Holt, counted twelve earlier cases.

“We were told that nothing could be read any more”, Holt said. The Harbour Office did not say who had packed the box, \
nor why it stood on the open deck of a ferry in November. Kellan Salvage will go down again on Friday.
"""
NAMES = {
    **{"Sundvik": "ORG", "Harbour Office": "ORG", "Ola Brandt": "PERSON", "Kellan Salvage": "ORG"},
    **{"Mira Holt": "PERSON", "medical files": "DATA"},
}


def take_in(corpus, document_id: str, text: str, names: dict[str, str], folder: Path) -> None:
    """A private document with gold."""
    path = folder / f"{document_id}.txt"
    path.write_text(text, encoding="utf-8")
    add(corpus, [path], template(redistribute=False))
    clean(corpus)
    write_records(corpus.spans_file("gold", document_id), find_spans(text, names))


@pytest.fixture
def ferry(mini, tmp_path):
    """The corpus with a longer private story."""
    (tmp_path / "in").mkdir()
    take_in(mini, "sailors", STORY, NAMES, tmp_path / "in")
    start = STORY.index(CALL)
    call = Cut(start, start + len(CALL), "newsletter", "person:ida")
    write_records(mini.cuts_file("sailors"), sorted([*mini.read_cuts("sailors"), call]))
    clean(mini)
    return mini


@pytest.fixture
def dataset(ferry, tmp_path) -> Path:
    build(ferry, tmp_path / "public")
    return tmp_path / "public"


@pytest.fixture
def texts(tmp_path) -> Path:
    """The private texts under names that say nothing."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text(PRIVATE, encoding="utf-8")
    (folder / "b.txt").write_text(STORY, encoding="utf-8")
    (folder / "else.txt").write_text("Nothing of this is in the corpus.\n", encoding="utf-8")
    return folder


def rows_of(folder: Path) -> dict:
    splits = [(config, split) for config in ("spans", "tokens", "cleaning", "standoff") for split in SPLITS]
    return {key: list(read_rows(folder, *key)) for key in splits if list_shards(folder, *key)}


def outcomes(report: Report) -> dict[str, str]:
    return {one.id: one.outcome for one in report.documents}


def test_rows_are_those_of_a_private_build(ferry, dataset, texts, tmp_path):
    build(ferry, tmp_path / "private", with_private=True)
    report = hydrate(dataset, texts, tmp_path / "whole")
    assert outcomes(report) == {"sailors": "hydrated", "quarry": "hydrated"}
    assert report.whole
    assert rows_of(tmp_path / "whole") == rows_of(tmp_path / "private")
    own, private = read_manifest(tmp_path / "whole"), read_manifest(tmp_path / "private")
    assert (own.content, own.private, own.version) == (private.content, True, private.version)


def test_what_is_written_loads_and_says_that_it_is_private(dataset, texts, tmp_path):
    hydrate(dataset, texts, tmp_path / "whole")
    for streaming in (False, True):
        options = {"cache_dir": str(tmp_path / "cache"), "streaming": streaming}
        rows = {row["id"]: row for row in load_dataset(str(tmp_path / "whole"), "spans", split="test", **options)}
        assert {"sailors", "quarry"} <= rows.keys()
        for span in rows["sailors"]["spans"]:
            assert rows["sailors"]["text"][span["start"] : span["end"]] == span["text"]
    card = (tmp_path / "whole" / "README.md").read_text(encoding="utf-8")
    assert "may not be redistributed" in card.split("---")[2][:400]
    assert "license: other" in card
    manifest = read_manifest(tmp_path / "whole")
    assert set(manifest.files) == {name for name in snapshot(tmp_path / "whole") if name != "MANIFEST.json"}
    again = hydrate(tmp_path / "whole", texts, tmp_path / "again")
    assert outcomes(again) == {"sailors": "present", "quarry": "present"}
    assert again.folder is None


def test_another_text_is_never_half_filled(dataset, texts, tmp_path):
    (texts / "b.txt").unlink()
    (texts / "sailors.txt").write_text(STORY.replace("two hundred", "three hundred"), encoding="utf-8")
    before = snapshot(dataset)
    report = hydrate(dataset, texts, tmp_path / "whole")
    assert outcomes(report) == {"sailors": "another text", "quarry": "hydrated"}
    assert not report.whole
    written = [value for rows in rows_of(tmp_path / "whole").values() for row in rows for value in find_strings(row)]
    assert find_leak(written, [STORY], ["The night ferry lost a box of files"]) is None
    assert {row["id"] for row in read_rows(tmp_path / "whole", "standoff", "test")} == {"sailors", "quarry"}
    ledger = report.ledger.to_dict()
    assert ledger["documents"] | {"total": 2, "hydrated": 1, "another text": 1} == ledger["documents"]
    assert ledger["spans"]["kept"] + ledger["spans"]["another text"] == ledger["spans"]["total"]
    assert snapshot(dataset) == before


def test_without_a_text_nothing_is_written(dataset, tmp_path):
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "x.txt").write_text("Some other words.\n", encoding="utf-8")
    done = standoff("hydrate", str(dataset), str(tmp_path / "none"), cwd=tmp_path)
    assert (done.returncode, "nothing was written" in done.stdout) == (1, True)
    assert not (tmp_path / "public-hydrated").exists()


def test_the_command_writes_beside_the_dataset_and_tells_all(dataset, texts, tmp_path):
    done = standoff("hydrate", str(dataset), str(texts), "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert Path(told["folder"]) == tmp_path / "public-hydrated"
    assert {one["id"]: one["file"] for one in told["documents"]} == {"sailors": "b.txt", "quarry": "a.txt"}
    assert told["ledger"]["files"] == {"total": 3, "used": 2, "not used": 1}
    for wrong in (["nowhere", str(texts)], [str(dataset), "nowhere"], [str(texts), str(texts)]):
        assert standoff("hydrate", *wrong, cwd=tmp_path).returncode == 2


def other_version(text: str) -> str:
    """As another extractor may give it: without a paragraph and the call to follow, other spaces, quotes and breaks."""
    text = text.replace(GONE, "").replace(f"{CALL}\n\n", "")
    return "Sundvik Courier\n" + text.replace("“", '"').replace("”", '"').replace("\n\n", "\n").replace(". ", ".\xa0 ")


def test_another_version_keeps_its_labels_on_the_same_words(ferry, dataset, texts, tmp_path):
    (texts / "b.txt").write_text(other_version(STORY), encoding="utf-8")
    assert outcomes(hydrate(dataset, texts, tmp_path / "strict"))["sailors"] == "not found"
    report = hydrate(dataset, texts, tmp_path / "whole", tolerant=True)
    told = {one.id: one for one in report.documents}
    assert (told["sailors"].outcome, told["sailors"].file, told["quarry"].outcome) == ("tolerant", "b.txt", "hydrated")
    row = {row["id"]: row for row in read_rows(tmp_path / "whole", "spans", "test")}["sailors"]
    gold = [span for span in ferry.read_spans("gold", "sailors") if span.start != STORY.index("Kellan")]
    assert [(span["label"], span["text"]) for span in row["spans"]] == [(span.label, span.text) for span in gold]
    assert told["sailors"].verdicts == {"moved": len(gold), "orphaned": 1}
    assert any(remark.startswith("orphaned ORG [") for remark in told["sailors"].remarks)
    assert row["seed_sha256"] != ferry.read_sources()["sailors"].sha256
    assert not report.whole


def test_cuts_follow_into_another_version(ferry, dataset, texts, tmp_path):
    version = other_version(STORY).replace("Divers from", f"{CALL}\nDivers from")
    (texts / "b.txt").write_text(version, encoding="utf-8")
    hydrate(dataset, texts, tmp_path / "whole", tolerant=True)
    row = {row["id"]: row for row in read_rows(tmp_path / "whole", "cleaning", "test")}["sailors"]
    told = [(version[one["start"] : one["end"]], one["kind"]) for one in row["cuts"] if one["by"] == "person:ida"]
    assert told == [(CALL, "newsletter")]


def test_files_that_could_be_either_are_taken_for_neither(dataset, texts, tmp_path):
    (texts / "b.txt").write_text(other_version(STORY), encoding="utf-8")
    (texts / "c.txt").write_text(other_version(STORY) + "Read by many.\n", encoding="utf-8")
    report = hydrate(dataset, texts, tmp_path / "whole", tolerant=True)
    assert outcomes(report)["sailors"] == "ambiguous"
    (texts / "c.txt").rename(texts / "sailors.txt")
    report = hydrate(dataset, texts, tmp_path / "whole", tolerant=True)
    assert [one.file for one in report.documents if one.id == "sailors"] == ["sailors.txt"]


def test_windows_line_ends_are_another_version(dataset, texts, tmp_path):
    (texts / "b.txt").write_bytes(b"\xef\xbb\xbf" + STORY.replace("\n", "\r\n").encode())
    report = hydrate(dataset, texts, tmp_path / "whole")
    assert outcomes(report)["sailors"] == "not found"
    assert any(remark.startswith("b.txt: ") for remark in report.ledger.remarks)
    assert outcomes(hydrate(dataset, texts, tmp_path / "whole", tolerant=True))["sailors"] == "hydrated"


def test_a_dataset_of_before_is_refused(dataset, texts, tmp_path):
    import pyarrow.parquet as pq

    (shard,) = list_shards(dataset, "standoff", "test")
    pq.write_table(pq.read_table(shard).drop_columns(["words", "checks"]), shard)
    with pytest.raises(StandoffError, match="no column 'words'"):
        hydrate(dataset, texts, tmp_path / "whole")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row.update(words="zz"), "no group of a fingerprint"),
        (lambda row: row.update(checks=row["checks"][4:]), "not as many checks as spans"),
        (lambda row: row.update(checks="zzzz" + row["checks"][4:]), "invalid literal"),
        (lambda row: row["spans"][-1].update(end=row["chars"] + 1), "leaves"),
        (lambda row: row["spans"][0].update(start=9, end=3), "leaves"),
        (lambda row: row["cuts"].append(row["cuts"][0]), "is empty, overlaps another"),
    ],
    ids=["words", "checks", "digits", "beyond", "turned", "cuts"],
)
def test_a_row_that_contradicts_itself_is_refused(dataset, texts, tmp_path, change, said):
    """Its spans would be filled with other words."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    (shard,) = list_shards(dataset, "standoff", "test")
    table = pq.read_table(shard)
    rows = table.to_pylist()
    change(next(row for row in rows if row["id"] == "sailors"))
    pq.write_table(pa.Table.from_pylist(rows, table.schema), shard)
    with pytest.raises(StandoffError, match=f"sailors in config standoff: .*{said}"):
        hydrate(dataset, texts, tmp_path / "whole")
    assert not (tmp_path / "whole").exists()


def test_fingerprints_come_with_the_text_and_are_held_against_it(ferry, tmp_path):
    sources = ferry.read_sources()
    assert all(bool(source.words) != source.redistribute for source in sources.values())
    bare = [Source(**{**{k: getattr(s, k) for k in Source.__slots__}, "words": ""}) for s in sources.values()]
    write_records(ferry.sources_file, bare)
    assert {one.outcome for one in add(ferry, [tmp_path / "in"], template(redistribute=False))} == {"present"}
    assert ferry.read_sources()["sailors"] == sources["sailors"]
    wrong = [Source(**{**{k: getattr(s, k) for k in Source.__slots__}, "words": "0:0"}) for s in sources.values()]
    write_records(ferry.sources_file, wrong)
    found = [issue.at for issue in check(ferry).issues if issue.rule == "source-words"]
    assert sorted(found) == sorted(sources)


def test_no_ten_words_of_a_private_text_are_in_a_public_build(ferry, dataset, tmp_path):
    """And the search finds them where they are: planted in a row, and in the card."""
    private = [PRIVATE, STORY]
    titles = [source.title for source in ferry.read_sources().values()]

    def strings(folder: Path) -> list[str]:
        rows = [value for rows in rows_of(folder).values() for row in rows for value in find_strings(row)]
        return rows + [path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()]

    assert find_leak(strings(dataset), private, titles) is None
    shutil.copytree(dataset, tmp_path / "planted")
    card = tmp_path / "planted" / "README.md"
    words = " ".join(STORY.split()[30:42])
    card.write_text(card.read_text(encoding="utf-8") + words, encoding="utf-8")
    assert find_leak(strings(tmp_path / "planted"), private, titles)
    hydrate(dataset, tmp_path / "in", tmp_path / "whole")
    assert find_leak(strings(tmp_path / "whole"), private, titles)


def test_the_fingerprint_holds_no_words(ferry):
    for source in ferry.read_sources().values():
        assert set(source.words) <= set("0123456789: ")
        digits = "".join(group.partition(":")[2] for group in source.words.split())
        assert set(digits) <= set("0123")
    assert not word_runs(STORY) & word_runs(" ".join(source.words for source in ferry.read_sources().values()))


def test_texts_go_only_where_git_does_not_look(dataset, texts, tmp_path):
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    for out, message in ((repository / "out", "git would take this file"), (dataset / "out", "inside the dataset")):
        with pytest.raises(StandoffError, match=message):
            hydrate(dataset, texts, out)
        assert not out.exists()
