"""Bad input and bad luck: one clear message, no traceback, and what was on disk is still there, whole."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from standoff.build import build
from standoff.errors import StandoffError
from standoff.files import MAX_LINE, write_text
from standoff.folders import replaced_folder, restore_folder
from tests.conftest import snapshot, standoff

CASES = tomllib.loads((Path(__file__).parent / "cases" / "bad_input.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case, mini):
    for name, content in case.get("write", {}).items():
        (mini.root / name).parent.mkdir(exist_ok=True)
        (mini.root / name).write_bytes(content.encode("latin-1"))
    if "cut" in case:
        path = mini.root / case["cut"]
        path.write_bytes(path.read_bytes()[:-12])
    if "double" in case:
        path = mini.root / case["double"]
        first, *_ = path.read_text().splitlines(keepends=True)
        path.write_text(path.read_text() + first)
    before = snapshot(mini.root)
    stdin = case.get("stdin", "").replace("DIGITS", "9" * 5_000).replace("BRACKETS", "[" * 200_000)
    done = standoff(*case["run"], cwd=mini.root, stdin=stdin.encode())
    said = done.stderr if done.stderr else done.stdout
    assert case["says"] in said
    assert done.returncode == case["exit"]
    assert "Traceback" not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) <= 1
    assert snapshot(mini.root) == before


def test_a_single_line_of_50_megabytes(mini):
    (mini.root / "incoming" / "huge.txt").write_bytes(b"word " * 10_000_000)
    done = standoff("add", "incoming/huge.txt", cwd=mini.root)
    assert done.returncode == 1
    assert "incoming/huge.txt:1: a line of 50,000,000 bytes" in done.stderr
    stream = b'{"id": "a", "text": "' + b"x" * MAX_LINE + b'"}\n'
    done = standoff("clean", "-", cwd=mini.root, stdin=stream)
    assert (done.returncode, done.stdout) == (1, "")
    assert "standard input:1: a line of more than" in done.stderr


def test_a_read_only_folder(mini):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere; test_a_folder_in_the_way covers the message")
    folder = mini.root / "seeds"
    (mini.root / "incoming" / "new.txt").write_text("A new headline\n")
    folder.chmod(0o555)
    done = standoff("add", "incoming/new.txt", cwd=mini.root)
    folder.chmod(0o755)
    assert (done.returncode, "cannot be written" in done.stderr) == (1, True)


def test_a_read_only_folder_for_root(mini):
    """As another user inside this process, since root is never refused."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    path = mini.root / "seeds" / "sources.jsonl"
    before = path.read_bytes()
    os.seteuid(65534)
    try:
        with pytest.raises(StandoffError, match=r"sources\.jsonl: cannot be (written|read): Permission denied"):
            write_text(path, "changed")
    finally:
        os.seteuid(0)
    assert path.read_bytes() == before


def test_a_folder_in_the_way(mini):
    mini.clean_file("ferry").unlink()
    mini.clean_file("ferry").mkdir()
    done = standoff("clean", cwd=mini.root)
    assert done.returncode == 1
    assert "ferry.txt: cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["clean"], ["build"]])
def test_a_full_disk(mini, command):
    """A limit on file size fails a write as a full disk does."""
    build(mini)
    (mini.root / "annotations" / "gold" / "clinic.jsonl").write_text("")  # so that there is something to write
    mini.index_file.unlink() if command == ["clean"] else None
    before = snapshot(mini.root)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))

    whole = [sys.executable, "-m", "standoff", *command]
    done = subprocess.run(whole, cwd=mini.root, capture_output=True, text=True, preexec_fn=limit, check=False)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(mini.root) == before


WRITER = """
import sys
from pathlib import Path
from standoff.files import write_text
while True:
    for letter in "ab":
        write_text(Path(sys.argv[1]), letter * 2_000_000)
"""


def test_killed_while_writing_a_file(tmp_path):
    path = tmp_path / "file.txt"
    write_text(path, "a" * 2_000_000)
    delays = random.Random(1)
    for _ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
        time.sleep(delays.uniform(0.05, 0.15))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        text = path.read_text()
        assert text in ("a" * 2_000_000, "b" * 2_000_000)


BUILDER = """
import sys
from pathlib import Path
from standoff.folders import replaced_folder
while True:
    for letter in "ab":
        with replaced_folder(Path(sys.argv[1]), "0.txt") as new:
            for number in range(20):
                (new / f"{number}.txt").write_text(letter * 20_000)
"""


def test_killed_while_replacing_a_folder(tmp_path):
    """Whole before or whole after; between the two renames the old one lies beside, and the next call puts it back."""
    folder = tmp_path / "dist"
    with replaced_folder(folder, "0.txt") as new:
        for number in range(20):
            (new / f"{number}.txt").write_text("a" * 20_000)
    delays = random.Random(2)
    for _ in range(8):
        builder = subprocess.Popen([sys.executable, "-c", BUILDER, str(folder)])
        time.sleep(delays.uniform(0.08, 0.2))
        builder.send_signal(signal.SIGKILL)
        builder.wait()
        restore_folder(folder)
        assert len({path.read_text() for path in folder.iterdir()}) == 1
        assert len(list(folder.iterdir())) == 20


def test_a_rename_that_fails_leaves_the_old_folder(tmp_path, monkeypatch):
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "mark").write_text("old")
    rename = Path.rename

    def fail(self, target):
        if self.name == ".dist.new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(StandoffError, match="cannot be written: No space left"), replaced_folder(folder, "mark"):
        pass
    assert (folder / "mark").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_a_lock_that_is_gone_is_not_held(tmp_path, monkeypatch):
    """The run before ends, and takes the file of its lock away, while this one has just locked that file."""
    path, fstat = tmp_path / "dist", os.fstat

    def end_other(descriptor):
        (tmp_path / ".dist.lock").unlink(missing_ok=True)
        return fstat(descriptor)

    monkeypatch.setattr(os, "fstat", end_other)
    with pytest.raises(StandoffError, match="another run is writing this"), replaced_folder(path, "mark"):
        pass
    monkeypatch.undo()
    with replaced_folder(path, "mark") as new:
        (new / "mark").write_text("new")
    assert [one.name for one in tmp_path.iterdir()] == ["dist"]


@pytest.mark.parametrize("command", [["clean", "-"], ["clean", "seeds/text/ferry.txt"], ["check"]])
def test_output_that_cannot_be_written(mini, command):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "standoff", *command],
            cwd=mini.root, input=b'{"id": "a", "text": "b"}\n', stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.decode().startswith("standoff: cannot be read or written: output: No space left")
    assert b"Traceback" not in done.stderr


def test_a_terminal_that_is_not_utf_8(mini):
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "standoff", "show", "ferry"]
    done = subprocess.run(command, cwd=mini.root, capture_output=True, env=environment, check=True)
    assert "😀" in done.stdout.decode("utf-8")
