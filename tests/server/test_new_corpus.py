"""The whole of docs/new-corpus.md, from `standoff new` to scores, with the commands that it shows and no others."""

import re
import shutil

import spacy

from standoff.corpus import Corpus
from tests.conftest import ROOT
from tests.pages import run_page


def test_a_corpus_of_court_news_from_new_to_scores(tmp_path):
    shutil.copytree(ROOT / "tests" / "cases" / "court", tmp_path, dirs_exist_ok=True)
    page = (ROOT / "docs" / "new-corpus.md").read_text(encoding="utf-8")
    runs = run_page(page, tmp_path)
    for commands, printed, told in runs:
        assert told is None or printed == told, commands
    scores = next(printed for commands, printed, _ in runs if "standoff evaluate" in commands)
    rows = {row[0]: row for line in scores.splitlines() if (row := line.split()) and len(row) == 9}
    assert {"PERSON", "GPE", "LAW", "COURT", "all"} <= rows.keys()
    assert sum(int(rows[label][7]) for label in ("PERSON", "GPE", "LAW", "COURT")) == 14
    model = spacy.load(tmp_path / "court-news" / "models" / "ner")
    assert (model.lang, model.pipe_names) == ("de", ["tok2vec", "ner"])
    assert set(model.get_pipe("ner").labels) == {"PERSON", "GPE", "LAW", "COURT"}
    dataset = Corpus(tmp_path / "court-news").dataset_folder()
    for name in ("README.md", "croissant.json", "CHANGELOG.md", "MANIFEST.json"):
        assert not re.search("breach|news about data leaks|privacy", (dataset / name).read_text(), re.IGNORECASE), name
