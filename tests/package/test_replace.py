"""`standoff add --replace`: what points into a text follows a corrected one, nothing is lost, killed or not."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import count

import pytest

from standoff.check import check
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import hash_text
from standoff.journal import change_files
from standoff.jsonl import read_records, write_records
from standoff.reanchor.plan import make_plan
from standoff.records import Cut, Decision, Keep, Orphan, Span, Waiver
from standoff.relabel import undo
from standoff.replace_seed import replace_seed
from tests.conftest import PRIVATE, TEXTS, snapshot, standoff
from tests.package.killing import killed

OLD = TEXTS["ferry"]
SENTENCE = "Nobody was hurt, a spokeswoman for the port added on Tuesday.\n\n"


def files(root):
    """The files of a corpus without the journal."""
    return {name: data for name, data in snapshot(root).items() if not name.startswith(".standoff/")}


def put(corpus: Corpus, text: str, name: str = "new.txt"):
    path = corpus.root / "incoming" / name
    path.write_text(text, encoding="utf-8")
    return path


def first_line_of_body(text: str) -> int:
    """Where a paragraph can be put in behind the headline."""
    return text.index("\n\n", text.index("Ferry firm loses")) + 2


@pytest.fixture
def corrected():
    """The text with a paragraph put in."""
    at = first_line_of_body(OLD)
    return OLD[:at] + SENTENCE + OLD[at:]


def second_layer(corpus: Corpus) -> None:
    folder = corpus.layer_folder("ida")
    folder.mkdir()
    (folder / "layer.toml").write_text('guidelines = "0.3.0"\nannotators = "ida"\n')
    write_records(corpus.spans_file("ida", "ferry"), corpus.read_spans("gold", "ferry")[:2])


def test_spans_of_every_layer_follow(mini, corrected):
    second_layer(mini)
    before = {layer: mini.read_spans(layer, "ferry") for layer in ("gold", "ida")}
    split = mini.read_index()["ferry"].split
    done = standoff("add", "--replace", "ferry", str(put(mini, corrected)), cwd=mini.root)
    assert done.returncode == 0, done.stderr
    for layer, spans in before.items():
        now = mini.read_spans(layer, "ferry")
        assert [(one.label, one.text) for one in now] == [(one.label, one.text) for one in spans]
        for one, other in zip(spans, now, strict=True):
            assert other.start == one.start + len(SENTENCE) * (one.start >= first_line_of_body(OLD))
        assert f"spans of {layer}" in done.stdout
    source, entry = mini.read_sources()["ferry"], mini.read_index()["ferry"]
    assert (source.sha256, source.chars) == (hash_text(corrected), len(corrected))
    assert entry.split == split
    assert entry.kept + entry.cut == len(corrected)
    assert not [issue for issue in check(mini).issues if issue.path.endswith(("ferry.jsonl", "ferry.cuts.jsonl"))]
    assert not mini.orphans_file.exists()


def test_a_dry_run_writes_nothing_and_says_the_same(mini, corrected):
    path = put(mini, corrected.replace("Norrsund Lines", "Norrsund Ferries"))
    before = files(mini.root)
    told = standoff("add", "--replace", "ferry", "--dry-run", "--json", str(path), cwd=mini.root)
    assert files(mini.root) == before
    done = standoff("add", "--replace", "ferry", "--json", str(path), cwd=mini.root)
    assert json.loads(told.stdout) == json.loads(done.stdout)
    assert files(mini.root) != before


def test_the_same_text_changes_nothing(mini):
    before = files(mini.root)
    done = standoff("add", "--replace", "ferry", str(mini.seed_file("ferry", redistribute=True)), cwd=mini.root)
    assert (done.returncode, files(mini.root)) == (0, before)
    assert "is the present text of ferry: nothing to do" in done.stdout


def test_an_orphan_is_written_down_listed_and_open(mini):
    spans = mini.read_spans("gold", "ferry")
    lost = [one for one in spans if "Norrsund Lines" in one.text]
    path = put(mini, OLD.replace("Norrsund Lines", "Norrsund Ferries"))
    done = standoff("add", "--replace", "ferry", str(path), cwd=mini.root)
    assert lost
    orphans = read_records(mini.orphans_file, Orphan)
    assert [one.record["start"] for one in orphans] == [one.start for one in lost]
    assert {one.seed for one in orphans} == {hash_text(OLD)}
    assert len(mini.read_spans("gold", "ferry")) + len(orphans) == len(spans)
    assert done.stdout.count("orphaned  ferry") == len(lost)
    assert "now   " in done.stdout
    assert [issue.rule for issue in check(mini, only=["orphan-open"]).issues] == ["orphan-open"] * len(lost)


def test_an_open_orphan_stays_near_its_place(mini):
    """The text is corrected again before a person has looked: its words move, and what was beside it may go."""
    once = OLD.replace("Norrsund Lines", "Norrsund Ferries")
    replace_seed(mini, "ferry", put(mini, once), {}, dry_run=False)
    orphans = read_records(mini.orphans_file, Orphan)
    other = replace(orphans[0], id="bank", path="annotations/gold/bank.jsonl", near=20)
    write_records(mini.orphans_file, [*orphans, other])
    twice = (SENTENCE + once).replace("Share", "Stock")
    replace_seed(mini, "ferry", put(mini, twice), {}, dry_run=False)
    now = read_records(mini.orphans_file, Orphan)
    assert now[: len(orphans) + 1] == [*(replace(one, near=one.near + len(SENTENCE)) for one in orphans), other]
    assert all(once[one.near - 8 : one.near] == twice[two.near - 8 : two.near] for one, two in zip(orphans, now))  # noqa: B905
    replace_seed(mini, "ferry", put(mini, "Nothing is left.\n"), {}, dry_run=False)
    assert all(one.near <= len("Nothing is left.\n") for one in read_records(mini.orphans_file, Orphan)[: len(orphans)])


def test_of_a_private_text_nothing_is_shown(mini):
    path = put(mini, PRIVATE.replace(mini.read_spans("gold", "quarry")[0].text, "Somebody Else"))
    done = standoff("add", "--private", "--replace", "quarry", str(path), cwd=mini.root)
    assert done.returncode == 0, done.stderr
    lost = read_records(mini.orphans_file, Orphan)
    assert lost
    words = PRIVATE.split()
    assert not any(" ".join(words[at : at + 3]) in done.stdout for at in range(len(words) - 2))
    assert not any(one.record["text"] in done.stdout for one in lost)
    assert not mini.clean_file("quarry").exists()
    assert mini.read_sources()["quarry"].words


def test_cuts_and_keeps_of_people_follow(mini, corrected):
    keep = Keep(OLD.index("Share"), OLD.index("Share") + 5, "person:ida")
    told = "The company told the regulator two days later,"
    cut = Cut(OLD.index(told), OLD.index(told) + len(told), "comments", "person:ida")
    write_records(mini.cuts_file("ferry"), [cut])
    write_records(mini.keeps_file("ferry"), [keep])
    put(mini, corrected)
    done = replace_seed(mini, "ferry", mini.root / "incoming" / "new.txt", {}, dry_run=False)
    (now,) = [one for one in mini.read_cuts("ferry") if one.by == "person:ida"]
    assert corrected[now.start : now.end] == OLD[cut.start : cut.end]
    (held,) = mini.read_keeps("ferry")
    assert corrected[held.start : held.end] == OLD[keep.start : keep.end]
    accounts = done.ledger.to_dict()
    assert accounts["keeps"]["moved"] == accounts["cuts of people"]["moved"] == 1


def test_decisions_and_waivers_follow_or_are_written_down(mini):
    first, *_, last = [one for one in mini.read_spans("gold", "ferry") if one.text == "Norrsund Lines"] * 2
    others = [one for one in mini.read_spans("gold", "ferry") if one.text != "Norrsund Lines"]

    def decide(one: Span) -> Decision:
        row = [one.start, one.end, one.label]
        return Decision(
            id="ferry", start=one.start, end=one.end, into="gold", readings={"ida": [row], "ben": []}, choice="ida",
            spans=[row], by="person:cleo", rule="", reason="", guidelines="0.3.0",
        )  # fmt: skip

    write_records(mini.decisions_file, sorted([decide(first), decide(others[-1])], key=lambda one: one.start))
    waivers = [
        Waiver("label-differs", "annotations/gold/ferry.jsonl", f"{one.start}-{one.end}", "so it is")
        for one in (last, others[-1])
    ]
    write_records(mini.waivers_file, sorted(waivers, key=lambda one: one.at))
    text = "A new first line.\n\n" + OLD.replace("Norrsund Lines", "Norrsund Ferries")
    replace_seed(mini, "ferry", put(mini, text), {}, dry_run=False)
    (decision,), (waiver,) = read_records(mini.decisions_file, Decision), read_records(mini.waivers_file, Waiver)
    assert text[decision.start : decision.end] == others[-1].text
    assert decision.spans == [[decision.start, decision.end, others[-1].label]] == decision.readings["ida"]
    assert waiver.at == f"{decision.start}-{decision.end}"
    paths = [one.path for one in read_records(mini.orphans_file, Orphan)]
    assert "annotations/decisions.jsonl" in paths
    assert "waivers.jsonl" in paths


def test_title_and_address_change_only_where_they_are_given(mini, corrected):
    before, order = mini.read_sources()["ferry"], list(mini.read_sources())
    path = put(mini, corrected)
    assert standoff("add", "--replace", "ferry", "--outlet", "The Tide", str(path), cwd=mini.root).returncode == 0
    now = mini.read_sources()["ferry"]
    assert (now.title, now.url, now.licence, now.outlet) == (before.title, before.url, before.licence, "The Tide")
    assert list(mini.read_sources()) == order


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--replace", "nobody", "new.txt"], "no document has the id 'nobody'"),
        (["--replace", "ferry", "new.txt", "new.txt"], "one file, not 2"),
        (["--replace", "ferry", "--id", "x", "new.txt"], "do not go together"),
        (["--replace", "ferry", "--private", "new.txt"], "leave --private out"),
        (["--replace", "quarry", "new.txt"], "say --private"),
        (["--replace", "ferry", "none.txt"], "no such file"),
        (["--replace", "ferry", "bank.txt"], "this is the text of bank"),
        (["--dry-run", "new.txt"], "go with --replace"),
    ],
)
def test_wrong_use_is_one_line(mini, arguments, said):
    put(mini, "Another text.\n")
    put(mini, TEXTS["bank"], "bank.txt")
    before = snapshot(mini.root)
    done = standoff("add", *arguments, cwd=mini.root / "incoming")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert snapshot(mini.root) == before


def test_a_private_text_that_is_not_here_is_not_replaced(mini):
    mini.seed_file("quarry", redistribute=False).unlink()
    with pytest.raises(StandoffError, match="is not here"):
        replace_seed(mini, "quarry", put(mini, "Another text.\n"), {}, dry_run=False)


def test_it_can_be_undone(mini, corrected):
    path = put(mini, corrected)
    before = files(mini.root)
    replace_seed(mini, "ferry", path, {}, dry_run=False)
    undo(mini)
    assert files(mini.root) == before


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize("other", ["another document", "the same document", "an editor"])
def test_what_changed_while_it_was_planned_is_not_overwritten(mini, corrected, monkeypatch, order, other):
    """Something is written before the plan is made, from a text that was read before, or after."""
    path, left = put(mini, corrected), dict[str, bytes]()

    def act():
        if other == "an editor":
            spans = mini.spans_file("gold", "ferry")
            spans.write_text("".join(spans.read_text().splitlines(keepends=True)[1:]))
        else:
            one = "bank" if other == "another document" else "ferry"
            replace_seed(mini, one, put(mini, f"One more line.\n{TEXTS[one]}", "other.txt"), {}, dry_run=False)
        left.update(files(mini.root))

    def plan_with(*given):
        monkeypatch.undo()
        if order == "before":
            act()
        plan = make_plan(*given)
        if order == "after":
            act()
        return plan

    monkeypatch.setattr("standoff.replace_seed.make_plan", plan_with)
    if order == "before" and other != "the same document":  # the plan knows of it
        replace_seed(mini, "ferry", path, {}, dry_run=False)
        undo(mini)
    else:
        said = "changed since it was (planned: (seeds|annotations)/.*nothing was changed|read .*)"
        with pytest.raises(StandoffError, match=said):
            replace_seed(mini, "ferry", path, {}, dry_run=False)
    assert files(mini.root) == left


SLOW = """
import sys
from pathlib import Path
from standoff import journal
from standoff.corpus import Corpus
from standoff.replace_seed import replace_seed
put = journal._put
def wait(*given):
    print("writing", flush=True)
    sys.stdin.readline()
    journal._put = put
    put(*given)
