"""Who reads what in a round: documents chosen, dealt out and mixed with control documents."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from standoff.clean import choose_sources
from standoff.corpus import SUGGESTED, Corpus
from standoff.doccano.deal import by_hash, deal_out, mix_in, rank
from standoff.doccano.rounds import OWN, Round, read_round, read_rounds, require_name, round_file
from standoff.errors import StandoffError
from standoff.guidelines import read_schema
from standoff.records import ID


@dataclass(frozen=True, slots=True)
class Order:
    """What to deal out: documents by id, or the `next` ones that need people most; to whom, and how.

    A share `overlap` of the documents goes to `per_doc` annotators, `control` documents of gold are mixed in for each;
    in a calibration round everybody reads everything. `suggestions` is the layer that annotators start from. With
    `again` annotators get what they have read, as they marked it, for a rule that changed.
    """

    annotators: tuple[str, ...]
    ids: tuple[str, ...] = ()
    next: int = 0
    per_doc: int = 1
    overlap: float = 1.0
    control: int = 0
    calibration: bool = False
    suggestions: str = ""
    again: bool = False
    with_private: bool = False


def make_plan(corpus: Corpus, name: str, order: Order | None) -> Round:
    """The plan of a round: as it lies in the corpus, else by the order; raises StandoffError where both differ."""
    if round_file(corpus, require_name(name, "a round")).exists():
        plan = read_round(corpus, name)
        if order is not None and {deal.annotator for deal in plan.deals} != set(order.annotators):
            hint = "leave --to out to push it as planned, or name another round"
            raise StandoffError(f"the round {name!r} is planned for other people", hint=hint, usage=True)
        return plan
    if order is None or not order.annotators:
        raise StandoffError(f"the round {name!r} is new: for whom?", hint="--to ida --to ben", usage=True)
    return _deal(corpus, name, order)


def _deal(corpus: Corpus, name: str, order: Order) -> Round:
    for annotator in order.annotators:
        if require_name(annotator, "an annotator") in (corpus.settings.layer, SUGGESTED):
            raise StandoffError(f"{annotator!r} is a layer of another kind, no annotator", usage=True)
    if order.suggestions and order.suggestions not in corpus.layers():
        hint = f"layers are: {', '.join(corpus.layers())}"
        raise StandoffError(f"there is no layer {order.suggestions!r}", hint=hint, usage=True)
    chosen = choose_documents(corpus, name, order)
    version = read_schema(corpus.labels_file).version
    if order.again:
        hands = {one: [path for path in chosen if path in _ids_in(corpus, one)] for one in order.annotators}
        deals = [mix_in(one, hands[one], (), name) for one in order.annotators if hands[one]]
        return _require_work(Round(name, version, OWN, order.calibration, tuple(deals)))
    read = {(one, path) for one in order.annotators for path in _ids_in(corpus, one)}
    planned = {(deal.annotator, one) for plan in read_rounds(corpus) for deal in plan.deals for one in deal.documents}
    everyone = len(order.annotators)
    hands = deal_out(
        chosen,
        order.annotators,
        per_doc=everyone if order.calibration else order.per_doc,
        overlap=1.0 if order.calibration else order.overlap,
        read=read | planned,
        key=f"{corpus.settings.split_key} {name}",
    )
    deals = []
    for one, documents in hands.items():
        known = {path for annotator, path in read | planned if annotator == one}
        fit = [path for path in _ids_in(corpus, corpus.settings.layer) if path not in {*documents, *known}]
        control = by_hash(f"{name} control", _here(corpus, fit, with_private=order.with_private))[: order.control]
        deals.append(mix_in(one, documents, control, name))
    return _require_work(Round(name, version, order.suggestions, order.calibration, tuple(deals)))


def _require_work(plan: Round) -> Round:
    if not any(deal.documents for deal in plan.deals):
        hint = "they have read these documents, or have them in a round; --again deals out what they have read"
        raise StandoffError("there is nothing to deal out", hint=hint)
    return plan


def choose_documents(corpus: Corpus, name: str, order: Order) -> list[str]:
    """The documents of an order; `next` takes those that are not in gold and read by the fewest first."""
    if order.next and order.ids:
        raise StandoffError("--next chooses the documents: name none", usage=True)
    sources = choose_sources(corpus.read_sources(), order.ids)
    ids = _here(corpus, [source.id for source in sources], with_private=order.with_private)
    if refused := sorted(set(order.ids) - set(ids)):
        hint = "texts that may not be redistributed go to a server with --with-private; clean the others first"
        raise StandoffError(f"not to be pushed: {', '.join(refused)}", hint=hint, usage=True)
    if not order.next:
        return ids
    rounds = Counter(one for plan in read_rounds(corpus) for deal in plan.deals for one in deal.documents)
    readings = rounds | Counter(one for layer in corpus.annotators() for one in _ids_in(corpus, layer))
    return rank(ids, _ids_in(corpus, corpus.settings.layer), readings, name)[: order.next]


def _ids_in(corpus: Corpus, layer: str) -> list[str]:
    """The documents of a layer."""
    return sorted(path.stem for path in corpus.layer_folder(layer).glob("*.jsonl") if ID.fullmatch(path.stem))


def _here(corpus: Corpus, ids: Collection[str], *, with_private: bool) -> list[str]:
    """Those that are cleaned, whose text is here and, if it is private, may go to a server."""
    sources, index = corpus.read_sources(), corpus.read_index()
    return [
        one
        for one in ids
        if one in index
        and corpus.seed_file(one, redistribute=sources[one].redistribute).exists()
        and (with_private or sources[one].redistribute)
    ]
