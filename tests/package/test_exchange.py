"""`standoff import` and `export` on a corpus: every document and span is taken, or named."""

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.align import align_texts, first_difference
from standoff.check import check
from standoff.records import Span
from tests.conftest import snapshot, standoff


def rows(path, *documents):
    """A doccano file in code points."""
    path.write_text("".join(json.dumps(row) + "\n" for row in documents), encoding="utf-8")
    return str(path)


def take(corpus, path, *options):
    """Import such a file into layer `ida`; the report."""
    done = standoff("import", "doccano-codepoints", path, "--layer", "ida", "--json", *options, cwd=corpus.root)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def clean_ferry(mini):
    return mini.clean_file("ferry").read_text(encoding="utf-8")


def test_a_layer_comes_back_as_it_was(mini, tmp_path):
    out = tmp_path / "gold.jsonl"
    done = standoff("export", "doccano", "--out", str(out), "--json", cwd=mini.root)
    report = json.loads(done.stdout)
    assert report["documents"] == {"total": 5, "written": 4, "left out": 0, "private": 1, "not read or not here": 0}
    taken = standoff("import", "doccano", str(out), "--layer", "ida", cwd=mini.root)
    assert (taken.returncode, "spans" in taken.stdout) == (0, True)
    for document_id in ("bank", "clinic", "ferry", "school"):
        assert mini.read_spans("ida", document_id) == mini.read_spans("gold", document_id)
    assert [issue.rule for issue in check(mini).issues] == ["guideline-absent", "layer-guidelines"]


def test_the_seed_may_be_exported(mini, tmp_path):
    out = tmp_path / "gold.jsonl"
    standoff("export", "doccano", "ferry", "--seeds", "--out", str(out), cwd=mini.root)
    assert json.loads(out.read_text())["text"] == mini.seed_file("ferry", redistribute=True).read_text()
    assert standoff("import", "doccano", str(out), "--layer", "ida", cwd=mini.root).returncode == 0
    assert mini.read_spans("ida", "ferry") == mini.read_spans("gold", "ferry")


def test_what_is_not_taken_is_named(mini, clean_ferry, tmp_path):
    at = clean_ferry.index("Mette Brask")
    labels = [
        [at, at + 11, "PERSON"],
        [at - 1, at + 12, "PERSON"],
        [at, at + 5, "PERSON"],
        [at + 6, at + 11, "PER"],
        [clean_ferry.index("\n"), clean_ferry.index("\n") + 1, "ORG"],
        [90_000, 90_001, "ORG"],
    ]
    path = rows(
        tmp_path / "ida.jsonl",
        {"text": clean_ferry, "label": labels, "doc_id": "ferry"},
        {"text": "A text of another corpus.", "label": [[0, 1, "ORG"]], "doc_id": "other"},
        {"text": clean_ferry + "!", "label": [], "doc_id": "bank"},
        {"text": clean_ferry, "label": [], "doc_id": "copy"},
    )
    code, report = take(mini, path)
    assert code == 1
    assert report["documents"] == {"total": 4, "imported": 1, "rejected": 3}
    assert report["spans"] == {"total": 7, "imported": 1, "rejected": 6}
    reasons = "\n".join(f"{one['name']}: {one['reason']}" for one in report["rejects"])
    for part in (
        "'PER' is not in labels.toml; --label PER=OURS renames it",
        "it is there twice once white space is trimmed",
        "it overlaps a longer span",
        "'\\n': it is white space",
        "other: no document of this id or text is in the corpus; --add takes it in",
        "bank: its text is not that of bank: they differ from character 0 on",
        "copy: ferry comes twice",
        "its document was not taken",
    ):
        assert part in reasons, part
    assert [span.text for span in mini.read_spans("ida", "ferry") or []] == ["Mette Brask"]
    assert report["remarks"] == ["1 spans lost white space at their edges"]


def test_labels_are_renamed_on_the_way(mini, clean_ferry, tmp_path):
    at = clean_ferry.index("Mette Brask")
    path = rows(tmp_path / "ida.jsonl", {"text": clean_ferry, "label": [[at, at + 11, "PER"]], "doc_id": "ferry"})
    assert take(mini, path, "--label", "PER=PERSON")[0] == 0
    assert [(span.label, span.text) for span in mini.read_spans("ida", "ferry") or []] == [("PERSON", "Mette Brask")]


def test_what_is_there_stays_unless_it_is_to_be_replaced(mini, clean_ferry, tmp_path):
    path = rows(tmp_path / "ida.jsonl", {"text": clean_ferry, "label": [], "doc_id": "ferry"})
    assert take(mini, path)[0] == 0
    before = snapshot(mini.root)
    code, report = take(mini, path)
    assert (code, "has ferry already" in report["rejects"][0]["reason"]) == (1, True)
    assert snapshot(mini.root) == before
    assert take(mini, path, "--replace")[0] == 0


def test_line_ends_and_spaces_of_another_system_are_seen_through(mini, clean_ferry, tmp_path):
    theirs = clean_ferry.replace("\n", "\r\n").replace(" said", "\u00a0 said")
    at = theirs.index("Mette Brask")
    path = rows(tmp_path / "ida.jsonl", {"text": theirs, "label": [[at, at + 11, "PERSON"]], "doc_id": "ferry"})
    assert take(mini, path)[0] == 0
    gold = [span for span in mini.read_spans("gold", "ferry") or [] if span.text == "Mette Brask"]
    assert mini.read_spans("ida", "ferry") == gold


