"""The split of each new document: that of its near-duplicates, else one by keyed hash.

What has a split keeps it. Documents that come together and are nearly the same get one split, whatever their order.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from standoff.corpus import Corpus
from standoff.near.sketch import Sketch
from standoff.near.store import sketch_corpus
from standoff.near.ties import Tie, find_ties, join
from standoff.records import Entry, Source
from standoff.settings import Settings

PRIVATE, *_ = PRIVATE_SPLITS = ("test", "test_hard")
"""Where private text may be, the first from its first day if nothing says otherwise."""
Neighbours = Mapping[str, Collection[str]]
"""The documents that each document is nearly the same as."""


@dataclass(frozen=True, slots=True)
class Dealt:
    """The split of each new document, and those left out, each with the documents it resembles by split.

    A private document that resembles one of another split has its own split, `test`, among them, with no document.
    """

    splits: Mapping[str, str]
    left_out: Mapping[str, Mapping[str, Sequence[str]]]
    unseen: Sequence[str] = ()
    """Documents that could not be compared: their text is not here."""


def choose_split(settings: Settings, source: Source) -> str:
    """The split of a document like no other: `test` for private text, else by keyed hash of its id."""
    if not source.redistribute:
        return PRIVATE
    digest = sha256(f"{settings.split_key}:{source.id}".encode()).digest()
    point = int.from_bytes(digest[:8], "big") / 2**64 * sum(settings.splits.values())
    for split, share in settings.splits.items():
        point -= share
        if point < 0:
            return split
    return list(settings.splits)[-1]


def deal(corpus: Corpus, sources: Mapping[str, Source], index: Mapping[str, Entry], new: Mapping[str, Sketch]) -> Dealt:
    """Deal the new documents, given by their sketches, to splits; `index` has the others."""
    old = sketch_corpus(corpus, [sources[one] for one in index if one in sources], index)
    ids = [*old, *new]
    ties = find_ties([*old.values(), *new.values()])
    splits = {one: entry.split for one, entry in index.items()}
    dealt = deal_splits(corpus.settings, [sources[one] for one in new], splits, to_neighbours(ids, ties))
    unseen = sorted(one for one in index if one in sources and one not in old)
    return Dealt(dealt.splits, dealt.left_out, unseen)


def to_neighbours(ids: Sequence[str], ties: Iterable[Tie]) -> dict[str, set[str]]:
    """Who is nearly the same as whom; `ids` names the documents that the ties count."""
    neighbours: dict[str, set[str]] = {one: set() for one in ids}
    for tie in ties:
        neighbours[ids[tie.one]].add(ids[tie.other])
        neighbours[ids[tie.other]].add(ids[tie.one])
    return neighbours


def deal_splits(settings: Settings, new: Sequence[Source], index: Mapping[str, str], neighbours: Neighbours) -> Dealt:
    """Deal new documents to splits; `index` has the split of each document that has one.

    First those that resemble documents with a split, by id, and from them on to those that resemble them; one that
    resembles documents of two splits is left out. Each group that remains gets the split of its smallest id.
    """
    sources = {source.id: source for source in new}
    known, left_out, waiting = dict(index), dict[str, dict[str, list[str]]](), set(sources)
    # those that have a claim come first, wave by wave, so that the order in which documents came does not matter
    while ready := sorted(one for one in waiting if _find_claims(sources[one], known, neighbours)):
        for one in ready:
            claims = _find_claims(sources[one], known, neighbours)
            waiting.discard(one)
            if len(claims) == 1:
                known[one] = next(iter(claims))
            else:
                left_out[one] = claims
    for group in join((one, other) for one in waiting for other in {one, *neighbours.get(one, ())} & waiting):
        split = choose_split(settings, sources[min(group)])
        known.update(dict.fromkeys(group, split))
    return Dealt({one: known[one] for one in sources if one in known}, left_out)


def _find_claims(source: Source, splits: Mapping[str, str], neighbours: Neighbours) -> dict[str, list[str]]:
    """The splits that a document belongs to, each with the documents that say so."""
    claims: dict[str, list[str]] = {}
    for other in sorted(neighbours.get(source.id, ())):
        if other in splits:
            claims.setdefault(splits[other], []).append(other)
    if not source.redistribute and not claims.keys() & PRIVATE_SPLITS:
        claims[PRIVATE] = []
    return claims


def describe_conflict(document_id: str, claims: Mapping[str, Sequence[str]]) -> str:
    """Why a document has no split, with the documents that it resembles."""
    parts = [f"{', '.join(others) or 'its private text'} ({split})" for split, others in sorted(claims.items())]
    return f"{document_id} would join two splits: {' and '.join(parts)}"
