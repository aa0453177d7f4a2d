"""`standoff verify` that cannot be tried ends with 2: exit 1 says that something differs."""

import resource
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.conftest import standoff
from tests.hub.test_publish import find_nowhere
from tests.package.releasing import break_span, commit, git


def was_not_tried(done, *parts):
    assert (done.returncode, done.stdout) == (2, ""), (done.stdout, done.stderr)
    line = done.stderr.splitlines()[-1]
    assert line.startswith("standoff: ") and all(part in line for part in parts), line
    return True


def test_a_tag_that_cannot_be_built(tagged):
    """As one that today's stricter check refuses."""
    break_span(tagged)
    commit(tagged.root, "A label that is none")
    git(tagged.root, "tag", "--force", "--annotate", "--message", "harbour 1.2.3", "v1.2.3")
    done = standoff("verify", str(tagged.dataset_folder()), cwd=tagged.root)
    assert was_not_tried(done, "the build of a clean copy failed", "PARROT")


def test_a_full_disk(tagged):
    """A limit on file size fails a write as a full disk does."""
    command = [sys.executable, "-m", "standoff", "verify", str(tagged.dataset_folder())]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))  # noqa: E731
    done = subprocess.run(command, cwd=tagged.root, capture_output=True, text=True, preexec_fn=limit, check=False)
    assert was_not_tried(done) and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("token", "reached", "part"),
    [
        (None, False, "cannot be reached"),
        ("hf_revoked", True, "ida/none@v1.0.0"),
        ("hf_IdaWrites…", True, "a character that no token has"),
        (None, True, "no such dataset"),
    ],
)
def test_no_dataset_from_the_hub(client, tmp_path, token, reached, part):
    here = replace(client, token=token, url=client.url if reached else find_nowhere())
    done = here.standoff("verify", "ida/none@v1.0.0", cwd=tmp_path)
    assert was_not_tried(done, part) and len(done.stderr.splitlines()) == 1
    assert token is None or token not in done.stderr


def test_the_name_of_a_folder_says_nothing(tagged, tmp_path):
    """A public dataset in a folder that is called as private ones are."""
    folder = shutil.copytree(tagged.dataset_folder(), tmp_path / "quay-private")
    done = standoff("verify", str(folder), cwd=tagged.root)
    assert done.returncode == 0 and "harbour 1.2.3: verified" in done.stdout, (done.stdout, done.stderr)
