"""Documents, disputed places and spans of an adjudication, by what became of them."""

from collections import Counter
from collections.abc import Collection, Sequence

from standoff.adjudicate.case import Case, Cases
from standoff.adjudicate.decisions import find_open, find_standing, to_lists
from standoff.ledger import Account, Ledger
from standoff.records import Decision


def count(
    cases: Cases, layers: Sequence[str], decisions: Collection[Decision], into: str, written: Sequence[str]
) -> Ledger:
    """The ledger, which balances: every span of every layer went in, was decided against, or is open."""
    places, spans = Counter[str](), Counter[str]()
    for case in cases.ready:
        standing = find_standing(decisions, into, case.source.id, case.every)
        places.update(_say_by(case, standing))
        agreed = to_lists(case.agreed)
        for held in case.layers.values():
            spans.update(_find_fate(row, agreed, standing) for row in to_lists(held))
    total = len(cases.ready) + len(cases.unread) + len(cases.control) + len(cases.absent)
    documents = {
        "written": len(written),
        "open": len(cases.ready) - len(written),
        "not read by all": len(cases.unread),
        "control": len(cases.control),
        "not here": len(cases.absent),
    }
    names = {"not read by all": cases.unread, "for control": cases.control, "text not here": cases.absent}
    accounts = (
        Account("documents", total, documents),
        Account("disputed places", sum(len(case.regions) for case in cases.ready), dict(places)),
        Account(
            f"spans of {', '.join(layers) or 'all annotators'}",
            sum(len(held) for case in cases.ready for held in case.layers.values()),
            dict(spans),
        ),
    )
    remarks = tuple(f"{name}: {', '.join(ids)}" for name, ids in names.items() if ids)
    return Ledger(accounts, remarks).require_balance()


def _say_by(case: Case, standing: Sequence[Decision]) -> list[str]:
    """Who decided each region of a document."""
    open_ = find_open(case.regions, standing)
    said = ["open"] * len(open_)
    for region in case.regions:
        if region not in open_:
            by = next(one.by for one in standing if one.start <= region.start and region.end <= one.end)
            said.append("by people" if by.startswith("person:") else by.replace("policy:", "by "))
    return said


def _find_fate(row: list[object], agreed: list[list[object]], standing: Sequence[Decision]) -> str:
    start, end = int(str(row[0])), int(str(row[1]))
    for one in standing:
        if one.start < end and start < one.end:
            return "chosen" if row in one.spans else "decided against"
    return "agreed" if row in agreed else "open"
