"""`croissant.json`, held against mlcroissant: valid without a warning, and its records are the rows."""

import json
import logging
import subprocess
import sys
from dataclasses import replace
from datetime import date
from math import isnan
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from standoff.build import build
from standoff.corpus import Corpus
from standoff.dataset import parquet
from standoff.dataset.croissant import to_croissant
from standoff.dataset.croissant.responsible import SECTIONS, STATEMENTS
from standoff.dataset.features import CONFIGS
from standoff.dataset.manifest import hash_file
from standoff.dataset.read import list_shards, read_rows
from standoff.jsonl import write_records
from tests.package.test_card import COMPLETE, SETTINGS, make_facts

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # rdflib, pandas
CARD = """
[card]
published = 2026-03-01
authors = [{ name = "Holm, Ida", affiliation = "Quay", orcid = "0000-0001" }]
"""


def open_croissant(folder: Path):
    import mlcroissant

    return mlcroissant.Dataset(str(folder / "croissant.json"))


@pytest.fixture
def dataset(mini, tmp_path, monkeypatch):
    """A build with every config, its longer splits in several shards."""
    settings = mini.root / "standoff.toml"
    settings.write_text(settings.read_text() + CARD)
    for annotator in ("ida", "ben"):
        mini.layer_folder(annotator).mkdir()
        (mini.layer_folder(annotator) / "layer.toml").write_text('guidelines = "0.3.0"\nannotators = "x"\n')
        for one in ("bank", "clinic"):
            write_records(mini.spans_file(annotator, one), mini.read_spans("gold", one))
    mini.spans_file("gold", "school").write_text("")  # a document without spans
    monkeypatch.setattr(parquet, "GROUP", 1)
    monkeypatch.setattr(parquet, "SHARD", 1)
    build(Corpus(mini.root), tmp_path / "out")  # the settings anew
    return tmp_path / "out"


def read_names(croissant) -> dict[str, dict[int, str]]:
    """For each field that holds numbers of an enumeration, the names behind them."""
    fields = [field for one in croissant.metadata.record_sets for field in one.fields]
    fields += [part for field in fields for part in field.sub_fields]
    sets = {field.id: field.description.rstrip(".").rpartition(" ")[2] for field in fields if field.description}
    names = {
        one: {row[f"{one}/number"]: row[f"{one}/name"] for row in croissant.records(one)} for one in set(sets.values())
    }
    return {field: names[one] for field, one in sets.items()}


def to_row(record, names) -> dict:
    """A record as a row: fields by their last name, text decoded, numbers of enumerations by name."""
    return {field.rpartition("/")[2]: to_value(value, names.get(field), names) for field, value in record.items()}


def to_value(value, numbered, names):
    if isinstance(value, dict):
        return to_row(value, names)
    if isinstance(value, list):
        return [to_value(one, numbered, names) for one in value]
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if value is None or isnan(value):
        return None
    return numbered[int(value)] if numbered else value


def read_records(croissant, config, **options) -> list[dict]:
    names = read_names(croissant)
    return [to_row(record, names) for record in croissant.records(config, **options)]


def test_records_of_every_config_are_its_rows(dataset):
    assert len(list_shards(dataset, "spans", "train")) > 1
    croissant = open_croissant(dataset)
    configs = [one.id for one in croissant.metadata.record_sets if one.id in CONFIGS]
    assert configs == list(CONFIGS)
    for config in configs:
        found = read_records(croissant, config)
        splits = sorted({row["split"] for row in found})
        rows = [{"split": split, **row} for split in splits for row in read_rows(dataset, config, split)]
        assert found == rows, config
        assert len(rows) == sum(pq.read_metadata(path).num_rows for path in (dataset / config).glob("*.parquet"))


def test_records_of_one_split(dataset):
    for config in CONFIGS:
        for split in ("train", "test"):
            rows = [{"split": split, **row} for row in read_rows(dataset, config, split)]
            filters = {f"{config}/split": split}
            if rows:
                assert read_records(open_croissant(dataset), config, filters=filters) == rows


def test_enumerations(dataset):
    croissant = open_croissant(dataset)
    assert [row["labels/name"] for row in croissant.records("labels")] == ["PERSON", "ORG", "DATA"]
    assert all(row["labels/definition"] for row in croissant.records("labels"))
    assert [row["tags/name"] for row in croissant.records("tags")][:3] == ["O", "B-PERSON", "I-PERSON"]
    urls = {row["splits/name"]: row["splits/url"] for row in croissant.records("splits")}
    assert urls == {"train": "cr:TrainingSplit", "test": "cr:TestSplit"} | (
        {"validation": "cr:ValidationSplit"} if "validation" in urls else {}
    )


