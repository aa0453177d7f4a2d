"""`standoff train` takes the language from the dataset, and does without a validation split."""

import io
import json

import spacy

from standoff.build import build
from standoff.corpus import Corpus
from standoff.models.train import train


def test_the_language_of_the_dataset_and_no_validation_split(mini, tmp_path):
    settings = mini.root / "standoff.toml"
    settings.write_text(settings.read_text().replace('language = "en"', 'language = "de"'))
    splits = {"bank": "train", "ferry": "train", "school": "train"}
    lines = [json.loads(line) for line in mini.index_file.read_text().splitlines()]
    mini.index_file.write_text(
        "".join(json.dumps({**line, "split": splits.get(line["id"], "test")}) + "\n" for line in lines)
    )
    build(Corpus(mini.root))
    log = io.StringIO()
    ledger = train(mini.dataset_folder(), tmp_path / "ner", epochs=2, log=log)
    assert [account.name for account in ledger.accounts] == ["train spans"]
    assert ledger.remarks == ("the dataset has no split 'validation': the last epoch was kept, be it the best or not",)
    assert log.getvalue().startswith("no split 'validation': the scores below are those on train\nepoch   0  loss")
    assert spacy.load(tmp_path / "ner").lang == "de"


def test_a_small_dataset_is_scored_often_enough(mini, tmp_path):
    """With two hundred tokens an epoch is one step: the best one would be missed at every twentieth step."""
    lines = [json.loads(line) for line in mini.index_file.read_text().splitlines()]
    splits = {"bank": "train", "ferry": "validation"}
    mini.index_file.write_text(
        "".join(json.dumps({**line, "split": splits.get(line["id"], "test")}) + "\n" for line in lines)
    )
    build(mini)
    log = io.StringIO()
    train(mini.dataset_folder(), tmp_path / "ner", epochs=10, log=log)
    assert log.getvalue().count("epoch") == 10
