"""`standoff check --against`: every changed span, cut, split and file is told, each once."""

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.changes import find_changes
from standoff.changes.marks import pair_marks
from standoff.changes.tell import ROWS, to_markdown
from standoff.clean import clean
from standoff.jsonl import dumps_records, write_records
from standoff.layout import find_role
from standoff.records import Cut, Span
from standoff.revisions import read_difference
from tests.conftest import snapshot, standoff

GOLD = "annotations/gold/ferry.jsonl"


@pytest.fixture
def committed(mini):
    """The small corpus, committed."""
    (mini.root / ".gitignore").write_text("/seeds/private/\n")
    commit(mini.root)
    return mini


def commit(root, tag="v1.2.3"):
    git = ["git", "-C", str(root), "-c", "user.name=ida", "-c", "user.email=ida@example.org"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "1"], ["tag", tag]):
        subprocess.run([*git, *command], check=True)


def compare(corpus, *options):
    done = standoff("check", "--against", "HEAD", "--json", *options, cwd=corpus.root)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def told(corpus):
    return sorted((one["what"], one["path"], one["at"]) for one in compare(corpus)[1]["changes"])


def test_nothing_changed(committed):
    assert told(committed) == []
    done = standoff("check", "--against", "HEAD", cwd=committed.root)
    assert (done.returncode, done.stdout) == (0, "no changes against HEAD\n")


def test_each_span_is_told_once(committed):
    spans = committed.read_spans("gold", "ferry") or []
    first, second, third, fourth = spans
    moved = Span(third.start, third.end - 6, third.label, third.text[:-6])
    noted = Span(fourth.start, fourth.end, fourth.label, fourth.text, None, "ORG-1")
    new = Span(44, 54, "ORG", "Ferry firm")
    kept = [new, Span(first.start, first.end, "PERSON", first.text), moved, noted]
    write_records(committed.spans_file("gold", "ferry"), sorted(kept))
    code, report = compare(committed)
    assert code == 0
    assert [(one["what"], one["at"]) for one in report["changes"]] == [
        ("span noted", f"{fourth.start}-{fourth.end}"),
        ("span relabelled", f"{first.start}-{first.end}"),
        ("span moved", f"{moved.start}-{moved.end}"),
        ("span removed", f"{second.start}-{second.end}"),
        ("span added", "44-54"),
    ]
    before, now = report["spans of gold, before"], report["spans of gold, now"]
    assert before == {"total": 4, "noted": 1, "relabelled": 1, "moved": 1, "removed": 1}
    assert now == {"total": 4, "noted": 1, "relabelled": 1, "moved": 1, "added": 1}
    relabelled = report["changes"][1]
    assert relabelled["new"] == f"PERSON '{first.text}' [{first.start}, {first.end})"
    assert relabelled["line"] == 2


def test_a_file_that_is_gone_names_its_spans(committed):
    committed.spans_file("gold", "bank").unlink()
    names = [what for what, path, _ in told(committed) if path == "annotations/gold/bank.jsonl"]
    assert names == ["file removed", *["span removed"] * 4]


def test_cuts_splits_seeds_and_documents(committed):
    text = committed.seed_file("ferry", redistribute=True)
    text.write_text(text.read_text(encoding="utf-8").replace("Share", "Shore"), encoding="utf-8")
    cuts = committed.read_cuts("ferry")
    write_records(committed.cuts_file("ferry"), [Cut(cuts[0].start, cuts[0].end, "ad", cuts[0].by), *cuts[1:]])
    index = committed.index_file
    index.write_text(index.read_text().replace('"id": "bank", "split": "', '"id": "bank", "split": "test_'))
    lines = committed.sources_file.read_text().splitlines(keepends=True)
    committed.sources_file.write_text("".join(lines[1:]))
    found = told(committed)
    assert ("seed changed", "seeds/text/ferry.txt", "") in found
    assert ("cut rekinded", "corpus/ferry.cuts.jsonl", f"{cuts[0].start}-{cuts[0].end}") in found
    assert ("split changed", "corpus/index.jsonl", "bank") in found
    assert [one for one in found if one[0] == "document removed"] == [
        ("document removed", "seeds/sources.jsonl", json.loads(lines[0])["id"])
    ]


def test_a_file_in_another_form_is_told(committed):
    path = committed.spans_file("gold", "ferry")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert told(committed) == [("file rewritten", GOLD, "")]
    path.write_text("not JSON\n")
    assert ("file changed", GOLD, "") in told(committed)


def test_no_surface_of_a_private_text_is_shown(committed):
    committed.spans_file("gold", "quarry").write_text("")
    done = standoff("check", "--against", "HEAD", "--markdown", cwd=committed.root)
    assert "span removed" in done.stdout
    assert "Hollin Quarry" not in done.stdout


