"""`standoff clean`: seeds -> corpus, or one text. For a stream of JSON Lines see `stream.py`."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from typing import TypeVar

from standoff.cleaning import DEFAULT, Decision, apply_cuts, find_all_cuts, with_whitespace
from standoff.corpus import Corpus, Settings
from standoff.errors import StandoffError
from standoff.files import hash_text, write_text
from standoff.jsonl import write_records
from standoff.ledger import Account, Ledger
from standoff.offsets import Ranged, kept_ranges
from standoff.records import Cut, Entry, Keep, Source

Judged = TypeVar("Judged", bound=Cut | Keep)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without its residue, the cuts that tell it from the seed, and the language its rules were for."""

    text: str
    cuts: tuple[Cut, ...]
    language: str


def clean_text(
    seed: str,
    by_people: Collection[Cut] = (),
    keeps: Collection[Keep] = (),
    *,
    keep: float = DEFAULT,
    language: str | None = None,
) -> Cleaned:
    """Clean one text. What people cut and what they keep stays so; rules and model give way there."""
    return settle(seed, find_all_cuts([seed], keep=keep, languages=[language])[0], by_people, keeps)


def settle(seed: str, decision: Decision, by_people: Collection[Cut] = (), keeps: Collection[Keep] = ()) -> Cleaned:
    """A decision under the cuts and keeps of people; white space is thinned as they leave it."""
    cuts = decision.cuts
    if by_people or keeps:
        found = [cut for cut in decision.cuts if cut.kind != "whitespace"]
        left = [cut for cut in outside(found, [*by_people, *keeps]) if seed[cut.start : cut.end].strip()]
        cuts = tuple(with_whitespace(seed, [*by_people, *left]))
    return Cleaned(apply_cuts(seed, cuts), cuts, decision.language)


def outside(found: Collection[Judged], taken: Collection[Ranged]) -> Iterator[Judged]:
    """What of the ranges found lies outside those taken, which may overlap; sorted."""
    holes = sorted(taken, key=lambda hole: (hole.start, hole.end))
    first = 0
    for one in sorted(found, key=lambda one: (one.start, one.end)):
        while first < len(holes) and holes[first].end <= one.start:
            first += 1
        at = one.start
        for hole in islice(holes, first, None):
            if hole.start >= one.end:
                break
            if at < hole.start:
                yield replace(one, start=at, end=hole.start)
            at = max(at, hole.end)
        if at < one.end:
            yield replace(one, start=at)


def clean(corpus: Corpus, ids: Collection[str] = ()) -> Ledger:
    """Clean documents of a corpus, all of them if none is named, and write cuts, cleaned texts and index.

    A private document whose text is not here keeps the cuts and the index line that are committed.
    """
    chosen, index = choose_sources(corpus.read_sources(), ids), corpus.read_index()
    characters: Counter[str] = Counter()
    absent, done, total = [], 0, 0
    for source in chosen:
        seed = corpus.read_seed(source)
        if seed is None:
            absent.append(source.id)
            continue
        cleaned = _clean_document(corpus, source, seed)
        split = index[source.id].split if source.id in index else choose_split(corpus.settings, source)
        cut = sum(cut.end - cut.start for cut in cleaned.cuts)
        index[source.id] = Entry(source.id, split, hash_text(cleaned.text), len(cleaned.text), cut)
        characters.update({"kept": len(cleaned.text)}, **count_kinds(cleaned.cuts))
        done, total = done + 1, total + len(seed)
    write_records(corpus.index_file, [entry for _, entry in sorted(index.items())])
    documents = Account("documents", len(chosen), {"cleaned": done, "not here": len(absent)})
    accounts = (documents, Account("characters", total, dict(characters.most_common())))
    return Ledger(accounts, remark_on_absent(absent)).require_balance()


def choose_sources(sources: Mapping[str, Source], ids: Collection[str]) -> list[Source]:
    """The documents of these ids, all if there are none, by id; raises StandoffError for an id of no document."""
    if unknown := [document_id for document_id in ids if document_id not in sources]:
        hint = "see seeds/sources.jsonl; a file must exist: standoff clean my.txt"
        raise StandoffError(f"no document has the id {unknown[0]!r}", hint=hint, usage=True)
    return [sources[document_id] for document_id in sorted(set(ids) or sources)]


def remark_on_absent(absent: Collection[str]) -> tuple[str, ...]:
    """What a ledger says of documents whose text is not here."""
    count = "1 document is" if len(absent) == 1 else f"{len(absent)} documents are"
    return (f"{count} not here: {', '.join(absent)}",) if absent else ()


def _clean_document(corpus: Corpus, source: Source, seed: str) -> Cleaned:
    by_people, keeps = read_people(corpus, source)
    cleaned = clean_text(seed, by_people, keeps, keep=corpus.settings.keep, language=source.language)
    write_records(corpus.cuts_file(source.id), cleaned.cuts)
    if source.redistribute:
        write_text(corpus.clean_file(source.id), cleaned.text)
    return cleaned


def read_people(corpus: Corpus, source: Source) -> tuple[list[Cut], list[Keep]]:
    """What people cut of a document and what they keep; raises StandoffError where the two do not go together."""
    path = corpus.cuts_file(source.id)
    before = corpus.read_cuts(source.id) if path.exists() else []
    by_people = [cut for cut in before if cut.by.startswith("person:")]
    try:
        kept_ranges(source.chars, by_people)
    except ValueError as error:
        raise StandoffError(str(error), path=path, hint="correct the cuts made by people in this file") from None
    keeps, path = corpus.read_keeps(source.id), corpus.keeps_file(source.id)
    for line, keep in enumerate(keeps, 1):
        place = f"[{keep.start}, {keep.end})"
        if not 0 <= keep.start < keep.end <= source.chars:
            hint = "correct or remove this line"
            raise StandoffError(f"{place} is not within the {source.chars} characters", path=path, line=line, hint=hint)
        for cut in by_people:
            if cut.start < keep.end and keep.start < cut.end:
                message = f"{keep.by} keeps {place}, {cut.by} cut [{cut.start}, {cut.end})"
                hint = "adjudicate: remove one of the two"
                raise StandoffError(message, path=path, line=line, hint=hint)
    return by_people, keeps


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
