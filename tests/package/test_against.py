"""`standoff check --against`: every changed span, cut, split and file is told, each once."""

import json
import os
import subprocess
import time
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from standoff.changes import find_changes
from standoff.changes.marks import pair_marks
from standoff.changes.tell import ROWS, to_markdown
from standoff.check.lines import read_lines
from standoff.clean import clean
from standoff.errors import StandoffError
from standoff.jsonl import dumps_records, write_records
from standoff.layout import find_role
from standoff.records import Cut, Entry, Issue, Source, Span
from standoff.revisions import read_difference
from tests.conftest import snapshot, standoff

GOLD = "annotations/gold/ferry.jsonl"
CASES = tomllib.loads((Path(__file__).parent / "cases" / "against.toml").read_text(encoding="utf-8"))["case"]


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


def test_a_name_may_hold_any_byte(committed):
    """In git and on disk: a byte that is no UTF-8 is shown as its escape, a line break is part of the name."""
    names = [os.fsdecode(b"caf\xe9.txt"), "two\nlines.txt"]
    for name in names:
        (committed.root / name).write_text("1\n")
    commit(committed.root, "names")
    for name in names:
        (committed.root / name).write_text("2\n")
    old, new = read_difference(committed.root, "HEAD")
    assert old == {"caf\\xe9.txt": b"1\n", "two\nlines.txt": b"1\n"}
    assert new == {"caf\\xe9.txt": b"2\n", "two\nlines.txt": b"2\n"}
    found = [str(change) for change in find_changes(old, new)[0]]
    assert found == ["caf\\xe9.txt: file changed", "two\\nlines.txt: file changed"]


def test_a_link_is_not_followed(committed, tmp_path):
    secret = tmp_path / "secret.jsonl"
    secret.write_text('{"start": 0, "end": 6, "label": "ORG", "text": "secret"}\n')
    committed.spans_file("gold", "ferry").unlink()
    committed.spans_file("gold", "ferry").symlink_to(secret)
    assert read_difference(committed.root, "HEAD")[1] == {GOLD: os.fsencode(secret)}
    assert "secret'" not in standoff("check", "--against", "HEAD", cwd=committed.root).stdout


def test_a_file_that_git_no_longer_tracks_is_gone(committed):
    name = "seeds/text/ferry.txt"
    subprocess.run(["git", "rm", "--quiet", "--cached", name], cwd=committed.root, check=True)
    with (committed.root / ".gitignore").open("a") as ignored:
        ignored.write(name + "\n")
    assert (committed.root / name).exists()
    old, new = read_difference(committed.root, "HEAD")
    assert (sorted(old), sorted(new)) == ([".gitignore", name], [".gitignore"])


def test_another_repository_inside_is_not_read(committed):
    inner = committed.root / "tool"
    inner.mkdir()
    (inner / "a.txt").write_text("1\n")
    commit(inner)
    commit(committed.root, "inner")
    (inner / "a.txt").write_text("2\n")
    commit(inner, "again")
    assert read_difference(committed.root, "HEAD") == ({}, {})


