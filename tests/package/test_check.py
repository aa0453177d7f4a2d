"""`standoff check`: each rule on a minimal bad corpus and a good twin, what is printed, and how the command ends.

`UPDATE_CASES=1 pytest tests/package/test_check.py` writes `expected.txt` of each case anew.
"""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from standoff.check import check
from standoff.check.report import to_github, to_table
from standoff.check.rules import read_levels, read_rules
from standoff.cli import app
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.records import Issue
from tests.conftest import ROOT, snapshot, standoff

CASES = Path(__file__).parent.parent / "cases" / "check"
BASE = snapshot(CASES / "_base")
RULES = list(read_rules())


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def apply(files: dict[str, bytes], edits: list[dict]) -> dict[str, bytes]:
    """Files after the edits of a case; an edit that finds nothing to change is a mistake in the case."""
    files = dict(files)
    for edit in edits:
        name = edit["file"]
        if "old" in edit:
            assert files[name].count(edit["old"].encode()) == 1, f"not once in {name}: {edit['old']}"
        match edit:
            case {"write": text}:
                files[name] = text.encode()
            case {"append": text}:
                files[name] += text.encode()
            case {"append_hex": text}:
                files[name] += bytes.fromhex(text)
            case {"old": old, "new": new}:
                files[name] = files[name].replace(old.encode(), new.encode())
            case {"crlf": True}:
                files[name] = files[name].replace(b"\n", b"\r\n")
            case {"bom": True}:
                files[name] = b"\xef\xbb\xbf" + files[name]
            case {"remove": True}:
                del files[name]
            case _:
                raise AssertionError(f"no such edit: {edit}")
    return files


