import io
import json

import pytest
import spacy

from standoff.build import build
from standoff.guidelines import read_schema
from standoff.jsonl import write_records
from standoff.models.data import Example, read_examples, to_doc
from standoff.models.evaluate import evaluate
from standoff.models.train import train
from standoff.records import Span
from tests.conftest import TEXTS, standoff


@pytest.fixture
def dataset(mini):
    """Splits by hand, so that each has a document."""
    splits = {"bank": "train", "ferry": "train", "school": "validation", "clinic": "test", "quarry": "test"}
    lines = [json.loads(line) for line in mini.index_file.read_text().splitlines()]
    mini.index_file.write_text("".join(json.dumps({**line, "split": splits[line["id"]]}) + "\n" for line in lines))
    build(mini)
    return mini.dataset_folder()


def test_train_and_evaluate(mini, dataset, tmp_path):
    log = io.StringIO()
    ledger = train(dataset, tmp_path / "ner", epochs=2, log=log)
    assert [account.total for account in ledger.accounts] == [8, 4]
    assert log.getvalue().startswith("epoch   0  loss")
    assert spacy.load(tmp_path / "ner").pipe_names == ["tok2vec", "ner"]
    done = standoff("evaluate", str(tmp_path / "ner"), "--split", "test", cwd=mini.root)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split()[:4] == ["label", "strict", "P", "R"]


def test_the_same_seed_gives_the_same_model(dataset, tmp_path):
    for name in ("a", "b"):
        train(dataset, tmp_path / name, epochs=2, seed=7, log=io.StringIO())
    weights = [(tmp_path / name / "ner" / "model").read_bytes() for name in ("a", "b")]
    assert weights[0] == weights[1]


def make_ruler(path, patterns):
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": pattern} for pattern, label in patterns])
    nlp.to_disk(path)
    return str(path)


def test_scores_by_hand(mini, dataset, tmp_path):
    """Gold in `clinic`: Vell Clinic ORG, Tom Rask PERSON, blood types and home addresses DATA."""
    model = make_ruler(
        tmp_path / "ruler",
        [("Vell Clinic", "ORG"), ("Rask", "PERSON"), ("blood types", "DATA"), ("Evening Tide", "ORG")],
    )
    result = evaluate(model, dataset, read_schema(mini.labels_file), split="test")
    strict, partial = result.scores["strict"], result.scores["partial"]
    assert (strict["ORG"].precision, strict["ORG"].recall) == (0.5, 1.0)
    assert (strict["DATA"].precision, strict["DATA"].recall) == (1.0, 0.5)
    assert strict["PERSON"].f1 == 0.0
    assert strict["all"].precision == pytest.approx(2 / 5)  # "Rask" is found twice, never whole
    assert strict["all"].recall == pytest.approx(2 / 4)
    assert partial["PERSON"].recall == pytest.approx(0.5)
    assert partial["all"].precision == pytest.approx(2.5 / 5)


def test_another_label_scheme(mini, dataset, tmp_path):
    model = make_ruler(tmp_path / "ruler", [("Tom Rask", "PER"), ("harbour", "LOC"), ("Friday", "DATE")])
    result = evaluate(model, dataset, read_schema(mini.labels_file), split="test", scheme="conll")
    assert set(result.scores["strict"]) == {"PER", "ORG", "all"}
    assert result.scores["strict"]["PER"].recall == 1.0
    assert result.left_out == {"LOC": 1, "DATE": 1}
    assert result.scores["strict"]["all"].gold == 2


def test_spans_that_do_not_fit_tokens_are_told(mini, tmp_path):
    doc, misfits = to_doc(spacy.blank("en"), Example("x", "the Norrsundline case", (Span(4, 12, "ORG", "Norrsund"),)))
    assert [entity.text for entity in doc.ents] == ["Norrsundline"]
    assert [(one.span.text, one.outcome) for one in misfits] == [("Norrsund", "widened")]


def test_a_split_that_is_not_there(mini, dataset):
    done = standoff("evaluate", "x", "--split", "test_hard", cwd=mini.root)
    assert done.returncode == 2
    assert len(read_examples(dataset, "train")) == 2


def test_seen_and_unseen_names_by_hand(mini, dataset, tmp_path):
    """Of the gold in `clinic`, home addresses DATA is in train too; so is `he` PERSON, which is no gold in `clinic`."""
    index = mini.index_file.read_text(encoding="utf-8")
    mini.index_file.write_text(
        index.replace('"id": "school", "split": "validation"', '"id": "school", "split": "train"')
    )
    start = TEXTS["bank"].index("he could")
    write_records(
        mini.spans_file("gold", "bank"), [*mini.read_spans("gold", "bank"), Span(start, start + 2, "PERSON", "he")]
    )
    build(mini)
    patterns = [("Vell Clinic", "ORG"), ("Rask", "PERSON"), ("home addresses", "DATA"), ("he", "PERSON")]
    result = evaluate(make_ruler(tmp_path / "ruler", patterns), dataset, read_schema(mini.labels_file), split="test")
    seen, unseen = result.seen["strict"], result.unseen["strict"]
    assert (seen["DATA"].precision, seen["DATA"].recall, seen["DATA"].gold) == (1.0, 1.0, 1)
    assert (unseen["DATA"].recall, unseen["DATA"].gold, unseen["DATA"].found) == (0.0, 1, 0)
    assert (unseen["ORG"].recall, seen["ORG"].gold) == (1.0, 0)
    assert (seen["PERSON"].precision, seen["PERSON"].gold, seen["PERSON"].found) == (0.0, 0, 1)
    assert (unseen["PERSON"].found, result.unseen["partial"]["PERSON"].recall) == (2, pytest.approx(0.5))
    for measure, by_label in result.scores.items():
        for label, score in by_label.items():
            parts = (result.seen[measure][label], result.unseen[measure][label])
            assert (sum(part.gold for part in parts), sum(part.found for part in parts)) == (score.gold, score.found)
            assert sum(part.recall * part.gold for part in parts) == pytest.approx(score.recall * score.gold)
            assert sum(part.precision * part.found for part in parts) == pytest.approx(score.precision * score.found)


def test_without_train_nothing_is_seen(mini, dataset, tmp_path):
    model = make_ruler(tmp_path / "ruler", [("Kestrel Bank", "ORG")])
    result = evaluate(model, dataset, read_schema(mini.labels_file), split="train")
    assert (result.seen, result.to_dict()["unseen"]) == (None, None)
    done = standoff("evaluate", model, "--json", cwd=mini.root)
    assert json.loads(done.stdout)["unseen"]["strict"]["all"]["gold"] == 4
    assert "names that train has not\nlabel" in standoff("evaluate", model, cwd=mini.root).stdout
