import json
import subprocess

import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, get_dataset_config_names, load_dataset
from huggingface_hub import DatasetCard

from standoff.adjudicate.adjudicate import Policy, adjudicate
from standoff.build import build
from standoff.check import check
from standoff.clean import clean
from standoff.cleaning import apply_cuts
from standoff.dataset.features import dataset_features
from standoff.dataset.leaks import find_leak
from standoff.errors import StandoffError
from standoff.guidelines import read_schema
from standoff.jsonl import write_records
from standoff.ledger import Account, Ledger
from tests.conftest import GOLD, PRIVATE, TEXTS, snapshot, standoff

WORDS = "The Hollin Quarry sold a desk with the pay slips of forty workers"


@pytest.fixture
def dataset(mini, tmp_path):
    build(mini, tmp_path / "out")
    return tmp_path / "out"


def load(dataset, config, tmp_path, **options):
    return load_dataset(str(dataset), config, cache_dir=str(tmp_path / "cache"), **options)


def test_spans_load_back_with_their_words(mini, dataset, tmp_path):
    rows = {row["id"]: row for table in load(dataset, "spans", tmp_path).values() for row in table}
    assert set(rows) == set(TEXTS)
    for document_id, row in rows.items():
        assert row["text"] == apply_cuts(TEXTS[document_id], mini.read_cuts(document_id))
        assert all(row["text"][span["start"] : span["end"]] == span["text"] for span in row["spans"])
        assert {span["text"] for span in row["spans"]} == set(GOLD[document_id])
        assert (row["version"], row["licence"]) == ("1.2.3", "CC-BY-4.0")


def test_label_names_survive_plain_and_streaming(dataset, tmp_path):
    for streaming in (False, True):
        for table in load(dataset, "spans", tmp_path, streaming=streaming).values():
            assert table.features["spans"].feature["label"].names == ["PERSON", "ORG", "DATA"]
        for table in load(dataset, "tokens", tmp_path, streaming=streaming).values():
            tags = table.features["ner_tags"].feature
            assert isinstance(tags, ClassLabel)
            assert tags.names[:3] == ["O", "B-PERSON", "I-PERSON"]
            assert len(list(table)) > 0


def test_token_offsets_count_in_the_cleaned_text(dataset, tmp_path):
    texts = {row["id"]: row["text"] for table in load(dataset, "spans", tmp_path).values() for row in table}
    for table in load(dataset, "tokens", tmp_path).values():
        for row in table:
            text = texts[row["doc_id"]]
            assert [text[one["start"] : one["end"]] for one in row["offsets"]] == row["tokens"]


def test_cleaning_config_gives_the_seed_and_its_cuts(dataset, tmp_path):
    for table in load(dataset, "cleaning", tmp_path).values():
        kinds = table.features["cuts"].feature["kind"]
        for row in table:
            assert row["text"] == TEXTS[row["id"]]
            assert all(kinds.int2str(cut["kind"]) for cut in row["cuts"])


def test_private_documents_are_without_text(mini, dataset, tmp_path):
    (row,) = load(dataset, "standoff", tmp_path, split="test")
    assert (row["id"], row["chars"]) == ("quarry", len(PRIVATE))
    assert row["spans"][0].keys() == {"start", "end", "label"}
    assert [PRIVATE[span["start"] : span["end"]] for span in row["spans"]] == ["Hollin Quarry", "pay slips"]
    assert "annotators" not in get_dataset_config_names(str(dataset))
    for path in dataset.rglob("*"):
        assert not path.is_file() or b"pay slips of forty" not in path.read_bytes()


