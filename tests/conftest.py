"""Fixtures: a small corpus of its own for the package, a copy of this repository's for the corpus."""

import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import typer.main
from hypothesis import settings

from standoff.add import add
from standoff.clean import clean
from standoff.cli import main
from standoff.corpus import Corpus
from standoff.jsonl import write_records
from standoff.records import Source, Span

ROOT = Path(__file__).parent.parent
ARTICLES = ROOT.parent / "shared" / "seeds"
HARBOUR = Path(__file__).parent / "package" / "harbour"

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((HARBOUR / "text").glob("*.txt"))}
PRIVATE = (HARBOUR / "private" / "quarry.txt").read_text(encoding="utf-8")
GOLD = tomllib.loads((HARBOUR / "gold.toml").read_text(encoding="utf-8"))

typer.main.get_command = cache(typer.main.get_command)  # the commands are the same at each call, and take 16 ms to make
os.environ["HF_HUB_OFFLINE"] = "1"
settings.register_profile("steady", deadline=None)  # a slow machine is no defect
settings.load_profile("steady")


def template(*, redistribute: bool = True) -> Source:
    """What the command line says of a new document."""
    licence = "CC-BY-4.0" if redistribute else "all-rights-reserved"
    return Source("", "", "", 0, "", None, None, None, "en", licence, redistribute, "written")


def find_spans(text: str, surfaces: dict[str, str]) -> list[Span]:
    """Spans at every occurrence of each surface."""
    starts = [
        (found.start(), surface, label)
        for surface, label in surfaces.items()
        for found in re.finditer(re.escape(surface), text)
    ]
    return sorted(Span(start, start + len(surface), label, surface) for start, surface, label in starts)


@pytest.fixture
def mini(harbour: Path, tmp_path: Path) -> Corpus:
    """Four documents with gold, cleaned, and a private one whose text is here."""
    shutil.copytree(harbour, tmp_path / "harbour")
    return Corpus(tmp_path / "harbour")


@pytest.fixture
def tagged(mini: Corpus, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """The small corpus in git, with a tag of its version; nobody's own settings of git count."""
    from tests.package.releasing import tag_build  # building takes seconds to import

    for name, value in (("GIT_CONFIG_GLOBAL", os.devnull), ("GIT_CONFIG_NOSYSTEM", "1")):
        monkeypatch.setenv(name, value)
    tag_build(mini)
    return mini


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus that `mini` is a copy of, made once."""
    corpus = Corpus(tmp_path_factory.mktemp("made") / "harbour")
    for folder in ("guidelines", "corpus", "annotations/gold", "incoming"):
        (corpus.root / folder).mkdir(parents=True)
    shutil.copy(HARBOUR / "standoff.toml", corpus.root)
    shutil.copy(HARBOUR / "labels.toml", corpus.labels_file)
    (corpus.layer_folder("gold") / "layer.toml").write_text('guidelines = "0.3.0"\nannotators = "ida"\n')
    corpus.card_file.write_text("Short stories about lost data.\n")
    corpus.changelog_file.write_text("# Changelog\n")
    add(corpus, [HARBOUR / "text"], template())
    add(corpus, [HARBOUR / "private"], template(redistribute=False))
    clean(corpus)
    for document_id, text in {**TEXTS, "quarry": PRIVATE}.items():
        write_records(corpus.spans_file("gold", document_id), find_spans(text, GOLD[document_id]))
    return corpus.root


@pytest.fixture
def ours(tmp_path: Path) -> Corpus:
    """A copy of this repository's corpus, without private text."""
    corpus = Corpus(tmp_path / "copy")
    for folder in ("seeds", "corpus", "annotations", "guidelines"):
        shutil.copytree(ROOT / folder, corpus.root / folder, ignore=shutil.ignore_patterns("private"))
    for name in ("standoff.toml", "CHANGELOG.md", "card.md"):
        shutil.copy(ROOT / name, corpus.root)
    return corpus


@pytest.fixture
def articles() -> Path:
    """The folder of the five published articles; skips where they are not on this machine."""
    if not list(ARTICLES.glob("*.txt")):
        pytest.skip("the five published articles are not on this machine: they may not be redistributed")
    return ARTICLES


ENVIRONMENT = {"NO_COLOR": "1", "PYTHONUTF8": "1", "COLUMNS": "200", "TERMINAL_WIDTH": "200"}


def standoff(*arguments: str, cwd: Path, stdin: bytes = b"", process: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would: in this process, which is ten times as fast, or in one of its own."""
    if process:
        command = [sys.executable, "-m", "standoff", *arguments]
        environment = {**os.environ, **ENVIRONMENT}
        done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, env=environment, check=False)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="") for data in (stdin, b"", b"")]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["standoff", *arguments])
        for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
            patch.setattr(sys, name, stream)
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    for stream in streams[1:]:
        stream.flush()
    out, err = (stream.buffer.getvalue().decode() for stream in streams[1:])  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(arguments, code, out, err)


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
