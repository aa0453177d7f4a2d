"""`standoff adjudicate`: layers that differ become one; what they agree on goes in, each other place is decided."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from standoff.adjudicate.case import Case, Cases, read_cases
from standoff.adjudicate.decisions import Place, find_open, read_decisions, settle, stands, to_lists, write_decisions
from standoff.adjudicate.policies import decide_by_expert, decide_by_majority
from standoff.agree.regions import Region
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import quote_toml, write_text
from standoff.guidelines import Schema, read_schema
from standoff.jsonl import write_records
from standoff.ledger import Account, Ledger
from standoff.records import Decision, Span

Ask = Callable[[Sequence[Case], dict[Place, Decision]], tuple[list[Decision], list[str]]]
"""Asks a person: gives the decisions so far, and what is not decided, in words."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who decides: `people` (through `ask`), `majority`, or `expert`, whose layer is named."""

    name: str
    expert: str = ""
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """The account, what is open or refused, in words, and the documents that were written."""

    ledger: Ledger
    open: tuple[str, ...]
    written: tuple[str, ...]


def adjudicate(
    corpus: Corpus, layers: Sequence[str], into: str, policy: Policy, ids: Collection[str] = ()
) -> Adjudicated:
    """Settle what layers differ in, and write the documents in which nothing is open into the layer `into`.

    Decisions are written first; one stands as long as the layers read as it saw them. Raises StandoffError for layers
    that are not there, and for a policy that is none.
    """
    _require(corpus, layers, into, policy)
    schema, cases = read_schema(corpus.labels_file), read_cases(corpus, layers, ids)
    decisions = read_decisions(corpus)
    told: list[str] = []
    new = _decide(cases.ready, decisions, policy, schema.version)
    if policy.ask is not None:
        asked, told = policy.ask(cases.ready, decisions)
        new += asked
    decisions.update({(one.id, one.start, one.end): one for one in new})
    if new:
        write_decisions(corpus, decisions.values())
    settled = {case.source.id: case for case in cases.ready if not _open_in(case, decisions)}
    written, clashes = list[str](), list[str]()
    for document, case in settled.items():
        spans = settle(document, case.agreed, decisions.values(), case.layers, case.seed)
        if clash := _find_clash(spans, schema):
            clashes.append(f"{document}: {clash}")
        else:
            written.append(document)
            write_records(corpus.spans_file(into, document), _keep_notes(corpus, into, document, spans))
    if written:
        _sign(corpus, into, layers, schema)
    open_ = [f"{case.source.id} {one.start}-{one.end}" for case in cases.ready for one in _open_in(case, decisions)]
    ledger = _count(cases, layers, decisions, written)
    return Adjudicated(ledger, tuple([*told, *open_, *clashes]), tuple(written))


def _require(corpus: Corpus, layers: Sequence[str], into: str, policy: Policy) -> None:
    if len(set(layers)) < 2 or into in layers:
        hint = "standoff adjudicate ida ben --into gold"
        raise StandoffError("name two layers or more, and another to put them into", hint=hint, usage=True)
    if unknown := [layer for layer in layers if layer not in corpus.layers()]:
        hint = f"one of {', '.join(corpus.layers())}"
        raise StandoffError(f"there is no layer {unknown[0]!r}", hint=hint, usage=True)
    if policy.name not in ("people", "majority", "expert"):
        raise StandoffError(f"there is no policy {policy.name!r}", hint="people, majority or expert", usage=True)
    if policy.name == "expert" and policy.expert not in layers:
        raise StandoffError("who is the expert?", hint=f"--expert {' or '.join(layers)}", usage=True)


def _open_in(case: Case, decisions: dict[Place, Decision]) -> list[Region]:
    return find_open(case.source.id, case.regions, decisions, case.layers)


def _decide(cases: Sequence[Case], decisions: dict[Place, Decision], policy: Policy, guidelines: str) -> list[Decision]:
    """What a policy decides of the regions that are open."""
    made: list[Decision] = []
    for case in cases if policy.name != "people" else ():
        for region in _open_in(case, decisions):
            if policy.name == "expert":
                made.append(decide_by_expert(case.source.id, region, policy.expert, guidelines))
            elif found := decide_by_majority(case.source.id, region, guidelines):
                made.append(found)
    return made


def _find_clash(spans: Sequence[Span], schema: Schema) -> str:
    """Why spans cannot stand together; empty if they can."""
    if unknown := [span.label for span in spans if span.label not in schema.names]:
        return f"the label {unknown[0]!r} is not in labels.toml"
    for one, other in () if schema.overlap else pairwise(spans):
        if other.start < one.end:
            return f"{one.start}-{one.end} and {other.start}-{other.end} overlap, and labels.toml says overlap = false"
    return ""


def _keep_notes(corpus: Corpus, into: str, document: str, spans: Sequence[Span]) -> list[Span]:
    """The spans with the notes that they had in the layer before, where nothing new is said of them."""
    before = {(span.start, span.end, span.label): span.note for span in corpus.read_spans(into, document) or ()}
    return [replace(span, note=span.note or before.get((span.start, span.end, span.label))) for span in spans]


def _sign(corpus: Corpus, into: str, layers: Sequence[str], schema: Schema) -> None:
    path = corpus.layer_folder(into) / "layer.toml"
    if not path.exists():
        who = quote_toml(f"adjudicated from {', '.join(layers)}")
        write_text(path, f"guidelines = {quote_toml(schema.version)}\nannotators = {who}\n")


def _count(cases: Cases, layers: Sequence[str], decisions: dict[Place, Decision], written: Sequence[str]) -> Ledger:
    """Documents, regions, and the spans of every layer, by what became of them."""
    places = Counter[str]()
    spans = Counter[str]()
    for case in cases.ready:
        open_ = {(one.start, one.end) for one in _open_in(case, decisions)}
        standing = [one for one in decisions.values() if one.id == case.source.id and stands(one, case.layers)]
        for region in case.regions:
            found = decisions.get((case.source.id, region.start, region.end))
            done = found is not None and (region.start, region.end) not in open_
            places[_say_by(found) if done and found else "open"] += 1
        for layer, held in case.layers.items():
            for row in to_lists(held):
                spans[_fate(row, layer, case, standing)] += 1
    total = len(cases.ready) + len(cases.unread) + len(cases.control) + len(cases.absent)
    documents = {
        "written": len(written), "open": len(cases.ready) - len(written), "not read by all": len(cases.unread),
        "control": len(cases.control), "not here": len(cases.absent),
    }  # fmt: skip
    names = {"not read by all": cases.unread, "for control": cases.control, "text not here": cases.absent}
    every = sum(len(held) for case in cases.ready for held in case.layers.values())
    accounts = (
        Account("documents", total, documents),
        Account("disputed places", sum(len(case.regions) for case in cases.ready), dict(places)),
        Account(f"spans of {', '.join(layers)}", every, dict(spans)),
    )
    remarks = tuple(f"{name}: {', '.join(ids)}" for name, ids in names.items() if ids)
    return Ledger(accounts, remarks).require_balance()


def _say_by(decision: Decision) -> str:
    return "by people" if decision.by.startswith("person:") else decision.by.replace("policy:", "by ")


def _fate(row: list[object], layer: str, case: Case, standing: Sequence[Decision]) -> str:
    """What became of a span of a layer: it went in, it was decided against, or it is open."""
    start, end = int(str(row[0])), int(str(row[1]))
    for one in standing:
        if one.start < end and start < one.end:
            return "chosen" if row in [list(part) for part in one.spans] else "decided against"
    return "agreed" if row in to_lists(case.agreed) else "open"
