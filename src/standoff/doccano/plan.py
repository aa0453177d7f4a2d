"""Who reads what in a round: documents chosen, dealt out and mixed with control documents."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from standoff.clean import choose_sources
from standoff.corpus import SUGGESTED, Corpus
from standoff.doccano.deal import by_hash, deal_out, mix_in, rank
from standoff.doccano.order import Order
from standoff.doccano.rounds import OWN, Deal, Round, read_round, read_rounds, require_free, require_name, round_file
from standoff.errors import StandoffError
from standoff.guidelines import read_schema
from standoff.records import ID


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what of the order it could not give."""

    plan: Round
    remarks: tuple[str, ...] = ()


def make_plan(corpus: Corpus, name: str, order: Order | None) -> Planned:
    """The plan of a round: as it lies in the corpus, else by the order; raises StandoffError where both differ.

    A plan with private texts needs the word of whoever pushes, each time: StandoffError without it.
    """
    order = order or Order(())
    if round_file(corpus, require_name(name, "a round")).exists():
        plan = read_round(corpus, name)
        _require_same(plan, order)
        require_free(corpus, plan, with_private=order.with_private)
        return Planned(plan)
    if not order.annotators:
        raise StandoffError(f"the round {name!r} is new: for whom?", hint="--to ida --to ben", usage=True)
    _require_sense(corpus, order)
    return _deal(corpus, name, order)


def _require_same(plan: Round, order: Order) -> None:
    """Refuse an order that is not the one that the plan was made of, and asks for what the plan does not show."""
    if str(order) == plan.asked:
        return
    if order.annotators and {deal.annotator for deal in plan.deals} != set(order.annotators):
        hint = "leave --to out to push it as planned, or name another round"
        raise StandoffError(f"the round {plan.name!r} is planned for other people", hint=hint, usage=True)
    others = {
        "documents": order.ids,
        "--next": order.next,
        "--per-doc": order.per_doc != 1,
        "--overlap": order.overlap != 1.0,
        "--control": order.control,
        "--calibration": order.calibration and not plan.calibration,
        "--suggestions": order.suggestions not in ("", plan.suggestions),
        "--again": order.again and plan.suggestions != OWN,
    }
    if given := [option for option, differs in others.items() if differs]:
        hint = "the round is planned; leave them out, or name another round"
        raise StandoffError(f"without effect on the round {plan.name!r}: {', '.join(given)}", hint=hint, usage=True)


def _require_sense(corpus: Corpus, order: Order) -> None:
    """Refuse an order of which something would be dropped."""
    for annotator in order.annotators:
        if require_name(annotator, "an annotator") in (corpus.settings.layer, SUGGESTED):
            raise StandoffError(f"{annotator!r} is a layer of another kind, no annotator", usage=True)
    if order.suggestions and order.suggestions not in corpus.layers():
        hint = f"layers are: {', '.join(corpus.layers())}"
        raise StandoffError(f"there is no layer {order.suggestions!r}", hint=hint, usage=True)
    shares, people = order.per_doc != 1 or order.overlap != 1.0, len(order.annotators)
    faults = {
        "--next chooses the documents: name none": order.next and order.ids,
        "in a calibration round everybody reads everything: leave --per-doc and --overlap out": (
            order.calibration and shares
        ),
        "--again deals out what each has read, as they marked it: leave --per-doc, --overlap, --control and"
        " --suggestions out": order.again and (shares or order.control or order.suggestions),
        f"--per-doc {order.per_doc} is more than the number of annotators, which is {people}": order.per_doc > people,
        "--overlap shares nothing where one person reads a document: say --per-doc 2 too": (
            order.overlap != 1.0 and order.per_doc == 1
        ),
    }
    for fault, holds in faults.items():
        if holds:
            raise StandoffError(fault, usage=True)


