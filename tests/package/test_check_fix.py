"""`standoff check --fix` mends form and nothing else: no record is lost or invented, no broken file is touched."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.check import check
from standoff.check.fix import fix
from standoff.check.rules import read_rules
from standoff.corpus import Corpus
from tests.conftest import snapshot
from tests.package.test_check import BASE, CASES, RULES, apply, read_case, run_check, write_files

FIXABLE = [rule for rule, row in read_rules().items() if row.fix]
GOLD = "annotations/gold/tram.jsonl"
TEXT = BASE["seeds/text/tram.txt"].decode()


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))  # no git, which would say each time that this is no repository


def fix_files(root: Path, files: dict[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """The files after a fix, and the names of those that were written."""
    corpus = Corpus(write_files(root, files))
    written = fix(corpus, check(corpus).issues)
    return snapshot(root), written


@pytest.mark.parametrize("rule", RULES)
def test_each_bad_corpus(rule, tmp_path):
    """What can be mended is gone afterwards, and a second fix finds nothing to do."""
    bad, _ = read_case(rule)
    fixed, written = fix_files(tmp_path / "bad", bad)
    assert {name for name in fixed if fixed[name] != bad.get(name)} == set(written)
    corpus = Corpus(tmp_path / "bad")
    left = check(corpus).issues
    assert not {issue.rule for issue in left} & {*FIXABLE}
    assert written or rule not in FIXABLE
    assert (fix(corpus, left), snapshot(corpus.root)) == ([], fixed)


@pytest.mark.parametrize("rule", RULES)
def test_a_good_corpus_is_not_written(rule, tmp_path):
    _, good = read_case(rule)
    assert fix_files(tmp_path / "good", good) == (good, [])


def test_the_command(tmp_path):
    edits = [{"file": "corpus/index.jsonl", "crlf": True}, {"file": "corpus/text/tram.txt", "remove": True}]
    root = write_files(tmp_path / "bad", apply(BASE, edits))
    code, said = run_check(root, "--fix")
    counts = "3 documents, 14 spans, 4 cuts checked: no errors, no warnings"
    assert (code, said) == (0, f"fixed corpus/index.jsonl\nfixed corpus/text/tram.txt\n{counts}\n")
    assert snapshot(root) == BASE
    assert run_check(root, "--fix") == (0, f"{counts}\n")


def test_json_stays_json(tmp_path):
    root = write_files(tmp_path / "bad", apply(BASE, [{"file": GOLD, "bom": True}]))
    code, said = run_check(root, "--fix", "--json")
    assert (code, json.loads(said)["issues"]) == (0, [])


def test_all_lists_from_another_system(tmp_path):
    """As a checkout with other line ends has them; the seeds are whole, a cleaned text is not."""
    edits = [{"file": name, "crlf": True} for name in BASE if name.endswith(".jsonl")]
    bad = apply(BASE, [*edits, {"file": "corpus/text/mill.txt", "crlf": True}])
    assert fix_files(tmp_path / "bad", bad)[0] == BASE


@pytest.mark.parametrize("name", [name for name in BASE if name.endswith(".jsonl") and BASE[name]])
@pytest.mark.parametrize(
    "line", ["", "null", '{"start": 0}', '{"start": 0, "end": 1, "label": "\\ud83d", "text": "x"}', '{"st']
)
def test_a_file_with_a_broken_line_is_left_alone(name, line, tmp_path):
    bad = {**BASE, name: BASE[name].replace(b": ", b":").replace(b"\n", b"\r\n") + line.encode() + b"\n"}
    fixed, written = fix_files(tmp_path / "bad", bad)
    assert fixed[name] == bad[name]
    assert name not in written


@pytest.mark.parametrize(
    "edit",
    [
        {"file": GOLD, "append_hex": "ff0a"},
        {"file": GOLD, "old": '"text": "Oster"}', "new": '"text": "Oster", "attributes": {"a":"\\ud83d"}}'},
        {"file": GOLD, "old": '"text": "Oster"}', "new": '"text": "Oster", "attributes": {"a":NaN}}'},
        {"file": "seeds/text/mill.txt", "crlf": True},
        {"file": "guidelines/labels.toml", "bom": True},
    ],
)
def test_what_is_no_matter_of_form_is_left_alone(edit, tmp_path):
    bad = apply(BASE, [edit])
    assert fix_files(tmp_path / "bad", bad) == (bad, [])
    assert check(Corpus(tmp_path / "bad")).errors


def test_a_text_is_not_derived_from_what_is_wrong(tmp_path):
    """The index says another hash: then the cuts may be wrong, and the cleaned text may be right."""
    bad = apply(BASE, [{"file": "corpus/tram.cuts.jsonl", "write": ""}])
    fixed, written = fix_files(tmp_path / "bad", bad)
    assert (fixed["corpus/text/tram.txt"], written) == (BASE["corpus/text/tram.txt"], [])


def test_spans_of_white_space_alone_are_left_to_a_person(tmp_path):
    line = '{"start": 52, "end": 53, "label": "ORG", "text": " "}'
    bad = apply(BASE, [{"file": GOLD, "old": '{"start": 79,', "new": f'{line}\n{{"start": 79,'}])
    fixed, written = fix_files(tmp_path / "bad", bad)
    assert (fixed, written) == (bad, [])
    assert "span-edge" in {issue.rule for issue in check(Corpus(tmp_path / "bad")).issues}


@st.composite
def flat_spans(draw):
    """Rows of a file of spans of the tram text: apart, in order, some with white space at their edges."""
    edges = draw(st.lists(st.integers(0, len(TEXT) - 27), min_size=2, max_size=16, unique=True).map(sorted))
    rows = []
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        row = {
            "start": start,
            "end": end,
            "label": draw(st.sampled_from(["PERSON", "ORG", "GPE"])),
            "text": TEXT[start:end],
        }
        if draw(st.booleans()):
            row["note"] = draw(st.text(st.characters(codec="utf-8"), max_size=5))
        if draw(st.booleans()):
            row["attributes"] = draw(
                st.dictionaries(st.text("ab", max_size=2), st.integers() | st.booleans(), max_size=2)
            )
        rows.append(row)
    return rows


@st.composite
def written_badly(draw, rows):
    """The bytes of rows in another order, some twice, spaced and escaped in other ways, with other line ends."""
    twice = draw(st.lists(st.sampled_from(rows), max_size=2)) if rows else []
    lines = []
    for row in draw(st.permutations([*rows, *twice])):
        items = draw(st.permutations(list(row.items()))) if draw(st.booleans()) else list(row.items())
        separators = draw(st.sampled_from([(", ", ": "), (",", ":"), (" , ", " : ")]))
        lines.append(json.dumps(dict(items), ensure_ascii=draw(st.booleans()), separators=separators))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    last = end if draw(st.booleans()) else ""
    mark = b"\xef\xbb\xbf" if draw(st.booleans()) else b""
    return mark + (end.join(lines) + (last if lines else "")).encode()


def trim(row: dict) -> dict:
    """What a fix may change of a span."""
    text = row["text"].strip()
    start = row["start"] + len(row["text"]) - len(row["text"].lstrip())
    trimmed = {**row, "start": start, "end": start + len(text), "text": text} if text else row
    return {key: value for key, value in trimmed.items() if not (key == "note" and value is None)}


def as_set(rows: list[dict]) -> set[str]:
    return {json.dumps(row, sort_keys=True) for row in rows}


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_record_is_lost_or_invented(tmp_path_factory, data):
    rows = data.draw(flat_spans())
    written = data.draw(written_badly(rows))
    root = tmp_path_factory.mktemp("fix")
    fixed, names = fix_files(root / "bad", {**BASE, GOLD: written})
    assert set(names) <= {GOLD}
    assert {name: data for name, data in fixed.items() if name != GOLD} == {n: d for n, d in BASE.items() if n != GOLD}
    after = [json.loads(line) for line in fixed[GOLD].decode().split("\n")[:-1]]
    assert as_set(after) == as_set([trim(row) for row in rows])
    assert len(after) == len(as_set(after))
    corpus = Corpus(root / "bad")
    issues = check(corpus).issues
    left = [issue for issue in issues if read_rules()[issue.rule].fix]
    assert all(issue.rule == "span-edge" and not TEXT[slice(*map(int, issue.at.split("-")))].strip() for issue in left)
    assert (fix(corpus, issues), snapshot(corpus.root)) == ([], fixed)


def test_every_fixable_rule_is_one_that_fix_knows():
    assert set(FIXABLE) == {"file-canonical", "file-order", "file-crlf", "clean-text", "span-edge", "waiver-unused"}
    for rule in FIXABLE:
        assert tomllib.loads((CASES / rule / "case.toml").read_text(encoding="utf-8"))
