"""What changed between two trees of files; pure, and the same for two revisions or two folders."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from standoff.changes.marks import count_pairs, name_label, pair_marks
from standoff.check.lines import Lines, read_lines
from standoff.layout import Role, find_role
from standoff.ledger import Account, Ledger
from standoff.records import Cut, Entry, Keep, Source, Span
from standoff.revisions import Tree


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
        return f"{place}: {self.what} {self.at}{': ' if sides else ''}{sides}".replace("  ", " ").rstrip()


def find_changes(old: Tree, new: Tree, private: frozenset[str] = frozenset()) -> tuple[tuple[Change, ...], Ledger]:
    """Every change from one tree to the other, by path, and the account of spans and cuts in the files that differ.

    Of `private` documents no surface is shown.
    """
    changes: list[Change] = []
    accounts: dict[str, dict[str, int]] = {}
    for path in sorted({*old, *new}):
        if old.get(path) == new.get(path):
            continue
        role = find_role(path)
        compare = _COMPARE.get(role.kind)
        changes += _compare_file(path, role, old.get(path), new.get(path))
        if compare is not None:
            changes += compare(path, role, old.get(path, b""), new.get(path, b""), private)
        _count(accounts, role, old.get(path, b""), new.get(path, b""))
    return tuple(changes), _to_ledger(accounts)


def _compare_file(path: str, role: Role, old: bytes | None, new: bytes | None) -> Iterator[Change]:
    """The file itself: that it is new or gone; and for one without records of ours, that it changed."""
    if old is None:
        yield Change("file added", path, None, "")
    elif new is None:
        yield Change("file removed", path, None, "")
    elif role.records is None:
        what = {"seed": "seed changed", "text": "cleaned text changed"}.get(role.kind, "file changed")
        yield Change(what, path, None, "")
    elif _lines(path, old).broken or _lines(path, new).broken:
        yield Change("file changed", path, None, "", "", "some lines cannot be read")
    elif sorted(map(repr, _lines(path, old).records)) == sorted(map(repr, _lines(path, new).records)):
        yield Change("file rewritten", path, None, "", "", "the same records in another form or order")


def _lines(path: str, data: bytes) -> Lines[Any]:
    kind = find_role(path).records
    return Lines() if kind is None else read_lines(data, kind)


def _compare_marks(path: str, role: Role, old: bytes, new: bytes, private: frozenset[str]) -> Iterator[Change]:
    """Spans, cuts or keeps of one document."""
    before, after = _lines(path, old), _lines(path, new)
    name = {"spans": "span", "cuts": "cut", "keeps": "keep"}[role.kind]
    show = _tell_range if role.id in private else _tell_mark
    for outcome, one, other in pair_marks(before.records, after.records):
        if outcome == "kept":
            continue
        mark, lines = (one, before) if other is None else (other, after)
        if mark is None:
            continue
        line = lines.numbers[lines.records.index(mark)]
        sides = [show(side) if side is not None else "" for side in (one, other)]
        what = "rekinded" if outcome == "relabelled" and role.kind == "cuts" else outcome
        yield Change(f"{name} {what}", path, line, f"{mark.start}-{mark.end}", *sides)


def _tell_mark(mark: Span | Cut | Keep) -> str:
    if not isinstance(mark, Span):
        return f"{_tell_range(mark)} by {mark.by}"
    more = "".join(f" {key}={value}" for key, value in (mark.attributes or {}).items())
    return f"{name_label(mark)} {mark.text!r} [{mark.start}, {mark.end}){more}{f' ({mark.note})' if mark.note else ''}"


def _tell_range(mark: Span | Cut | Keep) -> str:
    return f"{name_label(mark)} [{mark.start}, {mark.end})".lstrip()


def _compare_rows(path: str, role: Role, old: bytes, new: bytes, private: frozenset[str]) -> Iterator[Change]:
    """Documents in a list: new, gone, and each field that changed."""
    before, after = ({row.id: (row, line) for row, line in _numbered(path, data)} for data in (old, new))
    for document_id in sorted({*before, *after}):
        one, other = before.get(document_id), after.get(document_id)
        if one is not None and other is not None:
            rows = asdict(one[0]), asdict(other[0])
            changed = [key for key in rows[0] if rows[0][key] != rows[1][key]]
            for key in changed:
                what = "seed changed" if key == "sha256" and role.kind == "sources" else f"{key} changed"
                yield Change(what, path, other[1], document_id, str(rows[0][key]), str(rows[1][key]))
        elif one is not None:
            yield Change(f"{_ROWS[role.kind]} removed", path, one[1], document_id, _tell_row(one[0]), "")
        elif other is not None:
            yield Change(f"{_ROWS[role.kind]} added", path, other[1], document_id, "", _tell_row(other[0]))


_ROWS = {"sources": "document", "index": "split"}


def _tell_row(row: Source | Entry) -> str:
    return row.split if isinstance(row, Entry) else row.sha256[:12]


def _numbered(path: str, data: bytes) -> list[tuple[Source | Entry, int]]:
    lines = _lines(path, data)
    return list(zip(lines.records, lines.numbers, strict=True))


def _compare_waivers(path: str, role: Role, old: bytes, new: bytes, private: frozenset[str]) -> Iterator[Change]:
    before, after = _lines(path, old), _lines(path, new)
    for outcome, lines, others in (("removed", before, after), ("added", after, before)):
        for waiver, line in zip(lines.records, lines.numbers, strict=True):
            if waiver not in others.records:
                text = f"{waiver.rule} {waiver.path}: {waiver.reason}"
                sides = ("", text) if outcome == "added" else (text, "")
                yield Change(f"waiver {outcome}", path, line, waiver.at, *sides)


_Compare = Callable[[str, Role, bytes, bytes, frozenset[str]], Iterator[Change]]
_COMPARE: dict[str, _Compare] = {
    "spans": _compare_marks,
    "cuts": _compare_marks,
    "keeps": _compare_marks,
    "sources": _compare_rows,
    "index": _compare_rows,
    "waivers": _compare_waivers,
}


def _count(accounts: dict[str, dict[str, int]], role: Role, old: bytes, new: bytes) -> None:
    """Spans by layer and cuts, before and now, by what became of them."""
    if role.kind not in ("spans", "cuts") or role.records is None:
        return
    name = f"spans of {role.layer}" if role.kind == "spans" else "cuts"
    before, after = (read_lines(data, role.records).records for data in (old, new))  # type: ignore[type-var]
    outcomes = count_pairs(list(pair_marks(before, after)))  # type: ignore[type-var]
    for side, total, gone in ((f"{name}, before", len(before), "added"), (f"{name}, now", len(after), "removed")):
        account = accounts.setdefault(side, {"total": 0})
        account["total"] += total
        for outcome, count in outcomes.items():
            if outcome != gone:
                account[outcome] = account.get(outcome, 0) + count


def _to_ledger(accounts: Mapping[str, dict[str, int]]) -> Ledger:
    parts = {name: {key: count for key, count in row.items() if key != "total"} for name, row in accounts.items()}
    return Ledger(tuple(Account(name, accounts[name]["total"], parts[name]) for name in accounts)).require_balance()
