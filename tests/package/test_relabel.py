"""Labels renamed, merged and split in one move: every place, every count, and back to the byte, killed or not."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from standoff.adjudicate.decisions import is_whole, read_decisions, settle, spans_in, stands, to_lists
from standoff.adjudicate.policies import decide_by_expert
from standoff.agree.regions import find_regions
from standoff.check.settled import check_settled
from standoff.corpus import Corpus
from standoff.doccano.rounds import Deal, Round, write_round
from standoff.errors import StandoffError
from standoff.guidelines import read_schema
from standoff.guidelines.changes import check_changes, check_version, read_changes
from standoff.guidelines.pages import read_guidelines
from standoff.journal import Change, change_files
from standoff.jsonl import read_records, write_records
from standoff.ledger import Ledger
from standoff.records import Decision, Orphan, Span
from standoff.relabel import relabel, undo
from standoff.relabel.decisions import add_later, relabel_decision
from standoff.relabel.fates import Fates, Witness
from standoff.relabel.move import Move
from standoff.relabel.plan import make_plan
from standoff.relabel.spans import count_shared, relabel_spans
from standoff.relabel.wording import rewrite_page
from tests.conftest import ROOT, snapshot, standoff
from tests.package.killing import killed

CASES = tomllib.loads((Path(__file__).parent / "cases" / "relabel.toml").read_text(encoding="utf-8"))
NAMES = ["NAME", "FIRM", "TOOL"]
RENAME = Move("TOOL", "GEAR", "rename", ids={"TOOL-1": "GEAR-1"})
MERGE = Move("TOOL", "FIRM", "merge", ids={"TOOL-1": "FIRM-7"})
VERSION = re.compile(rb"\d+\.\d+\.\d+")


def make(root: Path, *, overlap: bool = False) -> Corpus:
    """The corpus of the cases."""
    for name, text in CASES["corpus"].items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("overlap = false", f"overlap = {str(overlap).lower()}"), encoding="utf-8")
    return Corpus(root)


@pytest.fixture
def quay(tmp_path: Path) -> Corpus:
    return make(tmp_path / "quay")


def files(root: Path) -> dict[str, bytes]:
    """The files of a corpus without the journal."""
    return {name: data for name, data in snapshot(root).items() if not name.startswith(".standoff/")}


def bare(found: dict[str, bytes]) -> dict[str, bytes]:
    """Files without the changelog of the guidelines, and without versions."""
    return {name: VERSION.sub(b"", data) for name, data in found.items() if name != "guidelines/CHANGELOG.md"}


def require_legal(corpus: Corpus) -> None:
    """Everything reads, and the new version is borne out."""
    guidelines = read_guidelines(corpus.labels_file.parent)
    versions = read_changes(corpus.labels_file.parent / "CHANGELOG.md")
    if versions:
        assert versions[0].version == read_schema(corpus.labels_file).version
        assert not [one for one in check_version(guidelines, versions) if "0.9.0" not in one.message]
        assert not list(check_changes(guidelines, versions))
    for layer in corpus.layers():
        for path in corpus.layer_folder(layer).glob("*.jsonl"):
            spans = read_records(path, Span)
            assert spans == sorted(spans, key=lambda span: (span.start, span.end, span.label))
            assert {span.label for span in spans} <= set(guidelines.schema.names)


def require_settled(corpus: Corpus) -> None:
    """Every decision is kept, stands, and is what the layer has."""
    assert len(read_decisions(corpus)) == 3
    assert not list(check_settled(corpus, "gold", ["ferry"]))


def tell(ledger: Ledger) -> dict[str, dict[str, int]]:
    return {one.name.removeprefix("spans of "): dict(one.parts) for one in ledger.accounts if "spans of" in one.name}


@pytest.mark.parametrize("case", CASES["move"], ids=lambda case: case["name"])
def test_everything_moves_and_comes_back(quay, case, monkeypatch):
    monkeypatch.setattr("standoff.relabel.date", type("day", (), {"today": staticmethod(lambda: FixedDay())}))
    require_settled(quay)
    before = snapshot(quay.root)
    options = {"where": case.get("where"), "rules": case.get("rules", ())}
    assert relabel(quay, *case["arguments"], **options, dry_run=True)
    assert snapshot(quay.root) == before
    ledger = relabel(quay, *case["arguments"], **options)
    for name, lines in case["has"].items():
        text = (quay.root / name).read_text(encoding="utf-8")
        missing = [line for line in lines if line not in text.split("\n")]
        assert not missing, text
    for name, texts in case.get("lacks", {}).items():
        assert not [text for text in texts if text in (quay.root / name).read_text(encoding="utf-8")]
    assert not [name for name in case.get("gone", ()) if (quay.root / name).exists()]
    assert tell(ledger) == case["spans"]
    mend = [remark for remark in ledger.remarks if remark.startswith("a person must mend")]
    assert all(any(text in remark for remark in mend) for text in case.get("mend", ()))
    assert len(mend) == len(case.get("mend", ())), mend
    require_legal(quay)
    require_settled(quay)
    undo(quay)
    assert snapshot(quay.root) == before
    assert not (quay.root / ".standoff").exists()


class FixedDay:
    def isoformat(self) -> str:
        return "2026-11-28"


@pytest.mark.parametrize("case", CASES["line"], ids=lambda case: case["before"])
def test_only_what_is_surely_the_label(case):
    old = case.get("old", "TOOL")
    move = replace(RENAME, old=old, ids={f"{old}-1": "GEAR-1"})
    assert rewrite_page(case["before"], move, "label", Counter()) == case["after"]


def test_marks_that_become_one_are_counted():
    tally: Counter[str] = Counter()
    assert (
        rewrite_page("- A [[Tillo]{TOOL}]{FIRM} and [x]{TOOL}.", MERGE, "label", tally)
        == "- A [Tillo]{FIRM} and [x]{FIRM}."
    )
    assert (tally["marks"], tally["merged"]) == (1, 1)


@pytest.mark.parametrize("case", CASES["merged"], ids=lambda case: case["name"])
def test_spans_that_become_one(case):
    done = relabel_spans([Span(**span) for span in case["spans"]], MERGE)
    assert list(done.spans) == [Span(**span) for span in case["after"]]
    assert list(done.lost) == case["lost"]


def test_overlapping_spans_are_told(tmp_path):
    corpus = make(tmp_path / "quay", overlap=True)
    path = corpus.spans_file("gold", "pier")
    short, name, twice = Span(0, 5, "FIRM", "Wrenn"), Span(6, 11, "NAME", "Tillo"), Span(20, 25, "FIRM", "Wrenn")
    write_records(path, [short, Span(0, 11, "TOOL", "Wrenn Tillo"), name, twice, replace(twice, label="TOOL")])
    ledger = relabel(corpus, "TOOL", "FIRM")
    assert tell(ledger)["gold"] == {"relabelled": 4, "merged": 1, "untouched": 5}
    assert read_records(path, Span) == [short, Span(0, 11, "FIRM", "Wrenn Tillo"), name, twice]
    assert any("1 spans of FIRM now share text" in remark for remark in ledger.remarks)
    require_legal(corpus)


SPANS = st.lists(
    st.builds(
        lambda start, length, label, note: Span(start, start + length, label, "ab1"[:length], None, note),
        st.integers(0, 6), st.integers(1, 3), st.sampled_from(NAMES),
        st.sampled_from([None, "TOOL-1", "FIRM-2, TOOL-1 - why", "words"]),
    ),
    unique_by=lambda span: (span.start, span.end, span.label),
).map(lambda spans: sorted(spans, key=lambda span: (span.start, span.end, span.label)))  # fmt: skip
MOVES = st.sampled_from(
    [
        RENAME,
        MERGE,
        Move("TOOL", "FIRM", "split", re.compile("ab?")),
        Move("TOOL", "GEAR", "split", None, frozenset({"TOOL-1"})),
    ]
)


@settings(max_examples=100, deadline=None)
@given(SPANS, MOVES)
def test_no_span_is_lost(spans, move):
    done = relabel_spans(spans, move)
    counts = done.counts
    assert counts["relabelled"] + counts["merged"] + counts["untouched"] == len(spans)
    assert len(done.spans) == len(spans) - counts["merged"]
    assert {(span.start, span.end) for span in done.spans} == {(span.start, span.end) for span in spans}
    others = [(span.start, span.end, span.label) for span in spans if span.label not in (move.old, move.new)]
    assert [(one.start, one.end, one.label) for one in done.spans if one.label not in (move.old, move.new)] == others
    if move.kind != "split":
        assert not [span for span in done.spans if span.label == move.old]
        assert counts["merged"] == len({(one.start, one.end) for one in spans if one.label == move.old}
                                       & {(one.start, one.end) for one in spans if one.label == move.new})  # fmt: skip
    shared = sum(any(one.start < two.end and two.start < one.end for two in done.spans[:at] if two.label == move.new)
                 for at, one in enumerate(done.spans) if one.label == move.new)  # fmt: skip
    assert count_shared(done.spans, move.new) == shared


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(NAMES), st.from_regex(r"[A-Z][A-Z0-9_]{0,9}", fullmatch=True), st.booleans())
def test_there_and_back_is_nothing(old, new, overlap):
    assume(
        new not in {*NAMES, "ALL", "README", "CHANGELOG"} and not any(new in text for text in CASES["corpus"].values())
    )
    with tempfile.TemporaryDirectory() as folder:
        corpus = make(Path(folder) / "quay", overlap=overlap)
        before = files(corpus.root)
        relabel(corpus, old, new)
        require_legal(corpus)
        assert not [name for name, data in bare(files(corpus.root)).items() if f'"label": "{old}"'.encode() in data]
        relabel(corpus, new, old)
        assert bare(files(corpus.root)) == bare(before)
        undo(corpus)
        assert read_schema(corpus.labels_file).version == "2.0.0"


def test_our_corpus_moves_and_comes_back(ours):
    before = snapshot(ours.root)
    names = read_schema(ours.labels_file).names
    total = sum(
        data.count(b"\n") for name, data in before.items() if name.startswith("annotations/gold/") and "jsonl" in name
    )
    for arguments, options in (
        ((names[0], "SOMEBODY_1"), {}),
        ((names[-1], names[1]), {}),
        ((names[1], "SHORTNAME"), {"where": r"\w{1,4}"}),
        ((names[2], names[0]), {"where": r"[A-M].*"}),
        ((names[3], "FIRSTRULE"), {"rules": [f"{names[3]}-1"]}),
    ):
        ledger = relabel(ours, *arguments, **options)
        assert sum(tell(ledger)["gold"].values()) == total
        require_legal(ours)
        undo(ours)
        assert snapshot(ours.root) == before
    for old, new in ((name, "X_RENAMED") for name in (names[0], names[-1])):
        relabel(ours, old, new)
        left = [name for name, data in files(ours.root).items() if f"]{{{old}}}".encode() in data]
        assert not left
        relabel(ours, new, old)
        assert bare(files(ours.root)) == bare(before)
        shutil.rmtree(ours.root / ".standoff")
        for name, data in before.items():
            (ours.root / name).write_bytes(data)


def lose(corpus: Corpus) -> None:
    """Records of each sort without a place; a decision of the text that they lost, one of which no span is lost."""
    span = {"start": 10, "end": 15, "label": "TOOL", "text": "Tillo", "note": "TOOL-2 - sold by Wrenn"}
    decision = {
        "id": "ferry", "start": 10, "end": 15, "into": "gold", "readings": {"ida": [[10, 15, "TOOL"]], "jon": []},
        "choice": "ida", "spans": [[10, 15, "TOOL"]], "by": "person:jon", "rule": "TOOL-2", "reason": "",
        "guidelines": "1.2.0",
    }  # fmt: skip
    unseen = {**decision, "end": 70, "readings": {"ida": [[60, 70, "TOOL"]]}, "spans": [[60, 70, "TOOL"]], "rule": ""}
    gold, ida, waivers = "annotations/gold/ferry.jsonl", "annotations/ida/ferry.jsonl", "waivers.jsonl"
    decisions, keeps = "annotations/decisions.jsonl", "corpus/ferry.keeps.jsonl"
    records = [
        (gold, span), (gold, {**span, "start": 20, "end": 24, "text": "Marl"}),
        (gold, {**span, "start": 30, "end": 35, "label": "NAME", "note": None}),
        (ida, {**span, "note": None}), (decisions, decision), (decisions, unseen),
        (waivers, {"rule": "label-differs", "path": gold, "at": "10-15", "reason": "as TOOL-1"}),
        (keeps, {"start": 1, "end": 4, "by": "person:jon"}),
    ]  # fmt: skip
    write_records(
        corpus.orphans_file,
        [Orphan(id="ferry", path=path, record=one, seed="0" * 64, near=3, reason="gone") for path, one in records],
    )


@pytest.mark.parametrize("case", CASES["orphan"], ids=lambda case: case["name"])
def test_records_without_a_place_follow(quay, case):
    lose(quay)
    before = files(quay.root)
    ledger = relabel(quay, "TOOL", case["new"], where=case.get("where"), rules=case.get("rules", ()))
    orphans = [one.record for one in read_records(quay.orphans_file, Orphan)]
    assert [one["label"] for one in orphans[:4]] == case["labels"]
    decision, unseen, waiver, keep = orphans[4:]
    assert [one["rule"] for one in (decision, unseen)] == [case["rule"], ""]
    assert waiver["reason"] == case["reason"]
    assert [row[2] for one in (decision, unseen) for row in (*one["readings"]["ida"], *one["spans"])] == case["rows"]
    assert (decision["choice"], unseen["choice"]) == (case["choice"], "ida")
    assert keep == {"start": 1, "end": 4, "by": "person:jon"}
    (account,) = [one for one in ledger.accounts if one.name == "annotations/orphans.jsonl"]
    assert dict(account.parts) == case["counted"]
    assert [one for one in ledger.remarks if one.startswith("annotations/orphans.jsonl")] == case["told"]
    undo(quay)
    assert files(quay.root) == before


def test_a_pattern_that_nothing_also_matches_moves_no_decision(quay):
    """A decision holds no words: they are those of the spans."""
    before = quay.decisions_file.read_bytes()
    ledger = relabel(quay, "TOOL", "GEAR", where="[0-9 ]*")
    assert quay.decisions_file.read_bytes() == before
    assert "no layer has a span that is relabelled" in ledger.remarks
    require_settled(quay)


def test_layers_that_part_are_told(quay):
    """The note of gold cites the rule, those of the readers do not: a person decided it, and a person is told."""
    ledger = relabel(quay, "TOOL", "GEAR", rules=["TOOL-2"])
    said = "1 range has TOOL in one layer and GEAR in another, as their notes cite: read them"
    assert said in ledger.remarks
    assert not [one for one in relabel(quay, "NAME", "PERSON").remarks if "in another" in one]


@pytest.mark.parametrize(("where", "labels"), [("Mette .*", ["BOSS", "PERSON"]), ("[0-9 ]*", ["PERSON", "PERSON"])])
def test_what_no_layer_has_goes_by_its_words(mini, where, labels):
    """Decisions on words that nobody has marked yet, gold not yet written: one text is here, the other is not."""
    (seed,) = (mini.read_seed(one) for one in mini.read_sources().values() if one.id == "ferry")
    start, quarry = seed.index("Mette Brask"), mini.read_spans("gold", "quarry")[0]
    mini.seed_file("quarry", redistribute=False).unlink()
    places = [("ferry", start, start + 11), ("quarry", quarry.start, quarry.end)]
    for layer in ("ida", "jon"):
        mini.layer_folder(layer).mkdir()
        for document, first, last in places:
            label = "ORG" if layer == "ida" else "DATA"
            write_records(mini.spans_file(layer, document), [Span(first, last, label, "x" * (last - first))])
    for document, _, _ in places:
        mini.spans_file("gold", document).unlink()
    decisions = [
        Decision(
            id=document, start=first, end=last, into="gold",
            readings={"ida": [[first, last, "ORG"]], "jon": [[first, last, "DATA"]]}, choice="other",
            spans=[[first, last, "PERSON"]], by="person:cleo", rule="", reason="", guidelines="0.3.0",
        )
        for document, first, last in places
    ]  # fmt: skip
    write_records(mini.decisions_file, decisions)
    before = files(mini.root)
    ledger = relabel(mini, "PERSON", "BOSS", where=where)
    after = [*read_decisions(mini).values()]
    assert [one.spans[0][2] for one in after] == labels
    assert all(one.readings == old.readings for one, old in zip(after, decisions, strict=True))
    told = (
        f"quarry {quarry.start}-{quarry.end} keeps PERSON on {quarry.start}-{quarry.end}, since its words are not here"
    )
    assert f"annotations/decisions.jsonl: {told}: read it" in ledger.remarks
    assert sum(one.startswith("annotations/decisions.jsonl") for one in ledger.remarks) == 1
    undo(mini)
    assert files(mini.root) == before


def test_a_reading_for_control_is_no_reading(quay):
    """It had the answer known, so a decision that it fitted does not take it up."""
    write_round(quay, Round("spring", "1.2.0", "", False, (Deal("uma", ("ferry",), ("ferry",)),)))
    relabel(quay, "TOOL", "GEAR", rules=["TOOL-2"])
    assert not [one for one in read_decisions(quay).values() if "uma" in one.readings]
    require_settled(quay)


@pytest.mark.parametrize(
    ("row", "takes"),
    [
        ((0, 5, "TOOL"), True),  # as the same words in another layer
        ((6, 9, "TOOL"), True),
        ((6, 10, "TOOL"), False),
        ((6, 9, "FIRM"), False),
        ((6, 13, "TOOL"), None),  # its end is behind the text
    ],
)
def test_a_row_that_is_no_span_goes_by_the_same_words(row, takes):
    fates = Fates(Move("TOOL", "GEAR", "split", re.compile("Tillo|Mar|Marl 99")))
    fates.note("ferry", "ida", [Span(0, 5, "TOOL", "Tillo")])
    assert Witness(fates, "ferry", "", lambda: "_____ Marl 9").takes("jon", row) is takes
    assert Witness(fates, "ferry", "", lambda: None).takes("jon", (6, 9, "TOOL")) is None


@settings(max_examples=150, deadline=None)
@given(SPANS, SPANS, st.sampled_from(["", "TOOL-1", "FIRM-2, TOOL-1"]), st.booleans(), MOVES)
def test_what_was_decided_stays_decided(ida, jon, rule, settled, move):
    """Any two readers, each region decided, a third who reads as was decided: it stands, and gold is as it says."""
    layers = {"ida": ida, "jon": jon}
    agreed, regions = find_regions(layers)
    decisions = [replace(decide_by_expert("pier", one, "ida", "gold", "1.0.0"), rule=rule) for one in regions]
    gold = settle(agreed, decisions, layers, "x" * 20)
    uma = [replace(span, note=None) for span in gold]
    assert all(stands(one, {**layers, "uma": uma}) for one in decisions)
    fates, tally = Fates(move), Counter[str]()
    for layer, spans in {**layers, "uma": uma, **({"gold": gold} if settled else {})}.items():
        fates.note("pier", layer, spans)
    moved = {layer: relabel_spans(spans, move).spans for layer, spans in {**layers, "uma": uma, "gold": gold}.items()}
    for one in decisions:
        turned, unknown = relabel_decision(one, move, Witness(fates, "pier", rule, lambda: None), tally)
        turned = add_later(one, turned, {"uma": (uma, moved["uma"])}, tally)
        assert not unknown
        assert is_whole(turned)
        assert stands(turned, {layer: moved[layer] for layer in ("ida", "jon", "uma")})
        held = to_lists(spans_in(moved["gold"], one.start, one.end))
        assert held == turned.spans or not (settled or rule)
        rows = [layer for layer, reading in turned.readings.items() if reading == turned.spans]
        assert turned.choice == (", ".join(rows) or "other")


def test_undo_refuses_what_was_changed_since(quay):
    relabel(quay, "TOOL", "GEAR")
    page = quay.root / "guidelines" / "FIRM.md"
    moved = page.read_bytes()
    page.write_bytes(moved + b"\nMore.\n")
    now = snapshot(quay.root)
    with pytest.raises(StandoffError, match=r"changed since the move: guidelines/FIRM\.md .*nothing was undone"):
        undo(quay)
    assert snapshot(quay.root) == now
    page.write_bytes(moved)
    undo(quay)
    with pytest.raises(StandoffError, match="there is no move to undo"):
        undo(quay)


def test_only_the_last_move_is_kept(quay):
    relabel(quay, "TOOL", "GEAR")
    once = files(quay.root)
    relabel(quay, "FIRM", "HOUSE")
    undo(quay)
    assert files(quay.root) == once
    with pytest.raises(StandoffError, match="only the last one is kept"):
        undo(quay)


@pytest.mark.parametrize("what", ["manifest.json", "before/0"])
def test_a_damaged_journal_is_refused(quay, what):
    relabel(quay, "TOOL", "GEAR")
    (quay.root / ".standoff" / "last" / what).write_bytes(b"{}")
    now = snapshot(quay.root)
    with pytest.raises(StandoffError, match=r"not a journal|does not hold what"):
        undo(quay)
    assert snapshot(quay.root) == now


def orphan(record: bytes) -> bytes:
    return b'{"id": "pier", "path": "x", "record": %b, "seed": "0", "near": 0, "reason": ""}\n' % record


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("annotations/old/ferry.jsonl", b'{"start": 1}\n', "annotations/old/ferry.jsonl:1: not a span"),
        ("annotations/decisions.jsonl", b"TOOL\n", "annotations/decisions.jsonl:1: not JSON"),
        (
            "annotations/decisions.jsonl",
            b'{"id": "ferry", "text": "Tillo"}\n',
            "jsonl:1: not a decision: unknown field",
        ),
        (
            "annotations/orphans.jsonl",
            orphan(b'{"choice": "ida", "votes": {}}'),
            "jsonl:1: not a decision: unknown field",
        ),
        ("annotations/orphans.jsonl", orphan(b'{"label": "TOOL", "votes": {}}'), "jsonl:1: not a span: unknown field"),
        ("guidelines/NAME.md", b"# NAME\n\n**NAME-1.** x\n\n- [a]{TOOL\n", "guidelines/NAME.md:5: a stray"),
        ("guidelines/CHANGELOG.md", b"# C\n\n## 3.0.0 (2026-01-01)\n", "stands below"),
        ("guidelines/labels.toml", b'version = "1"\n', "no label is defined"),
    ],
)
def test_what_does_not_read_stops_the_move_before_it_begins(quay, name, data, message):
    (quay.root / name).write_bytes(data)
    now = snapshot(quay.root)
    with pytest.raises(StandoffError, match=re.escape(message)):
        relabel(quay, "TOOL", "GEAR")
    assert snapshot(quay.root) == now


def test_labels_in_another_form_stop_the_move(quay):
    rows = ", ".join(
        f'{{name = "{name}", definition = "x", color = "#ffffff", hotkey = "{name[0]}", ontonotes = "", conll = ""}}'
        for name in NAMES
    )
    quay.labels_file.write_text(f'version = "1.2.0"\nlabel = [{rows}]\n')
    now = snapshot(quay.root)
    with pytest.raises(StandoffError, match="not in a form that can be edited"):
        relabel(quay, "TOOL", "GEAR")
    assert snapshot(quay.root) == now


def test_a_corpus_without_pages(mini):
    before = snapshot(mini.root)
    ledger = relabel(mini, "ORG", "FIRM")
    assert read_schema(mini.labels_file).names == ["PERSON", "FIRM", "DATA"]
    assert read_schema(mini.labels_file).version == "0.4.0"
    assert any("nothing tells of this move" in remark for remark in ledger.remarks)
    assert 'guidelines = "0.4.0"' in (mini.layer_folder("gold") / "layer.toml").read_text()
    undo(mini)
    relabel(mini, "PERSON", "ANIMAL", where="x")
    labels = read_schema(mini.labels_file).labels
    assert len({label.hotkey for label in labels}) == len({label.color for label in labels}) == 4
    assert (labels[3].definition, labels[3].ontonotes, labels[3].hotkey) == ("A person.", "PERSON", "a")
    undo(mini)
    assert snapshot(mini.root) == before


@pytest.mark.parametrize("case", CASES["wrong"], ids=lambda case: " ".join(case["arguments"]))
def test_wrong_use(quay, case):
    now = snapshot(quay.root)
    done = command(*case["arguments"], cwd=quay.root)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert case["message"] in done.stderr and len(done.stderr.splitlines()) == 1
    assert snapshot(quay.root) == now


def test_the_command(quay):
    before = files(quay.root)
    dry = command("TOOL", "GEAR", "--dry-run", cwd=quay.root)
    assert files(quay.root) == before and dry.stdout.endswith("nothing was written\n"), dry.stderr
    done = command("TOOL", "GEAR", cwd=quay.root)
    assert done.stdout + "nothing was written\n" == dry.stdout
    lines = [" ".join(line.split()) for line in done.stdout.split("\n")]
    assert "spans of gold 5 = relabelled 3 untouched 2" in lines
    assert "guidelines/GEAR.md 13 = marks 5 ids 5 words 3" in lines, done.stdout
    assert '"put back"' in command("--undo", "--json", cwd=quay.root).stdout
    assert files(quay.root) == before


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return standoff("relabel", *arguments, cwd=cwd)


def test_killed_anywhere_it_comes_back(tmp_path):
    """Killed at each step on the disk: in a move, in one that follows another, and in an undo."""
    code = f"from tests.package.test_relabel import kill_everywhere; kill_everywhere({str(tmp_path)!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    outcomes = json.loads(done.stdout)
    assert outcomes["undone"] > 60 and outcomes["cut off before"] > 20 and outcomes["not begun"], outcomes


def kill_everywhere(folder: str) -> None:
    """Run in a process of its own, since it forks; prints how many kills had which outcome."""
    outcomes = Counter[str]()
    for name in ("first", "second"):
        base = make(Path(folder) / name)
        if name == "second":
            relabel(base, "NAME", "PERSON")
        outcomes += kill_moves(base)
    base = make(Path(folder) / "undo")
    start = files(base.root)
    change_files(base.root, "a move", choose(make_plan(base, "TOOL", "GEAR", None, (), "2026-11-28").changes))
    outcomes += kill_undos(base, start)
    print(json.dumps(outcomes))  # noqa: T201


def choose(changes: list[Change]) -> list[Change]:
    """Some of each sort, since every file takes the same steps."""
    return [one for sort in ("new", "changed", "gone") for one in [one for one in changes if one.sort == sort][:2]]


def kill_moves(base: Corpus) -> Counter[str]:
    outcomes, start = Counter[str](), snapshot(base.root)
    changes = choose(make_plan(base, "TOOL", "GEAR", None, (), "2026-11-28").changes)
    for at in count():
        corpus = Corpus(base.root.with_name(f"{base.root.name}-{at}"))
        shutil.copytree(base.root, corpus.root)
        if not killed(at, lambda: change_files(corpus.root, "a move", changes)):  # noqa: B023 - called at once
            return outcomes
        (corpus.root / ".standoff" / ".last.lock").unlink(missing_ok=True)  # it keeps nobody out when its run is gone
        if snapshot(corpus.root) == start:  # an undo would be that of the move before
            outcomes["not begun"] += 1
        else:
            outcomes[put_back(corpus, files(base.root))] += 1
        shutil.rmtree(corpus.root)
    raise AssertionError


def kill_undos(base: Corpus, start: dict[str, bytes]) -> Counter[str]:
    outcomes, ready = Counter[str](), (start, files(base.root))
    for at in count():
        corpus = Corpus(base.root.with_name(f"{base.root.name}-{at}"))
        shutil.copytree(base.root, corpus.root)
        if not killed(at, lambda: undo(corpus)):  # noqa: B023 - called at once
            return outcomes
        if files(corpus.root) not in ready:
            with pytest.raises(StandoffError, match="the last move was cut off"):
                change_files(corpus.root, "another", [])
        outcomes[put_back(corpus, start)] += 1
        shutil.rmtree(corpus.root)
    raise AssertionError


def put_back(corpus: Corpus, start: dict[str, bytes]) -> str:
    """Undo after a kill; where that says that there was nothing to undo, nothing had changed."""
    outcome = "undone"
    try:
        undo(corpus)
    except StandoffError as error:
        outcome = "cut off before" if "cut off before it changed a file" in str(error) else "nothing to undo"
        assert outcome == "cut off before" or "there is no move" in str(error), error
    found = files(corpus.root)
    assert found == start, {name for name in {*found, *start} if found.get(name) != start.get(name)}
    return outcome
