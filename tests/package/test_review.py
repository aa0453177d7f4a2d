"""People judge cleaning: the questions, the answers, and that nothing overrides them."""

import json
import os
import shutil
import subprocess
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.add import add
from standoff.answers import CUTTABLE, find_faults, join, take_answers, to_judgements
from standoff.clean import clean, clean_text, outside
from standoff.cleaning import STOPS
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import hash_text
from standoff.jsonl import read_records, write_records
from standoff.records import Cut, Keep, Question
from standoff.review import find_questions, join_touching, review
from tests.conftest import TEXTS, snapshot, standoff, template
from tests.package.test_cleaning import ONE, PAGES, TWO

CASES = tomllib.loads((Path(__file__).parent / "cases" / "answers.toml").read_text(encoding="utf-8"))["bad"]
FERRY = TEXTS["ferry"]
BYLINE = "By Ida Holm, Reporter"
UNSURE = [
    "Get the best stories of the week", "Listen to our podcast on data leaks", "Try our new app for the harbour",
    "Our pick of the week: ten books on ships", "Subscribe today for less than a coffee",
    "What our readers ask us most",
]  # fmt: skip


def ask(corpus: Corpus, *ids: str) -> dict[str, Question]:
    """The questions on documents, by their text."""
    path = corpus.root / "questions.jsonl"
    path.unlink(missing_ok=True)
    review(corpus, ids, path)
    return {row.text: row for row in read_records(path, Question)}


def answer(corpus: Corpus, name: str, *rows: Question):
    """Let a person answer; gives the ledger."""
    path = corpus.root / "answers.jsonl"
    write_records(path, rows)
    return take_answers(corpus, path, name)


def moved(row: Question, text: str, **changes) -> Question:
    """A question on another stretch of the ferry story."""
    start = FERRY.index(text)
    return replace(row, start=start, end=start + len(text), text=text, **changes)


