"""What lies on one person's desk on the server: documents, spans in code points, comments, what is confirmed."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from standoff.doccano.client import Doccano, Project, Row
from standoff.errors import StandoffError
from standoff.formats.doccano import from_doccano
from standoff.formats.exchange import Parsed


@dataclass(frozen=True, slots=True)
class Found:
    """The confirmed documents of a project as read, with rejects; comments by document; labels; rows not confirmed."""

    parsed: Parsed
    comments: Mapping[str, Sequence[str]]
    labels: frozenset[str]
    waiting: tuple[Row, ...]


def read_desk(server: Doccano, name: str) -> Found:
    """Read a project; raises StandoffError where there is none, or it is not set as push has set it.

    The confirmed documents are exported first and taken as they are there: what is confirmed in between waits.
    """
    project = server.find_project(name)
    if project is None:
        hint = "push the round first, or look whether the project was renamed"
        raise StandoffError(f"there is no project {name!r}", path=server.url, hint=hint)
    if project.grapheme:
        hint = "switch grapheme mode off in its settings; offsets made since are in graphemes and must be made anew"
        raise StandoffError(f"the project {name!r} counts graphemes, not UTF-16 code units", path=server.url, hint=hint)
    if not project.sharing:
        hint = "switch sharing on in its settings, which loses nothing: without it suggestions are not exported"
        raise StandoffError(f"the project {name!r} keeps the spans of its members apart", path=server.url, hint=hint)
    done, every = (_read(server, project, confirmed=confirmed) for confirmed in (True, False))
    lines = [json.dumps({key: value for key, value in row.items() if key != "Comments"}) for row in done]
    parsed = from_doccano({f"{name}.jsonl": "".join(f"{line}\n" for line in lines).encode()})
    comments: dict[str, list[str]] = defaultdict(list)
    for row in done:
        comments[str(row.get("doc_id"))] += row.get("Comments") or ()
    labels = frozenset(button.name for button in server.list_labels(project))
    return Found(parsed, comments, labels, tuple(_without(every, done)))


def _without(every: Sequence[Row], done: Sequence[Row]) -> Iterator[Row]:
    """The rows that are not done. Metadata of others may hold an `id`, which stands for doccano's: count, too."""
    left = Counter((str(row["id"]), str(row.get("doc_id"))) for row in done)
    for row in every:
        name = str(row["id"]), str(row.get("doc_id"))
        if left[name]:
            left[name] -= 1
        else:
            yield row


def _read(server: Doccano, project: Project, *, confirmed: bool) -> list[Row]:
    return server.export(project, confirmed=confirmed).get("all", []) if server.count_documents(project) else []