def _deal(corpus: Corpus, name: str, order: Order) -> Planned:
    known = _find_known(corpus, order)
    chosen = _choose_documents(corpus, name, order, known)
    hands = _fill_hands(corpus, name, order, chosen, known)
    if not any(hands.values()):
        hint = "they have read these documents, or have them in a round; --again deals out what they have read"
        raise StandoffError("there is nothing to deal out", hint=hint)
    deals, remarks = list[Deal](), list(_remark(corpus, order, chosen, hands))
    gold = _here(corpus, _ids_in(corpus, corpus.settings.layer), with_private=order.with_private)
    for one, documents in hands.items():
        if not documents:
            remarks.append(f"{one}: nothing to read, so no account and no project")
            continue
        fit = [path for path in gold if path not in documents and (one, path) not in known]
        control = by_hash(f"{name} control", fit)[: order.control]
        if len(control) < order.control:
            remarks.append(f"{one}: documents of gold that are left for --control {order.control}: {len(control)}")
        deals.append(mix_in(one, documents, control, name))
    suggestions = OWN if order.again else order.suggestions
    version = read_schema(corpus.labels_file).version
    return Planned(Round(name, version, suggestions, order.calibration, tuple(deals), str(order)), tuple(remarks))


def _find_known(corpus: Corpus, order: Order) -> set[tuple[str, str]]:
    """Pairs (annotator, document) that are read or, unless they are to read again, in a round."""
    read = {(one, path) for one in order.annotators for path in _ids_in(corpus, one)}
    if order.again:
        return read
    return read | {
        (deal.annotator, one) for plan in read_rounds(corpus) for deal in plan.deals for one in deal.documents
    }


def _fill_hands(
    corpus: Corpus, name: str, order: Order, chosen: Sequence[str], known: Collection[tuple[str, str]]
) -> dict[str, list[str]]:
    if order.again:
        return {one: [path for path in chosen if (one, path) in known] for one in order.annotators}
    per_doc = len(order.annotators) if order.calibration else order.per_doc
    key = f"{corpus.settings.split_key} {name}"
    return deal_out(chosen, order.annotators, per_doc=per_doc, overlap=order.overlap, read=known, key=key)


def _remark(corpus: Corpus, order: Order, chosen: Sequence[str], hands: Mapping[str, list[str]]) -> Iterator[str]:
    """What of an order its plan does not give."""
    readings = Counter(one for documents in hands.values() for one in documents)
    if not order.ids:
        every = [_here(corpus, corpus.read_sources(), with_private=private) for private in (True, order.with_private)]
        if private := len(every[0]) - len(every[1]):
            yield f"private documents left out: {private}; --with-private deals them out too"
        if others := len(corpus.read_sources()) - len(every[0]):
            yield f"documents left out, since they are not cleaned or their text is not here: {others}"
    if len(readings) < order.next:
        yield f"documents that are left for --next {order.next}: {len(readings)}"
    if undealt := [one for one in chosen if one not in readings]:
        why = "nobody of them has read it" if order.again else "each of them has read it, or has it in a round"
        yield f"dealt to nobody, since {why}: {', '.join(undealt)}"
    wanted = len(hands) if order.calibration else order.per_doc
    if order.overlap == 1.0 and (few := [one for one in chosen if 0 < readings[one] < wanted]) and not order.again:
        yield f"dealt to fewer than {wanted}, since the others have read it, or have it in a round: {', '.join(few)}"


def _choose_documents(corpus: Corpus, name: str, order: Order, known: Collection[tuple[str, str]]) -> list[str]:
    """The documents of an order; `next` takes those that are not in gold and read by the fewest first."""
    sources = choose_sources(corpus.read_sources(), order.ids)
    ids = _here(corpus, [source.id for source in sources], with_private=order.with_private)
    if refused := sorted(set(order.ids) - set(ids)):
        hint = "texts that may not be redistributed go to a server with --with-private; clean the others first"
        raise StandoffError(f"not to be pushed: {', '.join(refused)}", hint=hint, usage=True)
    if not order.next:
        return ids
    fit = [path for path in ids if any(((one, path) in known) == order.again for one in order.annotators)]
    rounds = Counter(one for plan in read_rounds(corpus) for deal in plan.deals for one in deal.documents)
    readings = rounds | Counter(one for layer in corpus.annotators() for one in _ids_in(corpus, layer))
    return rank(fit, _ids_in(corpus, corpus.settings.layer), readings, name)[: order.next]


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
