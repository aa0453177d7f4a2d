"""`standoff doccano push`: a round of annotation dealt out and put on the server, one project for each annotator."""

import re
from collections.abc import Iterator, Sequence

from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.doccano.client import Button, Doccano
from standoff.doccano.fill import Desk, Progress, fill
from standoff.doccano.members import ensure_account, read_usernames
from standoff.doccano.order import Order
from standoff.doccano.plan import make_plan
from standoff.doccano.rounds import OWN, Deal, Round, round_file, write_round
from standoff.errors import StandoffError
from standoff.formats.exchange import Annotated
from standoff.guidelines import Schema, read_schema
from standoff.guidelines.pages import read_guidelines
from standoff.guidelines.render.blocks import read_pages
from standoff.guidelines.render.markdown import to_markdown
from standoff.ledger import Account, Ledger
from standoff.offsets import OffsetMap, outermost_first
from standoff.records import Cut, Span


def push(corpus: Corpus, server: Doccano, name: str, order: Order | None, tell: Progress | None = None) -> Ledger:
    """Put a round on a server. Its plan is made from the order, or read where the round is there; twice is as once.

    Raises StandoffError before anything is sent where a text is private and the order does not say `with_private`.
    """
    planned = make_plan(corpus, name, order)
    plan = planned.plan
    usernames = read_usernames(corpus, [deal.annotator for deal in plan.deals])
    desks = [_to_desk(corpus, plan, deal, usernames[deal.annotator]) for deal in plan.deals]
    if not round_file(corpus, name).exists():
        write_round(corpus, plan)
    accounts, remarks = list[Account](), list(planned.remarks)
    total, before = sum(len(desk.documents) for desk in desks), 0
    for deal, desk in zip(plan.deals, desks, strict=True):
        if said := ensure_account(server, desk.username):
            remarks.append(said)
        step = None if tell is None else _shift(tell, before, total)
        filled = fill(server, desk, step)
        before += len(desk.documents)
        parts = {"uploaded": filled.uploaded, "there already": filled.present}
        accounts.append(Account(f"{deal.annotator}: documents", len(desk.documents), parts))
        if filled.removed:
            remarks.append(f"{deal.annotator}: documents of a push that was cut off, taken away: {filled.removed}")
    return Ledger(tuple(accounts), tuple(remarks)).require_balance()


def _shift(tell: Progress, before: int, total: int) -> Progress:
    return lambda done, _: tell(before + done, total)


def read_texts(corpus: Corpus, plan: Round, deal: Deal) -> Iterator[Annotated]:
    """The cleaned texts of a deal, with the suggestions; raises StandoffError for one that is not here or empty."""
    sources, schema = corpus.read_sources(), read_schema(corpus.labels_file)
    layer = suggestions_of(plan, deal)
    for one in deal.documents:
        seed = corpus.read_seed(sources[one]) if one in sources else None
        if seed is None:
            hint = "put it back: standoff add --private FOLDER"
            raise StandoffError(f"the text of {one} is not here", path=round_file(corpus, plan.name), hint=hint)
        document = to_document(corpus, layer, one, seed, schema)
        if not document.text:
            raise StandoffError(f"{one} has no text once it is cleaned, and doccano takes none that is empty")
        yield document


def suggestions_of(plan: Round, deal: Deal) -> str:
    """The layer that an annotator starts from; empty for none."""
    return deal.annotator if plan.suggestions == OWN else plan.suggestions


def to_document(corpus: Corpus, layer: str, document_id: str, seed: str, schema: Schema) -> Annotated:
    """The cleaned text of a document, with the spans of a layer as suggestions; none if it has no name."""
    cuts = corpus.read_cuts(document_id)
    spans = (corpus.read_spans(layer, document_id) if layer else None) or []
    return Annotated(document_id, apply_cuts(seed, cuts), tuple(to_suggestions(spans, seed, cuts, schema)))


def to_suggestions(spans: Sequence[Span], seed: str, cuts: Sequence[Cut], schema: Schema) -> Iterator[Span]:
    """The spans that doccano can show, in offsets of the cleaned text: whole, once, and flat where labels are.

    One with a label that is none of ours would make doccano add the label.
    A suggestion that is left out is no loss: its layer keeps it.
    """
    offsets, taken = OffsetMap.from_cuts(len(seed), cuts), list[Span]()
    for span in sorted(spans, key=outermost_first):
        start, end, verdict = offsets.span_to_clean(span.start, span.end)
        flat = schema.overlap or not any(one.start < end and start < one.end for one in taken)
        if verdict == "kept" and flat and span.label in schema.names:
            taken.append(Span(start, end, span.label, span.text))
    yield from sorted({(one.start, one.end, one.label): one for one in taken}.values())


def _to_desk(corpus: Corpus, plan: Round, deal: Deal, username: str) -> Desk:
    schema = read_schema(corpus.labels_file)
    documents = tuple(read_texts(corpus, plan, deal))
    name = plan.project_name(corpus, deal.annotator)
    return Desk(name, username, to_buttons(schema), to_guideline(corpus), schema.overlap, documents)


def to_buttons(schema: Schema) -> tuple[Button, ...]:
    """The labels as doccano shows them; a hotkey that it does not know is left out."""
    return tuple(
        Button(one.name, one.color, one.hotkey if re.fullmatch("[0-9a-z]", one.hotkey) else "") for one in schema.labels
    )


def to_guideline(corpus: Corpus) -> str:
    """The guidelines as Markdown for doccano's page; empty where the corpus has none."""
    guidelines = read_guidelines(corpus.labels_file.parent)
    return to_markdown(guidelines, read_pages(corpus.labels_file.parent, guidelines)) if guidelines.rules else ""