def write_files(root: Path, files: dict[str, bytes]) -> Path:
    """Files below a folder."""
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def run_check(root: Path, *options: str) -> tuple[int, str]:
    """Exit status and output of `standoff check`, in this process."""
    here = Path.cwd()
    os.chdir(root)
    try:
        done = CliRunner().invoke(app, ["check", *options])
    finally:
        os.chdir(here)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def read_case(rule: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of the bad corpus of a rule and of its good twin."""
    case = tomllib.loads((CASES / rule / "case.toml").read_text(encoding="utf-8"))
    assert case.keys() <= {"both", "bad", "good", "release"}
    both = apply(BASE, case.get("both", []))
    return apply(both, case.get("bad", [])), apply(both, case.get("good", []))


def test_the_corpus_that_cases_start_from_is_clean(tmp_path):
    code, said = run_check(write_files(tmp_path / "base", BASE), "--notes")
    assert (code, said) == (0, "3 documents, 14 spans, 4 cuts checked: no errors, no warnings\n")


def test_each_rule_has_a_case_and_each_case_a_rule():
    assert {path.name for path in CASES.iterdir()} == {"_base", *RULES}


def write_release(root: Path, before: dict[str, bytes], files: dict[str, bytes]) -> Path:
    """A corpus that was released with other files."""
    git = ["git", "-C", str(root), "-c", "user.name=ida", "-c", "user.email=ida@example.org"]
    write_files(root, before)
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "1"], ["tag", "v1.0.0"]):
        subprocess.run([*git, *command], check=True)
    return write_files(root, files)


RELEASE = ["waiver-added"]


@pytest.mark.parametrize("rule", RELEASE)
def test_rule_of_releases(rule, tmp_path):
    case = tomllib.loads((CASES / rule / "case.toml").read_text(encoding="utf-8"))
    assert case["release"]
    before = apply(BASE, case["both"])
    bad, good = read_case(rule)
    code, said = run_check(write_release(tmp_path / "bad", before, bad), "--release")
    expected = CASES / rule / "expected.txt"
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(said, encoding="utf-8")
    assert (code, said) == (1, expected.read_text(encoding="utf-8"))
    assert f" error [{rule}] " in said
    code, said = run_check(write_release(tmp_path / "good", before, good), "--release")
    assert (code, "error [" in said) == (0, False)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in RELEASE])
def test_rule(rule, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))  # no git, which would say each time that this is no repository
    bad, good = read_case(rule)
    assert good != bad
    code, said = run_check(write_files(tmp_path / "bad", bad), "--notes")
    expected = CASES / rule / "expected.txt"
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")
    assert f" {read_rules()[rule].severity} [{rule}] " in said
    assert code == (1 if ": error [" in said else 0)
    assert run_check(tmp_path / "bad", "--notes") == (code, said), "the cache says something else"
    code, said = run_check(write_files(tmp_path / "good", good), "--notes")
    assert "[" not in said
    assert code == 0
    assert (CASES / rule / "case.toml").read_text(encoding="utf-8").startswith("# ")


def test_each_rule_says_what_to_do():
    for rule in read_rules().values():
        assert rule.title and rule.hint
        assert rule.level in read_levels()
        assert not rule.title.endswith(".")


# --- what is printed, and how the command ends ---

QUARRY = "annotations/gold/quarry.jsonl"
DOCS = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")


@pytest.fixture
def bad(tmp_path) -> Path:
    """A corpus with two errors, a warning and a note."""
    edits = [
        {"file": "annotations/gold/mill.jsonl", "crlf": True},
        {"file": QUARRY, "old": '"end": 158, "label": "GPE"', "new": '"end": 157, "label": "X"'},
        {"file": QUARRY, "old": '"Velm"', "new": '"Vel"'},
        {"file": "guidelines/GPE.md", "append": "- [Skarrow]{GPE} sank.\n"},
    ]  # fmt: skip
    return write_files(tmp_path / "bad", apply(BASE, edits))


def rules_in(said: str) -> list[str]:
    return re.findall(r"^\S.*?: (?:error|warning|note) \[([\w-]+)\] ", said, re.MULTILINE)


def test_text(bad):
    code, said = run_check(bad)
    assert code == 1
    assert rules_in(said) == ["file-crlf", "label-unknown", "span-half-token"]
    assert said.splitlines()[-2:] == [
        "3 documents, 14 spans, 4 cuts checked: 2 errors, 1 warning",
        "note: 1 note more with --notes",
    ]
    assert rules_in(run_check(bad, "--notes")[1])[2:] == ["guideline-unsupported", "span-half-token"]


def test_json(bad):
    code, said = run_check(bad, "--json")
    told = json.loads(said)
    assert code == 1
    assert {key: value for key, value in told.items() if key != "issues"} == {
        "documents": 3, "spans": 14, "cuts": 4, "absent": [], "errors": 2, "warnings": 1, "notes": 1, "waived": 0,
    }  # fmt: skip
    assert told["issues"][1] == {
        "rule": "label-unknown",
        "level": 3,
        "severity": "error",
        "path": "annotations/gold/quarry.jsonl",
        "line": 2,
        "at": "154-157",
        "message": "'X' is not in labels.toml",
        "hint": "define it in guidelines/labels.toml or correct it",
        "context": "",
        "fix": False,
    }
    assert [row["severity"] for row in told["issues"]] == ["error", "error", "note", "warning"]
    for key in [*told, *told["issues"][0]]:
        assert f"| `{key}` |" in DOCS


def test_github(bad):
    code, said = run_check(bad, "--github")
    assert code == 1
    assert said.splitlines()[:2] == [
        "::error file=annotations/gold/mill.jsonl,title=standoff file-crlf::7 lines end in CR LF; "
        "a tool rewrote the file: every line ends in one line feed",
        "::error file=annotations/gold/quarry.jsonl,line=2,title=standoff label-unknown::'X' is not in labels.toml; "
        "define it in guidelines/labels.toml or correct it",
    ]
    assert run_check(bad, "--github", "--notes")[1].count("::notice ") == 1


def test_github_escapes():
    issue = Issue("span-text", "a,b:c%.jsonl", 3, "100%\r\n::error::x, y: z", "as it is")
    properties = "file=a%2Cb%3Ac%25.jsonl,line=3,title=standoff span-text"
    assert to_github(issue) == f"::error {properties}::100%25%0D%0A::error::x, y: z; as it is"


def test_exit_codes(bad, tmp_path):
    assert standoff("check", "--only", "span-half-token", cwd=bad).returncode == 0
    assert standoff("check", cwd=bad).returncode == 1
    done = standoff("check", "nowhere", cwd=bad)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "standoff: no document has the id 'nowhere' (see seeds/sources.jsonl)\n"
    assert run_check(bad, "--level", "deep")[0] == 2


@pytest.mark.parametrize("options", [["--only", "span-odd"], ["--level", "7"], ["--level", "0"], ["nowhere"]])
def test_wrong_use(bad, options):
    with pytest.raises(StandoffError) as caught:
        run_check(bad, *options)
    assert caught.value.usage
    assert caught.value.hint


def test_no_corpus(tmp_path):
    with pytest.raises(StandoffError, match="this is no corpus repository") as caught:
        run_check(tmp_path)
    assert caught.value.usage


def test_only_and_level(bad):
    assert rules_in(run_check(bad, "--only", "label-unknown", "--only", "guideline-unsupported")[1]) == [
        "label-unknown",
        "guideline-unsupported",
    ]
    assert rules_in(run_check(bad, "--level", "1")[1]) == ["file-crlf"]
    assert rules_in(run_check(bad, "--level", "3")[1]) == ["file-crlf", "label-unknown"]


def test_some_documents(bad):
    code, said = run_check(bad, "quarry", "tram")
    assert (code, rules_in(said)) == (1, ["label-unknown", "span-half-token"])
    assert said.splitlines()[-1] == "2 documents, 7 spans, 2 cuts checked: 1 error, 1 warning"
    assert run_check(bad, "tram") == (0, "1 document, 5 spans, 2 cuts checked: no errors, no warnings\n")


def test_the_function_gives_what_the_command_prints(bad):
    checked = check(Corpus(bad))
    assert (checked.errors, checked.count("warning"), checked.count("note")) == (2, 1, 1)


def test_the_rules_in_the_docs_are_those_of_the_program(tmp_path):
    code, said = run_check(tmp_path, "--rules")
    assert (code, said) == (0, to_table())
    assert said in DOCS


# --- git ---


def run_git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


LEAK = "A friend counted nineteen lorries at the gate of the old quarry.\n"


@pytest.fixture
def repository(tmp_path) -> Path:
    """The base as a git repository that ignores private text."""
    root = write_files(tmp_path / "repository", {**BASE, ".gitignore": b"/seeds/private/\n/dist/\n"})
    run_git(root, "init")
    run_git(root, "add", ".")
    return root


def test_git_says_where_private_text_may_be(repository):
    (repository / "dist").mkdir()
    (repository / "dist" / "leak.txt").write_text(LEAK)
    assert run_check(repository)[0] == 0
    (repository / "leak.txt").write_text(LEAK)
    code, said = run_check(repository)
    assert (code, rules_in(said)) == (1, ["private-leak"])
    assert said.startswith("leak.txt: error")


@pytest.mark.parametrize("command", [["add", "--force", "seeds/private/quarry.txt"], ["rm", "--cached", ".gitignore"]])
def test_a_private_text_that_git_tracks(repository, command):
    run_git(repository, *command)
    if command[0] == "rm":
        (repository / ".gitignore").unlink()
    code, said = run_check(repository)
    assert (code, rules_in(said)) == (1, ["private-leak"])
    assert said.startswith("seeds/private/quarry.txt: error")


def test_a_private_text_in_the_index_alone(repository):
    """It is staged, and no longer in the folder: it would be committed."""
    staged = {"leak.txt": LEAK, "gone é.txt": LEAK, "late.txt": "Nothing.\n", "first.txt": "Nothing.\n"}
    write_files(repository, {name: text.encode() for name, text in staged.items()})
    run_git(repository, "add", ".")
    (repository / "leak.txt").write_text("Nothing.\n")
    (repository / "gone é.txt").unlink()
    (repository / "first.txt").unlink()
    (repository / "late.txt").write_text("Nothing yet.\n")
    code, said = run_check(repository)
    assert (code, rules_in(said)) == (1, ["private-leak", "private-leak"])
    assert [line.split(": error")[0] for line in said.splitlines()[:2]] == ["gone é.txt", "leak.txt"]


def test_a_document_alone_is_not_passed_where_labels_cannot_be_read(tmp_path):
    root = write_files(tmp_path / "base", {**BASE, "guidelines/labels.toml": b"version = \n"})
    code, said = run_check(root, "mill")
    assert code == 1
    assert "guidelines/labels.toml: error [file-format] not TOML" in said
