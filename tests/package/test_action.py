"""The GitHub Action and the pre-commit hooks, as far as they can run here.

The steps of the action run in bash, in a repository with a pull request's two commits, with the variables that GitHub
sets. `gh`, which needs the service, is a script that records how it was called.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from standoff.corpus import Corpus
from tests.conftest import ROOT
from tests.package.test_against import commit

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
GH = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in
    *--paginate*) printf "$KNOWN"; exit "$UNREADABLE" ;;
    *) exit "$UNWRITABLE" ;;
esac
"""


@pytest.fixture(scope="module")
def pulled(harbour, tmp_path_factory):
    """A folder with a corpus that has a commit, tagged base, and a label taken out since; and with the tools."""
    folder = tmp_path_factory.mktemp("pull")
    corpus = Corpus(shutil.copytree(harbour, folder / "harbour"))
    (corpus.root / ".gitignore").write_text("/seeds/private/\n")
    commit(corpus.root, "base")
    path = corpus.spans_file("gold", "ferry")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
    commit(corpus.root, "head")
    tools = folder / "tools"
    tools.mkdir()
    scripts = {"standoff": f'#!/bin/sh\nexec "{sys.executable}" -m standoff "$@"\n', "gh": GH}
    for name, text in scripts.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    return folder


def run_step(name, folder, temporary, more):
    """Run a step of the action in a folder, as GitHub would."""
    variables = {
        "PATH": f"{temporary / 'tools'}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(temporary), "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
        "LEVEL": "6", "BASE": "base", "MARKER": "<!-- standoff . -->",
        "COMMENTS": "repos/o/r/issues/7/comments", "REPOSITORY": "o/r",
        "CALLS": str(temporary / "calls"), "KNOWN": "", "UNREADABLE": "0", "UNWRITABLE": "0", **more,
    }  # fmt: skip
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def pull(pulled, tmp_path):
    """The corpus, a folder for what the action writes, and a function that runs a step of it."""
    shutil.copytree(pulled, tmp_path, dirs_exist_ok=True)
    mini = Corpus(tmp_path / "harbour")
    base = subprocess.run(["git", "rev-parse", "base"], cwd=mini.root, capture_output=True, text=True, check=True)

    def run(name, folder=mini.root, **more):
        return run_step(name, folder, tmp_path, {"BASE": base.stdout.strip(), **more})

    return mini, tmp_path, run


@pytest.fixture(scope="module")
def report(pulled, tmp_path_factory):
    """How the step that shows the changes ends, what it leaves for the one that comments, and the summary."""
    folder = tmp_path_factory.mktemp("shown")
    shutil.copytree(pulled / "tools", folder / "tools")
    done = run_step("Show what changed", pulled / "harbour", folder, {})
    return done, (folder / "standoff.md").read_bytes(), (folder / "summary.md").read_text(encoding="utf-8")


@pytest.fixture
def shown(pull, report):
    """After that step."""
    (pull[1] / "standoff.md").write_bytes(report[1])
    return pull


def test_no_untrusted_text_is_pasted_into_a_command():
    assert not any("${{" in step["run"] for step in STEPS.values())
    for step in STEPS.values():
        used = set(re.findall(r"\$([A-Z_]+)", step["run"])) - {"RUNNER_TEMP", "GITHUB_STEP_SUMMARY"}
        assert used <= set(step.get("env", {}))


def test_what_the_action_uses_is_pinned():
    used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one) for one in used)


def test_findings_stand_beside_their_lines(pull):
    mini, _, run = pull
    assert run("Check the corpus").returncode == 0
    mini.spans_file("gold", "bank").write_text('{"start": 0, "end": 4, "label": "SHIP", "text": "Bank"}\n')
    done = run("Check the corpus")
    assert done.returncode == 1
    assert "::error file=annotations/gold/bank.jsonl,line=1,title=standoff label-unknown::" in done.stdout


def test_what_changed_goes_to_the_summary(report):
    done, _, summary = report
    assert (done.returncode, done.stderr) == (0, "")
    assert summary.startswith("<!-- standoff . -->\n### Changes against ")
    assert "| span removed | 1 |" in summary


@pytest.mark.parametrize("base", ["hash", "before", "base"])
def test_a_base_that_was_not_fetched_is_fetched(base, pull):
    """A commit, a branch or a tag, none of which a checkout of depth 1 has."""
    mini, tmp, run = pull
    subprocess.run(["git", "branch", "before", "base"], cwd=mini.root, check=True)
    shallow = tmp / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{mini.root}", str(shallow)], check=True)
    known = subprocess.run(["git", "cat-file", "-e", "base"], cwd=shallow, capture_output=True, check=False)
    assert known.returncode != 0
    done = run("Show what changed", folder=shallow, **({} if base == "hash" else {"BASE": base}))
    assert (done.returncode, done.stderr) == (0, "")
    assert "| span removed | 1 |" in (tmp / "summary.md").read_text(encoding="utf-8")


