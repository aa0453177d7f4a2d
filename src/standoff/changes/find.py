"""What changed between two trees of files; pure, and the same for two revisions or two folders."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from standoff.changes.marks import count_pairs, identify, name_label, pair_marks, pair_records
from standoff.check.lines import Lines, read_lines
from standoff.layout import Role, find_role
from standoff.ledger import Account, Ledger
from standoff.records import AnyRecord, Cut, Entry, Keep, Source, Span, Waiver
from standoff.revisions import Tree

_COMPARED = ("spans", "cuts", "keeps", "sources", "index", "waivers")
"""What is compared record by record; any other file changed or did not."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `what` (`span relabelled`, `split changed`, `file removed`, …), where, and both sides for people.

    `line` is that in the new file, in the old one for what was removed; `at` is the range or id it concerns.
    """

    what: str
    path: str
    line: int | None
    at: str
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        """One line: `file:line: what at: old -> new`."""
        place = self.path + ("" if self.line is None else f":{self.line}")
        sides = " -> ".join(side for side in (self.old, self.new) if side)
        return show_line(f"{place}: {self.what}{' ' if self.at else ''}{self.at}{': ' if sides else ''}{sides}")


def show_line(text: str) -> str:
    r"""A text on one line: a line break, and what a terminal would obey, as an escape such as `\n`."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def find_changes(old: Tree, new: Tree, private: frozenset[str] = frozenset()) -> tuple[tuple[Change, ...], Ledger]:
    """Every change from one tree to the other, by path, and the account of spans and cuts in the files that differ.

    A file that differs has at least one change. Of `private` documents no surface is shown.
    """
    changes: list[Change] = []
    tally: dict[str, Counter[str]] = {}
    for path in sorted({*old, *new}):
        if old.get(path) != new.get(path):
            role = find_role(path)
            role = role if role.kind in _COMPARED else replace(role, records=None)
            pair = _read_pair(path, role, old.get(path, b""), new.get(path, b""))
            changes += _compare_file(pair, old.get(path), new.get(path))
            changes += _compare_records(pair, private, tally)
    return tuple(changes), _to_ledger(tally)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A file that differs: the records that could be read, as they were and as they are, and the line of each."""

    path: str
    role: Role
    before: Lines[Any]
    after: Lines[Any]
    lines: Mapping[int, int]
    """By identity, since a file may hold a record twice."""

    def to_change(self, what: str, record: AnyRecord, at: str, old: str, new: str) -> Change:
        """A change of which `record` is the new side, or the old one where it is gone."""
        return Change(what, self.path, self.lines[id(record)], at, old, new)


def _read_pair(path: str, role: Role, old: bytes, new: bytes) -> _Pair:
    before, after = _read_records(role, old), _read_records(role, new)
    numbered = [*zip(before.records, before.numbers, strict=True), *zip(after.records, after.numbers, strict=True)]
    return _Pair(path, role, before, after, {id(record): line for record, line in numbered})


def _read_records(role: Role, data: bytes) -> Lines[Any]:
    kind = role.records
    return Lines() if kind is None else read_lines(data, kind)


def _compare_file(pair: _Pair, old: bytes | None, new: bytes | None) -> Iterator[Change]:
    """The file itself: that it is new or gone; for one without records of ours, that it changed; what is unreadable."""
    before, after = pair.before, pair.after
    if old is None or new is None:
        yield Change("file added" if old is None else "file removed", pair.path, None, "")
    elif pair.role.records is None:
        what = {"seed": "seed changed", "text": "cleaned text changed"}.get(pair.role.kind, "file changed")
        yield Change(what, pair.path, None, "")
    elif not (before.broken or after.broken) and _count_same(before) == _count_same(after):
        yield Change("file rewritten", pair.path, None, "", "", "the same records in another form or order")
    if before.broken or after.broken:
        line = after.broken[0][0] if after.broken else None
        yield Change("file changed", pair.path, line, "", _tell_broken(before), _tell_broken(after))


def _count_same(lines: Lines[Any]) -> Counter[Any]:
    return Counter(map(identify, lines.records))


def _tell_broken(lines: Lines[Any]) -> str:
    count = len(lines.broken)
    return f"{count} line{'' if count == 1 else 's'} cannot be read" if count else ""


def _compare_records(pair: _Pair, private: frozenset[str], tally: dict[str, Counter[str]]) -> Iterator[Change]:
    match pair.role.kind:
        case "spans" | "cuts" | "keeps":
            yield from _compare_marks(pair, private, tally)
        case "sources" | "index":
            yield from _compare_rows(pair)
        case "waivers":
            yield from _compare_waivers(pair)


def _compare_marks(pair: _Pair, private: frozenset[str], tally: dict[str, Counter[str]]) -> Iterator[Change]:
    """Spans, cuts or keeps of one document; what became of each is counted in `tally`, spans by layer."""
    pairs = list(pair_marks(pair.before.records, pair.after.records))
    kind = pair.role.kind
    if kind != "keeps":
        name = f"spans of {pair.role.layer}" if kind == "spans" else "cuts"
        _count(tally, name, pair, count_pairs(pairs))
    show = _tell_range if pair.role.id in private else _tell_mark
    for outcome, one, other in pairs:
        mark = one if other is None else other
        if outcome != "kept" and mark is not None:
            sides = [show(side) if side is not None else "" for side in (one, other)]
            what = "rekinded" if outcome == "relabelled" and kind == "cuts" else outcome
            yield pair.to_change(f"{_MARKS[kind]} {what}", mark, f"{mark.start}-{mark.end}", *sides)


_MARKS = {"spans": "span", "cuts": "cut", "keeps": "keep"}


def _tell_mark(mark: Span | Cut | Keep) -> str:
    if isinstance(mark, Span):
        more = "".join(f" {key}={value!r}" for key, value in (mark.attributes or {}).items())
        note = f" ({mark.note})" if mark.note else ""
        return f"{name_label(mark)} {mark.text!r} [{mark.start}, {mark.end}){more}{note}"
    score = "" if isinstance(mark, Keep) or mark.score is None else f" at {mark.score}"
    return f"{_tell_range(mark)} by {mark.by}{score}"


def _tell_range(mark: Span | Cut | Keep) -> str:
    return f"{name_label(mark)} [{mark.start}, {mark.end})".lstrip()


def _compare_rows(pair: _Pair) -> Iterator[Change]:
    """Documents in a list: each field that changed, gone, new."""
    pairs, gone, added = pair_records(pair.before.records, pair.after.records, lambda row: row.id)
    for one, other in pairs:
        rows = asdict(one), asdict(other)
        for key in rows[0]:
            if rows[0][key] != rows[1][key]:
                what = "seed changed" if key == "sha256" and pair.role.kind == "sources" else f"{key} changed"
                yield pair.to_change(what, other, one.id, str(rows[0][key]), str(rows[1][key]))
    name = "document" if pair.role.kind == "sources" else "split"
    yield from (pair.to_change(f"{name} removed", row, row.id, _tell_row(row), "") for row in gone)
    yield from (pair.to_change(f"{name} added", row, row.id, "", _tell_row(row)) for row in added)


def _tell_row(row: Source | Entry) -> str:
    return row.split if isinstance(row, Entry) else row.sha256[:12]


def _compare_waivers(pair: _Pair) -> Iterator[Change]:
    """Waivers gone and new; one with another reason waives no more than before."""
    _, gone, added = pair_records(pair.before.records, pair.after.records, identify)
    reworded, gone, added = pair_records(gone, added, lambda waiver: (waiver.rule, waiver.path, waiver.at))
    for one, other in reworded:
        yield pair.to_change("waiver reworded", other, other.at, _tell_waiver(one), _tell_waiver(other))
    yield from (pair.to_change("waiver removed", one, one.at, _tell_waiver(one), "") for one in gone)
    yield from (pair.to_change("waiver added", one, one.at, "", _tell_waiver(one)) for one in added)


def _tell_waiver(waiver: Waiver) -> str:
    return f"{waiver.rule} {waiver.path}: {waiver.reason}"


def _count(tally: dict[str, Counter[str]], name: str, pair: _Pair, outcomes: Mapping[str, int]) -> None:
    """Marks before and now, and what became of them; what was added was not there before."""
    for side, lines, absent in (("before", pair.before, "added"), ("now", pair.after, "removed")):
        account = tally.setdefault(f"{name}, {side}", Counter())
        account["total"] += len(lines.records)
        account.update({outcome: count for outcome, count in outcomes.items() if outcome != absent})


def _to_ledger(tally: Mapping[str, Counter[str]]) -> Ledger:
    parts = {name: {key: count for key, count in row.items() if key != "total"} for name, row in tally.items()}
    return Ledger(tuple(Account(name, tally[name]["total"], parts[name]) for name in tally)).require_balance()
