"""Near-duplicates, the splits of new documents, and names that train has seen."""

import json
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.add import add
from standoff.check import check
from standoff.clean import clean
from standoff.cleaning.text import fold_words
from standoff.dataset.overlap import to_overlap
from standoff.dataset.summary import Summary
from standoff.files import write_text
from standoff.imports import Into, import_layer
from standoff.near.sketch import sketch_text
from standoff.near.store import read_store, sketch_corpus
from standoff.near.ties import COMMON, find_ties, join
from standoff.records import Source
from standoff.settings import Settings
from standoff.splits import choose_split, deal_splits, to_neighbours
from tests.conftest import snapshot, standoff, template

SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
SHARES = {"train": 0.5, "validation": 0.25, "test": 0.25}
SETTINGS = Settings("harbour", "1.0.0", "Harbour", "CC-BY-4.0", "en", "gold", "key", SHARES)


def prose(seed: int, words: int) -> str:
    """Invented words, of which no five stand in a row in two texts."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices(SYLLABLES, k=3)) for _ in range(words)).capitalize() + "."


def article(*seeds: int, words: int = 30) -> str:
    """A text of one paragraph for each seed, with a headline."""
    return "\n\n".join([prose(1000 + seeds[0], 5)[:-1], *(prose(seed, words) for seed in seeds)])


def ties_of(*texts):
    return [(tie.one, tie.other) for tie in find_ties([sketch_text(text) for text in texts])]


def source(document_id, *, redistribute=True):
    return Source(document_id, "", "", 0, "", None, None, None, "en", "CC-BY-4.0", redistribute, "written")


# --- which texts are nearly the same ---


def change(text, every):
    """One word in so many is another one."""
    words = text.split(" ")
    return " ".join("changed" if at % every == every - 1 else word for at, word in enumerate(words))


@pytest.mark.parametrize(
    ("one", "other", "tied"),
    [
        (article(1, 2, 3, 4), article(1, 2, 3, 4), True),
        (article(1, 2, 3, 4), article(5, 6, 7, 8), False),
        (article(1, 2, 3, 4), change(article(1, 2, 3, 4), 60), True),
        (article(1, 2, 3, 4), article(1, 2, 3, 4).upper().replace(".", " !"), True),
        (article(1, 2, 3, 4), article(4, 3, 2, 1), True),
        (article(1, 2, 3, 4, 5, 6, 7, 8), article(20, 4, 21, 22, 23), False),  # a paragraph of 30 words, as a quote
        (article(1, 2, 3, 4, words=45), article(20, 4, 21, 22, 23, words=45), True),  # a long one
        (article(1, 4, words=45), article(20, 21) + "\n" + change(prose(4, 45), 40), True),
        (article(1, 4, words=45), article(20, 21) + "\n" + change(prose(4, 45), 6), False),
        (article(4), article(1, 2, 3, 4, 5, 6, 7, 8), True),  # a short report inside a longer one
        (article(4, 5, words=12), article(1, 2, 3, 4, 5, 6, words=12), True),
        (article(4, words=12), article(1, 2, 3, 4, 5, 6, words=12), False),  # twelve words are too few to say
        ("", "", False),
        ("four words are few", "four words are few", False),
    ],
)
def test_ties_of_two_texts(one, other, tied):
    assert ties_of(one, other) == ([(0, 1)] if tied else [])
    assert ties_of(other, one) == ([(0, 1)] if tied else [])


def test_the_index_is_that_of_the_words():
    """The estimate against the Jaccard index itself."""
    texts = [change(prose(1, 400), every) for every in (400, 100, 60, 50)]
    grams = [{tuple(words[at : at + 5]) for at in range(len(words) - 4)} for words in map(fold_words, texts)]
    ties = {(tie.one, tie.other): tie.alike for tie in find_ties([sketch_text(text) for text in texts]) if tie.alike}
    assert ties
    for (one, other), alike in ties.items():
        assert alike == pytest.approx(len(grams[one] & grams[other]) / len(grams[one] | grams[other]), abs=0.12)


def test_furniture_of_a_site_ties_nothing():
    texts = [article(100 + number, 200 + number, 300 + number) + "\n" + prose(1, 60) for number in range(COMMON + 1)]
    assert ties_of(*texts) == []
    assert len(ties_of(*texts[:-1])) == COMMON * (COMMON - 1) // 2


def test_many_copies_are_all_linked():
    rng = random.Random(1)
    texts = [article(1, 2, 3)] * 100 + [article(10 + number, 500 + number) for number in range(100)]
    rng.shuffle(texts)
    ties = ties_of(*texts)
    assert [[texts[one] for one in group] for group in join(ties)] == [[article(1, 2, 3)] * 100]
    assert len(ties) < 100 * 20


# --- dealing ---


def test_a_group_gets_the_split_of_its_smallest_id():
    new = [source(one) for one in ("c", "a", "b", "z")]
    dealt = deal_splits(SETTINGS, new, {}, {"c": {"b"}, "b": {"a", "c"}, "a": {"b"}})
    assert dealt.splits == {one: choose_split(SETTINGS, source("z" if one == "z" else "a")) for one in "abcz"}


@pytest.mark.parametrize(
    ("pairs", "index", "private", "splits", "left_out"),
    [
        (["ax"], {"x": "validation"}, "", {"a": "validation"}, {}),
        (["ab", "bx"], {"x": "validation"}, "", {"a": "validation", "b": "validation"}, {}),
        (["ax", "ay"], {"x": "train", "y": "test"}, "", {}, {"a": {"train": ["x"], "test": ["y"]}}),
        (["ax", "ay"], {"x": "train", "y": "train"}, "", {"a": "train"}, {}),
        (["ax", "bc", "ab", "cy"], {"x": "train", "y": "test"}, "", {"a": "train", "c": "test"}, "b"),
        (["ax", "ab", "by"], {"x": "train", "y": "test"}, "", {"a": "train"}, "b"),
        (["ax"], {"x": "train"}, "a", {}, {"a": {"train": ["x"], "test": []}}),
        (["ax"], {"x": "test_hard"}, "a", {"a": "test_hard"}, {}),
        (["ab"], {}, "b", {"a": "test", "b": "test"}, {}),
        (["ab", "bc"], {}, "c", {"a": "test", "b": "test", "c": "test"}, {}),
        (["xy"], {"x": "train", "y": "test"}, "", {}, {}),
    ],
)
def test_documents_go_where_what_they_resemble_is(pairs, index, private, splits, left_out):
    new = sorted({one for pair in pairs for one in pair} - set(index))
    neighbours = {}
    for one, other in pairs:
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    for order in (new, new[::-1]):
        dealt = deal_splits(
            SETTINGS, [source(one, redistribute=one not in private) for one in order], index, neighbours
        )
        assert dealt.splits == splits
        assert (dealt.left_out if isinstance(left_out, dict) else "".join(dealt.left_out)) == left_out


@settings(max_examples=60)
@given(st.data())
def test_no_near_duplicates_in_two_splits(data):
    """Documents made of shared paragraphs, some with a split; every tie is within a split, or names one left out."""
    parts = data.draw(st.lists(st.lists(st.integers(0, 14), min_size=1, max_size=4), min_size=2, max_size=14))
    words = data.draw(st.sampled_from([15, 45]))
    ids = [f"d{number:02}" for number in range(len(parts))]
    known = data.draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(sorted(SHARES)), max_size=4))
    texts = [article(*seeds, words=words) for seeds in parts]
    neighbours = to_neighbours(ids, find_ties([sketch_text(text) for text in texts]))
    new = [source(one, redistribute=data.draw(st.booleans())) for one in ids if one not in known]
    dealt = deal_splits(SETTINGS, new, known, neighbours)
    assert dealt.splits.keys() | dealt.left_out.keys() == {one.id for one in new}
    assert not dealt.splits.keys() & dealt.left_out.keys()
    splits = {**known, **dealt.splits}
    for one, others in neighbours.items():
        for other in others:
            if one in dealt.splits and other in splits:
                assert splits[one] == splits[other]
    assert all(len(claims) > 1 for claims in dealt.left_out.values())
    assert {dealt.splits.get(one.id, "test") for one in new if not one.redistribute} <= {"test", "test_hard"}
    again = deal_splits(SETTINGS, data.draw(st.permutations(new)), known, neighbours)
    assert again.splits == dealt.splits
    assert again.left_out == dealt.left_out


# --- in a corpus ---


def take(corpus, texts, *, redistribute=True):
    for document_id, text in texts.items():
        write_text(corpus.root / "incoming" / f"{document_id}.txt", text)
    paths = [corpus.root / "incoming" / f"{document_id}.txt" for document_id in texts]
    add(corpus, paths, template(redistribute=redistribute))


def move(corpus, splits):
    lines = [json.loads(line) for line in corpus.index_file.read_text(encoding="utf-8").splitlines()]
    rows = [{**line, "split": splits.get(line["id"], line["split"])} for line in lines]
    write_text(corpus.index_file, "".join(json.dumps(row) + "\n" for row in rows))


def find(corpus, rule):
    return [issue for issue in check(corpus).issues if issue.rule == rule]


@pytest.fixture
def two(mini):
    """Two documents of different splits beside those of `mini`."""
    take(mini, {"tower": article(1, 2, 3), "mast": article(4, 5, 6)})
    clean(mini)
    move(mini, {"tower": "validation", "mast": "train"})
    return mini


def test_a_new_document_takes_the_split_of_its_near_duplicate(two):
    before = two.read_index()
    take(two, {"tower-b": article(1, 2, 3) + "\nOne more line.", "other": article(7, 8)})
    done = standoff("clean", cwd=two.root)
    assert done.returncode == 0, done.stderr
    index = two.read_index()
    assert index["tower-b"].split == "validation"
    assert index["other"].split == choose_split(two.settings, source("other"))
    assert {one: index[one] for one in before} == before


def test_a_document_that_would_join_two_splits_is_left_out_by_name(two):
    take(two, {"both": article(1, 2, 4, 5)})
    for _ in range(2):
        done = standoff("clean", cwd=two.root)
        assert done.returncode == 1
        assert "left out 1" in done.stdout
        assert "note: left out: both would join two splits: mast (train) and tower (validation)" in done.stdout
        assert "both" not in two.read_index()
    (issue,) = find(two, "split-conflict")
    assert (issue.at, "mast (train) and tower (validation)" in issue.message) == ("both", True)
    assert not find(two, "not-cleaned")
    assert check(two).errors == 0
    two.seed_file("both", redistribute=True).unlink()
    lines = two.sources_file.read_text(encoding="utf-8").splitlines(keepends=True)
    write_text(two.sources_file, "".join(line for line in lines if '"id": "both"' not in line))
    for path in (two.cuts_file("both"), two.clean_file("both")):
        path.unlink()
    assert standoff("clean", cwd=two.root).returncode == 0
    assert {issue.rule for issue in check(two).issues} == {"guideline-absent"}


def test_a_document_that_was_never_cleaned_says_so(two):
    take(two, {"both": article(1, 2, 4, 5)})
    assert [issue.at for issue in find(two, "not-cleaned")] == ["both"]


def test_cleaning_it_together_or_later_leaves_the_same_out(two):
    before = snapshot(two.root)
    texts = {"both": article(1, 2, 4, 5), "tower-b": article(1, 2, 3, 9), "far": article(20, 21)}
    take(two, texts)
    clean(two)
    together = two.read_index()
    for path in [path for path in two.root.rglob("*") if path.is_file()]:
        name = path.relative_to(two.root).as_posix()
        if name in before:
            path.write_bytes(before[name])
        else:
            path.unlink()
    for document_id in ("tower-b", "both", "far"):
        take(two, {document_id: texts[document_id]})
        clean(two, [document_id])
    assert two.read_index() == together


def test_private_text_that_resembles_train_is_left_out(two):
    take(two, {"hidden": article(4, 5, 6, 9)}, redistribute=False)
    ledger = clean(two)
    assert ledger.accounts[0].parts["left out"] == 1
    assert "hidden would join two splits: its private text (test) and mast (train)" in ledger.remarks[0]


def test_private_text_that_is_not_here_is_told_where_something_is_dealt(two):
    two.seed_file("quarry", redistribute=False).unlink()
    assert len(clean(two).remarks) == 1
    take(two, {"other": article(7, 8)})
    assert "not compared with these, whose text is not here: quarry" in clean(two).remarks[1]


def test_a_split_stays_when_cleaning_comes_again(two):
    move(two, {"mast": "test"})
    take(two, {"mast-b": article(4, 5, 6) + "\nMore."})
    clean(two)
    assert two.read_index()["mast-b"].split == "test"
    move(two, {"mast": "train"})
    before = two.index_file.read_bytes()
    clean(two, ["mast-b"])
    assert two.index_file.read_bytes() == before
    assert [issue.at for issue in find(two, "near-duplicate")] == ["mast mast-b"]


def test_check_finds_what_clean_would_keep_together(two):
    shared = article(7, words=60) + "\n"
    texts = {"long": shared + article(30, 31, 32), "long-b": shared + article(40, 41, 42, 43), "inner": article(2)}
    take(two, texts)
    clean(two)
    assert len({two.read_index()[one].split for one in ("long", "long-b")}) == 1
    assert two.read_index()["inner"].split == "validation"
    move(two, {"long": "train", "long-b": "test", "inner": "train"})
    assert [issue.at for issue in find(two, "shared-paragraph")] == ["long long-b"]
    assert [issue.at for issue in find(two, "near-duplicate")] == ["tower inner"]


def test_sketches_are_kept_and_made_anew(two, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    sources, index = two.read_sources(), two.read_index()
    first = sketch_corpus(two, list(sources.values()), index)
    assert read_store(two).keys() == {entry.sha256 for entry in index.values()}
    again = sketch_corpus(two, list(sources.values()), index)
    assert all(np.array_equal(first[one].signatures, again[one].signatures) for one in first)
    file = next((tmp_path / "cache" / "standoff" / "near").iterdir())
    file.write_bytes(file.read_bytes()[:100])
    assert read_store(two) == {}
    assert sketch_corpus(two, list(sources.values()), index).keys() == first.keys()
    assert read_store(two).keys() == {entry.sha256 for entry in index.values()}


def test_an_import_names_what_was_left_out(two):
    row = {"id": "both", "text": article(1, 2, 4, 5), "label": []}
    write_text(two.root / "in.jsonl", json.dumps(row) + "\n")
    done = import_layer(two, "doccano", [two.root / "in.jsonl"], Into("ida", template=template()))
    assert done.ledger.remarks[-1].startswith("left out, as they resemble documents of two splits: both")


# --- names seen in train ---


def test_the_overlap_counts_names_and_mentions():
    names = Counter({("train", "ORG", "orrin paper"): 3, ("test", "ORG", "orrin paper"): 2, ("test", "ORG", "moor"): 1})
    names.update({("train", "PERSON", "moor"): 1, ("test", "PERSON", "moor"): 4, ("test_hard", "PERSON", "x"): 1})
    rows = [line for line in to_overlap(Summary(names=names)).splitlines() if line.startswith("| test")]
    assert rows == [
        "| test | ORG | 2 | 50.0 % | 3 | 66.7 % |",
        "| test | PERSON | 1 | 100.0 % | 4 | 100.0 % |",
        "| test | all | 3 | 66.7 % | 7 | 85.7 % |",
        "| test_hard | PERSON | 1 | 0.0 % | 1 | 0.0 % |",
        "| test_hard | all | 1 | 0.0 % | 1 | 0.0 % |",
    ]


@pytest.mark.parametrize("splits", [(), ("train",), ("test", "validation")])
def test_without_train_or_another_split_there_is_no_overlap(splits):
    assert to_overlap(Summary(names=Counter((split, "ORG", "orrin paper") for split in splits))) == ""
