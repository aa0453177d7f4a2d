"""The dataset that is built from this repository."""

import subprocess
import sys
from collections import Counter

from datasets import get_dataset_config_names, load_dataset

from standoff.build import build
from standoff.corpus import Corpus
from standoff.dataset.leaks import find_leak
from tests.conftest import ROOT, snapshot, standoff


def test_two_builds_in_two_processes_are_the_same_to_the_byte(ours, dataset, tmp_path):
    assert standoff("build", "--out", str(tmp_path / "again"), cwd=ours.root).returncode == 0
    assert snapshot(tmp_path / "again") == snapshot(dataset)


def test_the_public_build_does_not_depend_on_private_text(ours, dataset, articles, tmp_path):
    assert standoff("add", "--private", str(articles), cwd=ours.root).returncode == 0
    build(ours, tmp_path / "again")
    assert snapshot(tmp_path / "again") == snapshot(dataset)


def test_no_private_text_in_any_string_of_the_public_build(dataset, articles, tmp_path):
    private = [path.read_text(encoding="utf-8") for path in articles.glob("*.txt")]
    headlines = [source.title for source in Corpus(ROOT).read_sources().values()]
    strings = [path.read_text("utf-8", "ignore") for path in dataset.rglob("*") if path.is_file()]
    for config in get_dataset_config_names(str(dataset)):
        for table in load_dataset(str(dataset), config, cache_dir=str(tmp_path / "cache")).values():
            strings += [str(value) for row in table for value in row.values()]
            strings += [" ".join(row["tokens"]) for row in table if "tokens" in row]
    assert find_leak(strings, private, headlines) is None


def test_with_private_all_seventeen_are_there(ours, articles, tmp_path):
    assert standoff("add", "--private", str(articles), cwd=ours.root).returncode == 0
    assert standoff("build", "--with-private", cwd=ours.root).returncode == 0
    folder = ours.dataset_folder(private=True)
    tables = load_dataset(str(folder), "spans", cache_dir=str(tmp_path / "cache"))
    assert set().union(*(table["id"] for table in tables.values())) == set(ours.read_sources())
    assert {path.stem for path in articles.glob("*.txt")} <= set(tables["test"]["id"])


def test_every_span_of_gold_is_in_the_dataset(ours, dataset, tmp_path):
    gold = Counter(span.label for name in ours.read_sources() for span in ours.read_spans("gold", name) or [])
    built: Counter[str] = Counter()
    for config in ("spans", "standoff"):
        for table in load_dataset(str(dataset), config, cache_dir=str(tmp_path / "cache")).values():
            names = table.features["spans"].feature["label"]
            built.update(names.int2str(span["label"]) for row in table for span in row["spans"])
    assert built == gold


def test_the_card_is_honest(dataset):
    card = (dataset / "README.md").read_text(encoding="utf-8")
    for words in ("written with a large language model", "They are fiction", "machine readers", "CC BY 4.0"):
        assert words in " ".join(card.split())


def test_the_script_tells_findings_as_the_command_does(ours):
    """Notes are for `standoff check --notes`; what is printed here is read at every build."""
    script = ROOT / "scripts" / "build_dataset.py"
    done = subprocess.run([sys.executable, str(script)], cwd=ours.root, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("check: 17 documents, 3,205 spans, ")
    assert "0 errors, 0 warnings" in done.stdout
