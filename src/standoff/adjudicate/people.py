"""Asks a person: doccano projects that show the adjudicator every reading, and the answers from them.

A project holds a batch of documents, each under an id that names what was asked: the text, and what each layer has. A
document in which any of it changed is outdated there, and is asked again in a next batch.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from standoff.adjudicate.adjudicate import Ask, Asked
from standoff.adjudicate.case import Case
from standoff.adjudicate.comments import find_unplaced
from standoff.adjudicate.decisions import find_open, find_standing, to_lists
from standoff.adjudicate.desk import Stamp, find_labels, read_answers, to_annotated
from standoff.corpus import Corpus
from standoff.doccano.client import Button, Doccano
from standoff.doccano.desk import Found, read_desk
from standoff.doccano.fill import FILLING, Desk, Progress, fill
from standoff.doccano.members import ensure_account, read_usernames
from standoff.doccano.push import to_buttons, to_guideline
from standoff.guidelines import Schema, read_schema
from standoff.records import Decision

_LONGEST = 94
"""Characters of the name of a project, which doccano ends at 100; a number may follow."""
_PLAIN = "#dddddd"
"""The colour of `nothing`."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A document as it is to be shown, under its id on the server."""

    key: str
    case: Case
    standing: Sequence[Decision]


def ask_person(
    corpus: Corpus, server: Doccano, into: str, name: str, *, with_private: bool = False, tell: Progress | None = None
) -> Ask:
    """Gives what asks the person of that pseudonym: it reads all answers, and sends what nobody has been asked yet."""

    def ask(cases: Sequence[Case], decisions: Collection[Decision]) -> Asked:
        schema, stamp = read_schema(corpus.labels_file), Stamp(into, f"person:{name}", "")
        stamp = replace(stamp, guidelines=schema.version)
        disputed = [case for case in cases if case.regions]
        fit = [case for case in disputed if with_private or case.source.redistribute]
        shown = {one.key: one for one in (_show(case, decisions, stamp) for case in fit)}
        username = read_usernames(corpus, [name])[name]
        tail = f" adjudicate {into} {name}"
        base = f"{corpus.settings.name[: _LONGEST - len(tail)]}{tail}"
        batches = _read_batches(server, base)
        held = {key for found in batches for key in _list_keys(found)}
        asked = _read_all(batches, shown, schema, stamp)
        remarks = [
            f"{case.source.id} is private: it goes to a server with --with-private"
            for case in disputed
            if case not in fit
        ]
        new = [one for key, one in shown.items() if key not in held and find_open(one.case.regions, one.standing)]
        if new:
            remarks.append(ensure_account(server, username))
            project = base if not batches else f"{base} {len(batches) + 1}"
            fill(server, _to_desk(corpus, schema, project, username, new), tell)
            remarks.append(f"{len(new)} documents are in the project {project!r} for {username}")
        waiting = tuple(f"{one.case.source.id}: not confirmed yet" for one in new)
        return replace(asked, open=(*asked.open, *waiting), remarks=(*filter(None, remarks), *asked.remarks))

    return ask


def _show(case: Case, decisions: Collection[Decision], stamp: Stamp) -> _Shown:
    """The key of a document hashes what is asked: its text and what each layer reads there."""
    standing = find_standing(decisions, stamp.into, case.source.id, case.every)
    layers = {layer: to_lists(spans) for layer, spans in case.layers.items()}
    digest = sha256(json.dumps([case.clean, layers], sort_keys=True).encode()).hexdigest()
    return _Shown(f"{case.source.id}@{digest[:16]}", case, standing)


def _read_batches(server: Doccano, base: str) -> list[Found]:
    """The finished batches in their order; one that a kill has left half filled, which nobody saw, is taken away."""
    projects = {project.name: project for project in server.list_projects()}
    found: list[Found] = []
    while (project := projects.get(base if not found else f"{base} {len(found) + 1}")) is not None:
        if project.description == FILLING:
            server.delete_project(project)
            break
        found.append(read_desk(server, project.name))
    return found


def _list_keys(found: Found) -> list[str]:
    confirmed = [document.id for document in found.parsed.documents]
    return [*confirmed, *(str(row.get("doc_id")) for row in found.waiting)]


def _read_all(batches: Sequence[Found], shown: dict[str, _Shown], schema: Schema, stamp: Stamp) -> Asked:
    """The answers in every batch: decisions by document, what is not decided, and answers that came too late."""
    decisions, open_, remarks = dict[str, list[Decision]](), list[str](), list[str]()
    for found in batches:
        open_ += [str(reject) for reject in found.parsed.rejects]
        for document in found.parsed.documents:
            one = shown.get(document.id)
            if one is None:
                name = document.id.rpartition("@")[0] or document.id
                remarks.append(f"{name}: an answer is outdated, since what was asked has changed")
                continue
            if document.text != one.case.clean:
                open_.append(f"{one.case.source.id}: its text on the server is not ours")
                continue
            comments = found.comments.get(document.id, ())
            answers = read_answers(one.case, document, comments, schema, stamp, one.standing)
            if isinstance(answers, str):
                open_.append(f"{one.case.source.id} {answers}")
            else:
                decisions[one.case.source.id] = answers
                unplaced = find_unplaced(one.case, answers, comments)
                remarks += [
                    f"{one.case.source.id}: a comment is on words of no decision: {words!r}" for words in unplaced
                ]
        waiting = (shown.get(str(row.get("doc_id"))) for row in found.waiting)
        open_ += [
            f"{one.case.source.id}: not confirmed yet"
            for one in waiting
            if one is not None and find_open(one.case.regions, one.standing)
        ]
    return Asked(stamp.by, decisions, tuple(open_), tuple(remarks))


def _to_desk(corpus: Corpus, schema: Schema, project: str, username: str, shown: Sequence[_Shown]) -> Desk:
    colors = {label.name: label.color for label in schema.labels}
    labels = find_labels([one.case for one in shown])
    readings = tuple(Button(button, colors.get(label, _PLAIN), "") for button, label in labels)
    documents = tuple(replace(to_annotated(one.case, one.standing), id=one.key) for one in shown)
    return Desk(project, username, (*to_buttons(schema), *readings), to_guideline(corpus), True, documents)
