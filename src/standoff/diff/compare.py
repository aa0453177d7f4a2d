"""Two states of a corpus set against each other: pure but for the texts, which are asked for where they differ."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from standoff.diff.account import to_ledger
from standoff.diff.change import Change, Diff, Summary
from standoff.diff.follow import Followed
from standoff.diff.marks import UNKNOWN, WHOLE, Account, Place, compare_marks
from standoff.diff.schema import compare_content, compare_schema, find_unknown
from standoff.diff.state import DocumentState, State
from standoff.records import Cut, Span


def compare(old: State, new: State) -> Diff:
    """Every change from one state to another, by what both of them know."""
    documents = _choose(old, new), _choose(new, old)
    private = frozenset(one.id for side in documents for one in side.values() if one.private)
    layers = _list_layers(*documents), _list_layers(*documents[::-1])
    details = not (old.is_dataset or new.is_dataset)
    pairs = _Pairs(*documents, private, details, _follow_texts(old, new, *documents), layers)
    account = Account()
    changes = [*compare_schema(old, new), *_compare_layers(*layers)]
    for id in sorted({*documents[0], *documents[1]}):
        changes += _compare_document(pairs, id, account)
    changes += compare_content(old, new, changes)
    return Diff(
        old=Summary(old.name, old.version, old.guidelines_version, len(documents[0])),
        new=Summary(new.name, new.version, new.guidelines_version, len(documents[1])),
        changes=tuple(changes),
        ledger=to_ledger(documents, changes, account.counts).require_balance(),
        counts=account.counts,
        characters=account.characters,
        unknown=tuple(find_unknown(old, new, documents, pairs.followed)),
        private=private,
        colors={**old.colors, **new.colors},
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Documents of both sides, what is known of them, and the layers.

    `details`: notes and attributes are known. `followed`: the edits of each text that changed, None if it is not here.
    """

    old: Mapping[str, DocumentState]
    new: Mapping[str, DocumentState]
    private: frozenset[str]
    details: bool
    followed: Mapping[str, Followed | None]
    layers: tuple[frozenset[str], frozenset[str]]

    def place(self, account: str, noun: str, id: str, layer: str = "") -> Place:
        """Where marks of a document are."""
        return Place(account, noun, id, layer, id in self.private, self.details, self.followed.get(id))


def _choose(state: State, other: State) -> Mapping[str, DocumentState]:
    """The documents that the other side could know: a dataset holds those alone that are built."""
    if not other.is_dataset or state.is_dataset:
        return state.documents
    return {id: one for id, one in state.documents.items() if one.is_built}


def _follow_texts(
    old: State, new: State, before: Mapping[str, DocumentState], now: Mapping[str, DocumentState]
) -> dict[str, Followed | None]:
    """The edits of each document whose text is another one; None where a text is not here."""
    changed = [id for id, one in before.items() if id in now and one.sha256 != now[id].sha256]
    theirs, ours = (old.texts(changed), new.texts(changed)) if changed else ({}, {})
    return {id: Followed.from_texts(theirs[id], ours[id]) if id in theirs and id in ours else None for id in changed}


def _list_layers(side: Mapping[str, DocumentState], other: Mapping[str, DocumentState]) -> frozenset[str]:
    """The layers that have read a document of which both sides know the readings."""
    known = (one for id, one in side.items() if id not in other or other[id].layers is not None)
    return frozenset(chain.from_iterable(one.layers or () for one in known))


def _compare_layers(before: frozenset[str], now: frozenset[str]) -> Iterator[Change]:
    """Layers that came or went as a whole."""
    yield from (Change("layer removed", layer=layer) for layer in sorted(before - now))
    yield from (Change("layer added", layer=layer) for layer in sorted(now - before))


def _compare_document(pairs: _Pairs, id: str, account: Account) -> Iterator[Change]:
    old, new = pairs.old.get(id), pairs.new.get(id)
    if old is None or new is None:
        yield _tell_whole(old, new)
        _count_whole(old, "before", account)
        _count_whole(new, "now", account)
        return
    yield from _compare_about(old, new)
    if old.sha256 != new.sha256 and pairs.followed.get(id) is None:
        _count_whole(old, "before", account, UNKNOWN)
        _count_whole(new, "now", account, UNKNOWN)
        yield from _compare_counts(old, new)
        return
    yield from _compare_lists(pairs.place("spans", "span", id), old.spans, new.spans, account)
    yield from _compare_lists(pairs.place("cuts", "cut", id), old.cuts, new.cuts, account)
    if old.layers is not None and new.layers is not None:
        yield from _compare_readings(pairs, old, new, account)
    else:
        _count_readings(old, "before", account, UNKNOWN)
        _count_readings(new, "now", account, UNKNOWN)