def test_an_object_that_is_lost_is_named(committed):
    oid = subprocess.run(["git", "rev-parse", f"HEAD:{GOLD}"], cwd=committed.root, capture_output=True, check=True)
    lost = oid.stdout.decode().strip()
    (committed.root / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    committed.spans_file("gold", "ferry").unlink()
    with pytest.raises(StandoffError, match=f"git has no object {lost}"):
        read_difference(committed.root, "HEAD")


def test_the_variables_of_git_are_respected(committed, tmp_path, monkeypatch):
    committed.spans_file("gold", "ferry").unlink()
    (committed.root / ".git").rename(tmp_path / "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(committed.root))
    assert list(read_difference(committed.root, "HEAD")[0]) == [GOLD]


def test_a_waiver_twice_is_one_more_and_another_reason_is_none(committed):
    waiver = json.dumps({"rule": "label-differs", "path": GOLD, "at": "0-4", "reason": "it is so"}) + "\n"
    committed.waivers_file.write_text(waiver)
    settings = committed.root / "standoff.toml"
    settings.write_text(settings.read_text().replace('"1.2.3"', '"1.2.4"'))
    commit(committed.root, "v1.2.4")
    committed.waivers_file.write_text(waiver.replace("it is so", "it is the firm"))
    assert standoff("check", "--release", cwd=committed.root).returncode == 0
    committed.waivers_file.write_text(waiver * 2)
    done = standoff("check", "--release", cwd=committed.root)
    assert (done.returncode, "error [waiver-added]" in done.stdout) == (1, True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_told(case):
    old, new = (
        {name: "".join(f"{line}\n" for line in lines).encode() for name, lines in case.get(side, {}).items()}
        for side in ("old", "new")
    )
    changes, ledger = find_changes(old, new, frozenset(case.get("private", [])))
    assert [str(change) for change in changes] == case["told"]
    accounts = [
        f"{account.name} {account.total}: " + ", ".join(f"{name} {count}" for name, count in account.parts.items())
        for account in ledger.accounts
    ]
    assert accounts == case["ledger"]


def test_the_markdown_is_folded_and_escaped():
    spans = [Span(0, 6, "ORG", "<b>|`a"), *(Span(at, at + 1, "ORG", "x") for at in range(9, 300))]
    changes, _ = find_changes({}, {GOLD: dumps_records(spans).encode()})
    text = to_markdown(changes, "Changes")
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
    assert f"<code>{GOLD}</code> ({len(changes)})" in text
    assert f"and {len(changes) - ROWS} more" in text


HOSTILE = "x\n\n# Loud\n\n![a](http://example.org/a.png) @all </code></details> [b](http://example.org)\n\n|a|\n"


def test_nothing_in_the_corpus_is_obeyed_as_markup():
    """Note, surface, path, waiver and message stand as they are, in one line of code."""
    row = json.dumps({"rule": HOSTILE, "path": HOSTILE, "at": HOSTILE, "reason": HOSTILE}) + "\n"
    spans = dumps_records([Span(0, 1, HOSTILE, HOSTILE, {HOSTILE: HOSTILE}, HOSTILE)])
    changes, _ = find_changes(
        {}, {f"annotations/{HOSTILE}/a.jsonl": b"1", GOLD: spans.encode(), "waivers.jsonl": row.encode()}
    )
    text = to_markdown(changes, HOSTILE.split("\n")[0], [Issue("waiver-added", HOSTILE, None, HOSTILE)])
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    assert [tag for tag in ("<h1", "<h2", "<img", "<a ") if tag in shown] == []
    assert shown.count("<details>") == shown.count("</details>") == 3
    assert shown.count("<table>") == 1
    outside = "".join(part.partition("</code>")[2] for part in shown.split("<code>"))
    assert "@" not in outside


@pytest.mark.parametrize("size", [1, 300, 5000])
def test_a_comment_has_room_for_it(size):
    data = dumps_records([Span(0, size, "ORG", "&" * size, None, "<" * size)]).encode()
    changes, _ = find_changes({}, {f"annotations/gold/{'d' * 70}{at}.jsonl": data for at in range(150)})
    issues = [Issue("waiver-added", "waivers.jsonl", 1, "&" * size)] * 30
    text = to_markdown(changes, "Changes", issues)
    assert len(text) < 65_536
    assert "and 20 more" in text
    listed = sum(line.startswith("<li>") and "waiver-added" not in line for line in text.splitlines()) - 1
    assert f"and {len(changes) - listed:,} more: " in text


def test_thousands_of_spans_are_compared_in_no_time():
    trees = [
        {GOLD: dumps_records([Span(5 * at + by, 5 * at + by + 3, "ORG", "abc") for at in range(5000)]).encode()}
        for by in (0, 1)
    ]
    start = time.perf_counter()
    assert Counter(change.what for change in find_changes(*trees)[0]) == {"span moved": 5000}
    assert time.perf_counter() - start < 5  # each with each took half a minute


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


LINES = {
    "annotations/gold/a.jsonl": [
        '{"start": 0, "end": 3, "label": "ORG", "text": "Vik"}',
        '{"label": "ORG", "start": 0, "end": 3, "text": "Vik"}',
        '{"start": 0, "end": 3, "label": "ORG", "text": "Vik", "attributes": {"old": 1}}',
        '{"start": 0, "end": 3, "label": "ORG", "text": "Vik", "attributes": {"old": true}}',
        '{"start": 0, "end": 3, "label": "ORG", "text": "Vik", "attributes": {"old": 1.0, "b": [{}]}}',
        '{"start": 0, "end": 3, "label": "ORG", "text": "Vik", "attributes": {"b": [{}], "old": 1.0}}',
        '{"start": 0, "end": 3, "label": "ORG", "text": "Vik", "note": ""}',
        '{"start": 3, "end": 0, "label": "", "text": ""}',
    ],
    "corpus/a.cuts.jsonl": [
        '{"start": 0, "end": 3, "kind": "ad", "by": "model", "score": 1}',
        '{"start": 0, "end": 3, "kind": "ad", "by": "model", "score": 1.0}',
        '{"start": 0, "end": 3, "kind": "ad", "by": "model"}',
    ],
    "corpus/index.jsonl": [
        '{"id": "a", "split": "train", "sha256": "00", "kept": 9, "cut": 1}',
        '{"id": "a", "split": "train", "sha256": "00", "kept": 8, "cut": 1}',
        '{"id": "b", "split": "train", "sha256": "00", "kept": 8, "cut": 1}',
    ],
    "waivers.jsonl": [
        '{"rule": "label-differs", "path": "p", "at": "0-4", "reason": "one"}',
        '{"rule": "label-differs", "path": "p", "at": "0-4", "reason": "two"}',
    ],
    "seeds/text/a.txt": ["one", "two"],
    "notes.txt": ["one", "two"],
}
BROKEN = ["", "{", "[]", '{"start": 0}', "\x00", "\udc80", " ", "\ufeff"]


def trees():
    """Files of good lines, some of them twice, of broken lines, and with other line ends; or without the file."""

    def file(lines):
        chosen = st.lists(st.sampled_from([*lines, *lines, *lines, *BROKEN]), max_size=4)
        joined = st.builds(
            lambda lines, end: "".join(f"{line}{end}" for line in lines),
            chosen,
            st.sampled_from(["\n", "\n", "\r\n", ""]),
        )
        return joined.map(lambda text: text.encode("utf-8", "surrogateescape"))

    return st.fixed_dictionaries({}, optional={path: file(lines) for path, lines in LINES.items()})


@given(trees(), trees())
def test_each_file_that_differs_has_a_change_and_no_other(old, new):
    differ = {path for path in {*old, *new} if old.get(path) != new.get(path)}
    changes, ledger = find_changes(old, new)
    assert {change.path for change in changes} == differ
    for account in ledger.accounts:
        assert account.remainder == 0


RECORDS = {"spans": Span, "cuts": Cut, "index": Entry, "sources": Source}
NAMES = {"spans": "span", "cuts": "cut", "index": "split", "sources": "document"}
FILES = {"seed": "seed changed", "text": "cleaned text changed"}
EDITS = {
    "spans": {
        "span relabelled": lambda span: replace(span, label="SHIP"),
        "span noted": lambda span: replace(span, note="SHIP-1"),
        "span moved": lambda span: replace(span, end=span.end - 1),
    },
    "cuts": {
        "cut rekinded": lambda cut: replace(cut, kind="media"),
        "cut noted": lambda cut: replace(cut, by="ida"),
    },
    "index": {"split changed": lambda row: replace(row, split="test_hard")},
    "sources": {"title changed": lambda row: replace(row, title=row.title + "!")},
}
FAR = 100_000
"""Behind every text, so that what is added there overlaps nothing."""


def name_place(record):
    return f"{record.start}-{record.end}" if isinstance(record, Span | Cut) else record.id


def draw_edits(data, path, kind, records):
    """The records of a file after some edits, at most one each, and what is to be told."""
    after, told = [], []
    for record in records:
        what = data.draw(st.sampled_from(("kept", "kept", "removed", *EDITS[kind])), label=path)
        new = None if what == "removed" else EDITS[kind].get(what, lambda record: record)(record)
        if what != "kept":
            told.append((f"{NAMES[kind]} removed" if new is None else what, path, name_place(new or record)))
        after += [new] if new else []
    if kind in ("spans", "cuts") and records and data.draw(st.booleans(), label=f"one more in {path}"):
        after.append(replace(records[0], start=FAR, end=FAR + 4))
        told.append((f"{NAMES[kind]} added", path, f"{FAR}-{FAR + 4}"))
    return after, told


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_edits_of_a_corpus_are_named_each_once(mini, data):
    old = snapshot(mini.root)
    new, expected, before, now = dict(old), [], 0, 0
    for path in sorted(old):
        kind = find_role(path).kind
        fate = data.draw(st.sampled_from(("same", "same", "edited", "gone")), label=path)
        if fate == "same":
            continue
        records = read_lines(old[path], RECORDS[kind]).records if kind in RECORDS else ()
        after, told = draw_edits(data, path, kind, records) if fate == "edited" else ([], [])
        if fate == "gone":
            del new[path]
            told = [("file removed", path, "")]
            told += [(f"{NAMES[kind]} removed", path, name_place(record)) for record in records]
        elif kind in RECORDS:
            new[path] = dumps_records(after).encode()
        else:
            new[path] += b"more\n"
            told = [(FILES.get(kind, "file changed"), path, "")]
        expected += told
        if kind == "spans" and told:
            before, now = before + len(records), now + len(after)
    changes, ledger = find_changes(old, new)
    assert sorted((one.what, one.path, one.at) for one in changes) == sorted(expected)
    totals = {account.name: account.total for account in ledger.accounts}
    assert (totals.get("spans of gold, before", 0), totals.get("spans of gold, now", 0)) == (before, now)
    back = Counter(one.what for one in find_changes(new, old)[0])
    swap = {"added": "removed", "removed": "added"}
    assert back == Counter(" ".join(swap.get(word, word) for word in what.split()) for what, _, _ in expected)


def test_every_file_of_a_corpus_has_a_role(mini):
    clean(mini)
    others = [name for name in snapshot(mini.root) if find_role(name).kind == "other"]
    assert others == ["CHANGELOG.md", "card.md", "standoff.toml"]
