"""A project read for an audit. Nothing is written to it, and a server is asked for no more than it lets us see.

With sharing on, spans are read page by page, which leaves no trace. With sharing off only an export has the spans of
others: the server keeps the file of it, and a row that says it was made.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from standoff.doccano.audit.records import Facts, Item, Mark, Reading, Seen
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from standoff.doccano.client import Doccano

_PAGE = 500
"""Documents asked for at once."""
Progress = Callable[[int, int], None]
Row = Mapping[str, Any]


def list_facts(server: "Doccano", ids: Collection[int]) -> list[Facts]:
    """The projects of these ids, of the account if none is named; raises StandoffError for one that it may not see."""
    if ids:
        return [_to_facts(server.read(f"project {one}", f"projects/{one}")) for one in sorted(set(ids))]
    return [_to_facts(row) for row in _read_pages(server, "projects", "projects", None)]


def _to_facts(row: Row) -> Facts:
    return Facts(
        row["id"], row["name"], row["project_type"], bool(row["collaborative_annotation"]),
        bool(row.get("grapheme_mode")), bool(row.get("allow_overlapping")), bool(row.get("use_relation")),
        bool(row["is_text_project"]),
    )  # fmt: skip


def see(server: "Doccano", facts: Facts, tell: Progress | None = None) -> Seen:
    """Read a project as far as the account may; what it may not see is told and not an error."""
    unseen: list[str] = []
    items = _read_items(server, facts, tell) if facts.text else ()
    if not facts.spans:
        unseen.append(f"{'labels' if facts.text else 'documents and labels'}: those of {facts.task} are not looked at")
    members, numbers = _read_members(server, facts, unseen)
    done = _ask(server, f"projects/{facts.id}/metrics/member-progress", "who has confirmed what", unseen) or {}
    types = _ask(server, f"projects/{facts.id}/span-types", "labels", unseen) if facts.spans else None
    labels = {row["id"]: str(row["text"]) for row in types or ()}
    readings: dict[str, Reading] = {}
    stored, whole = None, False
    if facts.spans and items:
        if facts.sharing or members is None:
            who = "all" if facts.sharing else server.username
            stored = _count_stored(server, facts, labels.values(), [])
            readings = {who: _read_marks(server, facts, items, (labels, numbers, stored), tell)}
            whole = facts.sharing
        else:
            readings = _read_export(server, facts, items, unseen, confirmed=_confirmed(done))
            whole = bool(readings)
            stored = _count_stored(server, facts, labels.values(), unseen) if whole else None
        if not whole and not facts.sharing and members is None:
            unseen.append("spans and confirmations of others: only an admin of the project can export them")
    progress = {row["user"]: row["done"] for row in done.get("progress", ())}
    return Seen(facts, items, tuple(labels.values()), members, progress, readings, stored, whole, tuple(unseen))


def _ask(server: "Doccano", path: str, what: str, unseen: list[str]) -> Any:  # noqa: ANN401 - JSON
    try:
        return server.read(what, path)
    except StandoffError as error:
        unseen.append(f"{what}: {error.message}")
        return None


def _read_pages(server: "Doccano", what: str, path: str, tell: Progress | None) -> list[Row]:
    """All rows of a list, by number; one that moved from page to page meanwhile is taken once."""
    rows: dict[int, Row] = {}
    at = 0
    while True:
        page = server.read(what, path, limit=_PAGE, offset=at)
        rows |= {row["id"]: row for row in page["results"]}
        at += len(page["results"])
        if tell is not None:
            tell(at, page["count"])
        if not page["results"] or at >= page["count"]:
            return [rows[one] for one in sorted(rows)]


def _read_items(server: "Doccano", facts: Facts, tell: Progress | None) -> tuple[Item, ...]:
    rows = _read_pages(server, "documents", f"projects/{facts.id}/examples", tell)
    return tuple(_to_item(row) for row in rows)


def _to_item(row: Row) -> Item:
    meta = row["meta"] if isinstance(row["meta"], dict) else {}
    text, upload = row["text"] or "", row["upload_name"] or ""
    return Item(row["id"], text, meta, upload, row["comment_count"], row["is_confirmed"])


def _read_members(server: "Doccano", facts: Facts, unseen: list[str]) -> tuple[dict[str, str] | None, dict[int, str]]:
    """Role by user name, and user name by number."""
    rows = _ask(server, f"projects/{facts.id}/members", "members and their roles", unseen)
    if rows is None:
        return None, {}
    return {row["username"]: row["rolename"] for row in rows}, {row["user"]: row["username"] for row in rows}


def _read_marks(
    server: "Doccano",
    facts: Facts,
    items: Sequence[Item],
    known: tuple[Mapping[int, str], Mapping[int, str], int | None],
    tell: Progress | None,
) -> Reading:
    """The spans that the account sees in the page: everybody's with sharing on, else its own.

    `known` is label by number, user by number, and how many spans there are: after the last no document is asked for.
    """
    labels, users, left = known
    marks = list[tuple[Mark, ...]]()
    for number, item in enumerate(items, 1):
        rows = () if left == 0 else server.read("spans", f"projects/{facts.id}/examples/{item.id}/spans")
        left = None if left is None else left - len(rows)
        marks.append(
            tuple(
                Mark(
                    row["start_offset"], row["end_offset"], labels.get(row["label"], f"label {row['label']}"),
                    users.get(row["user"], f"user {row['user']}"), row["prob"],
                )
                for row in rows
            )
        )  # fmt: skip
        if tell is not None:
            tell(number, len(items))
    return Reading(tuple(marks), frozenset(at for at, item in enumerate(items) if item.confirmed))


def _confirmed(done: Mapping[str, Any]) -> bool:
    return any(row["done"] for row in done.get("progress", ()))


def _read_export(
    server: "Doccano", facts: Facts, items: Sequence[Item], unseen: list[str], *, confirmed: bool
) -> dict[str, Reading]:
    """The spans of each current member; empty where an export fails."""
    from standoff.doccano.client import Project

    project = Project(facts.id, facts.name, "", facts.task, facts.sharing, facts.grapheme, facts.overlap)
    try:
        files = server.export(project)
        done = server.export(project, confirmed=True) if confirmed else {}
    except StandoffError as error:
        unseen.append(f"spans: {error.message}")
        return {}
    keys = [str(item.meta.get("id", item.id)) for item in items]
    readings = {}
    for who, rows in files.items():
        placed, lost = place_rows(keys, rows)
        if lost:
            unseen.append(f"spans of {who} in {lost:,} documents: the project changed meanwhile, try again")
        comments = sum(len(row["Comments"]) for row in rows if isinstance(row.get("Comments"), list))
        marks = tuple(_to_marks(placed.get(at, {})) for at in range(len(items)))
        readings[who] = Reading(marks, frozenset(place_rows(keys, done.get(who, ()))[0]), comments)
    return readings


def place_rows(keys: Sequence[str], rows: Sequence[Row]) -> tuple[dict[int, Row], int]:
    """The rows of an export by index of their document, and how many fit none; keys may be there more than once."""
    free: dict[str, deque[int]] = defaultdict(deque)
    for at, key in enumerate(keys):
        free[key].append(at)
    placed: dict[int, Row] = {}
    for row in rows:
        if held := free.get(str(row["id"])):
            placed[held.popleft()] = row
    return placed, len(rows) - len(placed)


def _to_marks(row: Row) -> tuple[Mark, ...]:
    """The spans of a row, in the form for plain projects or in that for relations."""
    plain = [Mark(start, end, label) for start, end, label in row.get("label") or ()]
    rich = [Mark(one["start_offset"], one["end_offset"], one["label"]) for one in row.get("entities") or ()]
    return tuple(plain + rich)


def _count_stored(server: "Doccano", facts: Facts, labels: Collection[str], unseen: list[str]) -> int | None:
    """The spans of everybody, former members too: doccano's search for a label lists a document once for each."""
    what = "spans of former members"
    if facts.relations or any(label != label.strip() for label in labels):
        why = "where there are relations" if facts.relations else "where a label begins or ends in white space"
        unseen.append(f"{what}: they cannot be counted {why}")
        return None
    pages = [server.read(what, f"projects/{facts.id}/examples", limit=1, label=label) for label in labels]
    return sum(int(page["count"]) for page in pages)