def test_a_whole_clone_stays_whole(pull):
    mini, tmp, run = pull
    subprocess.run(["git", "branch", "before", "base"], cwd=mini.root, check=True)
    whole = tmp / "whole"
    subprocess.run(["git", "clone", "--quiet", f"file://{mini.root}", str(whole)], check=True)
    assert run("Show what changed", folder=whole, BASE="before").returncode == 0
    assert "| span removed | 1 |" in (tmp / "summary.md").read_text(encoding="utf-8")
    shallow = ["git", "rev-parse", "--is-shallow-repository"]
    assert subprocess.run(shallow, cwd=whole, capture_output=True, text=True, check=True).stdout == "false\n"


@pytest.mark.parametrize(
    "base", ["no-such-branch", "--upload-pack=touch stolen", "-x; touch stolen", "$(touch stolen)"]
)
def test_without_a_base_nothing_is_posted(base, pull):
    """Not even what an earlier step of the job has left."""
    mini, tmp, run = pull
    (tmp / "standoff.md").write_text("of another corpus\n")
    subprocess.run(["git", "remote", "add", "origin", f"file://{mini.root}"], cwd=mini.root, check=True)
    assert run("Show what changed", BASE=base).returncode != 0
    assert run("Comment on the pull request").returncode == 0
    assert not (tmp / "calls").exists()
    assert not (tmp / "summary.md").exists()
    assert not list(tmp.rglob("stolen"))


@pytest.mark.parametrize(
    ("known", "method"),
    [
        ("", "POST repos/o/r/issues/7/comments"),
        ("41\n", "PATCH repos/o/r/issues/comments/41"),
        ("41\n42\n", "PATCH repos/o/r/issues/comments/41"),
    ],
)
def test_one_comment_is_made_or_updated(known, method, shown):
    _, tmp, run = shown
    assert run("Comment on the pull request", KNOWN=known).returncode == 0
    calls = (tmp / "calls").read_text().splitlines()
    assert len(calls) == 2
    assert f"{method} -F body=@{tmp}/standoff.md" in calls[1]


def test_without_the_right_to_write_nothing_fails(shown):
    _, _, run = shown
    done = run("Comment on the pull request", UNWRITABLE="1")
    assert (done.returncode, "::notice::standoff may not comment here" in done.stdout) == (0, True)


def test_without_the_right_to_read_nothing_is_posted_twice(shown):
    _, tmp, run = shown
    done = run("Comment on the pull request", UNREADABLE="1")
    assert (done.returncode, "::notice::standoff may not read the comments" in done.stdout) == (0, True)
    assert len((tmp / "calls").read_text().splitlines()) == 1


def test_the_comment_of_a_stranger_or_of_another_corpus_is_not_ours(shown):
    """The filter that gh is given, run by jq on comments as the service sends them."""
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    _, tmp, run = shown
    run("Comment on the pull request")
    asked = (tmp / "calls").read_text().splitlines()[0].partition("--jq ")[2]
    rows = [
        (1, "Bot", "NONE", "all well"),
        (2, "User", "NONE", "<!-- standoff . -->\nmine"),
        (3, "Bot", "NONE", "<!-- standoff corpora/sea -->\nof another"),
        (4, "Bot", "NONE", "<!-- standoff . -->\nours"),
        (5, "User", "MEMBER", "<!-- standoff . -->\nby a token of our own"),
    ]
    comments = [
        {"id": number, "user": {"type": kind}, "author_association": whose, "body": body}
        for number, kind, whose, body in rows
    ]
    found = subprocess.run(
        ["jq", asked], input=json.dumps(comments), capture_output=True, text=True, check=True,
        env={**os.environ, "MARKER": "<!-- standoff . -->"},
    )  # fmt: skip
    assert found.stdout.split() == ["4", "5"]


def test_the_hooks_run_the_command_once_at_each_commit():
    for hook in HOOKS:
        assert hook["entry"].split()[:2] == ["standoff", "check"]
        assert (hook["pass_filenames"], hook["always_run"]) == (False, True)
        assert "files" not in hook


def test_pre_commit_runs_the_hook(mini, tmp_path):
    """With pre-commit itself, where it is installed; the command is run from this environment."""
    if shutil.which("pre-commit") is None:
        pytest.skip("pre-commit is not installed")
    hooks = [{**hook, "language": "system", "entry": f"{sys.executable} -m {hook['entry']}"} for hook in HOOKS]
    settings = {"repos": [{"repo": "local", "hooks": hooks[:1]}]}
    (mini.root / ".pre-commit-config.yaml").write_text(json.dumps(settings))
    (mini.root / ".gitignore").write_text("/seeds/private/\n")
    commit(mini.root)

    def run(*options):
        environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "hooks")}
        command = ["pre-commit", "run", *options]
        return subprocess.run(command, cwd=mini.root, capture_output=True, text=True, check=False, env=environment)

    good = run("--all-files")
    assert good.returncode == 0, good.stdout
    path = mini.spans_file("gold", "bank")
    before = path.read_bytes()
    path.write_text('{"start": 0, "end": 4, "label": "SHIP", "text": "Bank"}\n')
    bad = run("--all-files")
    assert (bad.returncode, "label-unknown" in bad.stdout) == (1, True)
    path.write_bytes(before)
    subprocess.run(["git", "rm", "--quiet", "seeds/text/bank.txt"], cwd=mini.root, check=True)
    gone = run()
    assert (gone.returncode, "seeds/text/bank.txt" in gone.stdout) == (1, True)