journal._put = wait
replace_seed(Corpus(Path(sys.argv[1])), "ferry", Path(sys.argv[2]), {}, dry_run=False)
"""


def test_while_one_moves_nobody_else_moves_or_undoes(mini, corrected):
    paths = put(mini, corrected), put(mini, f"One more line.\n{TEXTS['bank']}", "bank.txt")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", SLOW, str(mini.root), str(paths[0])], **pipes) as running:
        assert running.stdout.readline() == "writing\n"
        before = snapshot(mini.root)
        for act in (
            lambda: replace_seed(mini, "bank", paths[1], {}, dry_run=False),
            lambda: replace_seed(mini, "ferry", paths[0], {}, dry_run=False),
            lambda: change_files(mini.root, "a move", []),
            lambda: undo(mini),
        ):
            with pytest.raises(StandoffError, match="another run is writing this"):
                act()
        assert snapshot(mini.root) == before
        running.communicate("go on\n")
    assert running.returncode == 0
    assert mini.seed_file("ferry", redistribute=True).read_text() == corrected
    replace_seed(mini, "bank", paths[1], {}, dry_run=False)
    assert list((mini.root / ".standoff").iterdir()) == [mini.root / ".standoff" / "last"]


def test_killed_anywhere_it_is_done_by_the_next_run(mini, corrected, tmp_path, monkeypatch):
    """A child is killed at each of its steps on the disk; the same command then leaves what a whole run leaves."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # it is the process that is killed, not the machine
    path = put(mini, corrected.replace("Norrsund Lines", "Norrsund Ferries"))
    before = files(mini.root)
    whole, plans = Corpus(tmp_path / "whole"), []
    shutil.copytree(mini.root, whole.root)
    with monkeypatch.context() as patch:
        patch.setattr("standoff.replace_seed.make_plan", lambda *given: plans.append(make_plan(*given)) or plans[0])
        replace_seed(whole, "ferry", path, {}, dry_run=False)
    ready = files(whole.root)
    cut_off = 0
    for at in count():
        corpus = Corpus(tmp_path / f"at-{at}")
        shutil.copytree(mini.root, corpus.root)
        with monkeypatch.context() as patch:  # the plan, made before a file is touched, is that of the whole run
            patch.setattr("standoff.replace_seed.make_plan", lambda *_: plans[0])
            in_time = killed(at, lambda: replace_seed(corpus, "ferry", path, {}, dry_run=False))  # noqa: B023
        if not in_time:
            break
        cut_off += _visible(files(corpus.root)) not in (_visible(before), _visible(ready))
        replace_seed(corpus, "ferry", path, {}, dry_run=False)
        assert _visible(files(corpus.root)) == _visible(ready), at
        shutil.rmtree(corpus.root)
    assert at > 10
    assert cut_off


def _visible(found):
    """Without what a killed write leaves beside a file."""
    return {name: data for name, data in found.items() if not name.endswith(".tmp")}
