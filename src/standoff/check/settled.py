"""Where annotators differ in what is built: each place is decided, and the layer is as was decided."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from standoff.adjudicate.case import read_controls
from standoff.adjudicate.decisions import find_open, find_standing, is_whole, spans_in, stands, to_lists
from standoff.agree.regions import find_regions
from standoff.check.findings import Finding
from standoff.check.lines import Lines, read_lines
from standoff.check.place import place
from standoff.check.tables import to_issue
from standoff.corpus import SUGGESTED, Corpus
from standoff.doccano.rounds import read_rounds
from standoff.errors import StandoffError
from standoff.records import Decision, Issue, Note, Span


def check_settled(corpus: Corpus, layer: str, documents: Sequence[str]) -> Iterator[Issue]:
    """Broken decisions, places of `layer` in which annotators differ undecided, and decisions that it does not follow.

    Files of spans that cannot be read are told elsewhere, and passed over.
    """
    path, name = corpus.decisions_file, corpus.name_of(corpus.decisions_file)
    lines: Lines[Decision] = read_lines(path.read_bytes(), Decision) if path.exists() else Lines()
    readings = dict(_read_layers(corpus, layer, documents))
    findings = [*_check_rows(lines.records, documents), *_check_followed(corpus, layer, lines.records, readings)]
    yield from place(name, lines, findings)
    try:
        read_rounds(corpus)
    except StandoffError as error:
        yield to_issue(error, corpus)
    decisions = [one for one in lines.records if is_whole(one)]
    for document, spans in readings.items():
        standing = find_standing(decisions, layer, document, spans)
        yield from _check_open(corpus, layer, document, spans, standing)


def check_notes(corpus: Corpus, layers: Iterable[str]) -> Iterator[Issue]:
    """The form of what annotators said of documents as a whole; their order is that in which it was said."""
    for layer in layers:
        for path in sorted(corpus.layer_folder(layer).glob("*.notes.jsonl")):
            yield from place(corpus.name_of(path), read_lines(path.read_bytes(), Note, ordered=False), ())


def _read_layers(corpus: Corpus, layer: str, documents: Sequence[str]) -> Iterator[tuple[str, dict[str, list[Span]]]]:
    """The documents of a layer that two annotators or more have read, with what each has; not those for control."""
    # the settings may be broken, which is told elsewhere
    layers = (one for one in corpus.layers() if one not in (layer, SUGGESTED))
    annotators = [one for one in layers if not corpus.is_adjudicated(one)]
    try:
        controls = read_controls(corpus) if annotators else set()
    except StandoffError:  # told by the check of plans
        controls = set()
    for document in documents if len(annotators) > 1 else ():
        read = [
            one for one in annotators if (one, document) not in controls and corpus.spans_file(one, document).exists()
        ]
        if len(read) > 1 and corpus.spans_file(layer, document).exists():
            try:
                yield document, {one: corpus.read_spans(one, document) or [] for one in read}
            except StandoffError:
                continue


def _check_rows(records: Sequence[Decision], documents: Collection[str]) -> Iterator[Finding]:
    known = set(documents)
    for at, one in enumerate(records):
        if one.id not in known:
            yield Finding("decision-broken", at, f"no document has the id {one.id!r}")
        elif not is_whole(one):
            yield Finding("decision-broken", at, "its spans are no [start, end, label] in its range, or nobody decided")


def _check_followed(
    corpus: Corpus, layer: str, records: Sequence[Decision], readings: Mapping[str, Mapping[str, list[Span]]]
) -> Iterator[Finding]:
    """Decisions that stand, and are not what the layer has."""
    for at, one in enumerate(records):
        spans = readings.get(one.id)
        if spans is None or one.into != layer or not is_whole(one) or not stands(one, spans):
            continue
        try:
            held = to_lists(spans_in(corpus.read_spans(layer, one.id) or [], one.start, one.end))
        except StandoffError:
            continue
        missing = [row for row in one.spans if row not in held]
        others = [row for row in held if row not in one.spans]
        for row in (missing or others)[:1]:
            what = "was decided and is not there" if missing else "was not decided and is there"
            yield Finding("decision-stale", at, f"[{row[0]}, {row[1]}) {row[2]} of {one.id} {what}")


def _check_open(
    corpus: Corpus, layer: str, document: str, spans: Mapping[str, list[Span]], standing: Sequence[Decision]
) -> Iterator[Issue]:
    _, regions = find_regions(spans)
    path = corpus.name_of(corpus.spans_file(layer, document))
    for region in find_open(regions, standing):
        said = "; ".join(
            f"{name}: {', '.join(f'{one.start}-{one.end} {one.label}' for one in held) or 'nothing'}"
            for name, held in region.readings.items()
        )
        message = f"annotators differ in [{region.start}, {region.end}), and nobody has decided: {said}"
        yield Issue("disagreement-open", path, None, message, at=f"{region.start}-{region.end}")
