"""The content hash does not depend on pyarrow: the same corpus built with two versions of it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow
import pytest

from standoff.dataset.digest import content_digest
from standoff.dataset.read import read_manifest
from standoff.verify.rebuilt import read_writer
from tests.conftest import snapshot, standoff
from tests.package.releasing import git, start

OTHER = "24.0.0"
PLACE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standoff" / f"pyarrow-{OTHER}"


@pytest.fixture(scope="module")
def other_pyarrow():
    """A folder with another pyarrow, installed there once."""
    if pyarrow.__version__ == OTHER:
        pytest.skip(f"pyarrow {OTHER} is the one that is used here anyway: there is no other to compare with")
    if not (PLACE / f"pyarrow-{OTHER}.dist-info" / "RECORD").is_file():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run(
            [*command, "--target", str(PLACE), f"pyarrow=={OTHER}"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"pyarrow {OTHER} could not be downloaded: {done.stderr.strip().splitlines()[-1]}")
    return PLACE


def build_with(folder, corpus, out):
    """The dataset of a corpus, built in a process that finds the pyarrow in `folder` first."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-P", "-m", "standoff", "build", "--out", str(out)]
    done = subprocess.run(command, cwd=corpus.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_two_versions_of_pyarrow_give_the_same_content(mini, tmp_path, other_pyarrow):
    """Parquet differs in its bytes, and with them only what holds their hashes; `verify` says so."""
    start(mini)
    ours, theirs = mini.dataset_folder(), tmp_path / "theirs"
    assert standoff("build", cwd=mini.root).returncode == 0
    build_with(other_pyarrow, mini, theirs)
    assert read_writer(ours).endswith(pyarrow.__version__) and read_writer(theirs).endswith(OTHER)

    assert read_manifest(ours).content == read_manifest(theirs).content
    one, other = snapshot(ours), snapshot(theirs)
    parquet = sorted(name for name in one if name.endswith(".parquet"))
    assert sorted(one) == sorted(other) and parquet
    differ = [name for name in one if one[name] != other[name]]
    assert differ == sorted(["MANIFEST.json", "croissant.json", *parquet])  # not the card, not the changelog
    for name in ("MANIFEST.json", "croissant.json"):
        assert _mask(one[name]) == _mask(other[name])

    git(mini.root, "tag", "--annotate", "--message", f"x\n\ncontent {content_digest(read_manifest(ours))}", "v1.2.3")
    done = standoff("verify", str(theirs), "--json", cwd=mini.root)
    report = json.loads(done.stdout)
    assert (done.returncode, report["result"], report["differences"]) == (0, "verified", [])
    assert re.fullmatch(
        rf"{len(parquet)} Parquet files have other bytes and the same rows: "
        rf"written by .* {re.escape(OTHER)}, here by .* {re.escape(pyarrow.__version__)}",
        report["remarks"][0],
    )


def _mask(data):
    """A text without the hashes and sizes of files."""
    return re.sub(rb'"[0-9a-f]{64}"|"contentSize": "[^"]*"', b"", data)