def _compare_counts(old: DocumentState, new: DocumentState) -> Iterator[Change]:
    """Each label that has more spans than before, of a document whose spans cannot be compared one by one."""
    if old.spans is None or new.spans is None:
        return
    before, now = (Counter(span.label for span in spans) for spans in (old.spans, new.spans))
    for label in sorted(now):
        if now[label] > before[label]:
            yield Change("count risen", new.id, "", f"{label}: {before[label]:,}", f"{label}: {now[label]:,}")


def _compare_lists(
    place: Place, old: tuple[Span, ...] | tuple[Cut, ...] | None, new: tuple[Span, ...] | tuple[Cut, ...] | None,
    account: Account,
) -> Iterator[Change]:  # fmt: skip
    if old is not None and new is not None:
        yield from compare_marks(place, old, new, account)  # type: ignore[type-var]
        return
    account.add(place.account, "before", WHOLE, old or ())
    account.add(place.account, "now", WHOLE, new or ())


def _compare_readings(pairs: _Pairs, old: DocumentState, new: DocumentState, account: Account) -> Iterator[Change]:
    """The readings of annotators; those of a layer that came or went are told with it."""
    before, now = old.layers or {}, new.layers or {}
    for layer in sorted({*before, *now}):
        place = pairs.place(f"spans of {layer}", "mark", old.id, layer)
        yield from _compare_lists(place, before.get(layer), now.get(layer), account)
        if layer not in now and layer in pairs.layers[1]:
            yield Change("reading removed", old.id, layer)
        if layer not in before and layer in pairs.layers[0]:
            yield Change("reading added", old.id, layer)


def _tell_whole(old: DocumentState | None, new: DocumentState | None) -> Change:
    if new is None:
        assert old is not None
        return Change(f"{_name_kind(old)} removed", old.id, old=old.split or "no split")
    return Change(f"{_name_kind(new)} added", new.id, new=new.split or "no split")


def _name_kind(*states: DocumentState) -> str:
    """What a document is: one that no dataset holds or held is a candidate."""
    return "document" if any(one.is_built for one in states) else "candidate"


def _compare_about(old: DocumentState, new: DocumentState) -> Iterator[Change]:
    """What changed of a document beside its marks."""
    kind = _name_kind(old, new)
    if old.is_built != new.is_built:
        yield Change("document read" if new.is_built else "document left out", new.id, old=old.split, new=new.split)
    elif old.split != new.split and (old.split is None or new.split is None):
        yield Change("split dealt" if new.split else "split lost", new.id, old=old.split, new=new.split)
    if old.split != new.split and old.split is not None and new.split is not None:
        yield Change("split moved" if kind == "document" else "candidate moved", new.id, old=old.split, new=new.split)
    if old.private != new.private:
        noun = "text" if kind == "document" else kind
        yield Change(f"{noun} {'withdrawn' if new.private else 'released'}", new.id)
    if old.sha256 != new.sha256:
        yield Change("text changed", new.id, old=old.sha256[:12], new=new.sha256[:12])
    for key in old.about:
        if key in new.about and old.about[key] != new.about[key]:
            bare = key == "title" and (old.private or new.private)
            sides = (None, key) if bare else (f"{key}: {old.about[key]}", f"{key}: {new.about[key]}")
            yield Change("description changed", new.id, "", *sides)


def _count_whole(one: DocumentState | None, side: str, account: Account, outcome: str = WHOLE) -> None:
    """All marks of a document at once."""
    if one is not None:
        account.add("spans", side, outcome, one.spans or ())
        account.add("cuts", side, outcome, one.cuts or ())
        _count_readings(one, side, account, outcome)


def _count_readings(one: DocumentState, side: str, account: Account, outcome: str) -> None:
    for layer, spans in (one.layers or {}).items():
        account.add(f"spans of {layer}", side, outcome, spans)