def test_what_each_annotator_marked_is_a_config(mini, tmp_path):
    ids = [one for one in sorted(mini.read_index()) if one != "quarry"]
    for annotator, documents in (("ida", ids[:2]), ("ben", [ids[0], "quarry"])):
        (mini.layer_folder(annotator)).mkdir()
        (mini.layer_folder(annotator) / "layer.toml").write_text('guidelines = "0.3.0"\nannotators = "x"\n')
        for one in documents:
            write_records(mini.spans_file(annotator, one), mini.read_spans("gold", one))
    ledger = build(mini, tmp_path / "out").to_dict()
    splits = load_dataset(str(tmp_path / "out"), "annotators", cache_dir=str(tmp_path / "cache"))
    rows = sorted((row["id"], row["annotator"]) for split in splits.values() for row in split)
    assert rows == sorted([(ids[0], "ben"), (ids[0], "ida"), (ids[1], "ida")])  # quarry's text is private
    texts = {
        row["id"]: row
        for split in load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "c2")).values()
        for row in split
    }
    for split in splits.values():
        for row in split:
            assert row["spans"] == texts[row["id"]]["spans"]
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "`ben`, `ida` on the 1 documents" in card
    assert (
        f"| all | {len(mini.read_spans('gold', ids[0]))}, {len(mini.read_spans('gold', ids[0]))} | 1.000 | – |" in card
    )
    assert ledger["annotators' spans"]["total"] == sum(len(row["spans"]) for split in splits.values() for row in split)


def test_agreement_in_the_card_does_not_depend_on_private_text(mini, tmp_path):
    for annotator, first in (("ida", 0), ("ben", 1)):
        (mini.layer_folder(annotator)).mkdir()
        (mini.layer_folder(annotator) / "layer.toml").write_text('guidelines = "0.3.0"\nannotators = "x"\n')
        write_records(mini.spans_file(annotator, "quarry"), mini.read_spans("gold", "quarry")[first:])
    assert [issue.rule for issue in check(mini).issues if issue.rule == "disagreement-open"] == ["disagreement-open"]
    adjudicate(mini, ["ida", "ben"], "gold", Policy("expert", "ida"))
    build(mini, tmp_path / "one")
    mini.seed_file("quarry", redistribute=False).unlink()
    build(mini, tmp_path / "other")
    assert "## Agreement" in (tmp_path / "one" / "README.md").read_text(encoding="utf-8")
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "other")


def test_card_and_parquet_have_one_schema(mini, dataset):
    card = DatasetCard.load(dataset / "README.md").data.to_dict()
    infos = {info["config_name"]: info["features"] for info in card["dataset_info"]}
    schema = dataset_features(read_schema(mini.labels_file).names)
    del schema["annotators"]  # nobody but gold has read here
    assert set(infos) == set(schema) == {config["config_name"] for config in card["configs"]}
    for config, features in schema.items():
        assert infos[config] == features._to_yaml_list()
        for path in (dataset / config).glob("*.parquet"):
            stored = json.loads(pq.read_schema(path).metadata[b"huggingface"])["info"]["features"]
            assert stored == features.to_dict()


def test_two_builds_are_the_same_to_the_byte(mini, tmp_path, dataset):
    standoff("build", "--out", str(tmp_path / "again"), cwd=mini.root)
    assert snapshot(tmp_path / "again") == snapshot(dataset)


def test_the_public_build_is_the_same_without_private_text(mini, tmp_path, dataset):
    mini.seed_file("quarry", redistribute=False).unlink()
    build(mini, tmp_path / "again")
    assert snapshot(tmp_path / "again") == snapshot(dataset)


def test_with_private_the_document_is_test(mini, tmp_path):
    build(mini, with_private=True)
    folder = mini.root / "dist" / "harbour-1.2.3-private"
    rows = load(folder, "spans", tmp_path, split="test")
    assert "quarry" in rows["id"]
    card = (folder / "README.md").read_text()
    assert "license: other" in card
    assert "**Private build" in card
    assert json.loads((folder / "croissant.json").read_text())["license"] == "other"


def test_with_private_needs_the_text(mini):
    mini.seed_file("quarry", redistribute=False).unlink()
    with pytest.raises(StandoffError, match="not here: quarry"):
        build(mini, with_private=True)


