"""`standoff doccano pull`: what annotators have confirmed into their layers, every document and span accounted for."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.doccano.client import Doccano
from standoff.doccano.desk import Found, read_desk
from standoff.doccano.notes import Placed, place_notes
from standoff.doccano.pulled import Layer, write_layer
from standoff.doccano.push import suggestions_of, to_document
from standoff.doccano.rounds import Deal, Round, read_round
from standoff.edits import follow_edits
from standoff.errors import StandoffError
from standoff.formats.doccano import to_row
from standoff.formats.exchange import Annotated, Reject
from standoff.guidelines import Schema, read_schema
from standoff.ledger import Account, Ledger
from standoff.places import Finder
from standoff.taking import reject_all, take_spans

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pulled:
    """The account of a pull, and every document and span that was not taken, by name."""

    ledger: Ledger
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    """One annotator's share of a round, and what it is read with."""

    corpus: Corpus
    plan: Round
    deal: Deal
    schema: Schema
    finder: Finder


def pull(
    corpus: Corpus, server: Doccano, name: str, annotators: Sequence[str] = (), tell: Progress | None = None
) -> Pulled:
    """Read a round, of all annotators or of some, into `annotations/<annotator>/`; again without news is no change.

    Only confirmed documents are taken. What is on the server is what was pulled, what waits and what is rejected.
    """
    plan = read_round(corpus, name)
    deals = [deal for deal in plan.deals if not annotators or deal.annotator in annotators]
    if unknown := set(annotators) - {deal.annotator for deal in deals}:
        hint = f"it is {', '.join(deal.annotator for deal in plan.deals)}"
        raise StandoffError(f"{min(unknown)!r} is not in the round {name!r}", hint=hint, usage=True)
    schema, finder = read_schema(corpus.labels_file), Finder.from_corpus(corpus, {})
    accounts, remarks, rejects = list[Account](), list[str](), list[Reject]()
    for number, deal in enumerate(deals, 1):
        found = read_desk(server, plan.project_name(corpus, deal.annotator))
        reader = _Reader(corpus, plan, deal, schema, finder)
        done = _take(reader, found)
        accounts += done.ledger.accounts
        remarks += [f"{deal.annotator}: {remark}" for remark in done.ledger.remarks]
        rejects += done.rejects
        if tell is not None:
            tell(number, len(deals))
    return Pulled(Ledger(tuple(accounts), tuple(remarks)).require_balance(), tuple(rejects))


def _take(reader: _Reader, found: Found) -> Pulled:
    """Take what one annotator has confirmed, and count."""
    rejects, layer = list(found.parsed.rejects), Layer(reader.deal.annotator, {}, {})
    withheld = dict[str, int]()
    for document in found.parsed.documents:
        taken = _take_document(reader, document, found.comments.get(document.id, ()))
        if isinstance(taken, str):
            rejects += reject_all(document, taken)
            continue
        placed, left = taken
        layer.spans[document.id], layer.notes[document.id] = list(placed.spans), list(placed.notes)
        withheld[document.id] = placed.left
        rejects += left
    written = write_layer(reader.corpus, reader.plan, layer)
    for document in found.parsed.documents:
        if document.id in written.kept:
            hint = "this file was edited here since it was pulled: commit it to have it replaced"
            rejects += reject_all(replace(document, spans=tuple(layer.spans.pop(document.id))), hint)
    ledger = _count(reader, found, layer, rejects, written.changed)
    said = [
        f"{one} is private, so the words of comments are not kept here, only rule ids; comments cut short: {count}"
        for one, count in withheld.items()
        if count and one in layer.spans
    ]
    return Pulled(replace(ledger, remarks=(*ledger.remarks, *said)), tuple(rejects))


