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

from tests.conftest import ROOT
from tests.package.test_against import commit

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
GH = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in *--paginate*) echo "$KNOWN" ;; esac
exit "$FAILS"
"""


@pytest.fixture
def pull(mini, tmp_path):
    """A corpus with a commit, tagged base, and a label taken out since; a function that runs a step of the action."""
    (mini.root / ".gitignore").write_text("/seeds/private/\n")
    commit(mini.root, "base")
    path = mini.spans_file("gold", "ferry")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
    commit(mini.root, "head")
    tools = tmp_path / "tools"
    tools.mkdir()
    scripts = {"standoff": f'#!/bin/sh\nexec "{sys.executable}" -m standoff "$@"\n', "gh": GH}
    for name, text in scripts.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    base = subprocess.run(["git", "rev-parse", "base"], cwd=mini.root, capture_output=True, text=True, check=True)

    def run(name, folder=mini.root, **more):
        variables = {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(tmp_path), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "LEVEL": "6", "BASE": base.stdout.strip(), "CALLS": str(tmp_path / "calls"), "KNOWN": "", "FAILS": "0",
            "COMMENTS": "repos/o/r/issues/7/comments", "REPOSITORY": "o/r", **more,
        }  # fmt: skip
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]]
        return subprocess.run(
            command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
        )

    return mini, tmp_path, run


def test_no_untrusted_text_is_pasted_into_a_command():
    assert not any("${{" in step["run"] for step in STEPS.values())
    for step in STEPS.values():
        used = set(re.findall(r"\$([A-Z_]+)", step["run"])) - {"RUNNER_TEMP", "GITHUB_STEP_SUMMARY"}
        assert used <= set(step.get("env", {}))


def test_findings_stand_beside_their_lines(pull):
    mini, _, run = pull
    assert run("Check the corpus").returncode == 0
    mini.spans_file("gold", "bank").write_text('{"start": 0, "end": 4, "label": "SHIP", "text": "Bank"}\n')
    done = run("Check the corpus")
    assert done.returncode == 1
    assert "::error file=annotations/gold/bank.jsonl,line=1,title=standoff label-unknown::" in done.stdout


def test_what_changed_goes_to_the_summary(pull):
    _, tmp, run = pull
    done = run("Show what changed")
    assert (done.returncode, done.stderr) == (0, "")
    summary = (tmp / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("<!-- standoff -->\n### Changes against ")
    assert "| span removed | 1 |" in summary


def test_a_base_that_was_not_fetched_is_fetched(pull):
    mini, tmp, run = pull
    shallow = tmp / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{mini.root}", str(shallow)], check=True)
    known = subprocess.run(["git", "cat-file", "-e", "base"], cwd=shallow, capture_output=True, check=False)
    assert known.returncode != 0
    done = run("Show what changed", folder=shallow)
    assert (done.returncode, done.stderr) == (0, "")
    assert "| span removed | 1 |" in (tmp / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("known", "method"), [("", "POST repos/o/r/issues/7/comments"), ("41", "PATCH repos/o/r/issues/comments/41")]
)
def test_one_comment_is_made_or_updated(known, method, pull):
    _, tmp, run = pull
    run("Show what changed")
    assert run("Comment on the pull request", KNOWN=known).returncode == 0
    calls = (tmp / "calls").read_text().splitlines()
    assert len(calls) == 2
    assert method in calls[1]
    assert f"body=@{tmp}/standoff.md" in calls[1]


def test_without_rights_nothing_fails(pull):
    _, _, run = pull
    run("Show what changed")
    done = run("Comment on the pull request", FAILS="1")
    assert (done.returncode, "::notice::standoff may not comment here" in done.stdout) == (0, True)


def test_the_hooks_run_the_command_on_corpus_files_alone():
    for hook in HOOKS:
        assert hook["pass_filenames"] is False
        assert hook["entry"].split()[0] == "standoff"
        files = re.compile(hook["files"])
        assert all(files.search(name) for name in ("annotations/gold/a.jsonl", "standoff.toml", "waivers.jsonl"))
        assert not any(files.search(name) for name in ("README.md", "src/standoff/check/walk.py"))


def test_pre_commit_runs_the_hook(mini):
    """With pre-commit itself, where it is installed; the command is run from this environment."""
    if shutil.which("pre-commit") is None:
        pytest.skip("pre-commit is not installed")
    hooks = [{**hook, "language": "system", "entry": f"{sys.executable} -m {hook['entry']}"} for hook in HOOKS]
    settings = {"repos": [{"repo": "local", "hooks": hooks[:1]}]}
    (mini.root / ".pre-commit-config.yaml").write_text(json.dumps(settings))
    (mini.root / ".gitignore").write_text("/seeds/private/\n")
    commit(mini.root)
    good = subprocess.run(
        ["pre-commit", "run", "--all-files"], cwd=mini.root, capture_output=True, text=True, check=False
    )
    assert good.returncode == 0, good.stdout
    mini.spans_file("gold", "bank").write_text('{"start": 0, "end": 4, "label": "SHIP", "text": "Bank"}\n')
    bad = subprocess.run(
        ["pre-commit", "run", "--all-files"], cwd=mini.root, capture_output=True, text=True, check=False
    )
    assert bad.returncode == 1
    assert "label-unknown" in bad.stdout
