"""Level 6: private text in files that git tracks or would track."""

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
        for at in range(len(words) - RUN + 1):
            if tuple(words[at : at + 3]) in starts and (owner := forbidden.get(tuple(words[at : at + RUN]))):
                message = f"ten words in a row of the private text {owner}"
                yield Issue("private-leak", corpus.name_of(path), None, message, at=owner)
                told.add(path)
                break


def _read_tracked(corpus: Corpus) -> Iterator[tuple[Path, str]]:
    """The text of each file as it lies here, and as git would commit it where that is something else."""
    for path in _tracked(corpus):
        yield path, path.read_text(encoding="utf-8", errors="ignore")
    names = _list_names(corpus, "diff", "--name-only", "--relative", "-z") or ()
    changed = [name for name in names if "\n" not in name]
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


def _tracked(corpus: Corpus) -> list[Path]:
    """The files that git tracks or would track; without git, all but the private ones."""
    private = corpus.seed_file("x", redistribute=False).parent
    names = _list_names(corpus, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if names is not None:
        return [path for name in names if (path := corpus.root / name).is_file()]
    return [path for path in sorted(corpus.root.rglob("*")) if path.is_file() and private not in path.parents]


def _list_names(corpus: Corpus, *command: str) -> list[str] | None:
    """The names that a git command prints, from the root of the corpus; None without git."""
    if not shutil.which("git"):
        return None
    done = subprocess.run(["git", *command], cwd=corpus.root, capture_output=True, check=False)
    names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [name for name in names if name] if done.returncode == 0 else None