def test_the_manifest_hashes_every_file(dataset):
    manifest = json.loads((dataset / "MANIFEST.json").read_text())
    assert set(manifest["files"]) == set(snapshot(dataset)) - {"MANIFEST.json"}
    assert set(manifest["content"]) == {"spans", "tokens", "cleaning", "standoff"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib, below mlcroissant
def test_croissant_is_valid(dataset):
    import mlcroissant

    metadata = mlcroissant.Dataset(str(dataset / "croissant.json")).metadata
    assert metadata.name == "harbour"
    assert not metadata.ctx.issues.errors


def test_a_rebuilt_folder_is_not_read_from_the_old_cache(mini, dataset, tmp_path):
    """`datasets` keys its cache by path; the content hash in the card makes it see the new rows."""
    before = load(dataset, "spans", tmp_path)
    mini.spans_file("gold", "bank").unlink()
    build(mini, dataset)
    after = load(dataset, "spans", tmp_path)
    count = {name: sum(table.num_rows for table in tables.values()) for name, tables in (("b", before), ("a", after))}
    assert count == {"b": 4, "a": 3}


def test_documents_nobody_has_read_are_accounted_for(mini, tmp_path):
    mini.spans_file("gold", "bank").unlink()
    mini.spans_file("gold", "school").write_text("")
    documents, characters, spans, _ = build(mini, tmp_path / "out").accounts
    assert documents.parts["not annotated"] == 1
    assert sum(documents.parts.values()) == 5
    assert spans.total == 4 + 4 + 2
    assert spans.parts["without text"] == 2
    assert characters.remainder == 0


def test_private_text_that_slipped_into_a_public_one_stops_the_build(mini):
    text = TEXTS["bank"] + WORDS + " lying in the drawer, a customer said.\n"
    path = mini.seed_file("bank", redistribute=True)
    path.write_text(text, encoding="utf-8")
    lines = mini.sources_file.read_text().splitlines(keepends=True)
    from standoff.files import hash_text

    old, new = TEXTS["bank"], text
    listed = (
        "".join(lines).replace(hash_text(old), hash_text(new)).replace(f'"chars": {len(old)}', f'"chars": {len(new)}')
    )
    mini.sources_file.write_text(listed)
    clean(mini)
    with pytest.raises(StandoffError, match="ten words in a row of the private text quarry"):
        build(mini)


def test_private_text_in_a_card_that_git_ignores_stops_the_build(mini):
    subprocess.run(["git", "init", "--quiet", str(mini.root)], check=True)
    (mini.root / ".gitignore").write_text("/seeds/private/\n/card.md\n")
    mini.card_file.write_text(f"It tells how {WORDS}.\n")
    assert check(mini).errors == 0
    with pytest.raises(StandoffError, match="may not be redistributed would be published"):
        build(mini)


def test_other_guidelines_than_the_layer_was_made_under_are_a_warning(mini):
    mini.labels_file.write_text(mini.labels_file.read_text().replace("0.3.0", "0.4.0"))
    checked = check(mini)
    assert [issue.rule for issue in checked.issues] == ["guideline-absent", "layer-guidelines"]
    assert (checked.errors, checked.count("warning")) == (0, 2)
    assert standoff("check", cwd=mini.root).returncode == 0


def test_leaks():
    assert find_leak([f"He wrote: “{WORDS.upper()}”"], [PRIVATE], []) is not None
    assert find_leak([" ".join(WORDS.split()[:9])], [PRIVATE], []) is None
    assert find_leak([WORDS], [PRIVATE], [WORDS]) is None


def test_a_ledger_that_does_not_balance_is_an_error():
    with pytest.raises(StandoffError, match="2 of 5 left"):
        Ledger((Account("spans", 5, {"PERSON": 3}),)).require_balance()
