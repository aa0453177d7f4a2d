"""When cleaning changes, labels stay: the tables of rules, the dial and the cuts of people are changed at random."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from standoff.build import build
from standoff.check import check
from standoff.clean import clean
from standoff.cleaning import decide
from standoff.cleaning.dial import STOPS
from standoff.cleaning.rules import Rule, RuleTable, read_rules, rule_from_table
from standoff.cleaning.text import plain_spaces
from standoff.corpus import Corpus
from standoff.dataset.read import read_rows
from standoff.dataset.rows import clean_spans, span_row
from standoff.jsonl import write_records
from standoff.records import KINDS, Cut
from tests.conftest import snapshot

TRIALS = 12


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def read_texts(corpus: Corpus) -> dict[str, str]:
    seeds = ((source.id, corpus.read_seed(source)) for source in corpus.read_sources().values())
    return {document_id: seed for document_id, seed in seeds if seed is not None}


def change_rule(rule: Rule, chance: random.Random) -> Rule:
    """A rule with another kind, place, length or reach; some that held a line now cut it, and the other way round."""
    kinds = [*(kind for kind in KINDS if kind not in ("duplicate", "whitespace")), "keep"]
    changes = {
        "kind": chance.choice(kinds),
        "zone": chance.choice(["head", "tail", "head tail", "any"]),
        "words": (1, chance.randint(2, 80)),
        "unless": None,
        "sentence": None,
    }
    return replace(rule, **{name: changes[name] for name in chance.sample(sorted(changes), chance.randint(1, 3))})


def make_rule(number: int, words: list[str], chance: random.Random) -> Rule:
    """A rule that nobody would write: it takes a word of the corpus, or every line that has one."""
    word, kind = chance.choice(words), chance.choice(["ad", "notice", "related"])
    inside = chance.random() < 0.5
    pattern = rf"\b{word}\b" if inside else rf"^.*\b{word}\b.*$"
    where = ["inside"] if inside else ["line"]
    table = {"name": f"random-{number}", "kind": kind, "patterns": [pattern], "where": where, "words": [1, 90]}
    return rule_from_table({**table, "opens": True, "languages": ["any"]})


def make_table(texts: dict[str, str], chance: random.Random) -> RuleTable:
    """The rules of the package with some switched off, some changed, all in another order, and some new."""
    words = sorted({word for text in texts.values() for word in text.split() if word.isalpha() and len(word) > 3})
    share = chance.random()
    rules = [change_rule(rule, chance) if chance.random() < 0.2 else rule for rule in read_rules()]
    rules = [rule for rule in rules if chance.random() < share]
    chance.shuffle(rules)
    new = [make_rule(number, words, chance) for number in range(chance.randint(0, 4))]
    return RuleTable((*new, *rules))


def change_cleaning(corpus: Corpus, chance: random.Random, monkeypatch) -> Corpus:
    """Another table of rules, another stop of the dial, and cuts that a person makes anywhere."""
    table = make_table(read_texts(corpus), chance)
    monkeypatch.setattr(decide, "read_rule_table", lambda _: table)
    lines = [line for line in (corpus.root / "standoff.toml").read_text().splitlines() if not line.startswith("keep")]
    text = "\n".join([f'keep = "{chance.choice(list(STOPS))}"', *lines]) + "\n"
    (corpus.root / "standoff.toml").write_text(text, encoding="utf-8")
    for document_id, seed in read_texts(corpus).items():
        if chance.random() < 0.3 and not corpus.keeps_file(document_id).exists():
            start = chance.randrange(len(seed) - 1)
            cut = Cut(start, min(start + chance.randint(1, 60), len(seed)), "ad", "person:ida")
            write_records(corpus.cuts_file(document_id), [cut])
    return Corpus(corpus.root)


def find_touched(corpus: Corpus) -> set[tuple[str, str]]:
    """The spans of all layers that a cut touches, told character by character."""
    touched = set()
    for document_id, source in corpus.read_sources().items():
        cut = {at for one in corpus.read_cuts(document_id) for at in range(one.start, one.end)}
        for layer in corpus.layers():
            for span in corpus.read_spans(layer, source.id) or ():
                if not cut.isdisjoint(range(span.start, span.end)):
                    path = corpus.name_of(corpus.spans_file(layer, document_id))
                    touched.add((path, f"{span.start}-{span.end}"))
    return touched


def judge_rows(corpus: Corpus, touched: set[tuple[str, str]]) -> Counter[str]:
    """Every span of the built layer that no cut touches covers the same words in its row."""
    counts = Counter[str]()
    layer = corpus.settings.layer
    for document in corpus.read_documents(layer):
        path = corpus.name_of(corpus.spans_file(layer, document.source.id))
        spans = clean_spans(document)
        row = span_row(document, spans, "0")
        assert len(spans) == len(row["spans"]) == len(document.spans)
        for span, built in zip(document.spans, row["spans"], strict=True):
            if (path, f"{span.start}-{span.end}") in touched:
                counts["touched"] += 1
                continue
            assert row["text"][built["start"] : built["end"]] == plain_spaces(span.text) == built["text"]
            counts["the same words"] += 1
    return counts


def recleaned(corpus: Corpus, monkeypatch) -> Counter[str]:
    annotations, seeds = snapshot(corpus.root / "annotations"), snapshot(corpus.root / "seeds")
    counts, made, rules = Counter[str](), set[bytes](), set[str]()
    for seed in range(TRIALS):
        corpus = change_cleaning(corpus, random.Random(seed), monkeypatch)
        characters = clean(corpus).require_balance().accounts[1]
        assert characters.total == sum(len(text) for text in read_texts(corpus).values())
        for document_id, entry in corpus.read_index().items():
            assert entry.kept + entry.cut == corpus.read_sources()[document_id].chars
        assert snapshot(corpus.root / "annotations") == annotations
        assert snapshot(corpus.root / "seeds") == seeds
        touched = find_touched(corpus)
        found = check(corpus, ids=list(corpus.read_sources()), only=["span-cut"]).issues
        assert {(issue.path, issue.at) for issue in found} == touched
        counts += judge_rows(corpus, touched)
        cuts = [cut for document_id in corpus.read_sources() for cut in corpus.read_cuts(document_id)]
        made.add(repr(cuts).encode())
        rules |= {cut.by for cut in cuts}
    assert len(made) == TRIALS
    assert any(by.startswith("rule:random-") for by in rules)
    return counts


def test_labels_stay_in_a_small_corpus(mini, monkeypatch, record_property):
    counts = recleaned(mini, monkeypatch)
    record_property("spans", dict(counts))
    assert counts["touched"] and counts["the same words"]


def test_labels_stay_in_our_corpus(ours, monkeypatch, record_property):
    counts = recleaned(ours, monkeypatch)
    record_property("spans", dict(counts))
    assert counts["touched"] and counts["the same words"] > counts["touched"]


def test_a_dataset_built_under_other_rules_has_the_same_labels(mini, monkeypatch, tmp_path):
    """Without any rule the texts are longer; every label is on the same words."""
    before = [document.spans for document in mini.read_documents("gold") if document.source.redistribute]
    monkeypatch.setattr(decide, "read_rule_table", lambda _: RuleTable(()))
    text = (mini.root / "standoff.toml").read_text()
    (mini.root / "standoff.toml").write_text('keep = "rules"\n' + text)
    old = sum(entry.kept for entry in mini.read_index().values())
    corpus = Corpus(mini.root)
    clean(corpus)
    assert sum(entry.kept for entry in corpus.read_index().values()) > old
    build(corpus, tmp_path / "built")
    splits = {entry.split for entry in corpus.read_index().values() if corpus.read_sources()[entry.id].redistribute}
    rows = sorted(
        (row for split in splits for row in read_rows(tmp_path / "built", "spans", split)), key=lambda row: row["id"]
    )
    assert [[(one["label"], one["text"]) for one in row["spans"]] for row in rows] == [
        [(span.label, plain_spaces(span.text)) for span in spans] for spans in before
    ]
    assert all(row["text"][one["start"] : one["end"]] == one["text"] for row in rows for one in row["spans"])
