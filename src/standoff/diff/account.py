"""The account of a diff: everything of both sides, by what became of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from standoff.diff.change import Change, Tally
from standoff.diff.marks import OUTCOMES
from standoff.diff.state import DocumentState
from standoff.ledger import Account, Ledger

_SIDES = ("before", "now")


def to_ledger(
    documents: tuple[Mapping[str, DocumentState], Mapping[str, DocumentState]], changes: Sequence[Change], counts: Tally
) -> Ledger:
    """Documents, spans, cuts and marks of each layer, before and now, by what became of them.

    The totals are taken from the states and the parts from the comparison, so that nothing can be left out of both.
    """
    both = len(documents[0].keys() & documents[1].keys())
    fates = Counter(change.what for change in changes)
    accounts = [
        Account(
            f"documents, {side}",
            len(one),
            {"in both": both, fate: fates[f"document {fate}"] + fates[f"candidate {fate}"]},
        )
        for side, one, fate in zip(_SIDES, documents, ("removed", "added"), strict=True)
    ]
    totals = [_count_marks(one) for one in documents]
    for name in dict.fromkeys(chain(*totals)):
        for side, total in zip(_SIDES, totals, strict=True):
            parts = _count_outcomes(counts, name, side)
            found = {outcome: count for outcome, count in parts.items() if count}
            accounts.append(Account(f"{name}, {side}", total.get(name, 0), found))
    return Ledger(tuple(accounts))


def _count_outcomes(counts: Tally, account: str, side: str) -> dict[str, int]:
    """Marks of an account on one side by outcome, in the order in which they are told."""
    found = dict.fromkeys(OUTCOMES, 0)
    for (name, where, _, outcome), count in counts.items():
        if (name, where) == (account, side):
            found[outcome] += count
    return found


def _count_marks(documents: Mapping[str, DocumentState]) -> dict[str, int]:
    """Marks by account."""
    totals = {"spans": 0, "cuts": 0}
    for one in documents.values():
        totals["spans"] += len(one.spans or ())
        totals["cuts"] += len(one.cuts or ())
        for layer, spans in (one.layers or {}).items():
            totals[f"spans of {layer}"] = totals.get(f"spans of {layer}", 0) + len(spans)
    return totals
