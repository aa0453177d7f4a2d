"""One project of one person brought to the state it should have, from whatever state a cut-off run has left.

A project is `being filled` until its documents are all there, once and to the character; only then its annotator
becomes a member. So what lies in a project without that mark is the annotator's work, and no run touches it.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from standoff.doccano.client import Button, Doccano, Project, Row
from standoff.errors import StandoffError
from standoff.formats.doccano import to_row
from standoff.formats.exchange import Annotated

BATCH = 250
"""Rows an import: doccano commits every 1,000 by itself and tries again, so a larger failed one would come in twice."""
_BYTES = 8_000_000
_TRIES = 3
FILLING = "being filled; do not use yet"
"""The description of a project that nobody has seen yet."""
_READY = "ready"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person is to find: a project of that name with labels, guidelines and documents with suggestions."""

    name: str
    username: str
    buttons: tuple[Button, ...]
    guideline: str
    overlap: bool
    documents: tuple[Annotated, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a run did: documents that it uploaded, those that were there, and those of a cut-off run it took away."""

    uploaded: int
    present: int
    removed: int


def fill(server: Doccano, desk: Desk, tell: Progress | None = None) -> Filled:
    """Bring a project to its state; a second run changes nothing.

    Raises StandoffError where the project is not of our kind, where somebody has changed or removed its documents, and
    where doccano refuses a document, after it is rolled back to what was whole.
    """
    project = server.find_project(desk.name)
    if project is None:
        project = server.create_project(desk.name, description=FILLING, guideline=desk.guideline, overlap=desk.overlap)
    _require_kind(server, project, desk)
    if project.description == FILLING:
        _add_labels(server, project, desk.buttons)
        filled = _bring_documents(server, project, desk.documents, tell)
        server.describe(project, _READY)
    else:
        _require_whole(server, project, desk)
        filled = Filled(0, len(desk.documents), 0)
    if desk.username not in server.list_members(project):
        server.add_member(project, desk.username)
    return filled


def _add_labels(server: Doccano, project: Project, buttons: Sequence[Button]) -> None:
    known = {button.name for button in server.list_labels(project)}
    for button in buttons:
        if button.name in known:
            continue
        try:
            server.add_label(project, button)
        except StandoffError:  # the request of a push that was killed may have made it meanwhile
            if button.name not in {one.name for one in server.list_labels(project)}:
                raise


def read_rows(server: Doccano, project: Project) -> list[Row]:
    """All rows of a project: with sharing they are in one file."""
    return server.export(project).get("all", [])


def _bring_documents(
    server: Doccano, project: Project, documents: Sequence[Annotated], tell: Progress | None
) -> Filled:
    wanted = {document.id: dict(to_row(document)) for document in documents}
    present, removed = -1, 0
    for attempt in range(_TRIES):
        rows = read_rows(server, project) if server.count_documents(project) else []
        whole, wrong = _sort_rows(rows, wanted)
        server.delete_documents(project, wrong)
        present, removed = (len(whole) if attempt == 0 else present), removed + len(wrong)
        missing = [json.dumps(row) for one, row in wanted.items() if one not in whole]
        if not missing:
            return Filled(len(wanted) - present, present, removed)
        if attempt == _TRIES - 1:
            break
        try:
            _upload(server, project, missing, (len(whole), len(wanted)), tell)
        except StandoffError:
            if attempt == _TRIES - 2:
                _sweep(server, project, wanted)
                raise
    message = f"{len(missing)} of {len(wanted)} documents are not as sent, after {_TRIES - 1} tries"
    raise StandoffError(message, path=server.url, hint="look at the server's log")


def _sweep(server: Doccano, project: Project, wanted: Mapping[str, Row]) -> None:
    """Take away what a failed batch has left."""
    rows = read_rows(server, project) if server.count_documents(project) else []
    server.delete_documents(project, _sort_rows(rows, wanted)[1])


def _sort_rows(rows: Sequence[Row], wanted: Mapping[str, Row]) -> tuple[set[str], list[int]]:
    """The first documents, as far as they are as sent and in that order, and doccano's ids of all other rows."""
    same = 0
    for row, (one, sent) in zip(rows, wanted.items(), strict=False):
        if row.get("doc_id") != one or _content(row) != _content(sent):
            break
        same += 1
    return set(list(wanted)[:same]), [row["id"] for row in rows[same:]]


def _content(row: Row) -> tuple[str, list[list[object]]]:
    return row["text"], sorted(list(one) for one in row["label"])


def _upload(
    server: Doccano, project: Project, rows: Sequence[str], done: tuple[int, int], tell: Progress | None
) -> None:
    """Send rows in batches; raises StandoffError as soon as the server does not have as many as were sent."""
    count, total = done
    while rows:
        size, length = 0, 0
        while length < len(rows) and length < BATCH and (size == 0 or size + len(rows[length]) <= _BYTES):
            size, length = size + len(rows[length]), length + 1
        server.upload(project, rows[:length])
        count, rows = count + length, rows[length:]
        if (found := server.count_documents(project)) != count:
            raise StandoffError(f"documents on the server: {found}; sent: {count}", path=server.url)
        if tell is not None:
            tell(count, total)


def _require_kind(server: Doccano, project: Project, desk: Desk) -> None:
    """Refuse a project in which offsets would be in another unit or spans of several people would mix or vanish."""
    faults = {
        "is no sequence labelling project": project.task != "SequenceLabeling",
        "counts graphemes, not UTF-16 code units": project.grapheme,
        "does not share one set of spans among its members": not project.sharing,
        "drops overlapping spans": desk.overlap and not project.overlap,
    }
    for fault, holds in faults.items():
        if holds:
            hint = "mend its settings in doccano, or rename it there and push anew"
            raise StandoffError(f"the project {project.name!r} {fault}", path=server.url, hint=hint)


def _require_whole(server: Doccano, project: Project, desk: Desk) -> None:
    """Refuse a project in use whose documents are not those of the plan."""
    rows = read_rows(server, project) if server.count_documents(project) else []
    held = Counter(str(row.get("doc_id") or f"doccano's {row['id']}") for row in rows)
    wanted = {document.id for document in desk.documents}
    faults = {
        "were removed from it": sorted(wanted - held.keys()),
        "are not of the plan": sorted(held.keys() - wanted),
        "are in it twice": sorted(one for one, count in held.items() if count > 1),
    }
    for fault, ids in faults.items():
        if ids:
            hint = "it is in use, so nothing is changed; mend it in doccano, or push the documents as another round"
            message = f"documents {fault}: {', '.join(ids[:5])}{' …' if len(ids) > 5 else ''}"
            raise StandoffError(message, path=f"{server.url} {desk.name}", hint=hint)