def test_a_span_across_a_cut_is_named(mini, tmp_path):
    seed = mini.seed_file("ferry", redistribute=True).read_text(encoding="utf-8")
    path = rows(tmp_path / "ida.jsonl", {"text": seed, "label": [[0, 4, "ORG"], [30, 60, "ORG"]], "doc_id": "ferry"})
    _, report = take(mini, path)
    assert sorted(one["reason"] for one in report["rejects"]) == [
        "cleaning took it: orphaned",
        "cleaning took it: trimmed",
    ]


def test_foreign_documents_are_taken_in_whole(mini, tmp_path):
    foreign = "Advertisement\nIda Holm left Kestrel Bank.\r\nShare\n😀 Ida Holm"
    labels = [[14, 22, "PERSON"], [28, 40, "ORG"], [51, 59, "PERSON"]]
    path = rows(
        tmp_path / "foreign.jsonl",
        {"text": foreign, "label": labels, "doc_id": "Wire/7 é"},
        {"text": "", "label": [], "doc_id": "void"},
    )
    code, report = take(mini, path, "--add", "--licence", "CC-BY-4.0")
    assert (code, report["documents"]["imported"]) == (1, 1)
    assert [one["name"] for one in report["rejects"] if one["what"] == "document"] == ["void"]
    source = next(source for source in mini.read_sources().values() if source.id == "wire-7")
    assert mini.read_seed(source) == foreign.replace("\r\n", "\n")
    assert [span.text for span in mini.read_spans("ida", "wire-7") or []] == ["Ida Holm", "Kestrel Bank", "Ida Holm"]
    assert check(mini).errors == 0
    assert standoff("clean", cwd=mini.root).returncode == 0
    assert check(mini).errors == 0


def test_private_texts_leave_only_for_where_git_does_not_look(mini, tmp_path):
    subprocess.run(["git", "init", "--quiet", str(mini.root)], check=True)
    inside = standoff("export", "doccano", "--with-private", "--out", "gold.jsonl", cwd=mini.root)
    assert (inside.returncode, "git would take this file" in inside.stderr) == (2, True)
    assert not (mini.root / "gold.jsonl").exists()
    outside = tmp_path / "gold.jsonl"
    done = standoff("export", "doccano", "--with-private", "--out", str(outside), cwd=mini.root)
    assert (done.returncode, "may not be redistributed: quarry" in done.stdout) == (0, True)
    assert "Hollin Quarry" in outside.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["export", "word"], "there is no format 'word'"),
        (["export", "brat", "harbor"], "no document has the id 'harbor'"),
        (["export", "brat", "--layer", "ida"], "there is no layer 'ida'"),
        (["import", "word", "x", "--layer", "ida"], "there is no format 'word'"),
        (["import", "doccano", "missing.jsonl", "--layer", "ida"], "missing.jsonl: no such file"),
        (["import", "doccano", "x", "--layer", "ida", "--add"], "--add needs --licence or --private"),
        (["import", "doccano", "x", "--layer", "ida", "--label", "PER"], "--label 'PER' is not THEIRS=OURS"),
    ],
)
def test_wrong_use(arguments, says, mini):
    before = snapshot(mini.root)
    done = standoff(*arguments, cwd=mini.root)
    assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    assert snapshot(mini.root) == before


SPACES = st.sampled_from([" ", "\n", "\r\n", "\t", "\u00a0", ""])


@settings(max_examples=60)
@given(st.lists(st.tuples(st.text("ab😀é", min_size=1, max_size=3), SPACES, SPACES), max_size=8), st.data())
def test_alignment_keeps_every_visible_character(parts, data):
    theirs = "".join(word + one for word, one, _ in parts)
    ours = "".join(word + other for word, _, other in parts)
    aligned = align_texts(theirs, ours)
    assert aligned is not None
    start = data.draw(st.integers(0, len(theirs)))
    end = data.draw(st.integers(start, len(theirs)))
    found = aligned.to_ours(start, end)
    wanted = "".join(theirs[start:end].split())
    assert ("" if found is None else "".join(ours[slice(*found)].split())) == wanted
    assert align_texts(theirs + "x", ours) is None
    assert first_difference(theirs + "x", ours) == len(theirs)


def test_spans_keep_attributes_and_notes(mini, tmp_path):
    span = (mini.read_spans("gold", "bank") or [])[0]
    from standoff.jsonl import write_records

    marked = Span(span.start, span.end, span.label, span.text, {"sure": True}, "ORG-7")
    write_records(mini.spans_file("gold", "bank"), [marked, *(mini.read_spans("gold", "bank") or [])[1:]])
    out = str(tmp_path / "out")
    standoff("export", "prodigy", "bank", "--out", out, cwd=mini.root)
    standoff("import", "prodigy", out, "--layer", "ida", cwd=mini.root)
    assert mini.read_spans("ida", "bank") == mini.read_spans("gold", "bank")


def test_a_file_that_holds_nothing_says_so(mini, tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    done = standoff("import", "doccano", str(tmp_path / "empty.jsonl"), "--layer", "ida", cwd=mini.root)
    assert done.returncode == 0
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["documents", "0", "=", "nothing"],
        ["spans", "0", "=", "nothing"],
    ]
    assert "ida" not in mini.layers()
