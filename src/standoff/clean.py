"""`standoff clean`: seeds -> corpus, one text, or a stream of JSON Lines."""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from standoff.cleaning import apply_cuts, find_cuts
from standoff.corpus import Corpus, Settings
from standoff.errors import StandoffError
from standoff.files import MAX_LINE, hash_text, write_text
from standoff.jsonl import write_records
from standoff.ledger import Account, Ledger
from standoff.offsets import kept_ranges
from standoff.records import Cut, Entry, Source, to_row


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without its residue, and the cuts that tell it from the seed."""

    text: str
    cuts: tuple[Cut, ...]


def clean_text(seed: str, by_people: Collection[Cut] = ()) -> Cleaned:
    """Clean one text. Cuts that people made stay as they are; what the rules say inside them gives way."""
    cuts = sorted([*by_people, *_outside(find_cuts(seed), by_people)])
    return Cleaned(apply_cuts(seed, cuts), tuple(cuts))


def _outside(cuts: Collection[Cut], taken: Collection[Cut]) -> Iterator[Cut]:
    for cut in cuts:
        inner = [Cut(max(cut.start, own.start), min(cut.end, own.end), "", "") for own in taken]
        holes = [Cut(hole.start - cut.start, hole.end - cut.start, "", "") for hole in inner if hole.start < hole.end]
        for start, end in kept_ranges(cut.end - cut.start, holes):
            yield Cut(cut.start + start, cut.start + end, cut.kind, cut.by, cut.score)


def clean(corpus: Corpus, ids: Collection[str] = ()) -> Ledger:
    """Clean documents of a corpus, all of them if none is named, and write cuts, cleaned texts and index.

    A private document whose text is not here keeps the cuts and the index line that are committed.
    """
    sources, index = corpus.read_sources(), corpus.read_index()
    if unknown := [document_id for document_id in ids if document_id not in sources]:
        hint = "see seeds/sources.jsonl; a file must exist: standoff clean my.txt"
        raise StandoffError(f"no document has the id {unknown[0]!r}", hint=hint, usage=True)
    characters: Counter[str] = Counter()
    absent, done, total = [], 0, 0
    for document_id in sorted(ids or sources):
        source = sources[document_id]
        seed = corpus.read_seed(source)
        if seed is None:
            absent.append(document_id)
            continue
        cleaned = _clean_document(corpus, source, seed)
        split = index[document_id].split if document_id in index else choose_split(corpus.settings, source)
        cut = sum(cut.end - cut.start for cut in cleaned.cuts)
        index[document_id] = Entry(document_id, split, hash_text(cleaned.text), len(cleaned.text), cut)
        characters.update({"kept": len(cleaned.text)}, **count_kinds(cleaned.cuts))
        done, total = done + 1, total + len(seed)
    write_records(corpus.index_file, [entry for _, entry in sorted(index.items())])
    count = "1 document is" if len(absent) == 1 else f"{len(absent)} documents are"
    remarks = (f"{count} not here: {', '.join(absent)}",) if absent else ()
    documents = Account("documents", len(ids or sources), {"cleaned": done, "not here": len(absent)})
    return Ledger((documents, Account("characters", total, dict(characters.most_common()))), remarks).require_balance()


def _clean_document(corpus: Corpus, source: Source, seed: str) -> Cleaned:
    path = corpus.cuts_file(source.id)
    before = corpus.read_cuts(source.id) if path.exists() else []
    by_people = [cut for cut in before if cut.by.startswith("person:")]
    try:
        kept_ranges(len(seed), by_people)
    except ValueError as error:
        raise StandoffError(str(error), path=path, hint="correct the cuts made by people in this file") from None
    cleaned = clean_text(seed, by_people)
    write_records(path, cleaned.cuts)
    if source.redistribute:
        write_text(corpus.clean_file(source.id), cleaned.text)
    return cleaned


def choose_split(settings: Settings, source: Source) -> str:
    """The split of a new document: `test` for private text, else by keyed hash of its id."""
    if not source.redistribute:
        return "test"
    digest = sha256(f"{settings.split_key}:{source.id}".encode()).digest()
    point = int.from_bytes(digest[:8], "big") / 2**64 * sum(settings.splits.values())
    for split, share in settings.splits.items():
        point -= share
        if point < 0:
            return split
    return list(settings.splits)[-1]


def count_kinds(cuts: Collection[Cut]) -> Counter[str]:
    """Characters cut, by kind."""
    sizes: Counter[str] = Counter()
    for cut in cuts:
        sizes[cut.kind] += cut.end - cut.start
    return sizes


def clean_stream(lines: BinaryIO, name: str = "standard input") -> Iterator[dict[str, Any]]:
    """JSON Lines with `id` and `text` in; id, cleaned text and cuts out, one at a time and in order."""
    number = 0
    while line := lines.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise StandoffError(f"a line of more than {MAX_LINE:,} bytes", path=name, line=number)
        row = _parse(line, name, number)
        cleaned = clean_text(row["text"])
        yield {"id": row["id"], "text": cleaned.text, "cuts": [to_row(cut) for cut in cleaned.cuts]}


def _parse(line: bytes, name: str, number: int) -> dict[str, Any]:
    hint = 'each line is one JSON object with the strings "id" and "text"'
    try:
        row: dict[str, Any] = json.loads(line.decode("utf-8"))
        good = isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("text"), str)
        if not good:
            raise StandoffError("no id or no text", path=name, line=number, hint=hint)
        (row["id"] + row["text"]).encode("utf-8")  # half a surrogate pair cannot be written again
    except UnicodeEncodeError:
        raise StandoffError("half a surrogate pair in the text", path=name, line=number) from None
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, a number too long, brackets too deep
        raise StandoffError(f"not JSON: {error}", path=name, line=number, hint=hint) from None
    return row
