"""Who reads which document: shares that are even, pairs that are mixed, the same on every machine."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from itertools import combinations
from math import ceil

from standoff.doccano.rounds import Deal


def by_hash(key: str, ids: Collection[str]) -> list[str]:
    """Ids in an order that looks random and is the same everywhere."""
    return sorted(ids, key=lambda one: sha256(f"{key}\0{one}".encode()).digest())


def rank(ids: Collection[str], settled: Collection[str], readings: Mapping[str, int], key: str) -> list[str]:
    """Documents, those that need people most first: not settled in gold, then read by the fewest."""
    return sorted(by_hash(key, ids), key=lambda one: (one in settled, readings.get(one, 0)))


def deal_out(
    ids: Sequence[str],
    annotators: Sequence[str],
    *,
    per_doc: int,
    overlap: float,
    read: Collection[tuple[str, str]] = (),
    key: str = "",
) -> dict[str, list[str]]:
    """The documents of each annotator: a share `overlap` of them goes to `per_doc` people, the others to one.

    The share is rounded up: any that is not zero has a document.

    Each document goes to those with the fewest so far and, among these, to the pair that met least. `read` holds pairs
    (annotator, document) that are done: nobody is given a document twice. Documents that too few are left for go to
    those few.
    """
    hands: dict[str, list[str]] = {one: [] for one in annotators}
    met = Counter[tuple[str, str]]()
    order = by_hash(f"{key} overlap", ids)
    shared = frozenset(order[: count_shared(overlap, len(order))])
    for document in sorted(order, key=lambda one: one not in shared):
        free = [one for one in annotators if (one, document) not in read]
        count = min(per_doc if document in shared else 1, len(free))
        groups = [tuple(group) for group in combinations(free, count)] if count else []
        if not groups:
            continue
        taken = min(groups, key=lambda group: (_load(group, hands), sum(met[pair] for pair in combinations(group, 2))))
        for one in taken:
            hands[one].append(document)
        met.update(combinations(taken, 2))
    return hands


def count_shared(overlap: float, total: int) -> int:
    """How many of the documents a share is, rounded up."""
    return ceil(round(overlap * total, 6))  # 7 % of 100 is 7.000000000000001


def _load(group: Sequence[str], hands: Mapping[str, list[str]]) -> list[int]:
    """How much the people of a group have, the busiest first."""
    return sorted((len(hands[one]) for one in group), reverse=True)


def mix_in(annotator: str, documents: Sequence[str], control: Sequence[str], key: str) -> Deal:
    """A deal in an order that does not show which documents are for control."""
    return Deal(annotator, tuple(by_hash(f"{key} {annotator}", [*documents, *control])), tuple(sorted(control)))