def test_new_files_count_and_ignored_ones_do_not(committed):
    (committed.root / "annotations" / "ida").mkdir()
    write_records(committed.spans_file("ida", "ferry"), committed.read_spans("gold", "ferry") or [])
    (committed.root / "notes.txt").write_text("mine\n")
    committed.seed_file("quarry", redistribute=False).write_text("other\n")
    found = told(committed)
    assert ("file added", "annotations/ida/ferry.jsonl", "") in found
    assert sum(what == "span added" for what, _, _ in found) == 4
    assert ("file added", "notes.txt", "") in found
    assert not any("quarry" in path for _, path, _ in found)
    shown = standoff("check", "--against", "HEAD", cwd=committed.root).stdout
    assert "note: 1 change of files that are not of the corpus" in shown


def test_the_version_of_the_guidelines_must_go_up_with_their_changes(committed):
    page = committed.root / "guidelines" / "PERSON.md"
    page.write_text("**PERSON-1.** Names.\n\n- [Ida Holm]{PERSON} left.\n")
    code, report = compare(committed)
    assert (code, [one["rule"] for one in report["issues"]]) == (1, ["guideline-version"])
    assert "0.3.0 to 0.3.0 is no step, PERSON-1 asks for minor: the rule is new" in report["issues"][0]["message"]
    committed.labels_file.write_text(committed.labels_file.read_text().replace("0.3.0", "0.4.0"))
    code, report = compare(committed)
    assert (code, report["issues"]) == (0, [])
    assert ("guideline minor", "PERSON-1") in [(one["what"], one["at"]) for one in report["changes"]]


def test_a_release_may_not_waive_more(committed):
    waiver = {"rule": "label-differs", "path": GOLD, "at": "0-4", "reason": "it is so"}
    committed.waivers_file.write_text(json.dumps(waiver) + "\n")
    assert standoff("check", "--against", "HEAD", cwd=committed.root).returncode == 0
    done = standoff("check", "--release", cwd=committed.root)
    assert (done.returncode, "error [waiver-added]" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("rev", "says"),
    [("v9", "git knows no revision 'v9'"), ("--output=stolen", "git knows no revision '--output=stolen'")],
)
def test_no_such_revision(rev, says, committed):
    done = standoff("check", f"--against={rev}", cwd=committed.root)
    assert (done.returncode, says in done.stderr) == (2, True)
    assert not (committed.root / "stolen").exists()


def test_no_repository(mini):
    done = standoff("check", "--against", "HEAD", cwd=mini.root)
    assert (done.returncode, "not a git repository" in done.stderr) == (2, True)


def test_a_corpus_in_a_subfolder(mini, tmp_path):
    commit(tmp_path)
    mini.spans_file("gold", "ferry").unlink()
    old, new = read_difference(mini.root, "HEAD")
    assert (list(old), new) == ([GOLD], {})


def test_the_markdown_is_folded_and_escaped(committed):
    span = Span(0, 6, "ORG", "<b>|`a")
    old: dict[str, bytes] = {}
    changes, _ = find_changes(
        old, {GOLD: dumps_records([span] * 1 + [Span(at, at + 1, "ORG", "x") for at in range(9, 300)]).encode()}
    )
    text = to_markdown(changes, "Changes")
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
    assert f"and {len(changes) - ROWS} more" in text


MARKS = st.lists(
    st.builds(
        lambda start, size, label: Span(start, start + size, label, "x" * size),
        st.integers(0, 12), st.integers(1, 4), st.sampled_from(["ORG", "PERSON"]),
    ),
    max_size=7,
)  # fmt: skip


@given(MARKS, MARKS)
def test_each_mark_of_either_side_is_in_one_pair(old, new):
    pairs = list(pair_marks(old, new))
    assert sorted(one for _, one, _ in pairs if one) == sorted(old)
    assert sorted(other for _, _, other in pairs if other) == sorted(new)
    for outcome, one, other in pairs:
        assert (one is None) == (outcome == "added")
        assert (other is None) == (outcome == "removed")
        assert (one == other) == (outcome == "kept")


@given(MARKS)
def test_no_change_is_found_where_nothing_changed(marks):
    data = dumps_records(sorted(marks)).encode()
    assert find_changes({GOLD: data}, {GOLD: data})[0] == ()


def test_every_file_of_a_corpus_has_a_role(mini):
    clean(mini)
    others = [name for name in snapshot(mini.root) if find_role(name).kind == "other"]
    assert others == ["CHANGELOG.md", "card.md", "standoff.toml"]
