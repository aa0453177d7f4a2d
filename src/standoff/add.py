"""`standoff add`: texts into `seeds/`, exactly as received."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from standoff.cleaning import apply_cuts, find_cuts
from standoff.cleaning.text import count_words, ends_sentence
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import hash_text, read_text, write_text
from standoff.jsonl import dumps_records
from standoff.records import ID, Source

_TITLE_WORDS = 7
"""Words of a title of ours, for a text that shows none."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file: `added`, `restored` (its text was listed but not here) or `present`."""

    id: str
    outcome: str


def list_texts(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the *.txt files of folders named, sorted; raises StandoffError for a wrong path."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(path.glob("*.txt"))
            if not found:
                raise StandoffError("no .txt file in this folder", path=path, usage=True)
            files += found
        elif path.exists():
            files.append(path)
        else:
            raise StandoffError("no such file or folder", path=path, hint="check the path", usage=True)
    return files


def add(corpus: Corpus, paths: Sequence[Path], template: Source) -> list[Added]:
    """Take files into the corpus; a file whose sha256 is listed supplies that document's text.

    `template` gives what a new document's source says (licence, outlet, ...); id, file, hash, length and,
    where empty, title are filled in. Everything is read and checked before anything is written.
    """
    if template.id:
        _require_id(template.id)
    sources = corpus.read_sources() if corpus.sources_file.exists() else {}
    texts: list[tuple[Source, str, str]] = []
    for path in list_texts(paths):
        text = read_text(path)
        if not text.strip():
            raise StandoffError("the file holds nothing but white space", path=path, hint="a document needs text")
        source, outcome = _place(corpus, sources, path, text, template)
        sources[source.id] = source
        texts.append((source, text, outcome))
    listing = dumps_records(sources.values())
    try:
        listing.encode("utf-8")
    except UnicodeEncodeError:
        raise StandoffError("a title, outlet, address or licence is not UTF-8", usage=True) from None
    for source, text, outcome in texts:
        if outcome != "present":
            write_text(corpus.seed_file(source.id, redistribute=source.redistribute), text)
    write_text(corpus.sources_file, listing)
    return [Added(source.id, outcome) for source, _, outcome in texts]


def _place(corpus: Corpus, sources: dict[str, Source], path: Path, text: str, template: Source) -> tuple[Source, str]:
    """The source of a file, listed or new, and what will become of it."""
    digest = hash_text(text)
    if listed := next((source for source in sources.values() if source.sha256 == digest), None):
        here = corpus.seed_file(listed.id, redistribute=listed.redistribute).exists()
        return listed, "present" if here else "restored"
    document_id = template.id or re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-")
    _require_id(document_id, path)
    if known := sources.get(document_id):
        hint = "put the original back, or add the new text under another id with --id"
        message = f"this is not the text listed as {document_id}: sha256 {digest[:12]}…, listed {known.sha256[:12]}…"
        raise StandoffError(message, path=path, hint=hint)
    return (
        replace(
            template,
            id=document_id,
            file=corpus.seed_name(document_id, redistribute=template.redistribute),
            sha256=digest,
            chars=len(text),
            title=template.title or guess_title(text),
        ),
        "added",
    )


def _require_id(document_id: str, path: Path | None = None) -> None:
    if not ID.fullmatch(document_id):
        hint = "give one with --id: small letters, digits, - and _"
        raise StandoffError(f"{document_id!r} is no id", path=path, hint=hint, usage=True)


def guess_title(text: str) -> str:
    """The first line that cleaning keeps, if it looks like a headline; else its first words."""
    first = next((line.strip() for line in apply_cuts(text, find_cuts(text)).split("\n") if line.strip()), "untitled")
    if count_words(first) <= 25 and not ends_sentence(first):
        return first
    return " ".join(first.split()[:_TITLE_WORDS])
