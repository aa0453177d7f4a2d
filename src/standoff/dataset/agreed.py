"""The section of the card on agreement: span F1 of the annotators, before anything was adjudicated."""

from standoff.agree.agreement import score_layers
from standoff.agree.intervals import Row, Score
from standoff.corpus import Corpus


def to_agreement(corpus: Corpus) -> str:
    """A Markdown section; empty where no document has two readers."""
    from standoff.dataset.card import to_table

    layers = corpus.annotators()
    documents, rows = score_layers(corpus, layers)
    if not rows:
        return ""
    names = ", ".join(f"`{layer}`" for layer in layers)
    mean = "; the mean over all pairs" if len(layers) > 2 else ""
    head = (
        f"## Agreement\n\n{names} on the {documents} documents that two or more of them have read, before anything was "
        "adjudicated. Span F1, strict (same range and label) and partial (same label, the ranges touch: half), with "
        f"95 % intervals by bootstrap over documents{mean}.\n\n"
    )
    columns = ["label", "spans", "strict F1", "95 %", "partial F1", "95 %"]
    return head + to_table(columns, [_to_cells(row) for row in rows if any(row.spans)])


def _to_cells(row: Row) -> list[str]:
    return [row.label, f"{row.spans[0]:g}, {row.spans[1]:g}", *_say(row.strict), *_say(row.partial)]


def _say(score: Score) -> list[str]:
    if score.f1 is None:
        return ["–", "–"]
    interval = "–" if score.low is None or score.high is None else f"{score.low:.3f}–{score.high:.3f}"
    return [f"{score.f1:.3f}", interval]
