"""Level 6: private text in files that git tracks or would track."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from standoff.cleaning.text import fold_words
from standoff.corpus import Corpus
from standoff.dataset.leaks import RUN, word_runs
from standoff.records import Issue, Source


def find_leaks(corpus: Corpus, sources: Sequence[Source]) -> Iterator[Issue]:
    """Ten words in a row of a private text, headlines apart, in any file of the corpus that git sees."""
    forbidden: dict[tuple[str, ...], str] = {}
    for source in (source for source in sources if not source.redistribute):
        path = corpus.seed_file(source.id, redistribute=False)
        if path.is_file():
            runs = word_runs(path.read_text(encoding="utf-8", errors="ignore")) - word_runs(source.title)
            forbidden.update(dict.fromkeys(runs, source.id))
    if not forbidden:
        return
    starts = {run[:3] for run in forbidden}
    told: set[Path] = set()
    for path, text in _read_tracked(corpus):
        words = [] if path in told else fold_words(text)
        for at, start in enumerate(zip(words, words[1:], words[2:], strict=False)):
            if start in starts and (owner := forbidden.get(tuple(words[at : at + RUN]))):
                message = f"ten words in a row of the private text {owner}"
                yield Issue("private-leak", corpus.name_of(path), None, message, at=owner)
                told.add(path)
                break


def _read_tracked(corpus: Corpus) -> Iterator[tuple[Path, str]]:
    """The text of each file as it lies here, and as git would commit it where that is something else."""
    tracked = _list_names(corpus, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for path in _find_public(corpus) if tracked is None else (corpus.root / name for name in tracked):
        if path.is_file():
            yield path, path.read_text(encoding="utf-8", errors="ignore")
    names = None if tracked is None else _list_names(corpus, "diff", "--name-only", "--relative", "-z")
    changed = [name for name in names or () if "\n" not in name]
    if changed:
        yield from zip((corpus.root / name for name in changed), _read_staged(corpus, changed), strict=True)


def _read_staged(corpus: Corpus, names: Sequence[str]) -> Iterator[str]:
    """The text of each file as git would commit it; one process for all, since there may be thousands."""
    asked = "".join(f":./{name}\n" for name in names).encode("utf-8", "surrogateescape")
    done = subprocess.run(["git", "cat-file", "--batch"], cwd=corpus.root, input=asked, capture_output=True, check=True)
    at = 0
    for _ in names:
        head, at = done.stdout[at : done.stdout.index(b"\n", at)], done.stdout.index(b"\n", at) + 1
        size = 0 if head.endswith(b" missing") else int(head.rpartition(b" ")[2])
        yield done.stdout[at : at + size].decode("utf-8", "ignore")
        at += 0 if head.endswith(b" missing") else size + 1


def _find_public(corpus: Corpus) -> Iterator[Path]:
    """Without git: all files but the private ones, folder by folder."""
    private = corpus.seed_file("x", redistribute=False).parent
    for name, folders, names in os.walk(corpus.root):
        folder = Path(name)
        folders[:] = sorted(one for one in folders if folder / one != private)
        yield from (folder / one for one in sorted(names))


def _list_names(corpus: Corpus, *command: str) -> list[str] | None:
    """The names that a git command prints, from the root of the corpus; None without git."""
    if not shutil.which("git"):
        return None
    done = subprocess.run(["git", *command], cwd=corpus.root, capture_output=True, check=False)
    names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [name for name in names if name] if done.returncode == 0 else None
