import subprocess
import sys

import pytest

from tests.conftest import standoff

COMMANDS = ["add", "clean", "check", "show", "build", "train", "evaluate"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command, tmp_path):
    done = standoff(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"standoff {command}" in done.stdout.partition("Example: ")[2]


def test_help_names_every_command(tmp_path):
    done = standoff("--help", cwd=tmp_path)
    assert all(f"\n  {command} " in done.stdout for command in COMMANDS)


def test_help_imports_nothing_heavy(tmp_path):
    code = "import sys, standoff.cli\nprint(' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    heavy = {"datasets", "spacy", "numpy", "pyarrow", "pandas", "rich", "jsonlines", "huggingface_hub", "nervaluate"}
    assert heavy & set(done.stdout.split()) == set()


@pytest.mark.parametrize("arguments", [["clean", "--harder"], ["fly"], ["show"], ["evaluate", "m", "--scheme", "x"]])
def test_wrong_use_is_exit_2(arguments, tmp_path):
    done = standoff(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_outside_a_corpus(tmp_path):
    done = standoff("check", cwd=tmp_path)
    assert (done.returncode, "this is no corpus repository" in done.stderr) == (2, True)


def test_from_a_folder_below(mini):
    assert standoff("check", cwd=mini.root / "corpus").returncode == 0


def test_a_missing_extra_is_named(mini):
    code = (
        "import sys\nsys.modules['spacy'] = None\nsys.argv = ['standoff', 'train']\n"
        "from standoff.cli import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True, cwd=mini.root)
    assert done.returncode == 2
    assert "this needs the extra [spacy]: pip install 'standoff[spacy]'" in done.stderr


def test_a_closed_pipe_is_no_traceback(mini):
    command = f"{sys.executable} -m standoff show ferry | true"
    done = subprocess.run(command, shell=True, capture_output=True, check=False, text=True, cwd=mini.root)
    assert "Traceback" not in done.stderr
