"""Which file of a folder is the text of which document: by hash, else by name, else by its words."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standoff.errors import StandoffError
from standoff.files import hash_text, read_bytes
from standoff.hydrate.fingerprint import Sketch, read_words
from standoff.hydrate.place import place_spans
from standoff.hydrate.seek import Other
from standoff.incoming import PAGES, is_web, read_incoming
from standoff.records import Source

LIKE = 0.5
"""Share of a document's words that a text must have in runs to be taken for a version of it."""
_NOBODY = Source("", "", "", 0, "", None, None, None, "", "", False, "published")


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder: its name, its text as read, the sha256 of that, or why it has none (`fate`)."""

    path: Path
    text: str = ""
    sha256: str = ""
    fate: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a document: `same` text, a `like` one, `not found`, `another text` or `ambiguous`.

    `file` is the text in the first two cases. `told` says more to people.
    """

    outcome: str
    file: File | None = None
    told: str = ""


def read_files(folder: Path, *, tolerant: bool) -> Iterator[File]:
    """The texts and pages of a folder, by name; raises StandoffError where it has none.

    A text that `standoff add` would refuse for its line ends or byte order mark is read all the same if `tolerant`.
    """
    if not folder.is_dir():
        raise StandoffError("no such folder", path=folder, hint="name the folder of the texts", usage=True)
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".txt", *PAGES) and path.is_file())
    if not paths:
        hint = "the texts must be named *.txt, pages *.html"
        raise StandoffError("no text in this folder", path=folder, hint=hint, usage=True)
    for path in paths:
        try:
            one = next(read_incoming(path, _NOBODY))
        except StandoffError as error:
            yield (_read_mended(path) if tolerant and not is_web(path) else None) or File(path, fate=error.message)
        else:
            yield File(path, one.text, hash_text(one.text), one.fate)


def _read_mended(path: Path) -> File | None:
    """A text with line ends of ours and without a byte order mark; None where that does not make it one."""
    try:
        text = read_bytes(path).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return None
    return File(path, text, hash_text(text)) if text.strip() and "\0" not in text else None


def match_files(
    rows: Sequence[Mapping[str, Any]], sketches: Mapping[str, Sketch], files: Sequence[File], *, tolerant: bool
) -> dict[str, Match]:
    """What was found for each document, by id; `sketches` has the fingerprints of those that have one."""
    texts = {file.sha256: file for file in reversed(files) if not file.fate}
    same = {row["id"]: Match("same", texts[row["sha256"]]) for row in rows if row["sha256"] in texts}
    hashes = {row["sha256"] for row in rows}
    free = [file for file in files if not file.fate and file.sha256 not in hashes]
    named = {file.path.stem: file for file in free}
    open_rows = [row for row in rows if row["id"] not in same]
    if not tolerant:
        return same | {row["id"]: _refuse(named.get(row["id"])) for row in open_rows}
    by_name = {row["id"]: _judge(row, sketches, named[row["id"]]) for row in open_rows if row["id"] in named}
    taken = {match.file.path for match in by_name.values() if match.file}
    rest = [file for file in free if file.path not in taken and file.path.stem not in by_name]
    found = {row["id"]: _find_like(row, sketches, rest) for row in open_rows if row["id"] not in by_name}
    return same | by_name | _without_shared(found)


def _refuse(file: File | None) -> Match:
    if file is None:
        return Match("not found")
    return Match("another text", told=f"{file.path.name} has sha256 {file.sha256[:12]}…; see --tolerant")


def _judge(row: Mapping[str, Any], sketches: Mapping[str, Sketch], file: File) -> Match:
    """Whether the file that has the name of a document is a version of its text."""
    share = _share(row, sketches, file)
    told = f"{file.path.name} has {share:.0%} of its words in runs"
    return Match("like", file, told) if share >= LIKE else Match("another text", told=told)


def _find_like(row: Mapping[str, Any], sketches: Mapping[str, Sketch], files: Sequence[File]) -> Match:
    """The file that is a version of the text, if one is and no other comes half as near."""
    shares = sorted(((_share(row, sketches, file), file.path.name, file) for file in files), key=lambda one: -one[0])
    likely = [one for one in shares if one[0] >= LIKE]
    if not likely:
        return Match("not found")
    share, name, file = likely[0]
    if len(shares) > 1 and shares[1][0] > share / 2:
        return Match(
            "ambiguous", told=f"{name} has {share:.0%} of its words in runs, {shares[1][1]} {shares[1][0]:.0%}"
        )
    return Match("like", file, f"{name} has {share:.0%} of its words in runs")


def _share(row: Mapping[str, Any], sketches: Mapping[str, Sketch], file: File) -> float:
    """The share of a document's words that stand in a text in runs that are no chance."""
    sketch = sketches.get(row["id"])
    if sketch is None or not sketch.digits:
        return 0.0
    other = Other(file.text, row["sha256"], read_words(file.text, row["sha256"]))
    covered: set[int] = set()
    for run in place_spans(sketch, (), other).runs:
        covered.update(range(run.there, run.there + run.length))
    return len(covered) / len(sketch.digits)


def _without_shared(found: Mapping[str, Match]) -> dict[str, Match]:
    """The matches, but a file that was found for two documents is for neither."""
    uses = Counter(match.file.path for match in found.values() if match.file)
    return {
        name: Match("ambiguous", told=f"{match.file.path.name} is like another document too")
        if match.file and uses[match.file.path] > 1
        else match
        for name, match in found.items()
    }
