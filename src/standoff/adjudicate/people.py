"""Asks a person: one doccano project that shows the adjudicator every reading, and the answers from it."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from standoff.adjudicate.adjudicate import Ask
from standoff.adjudicate.case import Case
from standoff.adjudicate.decisions import Place, stands, to_lists
from standoff.adjudicate.desk import find_labels, read_answers, to_annotated
from standoff.corpus import Corpus
from standoff.doccano.client import Button, Doccano
from standoff.doccano.desk import read_desk
from standoff.doccano.fill import Desk, Progress, fill
from standoff.doccano.members import ensure_account, read_usernames
from standoff.doccano.push import to_buttons, to_guideline
from standoff.formats.exchange import Annotated
from standoff.guidelines import read_schema
from standoff.records import Decision

_PLAIN = "#dddddd"
"""The colour of `nothing`."""


def ask_person(corpus: Corpus, server: Doccano, into: str, name: str, tell: Progress | None = None) -> Ask:
    """Gives what asks the person of that pseudonym: the first call makes the project, each one reads the answers."""

    def ask(cases: Sequence[Case], decisions: dict[Place, Decision]) -> tuple[list[Decision], list[str]]:
        disputed = [case for case in cases if case.regions]
        if not disputed:
            return [], []
        username = read_usernames(corpus, [name])[name]
        project = _name_project(corpus, into, name, disputed)
        said = [ensure_account(server, username)]
        desk = _to_desk(corpus, project, username, disputed, decisions)
        filled = fill(server, desk, tell)
        if filled.uploaded:
            said.append(f"{filled.uploaded} documents are in the project {project!r} for {username}")
        made, told = _read(corpus, server, desk, disputed, decisions, f"person:{name}")
        return made, [*filter(None, said), *told]

    return ask


def _name_project(corpus: Corpus, into: str, name: str, cases: Sequence[Case]) -> str:
    """The same as long as the layers read the same: a layer that changed needs a project of its own."""
    readings = [[case.source.id, {layer: to_lists(spans) for layer, spans in case.layers.items()}] for case in cases]
    digest = sha256(json.dumps(readings, sort_keys=True).encode()).hexdigest()[:6]
    return f"{corpus.settings.name} adjudicate {into} {name} {digest}"[-100:]


def _to_desk(
    corpus: Corpus, project: str, username: str, cases: Sequence[Case], decisions: Mapping[Place, Decision]
) -> Desk:
    schema = read_schema(corpus.labels_file)
    colors = {label.name: label.color for label in schema.labels}
    readings = tuple(Button(button, colors.get(label, _PLAIN), "") for button, label in find_labels(cases))
    documents = tuple(to_annotated(case, _standing(case, decisions)) for case in cases)
    return Desk(project, username, (*to_buttons(schema), *readings), to_guideline(corpus), True, documents)


def _standing(case: Case, decisions: Mapping[Place, Decision]) -> dict[tuple[int, int], Decision]:
    own = {(start, end): one for (document, start, end), one in decisions.items() if document == case.source.id}
    return {place: one for place, one in own.items() if stands(one, case.layers)}


def _read(
    corpus: Corpus, server: Doccano, desk: Desk, cases: Sequence[Case], decisions: Mapping[Place, Decision], by: str
) -> tuple[list[Decision], list[str]]:
    """The decisions in the confirmed documents, and what is not decided."""
    schema, found = read_schema(corpus.labels_file), read_desk(server, desk.name)
    made, told = list[Decision](), [str(reject) for reject in found.parsed.rejects]
    by_id = {case.source.id: case for case in cases}
    for document in found.parsed.documents:
        case = by_id.get(document.id)
        if case is None or document.text != case.clean:
            told.append(f"{document.id}: its text on the server is not ours")
            continue
        known = _standing(case, decisions)
        comments = found.comments.get(document.id, ())
        answers = read_answers(case, _to_marks(case, document), comments, schema.names, (by, schema.version), known)
        made += answers.decisions
        told += [f"{document.id} {region.start}-{region.end}: {reason}" for region, reason in answers.refused]
    waiting = sorted(str(row.get("doc_id")) for row in found.waiting)
    return made, [*told, *(f"{one}: not confirmed yet" for one in waiting)]


def _to_marks(case: Case, document: Annotated) -> list[tuple[int, int, str]]:
    return [(*case.offsets.span_to_seed(span.start, span.end), span.label) for span in document.spans]