def test_there_and_back_by_the_command_line(mini):
    done = standoff("clean", "--review", "judge.jsonl", cwd=mini.root)
    assert done.returncode == 0, done.stderr
    assert "rows              3 = sure 3" in done.stdout
    rows = [json.loads(line) for line in (mini.root / "judge.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["cut"], row["kind"], row["answer"]) for row in rows] == [
        ("ferry", True, "navigation", ""), ("ferry", True, "byline", ""), ("ferry", True, "share", ""),
    ]  # fmt: skip
    assert all(FERRY[row["start"] : row["end"]] == row["text"] for row in rows)
    assert rows[1]["before"].endswith("passenger lists\n\n")
    assert rows[1]["after"].startswith("\n\nNorrsund Lines")
    for row, said in zip(rows, ("related", "cut", "keep"), strict=True):
        row["answer"] = said
    (mini.root / "judge.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = standoff("clean", "--answers", "judge.jsonl", "--by", "ida", "--json", cwd=mini.root)
    assert done.returncode == 0, done.stderr
    ledger = json.loads(done.stdout)
    assert ledger["rows"] == {"total": 3, "cut": 1, "of another kind": 1, "kept": 1, "not answered": 0}
    assert [(cut.kind, cut.by) for cut in mini.read_cuts("ferry") if cut.kind != "whitespace"] == [
        ("related", "person:ida"), ("byline", "person:ida"),
    ]  # fmt: skip
    assert mini.clean_file("ferry").read_text(encoding="utf-8").endswith("in a statement.\nShare")
    assert standoff("check", cwd=mini.root).returncode == 0
    before = snapshot(mini.root)
    clean(mini)
    assert snapshot(mini.root) == before


def test_unsure_ones_come_first(mini):
    """At one end of the dial what the other would cut is asked, at the other what the careful one would keep."""
    (mini.root / "incoming" / "advice.txt").write_text("\n\n".join(["Firm loses records", ONE, TWO, *UNSURE]) + "\n")
    add(mini, [mini.root / "incoming" / "advice.txt"], template())
    toml = (mini.root / "standoff.toml").read_text()
    unsure = {}
    for stop in ("rules", "thorough"):
        (mini.root / "standoff.toml").write_text(f'keep = "{stop}"\n{toml}')
        rows = list(ask(Corpus(mini.root)).values())
        unsure[stop] = [row for row in rows if row.id == "advice"]
        assert [row.id for row in rows[-3:]] == ["ferry"] * 3
        assert [row.start for row in unsure[stop]] == sorted(row.start for row in unsure[stop])
    assert {row.cut for row in unsure["rules"]} == {False}
    assert {row.cut for row in unsure["thorough"]} == {True}
    assert {row.text for row in (*unsure["rules"], *unsure["thorough"])} <= set(UNSURE)


def test_an_answer_again_replaces_ones_own(mini):
    row = ask(mini)[BYLINE]
    answer(mini, "ida", replace(row, answer="keep"))
    assert mini.read_keeps("ferry") == [Keep(row.start, row.end, "person:ida")]
    assert ask(mini)[BYLINE].by == "person:ida"
    answer(mini, "ida", replace(ask(mini)[BYLINE], answer="credit"))
    assert not mini.keeps_file("ferry").exists()
    assert Cut(row.start, row.end, "credit", "person:ida") in mini.read_cuts("ferry")
    answer(mini, "ida", replace(row, answer=""))
    assert Cut(row.start, row.end, "credit", "person:ida") in mini.read_cuts("ferry")


def test_the_rest_of_a_cut_made_smaller_is_kept(mini):
    row = moved(ask(mini)[BYLINE], "Reporter", answer="cut")
    answer(mini, "ida", row)
    assert mini.read_keeps("ferry") == [Keep(FERRY.index("By Ida"), row.start, "person:ida")]
    assert "\n\nBy Ida Holm,\n\nNorrsund" in mini.clean_file("ferry").read_text(encoding="utf-8")


def test_an_answer_made_smaller_is_smaller(mini):
    answer(mini, "ida", replace(ask(mini)[BYLINE], answer="keep"))
    row = moved(ask(mini)[BYLINE], "By Ida Holm", answer="keep")
    answer(mini, "ida", row)
    assert mini.read_keeps("ferry") == [Keep(row.start, row.end, "person:ida")]
    assert "\n\nBy Ida Holm\n\nNorrsund" in mini.clean_file("ferry").read_text(encoding="utf-8")


def test_a_row_of_ones_own_leaves_the_one_it_was_copied_from(mini):
    row = moved(ask(mini)[BYLINE], "Norrsund Lines lost", answer="ad")
    answer(mini, "ida", row)
    assert mini.read_keeps("ferry") == []
    assert [cut.by for cut in mini.read_cuts("ferry") if cut.kind == "byline"] == ["rule:byline"]
    (mini.root / "questions.jsonl").unlink()
    _, rows = review(mini, [], mini.root / "questions.jsonl").accounts
    assert rows.parts == {"unsure, cut": 0, "unsure, kept": 0, "sure": 4}, "what a person judged is sure"


@pytest.mark.parametrize(("first", "then"), [("cut", "keep"), ("keep", "cut"), ("cut", "credit")])
def test_two_who_disagree_are_both_named(mini, first, then):
    row = ask(mini)[BYLINE]
    answer(mini, "ida", replace(row, answer=first))
    before = snapshot(mini.root / "corpus")
    with pytest.raises(StandoffError, match=r"answers\.jsonl:1: person:ole says .*, person:ida says .*adjudicate"):
        answer(mini, "ole", replace(row, answer=then))
    assert snapshot(mini.root / "corpus") == before


@pytest.mark.parametrize("said", ["cut", "keep", "credit"])
def test_two_who_agree(mini, said):
    row = ask(mini)[BYLINE]
    answer(mini, "ida", replace(row, answer=said))
    answer(mini, "ole", replace(row, answer=said))
    assert [keep.by for keep in mini.read_keeps("ferry")] == ["person:ida", "person:ole"] * (said == "keep")
    mine = [cut for cut in mini.read_cuts("ferry") if cut.by.startswith("person:")]
    assert [cut.by for cut in mine] == ["person:ida"] * (said != "keep")
    assert standoff("check", cwd=mini.root).returncode == 0


def test_labels_in_what_was_cut_are_named(mini):
    row = moved(ask(mini)[BYLINE], "Mette Brask said", answer="byline")
    where = "annotations/gold/ferry.jsonl:3"
    says = f"{where}: PERSON 'Mette Brask' lies in what was cut: correct one of them"
    assert answer(mini, "ida", row).remarks == (says,)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_bad_row_stops_all(case, mini):
    good, *_ = ask(mini).values()
    row = ask(mini)[BYLINE]
    bad = {key: value for key, value in vars_of(row).items() if key != "score"} | {"answer": "cut"} | case["row"]
    lines = [vars_of(replace(good, answer="keep", score=0.5)), bad]
    (mini.root / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    before = snapshot(mini.root)
    with pytest.raises(StandoffError) as caught:
        take_answers(mini, mini.root / "answers.jsonl", "ida")
    assert case["says"] in str(caught.value)
    assert (caught.value.path, caught.value.line) == (mini.root / "answers.jsonl", 2)
    assert snapshot(mini.root) == before


def vars_of(row: Question) -> dict:
    return {name: getattr(row, name) for name in Question.__dataclass_fields__}


def test_answers_that_overlap(mini):
    row = replace(ask(mini)[BYLINE], answer="cut")
    with pytest.raises(StandoffError, match=r"answers\.jsonl:2: .* overlaps .* in line 1"):
        answer(mini, "ida", row, moved(row, "Reporter", answer="keep"))


def test_text_that_is_not_here(mini):
    write_records(mini.keeps_file("quarry"), [Keep(0, 6, "person:ida")])
    row = ask(mini, "quarry")["Quarry"]
    mini.seed_file("quarry", redistribute=False).unlink()
    with pytest.raises(StandoffError, match="the text of quarry is not here"):
        answer(mini, "ida", replace(row, answer="keep"))
    (mini.root / "questions.jsonl").unlink()
    assert review(mini, [], mini.root / "questions.jsonl").remarks == ("1 document is not here: quarry",)


WRONG = [
    (["--review", "judge.jsonl", "harbor"], "no document has the id 'harbor'"),
    (["--review", "card.md"], "card.md: is there already"),
    (["--answers", "card.md", "--by", "ida"], "card.md:1: not JSON"),
    (["--answers", "none.jsonl", "--by", "ida"], "none.jsonl: no such file"),
    (["--answers", "card.md", "--by", "Ida Holm"], "'Ida Holm' is no name"),
    (["--answers", "card.md"], "what is to be judged, and by whom?"),
    (["--by", "ida"], "what is to be judged, and by whom?"),
    (["--answers", "card.md", "--by", "ida", "ferry"], "what is to be judged, and by whom?"),
    (["--review", "judge.jsonl", "--keep", "bold"], "what is to be judged, and by whom?"),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG)
def test_wrong_use(arguments, says, mini):
    before = snapshot(mini.root)
    done = standoff("clean", *arguments, cwd=mini.root)
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert snapshot(mini.root) == before


def test_private_text_goes_only_where_git_does_not_look(mini, monkeypatch):
    if shutil.which("git") is None:
        pytest.skip("git is not here")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    subprocess.run(["git", "init", "--quiet", str(mini.root)], check=True)
    write_records(mini.keeps_file("quarry"), [Keep(0, 6, "person:ida")])
    with pytest.raises(StandoffError, match="git would take this file, and the text of quarry may not"):
        review(mini, [], mini.root / "new" / "judge.jsonl")
    assert not (mini.root / "new").exists()
    review(mini, ["ferry"], mini.root / "new" / "judge.jsonl")
    (mini.root / ".gitignore").write_text("/seeds/private/\n")
    holds = "holds text that may not be redistributed: quarry"
    for path in (mini.root / "seeds" / "private" / "judge.jsonl", mini.root.parent / "judge.jsonl"):
        remark, *more = review(mini, [], path).remarks
        assert remark == f"{path} {holds}"
        assert more == []


def test_without_git_it_says_so(mini, monkeypatch, tmp_path):
    write_records(mini.keeps_file("quarry"), [Keep(0, 6, "person:ida")])
    monkeypatch.setenv("PATH", str(tmp_path))
    remarks = review(mini, ["quarry"], mini.root / "judge.jsonl").remarks
    assert remarks[1] == "git is not here, so nobody has looked whether it would take that file"


KEEPS = [
    ("keep-range", '{"start": 0, "end": 9000, "by": "person:ida"}\n', "ferry"),
    ("keep-by", '{"start": 60, "end": 66, "by": "rule:ida"}\n', "ferry"),
    ("keep-cut", '{"start": 40, "end": 46, "by": "person:ida"}\n', "ferry"),
    ("file-order", '{"start": 60, "end": 66, "by": "person:ida"}\n' * 2, "ferry"),
    ("file-canonical", '{"end": 66, "start": 60, "by": "person:ida"}\n', "ferry"),
    ("file-format", '{"start": 60, "end": 66}\n', "ferry"),
    ("id-unknown", "", "ghost"),
]


@pytest.mark.parametrize(("rule", "text", "document_id"), KEEPS)
def test_keeps_are_checked(rule, text, document_id, mini):
    mini.keeps_file(document_id).write_text(text)
    done = standoff("check", cwd=mini.root)
    assert done.returncode == 1
    assert f"error [{rule}]" in done.stdout
    assert f"corpus/{document_id}.keeps.jsonl" in done.stdout


def test_a_keep_across_the_cut_of_a_person_is_not_cleaned(mini):
    write_records(mini.cuts_file("bank"), [Cut(0, 10, "ad", "person:ole")])
    write_records(mini.keeps_file("bank"), [Keep(5, 12, "person:ida")])
    done = standoff("clean", "bank", cwd=mini.root)
    assert done.returncode == 1
    assert "corpus/bank.keeps.jsonl:1: person:ida keeps [5, 12), person:ole cut [0, 10) (adjudicate" in done.stderr


RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=8)


@given(RANGES, RANGES)
def test_outside_is_set_difference(found, taken):
    one = [Keep(start, start + size, "person:ida") for start, size in found]
    other = [Cut(start, start + size, "ad", "person:ole") for start, size in taken]
    holes = {at for hole in other for at in range(hole.start, hole.end)}
    expected = sorted(at for keep in one for at in set(range(keep.start, keep.end)) - holes)
    assert sorted(at for keep in outside(one, other) for at in range(keep.start, keep.end)) == expected


@settings(max_examples=40)
@given(PAGES, st.sampled_from(list(STOPS.values())), st.data())
def test_questions_are_the_cuts_and_more(seed, keep, data):
    places = data.draw(st.sets(st.integers(0, len(seed)), min_size=0, max_size=4))
    keeps = [Keep(*place, "person:ida") for place in pairwise(sorted(places)) if seed[slice(*place)].strip()]
    cuts = clean_text(seed, (), keeps, keep=keep, language="en").cuts
    source = replace(template(), id="a", sha256=hash_text(seed))
    unsure, sure = find_questions(source, seed, cuts, keeps)
    rows = sorted([*unsure, *sure], key=lambda row: row.start)
    made = [(row.start, row.end, row.kind, row.by, row.score) for row in rows if row.cut]
    assert made == [(cut.start, cut.end, cut.kind, cut.by, cut.score) for cut in cuts if cut.kind != "whitespace"]
    assert all(one.end <= other.start for one, other in pairwise(rows))
    assert all(row.text == seed[row.start : row.end] and row.text.strip() and not row.answer for row in rows)
    assert [(row.start, row.end, row.by) for row in sure if not row.cut] == [(k.start, k.end, k.by) for k in keeps]


def test_half_a_word_is_no_question():
    """The thorough end of the dial takes lines apart at capitals inside words."""
    app, gov, rest = Cut(0, 9, "ad", "m", 0.4), Cut(9, 30, "share", "m", 0.5), Cut(31, 40, "ad", "m", 0.6)
    assert join_touching([app, gov, rest]) == [Cut(0, 30, "share", "m", 0.5), rest]


def test_what_is_left_between_keeps_is_white_space():
    start = FERRY.index(BYLINE)
    keeps = [Keep(start, start + 2, "person:ida"), Keep(start + 3, start + len(BYLINE), "person:ida")]
    cleaned = clean_text(FERRY, (), keeps, language="en")
    assert BYLINE in cleaned.text
    assert all(FERRY[cut.start : cut.end].strip() for cut in cleaned.cuts if cut.kind != "whitespace")


SEED = "0123456789ab"


@st.composite
def answered(draw, seed: str) -> list[Question]:
    """Answers to questions on ranges apart from each other, asked there or elsewhere."""
    size = st.integers(0, len(seed))
    edges = sorted(draw(st.sets(size, max_size=8)))
    rows = []
    for start, end in list(pairwise(edges))[:: draw(st.integers(1, 2))]:
        low, high = sorted(draw(st.sampled_from([(start, end), (start - 5, end + 5), (draw(size), draw(size))])))
        asked, cut = f"{max(low, 0)}-{min(high, len(seed))}", draw(st.booleans())
        said = draw(st.sampled_from(["cut", "keep", "share", "caption"]))
        rows.append(
            Question(
                id="a", seed=SEED, asked=asked, start=start, end=end, cut=cut, kind="ad", by="rule:x", before="",
                text=seed[start:end], after="", answer=said,
            )
        )  # fmt: skip
    source = replace(template(), id="a", sha256=SEED)
    return [row for row in rows if next(find_faults(row, source, seed), None) is None]


@settings(max_examples=60)
@given(PAGES, st.data())
def test_nothing_overrides_a_person(seed, data):
    """Whatever people answer, one after the other, on whatever text: at every stop of the dial it holds."""
    cuts: list[Cut] = []
    keeps: list[Keep] = []
    rows: list[Question] = []
    for name in data.draw(st.lists(st.sampled_from(["ida", "ole"]), max_size=3)):
        rows = data.draw(answered(seed))
        by = f"person:{name}"
        if rows:
            said = to_judgements(seed, list(enumerate(rows, 1)), by, Path("answers"))
            try:
                cuts, keeps = join(seed, said, list(enumerate(rows, 1)), [*cuts, *keeps], Path("answers"))
            except StandoffError as error:
                assert "adjudicate" in error.hint
                rows = []
    kinds = kinds_of(len(seed), cuts)
    for row in rows:
        expected = {"cut": "ad", "keep": None}.get(row.answer, row.answer)
        assert all(kinds[at] == expected for at in range(row.start, row.end) if not seed[at].isspace())
    for stop in STOPS.values():
        cleaned = clean_text(seed, cuts, keeps, keep=stop, language="en")
        assert set(cuts) <= set(cleaned.cuts)
        assert all(one.end <= other.start for one, other in pairwise(cleaned.cuts))
        assert len(cleaned.text) + sum(cut.end - cut.start for cut in cleaned.cuts) == len(seed)
        assert all(seed[cut.start : cut.end].strip() for cut in cleaned.cuts if cut.kind != "whitespace")
        after = kinds_of(len(seed), cleaned.cuts)
        assert all(after[at] in (None, "whitespace") for keep in keeps for at in range(keep.start, keep.end))
        assert all(after[at] != "whitespace" or seed[at].isspace() for at in range(len(seed)))


def kinds_of(length: int, cuts: list[Cut] | tuple[Cut, ...]) -> list[str | None]:
    """The kind of each character."""
    kinds: list[str | None] = [None] * length
    for cut in cuts:
        kinds[cut.start : cut.end] = [cut.kind] * (cut.end - cut.start)
    return kinds


def test_every_kind_but_white_space_is_an_answer(mini):
    row = ask(mini)[BYLINE]
    for kind in CUTTABLE:
        answer(mini, "ida", replace(row, answer=kind))
        assert Cut(row.start, row.end, kind, "person:ida") in mini.read_cuts("ferry")
