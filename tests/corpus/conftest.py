"""The corpus of this repository, built once for all tests that only read the dataset."""

import shutil

import pytest

from standoff.build import build
from standoff.corpus import Corpus
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    """The folder of the public dataset; nobody writes into it."""
    corpus = Corpus(tmp_path_factory.mktemp("built") / "copy")
    for folder in ("seeds", "corpus", "annotations", "guidelines"):
        shutil.copytree(ROOT / folder, corpus.root / folder, ignore=shutil.ignore_patterns("private"))
    for name in ("standoff.toml", "CHANGELOG.md", "card.md"):
        shutil.copy(ROOT / name, corpus.root)
    build(corpus)
    return corpus.dataset_folder()