def _take_document(reader: _Reader, document: Annotated, comments: Iterable[str]) -> tuple[Placed, list[Reject]] | str:
    """The spans of a document in seed offsets with its notes, and the rejects; or why it cannot be taken."""
    if document.id not in reader.deal.documents:
        return "it is not in the plan of this round"
    clean, left = _read_clean(reader, document.id), list[Reject]()
    if clean not in (None, document.text):
        document, left = follow_edits(document, clean)
    place = reader.finder.find(document)
    if isinstance(place, str):
        return place
    taken, others = take_spans(document, place, {}, reader.schema)
    private = not reader.finder.sources[document.id].redistribute
    return place_notes(taken.spans, comments, private=private), [*left, *others]


def _read_clean(reader: _Reader, document_id: str) -> str | None:
    """Our text of a document; None where it is not here."""
    source = reader.finder.sources.get(document_id)
    seed = reader.corpus.read_seed(source) if source is not None else None
    return None if seed is None else apply_cuts(seed, reader.corpus.read_cuts(document_id))


def _count(reader: _Reader, found: Found, layer: Layer, rejects: Sequence[Reject], changed: Sequence[str]) -> Ledger:
    """Documents and spans of one annotator on the server, by what became of them."""
    left = Counter(reject.what for reject in rejects)
    begun = _find_begun(reader, found)
    waiting = [len(row["label"]) for row in found.waiting]
    spans = sum(len(one) for one in layer.spans.values())
    total = found.parsed.total
    documents = {
        "pulled": len(layer.spans),
        "begun": len(begun),
        "untouched": len(waiting) - len(begun),
        "rejected": left["document"],
    }
    parts = {"pulled": spans, "not confirmed": sum(waiting), "rejected": left["span"]}
    name = reader.deal.annotator
    accounts = (
        Account(f"{name}: documents", total["document"] + len(waiting), documents),
        Account(f"{name}: spans", total["span"] + sum(waiting), parts),
    )
    return Ledger(accounts, tuple(_remark(reader, found, layer, begun, changed))).require_balance()


def _find_begun(reader: _Reader, found: Found) -> list[str]:
    """Documents that are not confirmed, and are not as they were pushed."""
    return sorted(
        str(row.get("doc_id"))
        for row in found.waiting
        if row.get("Comments") or sorted(row["label"]) != _read_pushed(reader, str(row.get("doc_id")))
    )


def _read_pushed(reader: _Reader, document_id: str) -> list[list[object]]:
    """The labels of a document as they were pushed; none where its text is not here."""
    source = reader.finder.sources.get(document_id)
    seed = reader.corpus.read_seed(source) if source is not None else None
    if seed is None:
        return []
    document = to_document(reader.corpus, suggestions_of(reader.plan, reader.deal), document_id, seed, reader.schema)
    return sorted(to_row(document)["label"])


def _remark(reader: _Reader, found: Found, layer: Layer, begun: Sequence[str], changed: Sequence[str]) -> Iterable[str]:
    yield f"documents whose files changed: {len(changed)}" if changed else "nothing changed"
    if missing := [label for label in reader.schema.names if label not in found.labels]:
        yield f"the project has no label {', '.join(missing)}: if it was deleted, its spans went with it"
    if begun:
        yield f"begun and not confirmed: {', '.join(begun)}"
    held = {one.id for one in found.parsed.documents} | {str(row.get("doc_id")) for row in found.waiting}
    if gone := [one for one in reader.deal.documents if one not in held]:
        yield f"not on the server, though planned: {', '.join(gone)}"
    if others := [one.id for one in found.parsed.documents if _read_clean(reader, one.id) not in (None, one.text)]:
        said = "look at their spans, which slip where they were marked before an edit"
        yield f"the text on the server is not ours: {', '.join(others)}; {said}"
    for one in sorted(set(reader.deal.control) & layer.spans.keys()):
        gold = {
            (span.start, span.end, span.label)
            for span in reader.corpus.read_spans(reader.corpus.settings.layer, one) or ()
        }
        read = {(span.start, span.end, span.label) for span in layer.spans[one]}
        share = 2 * len(gold & read) / (len(gold) + len(read)) if gold or read else 1.0
        yield f"control {one}: {len(gold & read)} of {len(gold)} known spans found, {len(read)} marked, F1 {share:.2f}"