def test_mlcroissant_validates_without_a_word(dataset):
    command = str(Path(sys.executable).parent / "mlcroissant")
    arguments = ["validate", "--jsonld", str(dataset / "croissant.json")]
    done = subprocess.run([command, *arguments], capture_output=True, text=True, check=True)
    (line,) = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    assert line.endswith("Done.")


def test_nothing_is_lost_in_reading(dataset, caplog):
    """What is written is what mlcroissant understands: no issue, and each property under its own name."""
    with caplog.at_level(logging.WARNING):
        metadata = open_croissant(dataset).metadata
    assert not caplog.records
    assert not metadata.ctx.issues.errors and not metadata.ctx.issues.warnings
    assert (metadata.name, metadata.version, metadata.date_published.date()) == ("harbour", "1.2.3", date(2026, 3, 1))
    assert [creator.name for creator in metadata.creators] == ["Ida Holm"]
    assert metadata.cite_as.startswith("@misc{harbour-1.2.3,")
    assert metadata.description == "Short stories about lost data."
    assert metadata.annotations_per_item == "4 readings of 4 documents with text: 1.0 readings a document on average."
    assert "were cut: " in metadata.data_preprocessing_protocol[0]


def test_every_file_has_its_hash_and_size(dataset):
    told = json.loads((dataset / "croissant.json").read_text(encoding="utf-8"))["distribution"]
    files = {one["contentUrl"]: one for one in told if one["@type"] == "cr:FileObject"}
    assert set(files) == {path.relative_to(dataset).as_posix() for path in dataset.rglob("*.parquet")}
    for path, one in files.items():
        assert one["sha256"] == hash_file(dataset / path)
        assert one["contentSize"] == f"{(dataset / path).stat().st_size} B"


# --- what it says ---


def read_croissant(**changes) -> dict:
    return json.loads(to_croissant(make_facts(**changes)))


def test_sections_and_statements_go_where_the_tables_say():
    about = "Papers.\n\n## How it came about\n\n" + "".join(f"* **{one}.** Of {one}, `so`.\n" for one in STATEMENTS)
    about += "".join(f"\n## {one}\n\nIn {one}: {{documents}}.\n" for one in SECTIONS)
    told = read_croissant(about=about)
    for table, said in ((STATEMENTS, "Of {}, so."), (SECTIONS, "In {}: 1,500.")):
        for name, key in table.items():
            assert said.format(name) in told[f"rai:{key}"].split("\n")
    assert told["description"] == "Papers."


def test_what_nobody_says_is_left_out():
    told = read_croissant(about="Papers.\n")
    computed = {"dataCollection", "dataAnnotationProtocol", "dataPreprocessingProtocol", "dataAnnotationAnalysis"}
    for key in {*SECTIONS.values(), *STATEMENTS.values()}:
        assert (f"rai:{key}" in told) == (key in computed)
    assert told["rai:dataCollection"] == "Documents by origin: published elsewhere: 3, written for this corpus: 1,500."
    assert told["rai:dataAnnotationAnalysis"] == (
        "Strict span F1 of 2 annotators on 1,200 documents, before adjudication: 0.900."
    )
    assert not {"creator", "publisher", "datePublished", "keywords", "url", "sameAs"} & told.keys()


def test_a_private_build_says_so():
    told = read_croissant(private=True, about=COMPLETE)
    assert told["license"] == "other"
    assert told["description"].startswith("Private build: ") and told["description"].endswith("Papers of a quay.")
    assert told["isAccessibleForFree"] is False


def test_who_made_it_and_where_it_is():
    card = {
        "authors": [{"name": "Holm, Ida", "orcid": "0000-0002"}, {"name": "Quay Desk"}],
        "tags": ["quays"],
        "repository": "ida/quay",
        "homepage": "https://quay.example",
        "publisher": "Quay Press",
    }
    told = read_croissant(settings=replace(SETTINGS, card=card))
    assert told["creator"] == [
        {"@type": "sc:Person", "name": "Ida Holm", "identifier": "https://orcid.org/0000-0002"},
        {"@type": "sc:Organization", "name": "Quay Desk"},
    ]
    assert (told["url"], told["sameAs"]) == ("https://quay.example", "https://huggingface.co/datasets/ida/quay")
    assert (told["keywords"], told["publisher"]["name"]) == (["quays"], "Quay Press")
