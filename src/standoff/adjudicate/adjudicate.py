"""`standoff adjudicate`: layers that differ become one; what they agree on goes in, each other place is decided."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from standoff.adjudicate.account import count
from standoff.adjudicate.case import Case, read_cases
from standoff.adjudicate.decisions import (
    Place,
    find_open,
    find_standing,
    read_decisions,
    settle,
    to_place,
    write_decisions,
)
from standoff.adjudicate.policies import decide_by_expert, decide_by_majority
from standoff.corpus import ADJUDICATED, SUGGESTED, Corpus
from standoff.doccano.rounds import require_name
from standoff.errors import StandoffError
from standoff.files import quote_toml, write_text
from standoff.guidelines import Schema, read_schema
from standoff.jsonl import write_records
from standoff.ledger import Ledger
from standoff.records import Decision, Span


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person (`by`) has decided, by document as a whole; what is not decided, and remarks."""

    by: str = ""
    decisions: dict[str, list[Decision]] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


Ask = Callable[[Sequence[Case], Collection[Decision]], Asked]
"""Asks a person about documents in which some decisions stand."""


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
    corpus: Corpus,
    layers: Sequence[str],
    into: str,
    policy: Policy,
    ids: Collection[str] = (),
    *,
    single: bool = False,
) -> Adjudicated:
    """Settle what layers differ in, and write the documents in which nothing is open into the layer `into`.

    Without layers it is, for each document, all annotators that have read it; with `single` also where it is one alone.
    Decisions are written first; one stands as long as the layers read as it saw them. Raises StandoffError for layers
    that are not there, a policy that is none, and a layer `into` that is an annotator's.
    """
    _require(corpus, layers, into, policy)
    schema = read_schema(corpus.labels_file)
    cases = read_cases(corpus, layers, ids, least=1 if single else 2)
    decisions = read_decisions(corpus)
    before = dict(decisions)
    for one in _decide(cases.ready, decisions, into, policy, schema.version):
        decisions[to_place(one)] = one
    asked = policy.ask(cases.ready, decisions.values()) if policy.ask is not None else Asked()
    for document, made in asked.decisions.items():
        _take_over(decisions, into, document, asked.by, made)
    if decisions != before:
        write_decisions(corpus, decisions.values())
    written, problems, changed = list[str](), list[str](), list[str]()
    for case in cases.ready:
        document, standing = case.source.id, find_standing(decisions.values(), into, case.source.id, case.every)
        if open_ := find_open(case.regions, standing):
            more = sorted(case.every.keys() - case.layers.keys())
            also = f" ({', '.join(more)} read it too: name every layer)" if more else ""
            problems += [f"{document} {one.start}-{one.end}{also}" for one in open_]
            continue
        spans = settle(case.agreed, standing, case.layers, case.seed)
        if clash := _find_clash(spans, schema):
            problems.append(f"{document}: {clash}")
        else:
            written.append(document)
            told, path = _keep_notes(corpus, into, document, spans), corpus.spans_file(into, document)
            changed += [document] if path.exists() and corpus.read_spans(into, document) != told else []
            write_records(path, told)
    if written:
        _sign(corpus, into, layers or corpus.annotators(), schema)
    ledger = count(cases, layers, decisions.values(), into, written)
    replaced = (f"{into} was another before, and is replaced, in: {', '.join(changed)}",) if changed else ()
    ledger = replace(ledger, remarks=(*asked.remarks, *ledger.remarks, *replaced))
    return Adjudicated(ledger, (*asked.open, *problems), tuple(written))


def _require(corpus: Corpus, layers: Sequence[str], into: str, policy: Policy) -> None:
    if len(layers or corpus.annotators()) < 1 or len({*layers}) == 1 or into in layers:
        hint = "standoff adjudicate ida ben --into gold"
        message = "name two layers or more, or none for all annotators, and another to put them into"
        raise StandoffError(message, hint=hint, usage=True)
    if unknown := [layer for layer in layers if layer not in corpus.layers()]:
        hint = f"one of {', '.join(corpus.layers())}"
        raise StandoffError(f"there is no layer {unknown[0]!r}", hint=hint, usage=True)
    if policy.name not in ("people", "majority", "expert"):
        raise StandoffError(f"there is no policy {policy.name!r}", hint="people, majority or expert", usage=True)
    if policy.name == "expert" and policy.expert not in (layers or corpus.annotators()):
        raise StandoffError(
            "who is the expert?", hint=f"--expert {' or '.join(layers or corpus.annotators())}", usage=True
        )
    fresh = into not in corpus.layers() and require_name(into, "a layer") != SUGGESTED
    if not (fresh or into == corpus.settings.layer or corpus.is_adjudicated(into)):
        hint = f"adjudicate into {corpus.settings.layer!r}, or into a layer of a new name"
        raise StandoffError(f"the layer {into!r} is what somebody read", hint=hint, usage=True)


def _decide(
    cases: Sequence[Case], decisions: dict[Place, Decision], into: str, policy: Policy, guidelines: str
) -> list[Decision]:
    """What a policy decides of the regions that are open."""
    made: list[Decision] = []
    for case in cases if policy.name != "people" else ():
        document = case.source.id
        for region in find_open(case.regions, find_standing(decisions.values(), into, document, case.every)):
            if policy.name == "expert":
                made.append(decide_by_expert(document, region, policy.expert, into, guidelines))
            elif found := decide_by_majority(document, region, into, guidelines):
                made.append(found)
    return made


def _take_over(decisions: dict[Place, Decision], into: str, document: str, by: str, made: Sequence[Decision]) -> None:
    """Replace what a person decided of a document before, and whatever else lies where they have decided now."""
    for place, one in list(decisions.items()):
        touched = any(one.start < other.end and other.start < one.end for other in made)
        if (one.into, one.id) == (into, document) and (one.by == by or touched):
            del decisions[place]
    decisions.update({to_place(one): one for one in made})


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
        who = quote_toml(f"{ADJUDICATED}{', '.join(layers)}")
        write_text(path, f"guidelines = {quote_toml(schema.version)}\nannotators = {who}\n")
