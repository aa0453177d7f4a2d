"""`standoff clean`: seeds -> corpus, or one text. For a stream of JSON Lines see `stream.py`."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from standoff.cleaning import DEFAULT, Decision, apply_cuts, find_all_cuts, with_whitespace
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import hash_text, write_text
from standoff.jsonl import write_records
from standoff.ledger import Account, Ledger
from standoff.near.sketch import Sketch, sketch_text
from standoff.offsets import Ranged, kept_ranges
from standoff.records import Cut, Entry, Keep, Source
from standoff.splits import Dealt, deal, describe_conflict

LEFT_OUT = "left out"
"""The part of the documents in the ledger that would join two splits."""
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

    A private document whose text is not here keeps the cuts and the index line that are committed. A new document
    that would join two splits is cleaned and gets no line in the index; the ledger names it as left out.
    """
    sources, index = corpus.read_sources(), corpus.read_index()
    chosen = choose_sources(sources, ids)
    characters: Counter[str] = Counter()
    done: dict[str, Entry] = {}
    new: dict[str, Sketch] = {}
    for source in chosen:
        seed = corpus.read_seed(source)
        if seed is None:
            continue
        cleaned = _clean_document(corpus, source, seed)
        if source.id not in index:
            new[source.id] = sketch_text(cleaned.text)
        split = index[source.id].split if source.id in index else ""
        cut = sum(cut.end - cut.start for cut in cleaned.cuts)
        done[source.id] = Entry(source.id, split, hash_text(cleaned.text), len(cleaned.text), cut)
        characters.update({"kept": len(cleaned.text)}, **count_kinds(cleaned.cuts))
    index.update({one: entry for one, entry in done.items() if entry.split})
    dealt = deal(corpus, sources, index, new) if new else Dealt({}, {})
    index.update({one: replace(done[one], split=split) for one, split in dealt.splits.items()})
    write_records(corpus.index_file, [entry for _, entry in sorted(index.items())])
    total = sum(entry.kept + entry.cut for entry in done.values())
    account = Account("characters", total, dict(characters.most_common()))
    return _count_documents([source.id for source in chosen], done, dealt, account)


def _count_documents(chosen: Sequence[str], done: Collection[str], dealt: Dealt, characters: Account) -> Ledger:
    absent = [one for one in chosen if one not in done]
    parts = {"cleaned": len(done) - len(dealt.left_out), LEFT_OUT: len(dealt.left_out), "not here": len(absent)}
    remarks = (*remark_on_absent(absent), *remark_on_splits(dealt))
    return Ledger((Account("documents", len(chosen), parts), characters), remarks).require_balance()


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


def remark_on_splits(dealt: Dealt) -> tuple[str, ...]:
    """What a ledger says of documents that have no split, and of those that could not be compared."""
    remarks = [f"left out: {describe_conflict(one, claims)}" for one, claims in dealt.left_out.items()]
    if dealt.unseen:
        names = ", ".join(dealt.unseen)
        remarks.append(f"new documents were not compared with these, whose text is not here: {names}")
    return tuple(remarks)


def count_kinds(cuts: Collection[Cut]) -> Counter[str]:
    """Characters cut, by kind."""
    sizes: Counter[str] = Counter()
    for cut in cuts:
        sizes[cut.kind] += cut.end - cut.start
    return sizes
