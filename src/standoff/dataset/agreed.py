"""What the card says of agreement: span F1 of the annotators, before anything was adjudicated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from standoff.agree.agreement import score_layers
from standoff.agree.intervals import ALL, Row, Score
from standoff.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Agreed:
    """The section as Markdown, and its figures: `documents`, `readers`; over all labels `f1`, `low`, `high`, `partial`.

    Both are empty where no document has two readers; a figure that has no value is left out.
    """

    section: str = ""
    figures: Mapping[str, int | float] = field(default_factory=dict)


def to_agreement(corpus: Corpus) -> Agreed:
    """From the files of spans alone, so that it does not depend on whether a text is here."""
    from standoff.dataset.card.tables import to_table

    layers = corpus.annotators()
    documents, rows = score_layers(corpus, layers)
    if not rows:
        return Agreed()
    names = ", ".join(f"`{layer}`" for layer in layers)
    mean = "; the mean over all pairs" if len(layers) > 2 else ""
    head = (
        f"## Agreement\n\n{names} on the {documents} documents that two or more of them have read, before anything was "
        "adjudicated. Span F1, strict (same range and label) and partial (same label, the ranges touch: half), with "
        f"95 % intervals by bootstrap over documents{mean}. `standoff agree {' '.join(layers)}` in the repository "
        "tells kappa and alpha over tokens too, and every place in which they differ.\n\n"
    )
    columns = ["label", "spans", "strict F1", "95 %", "partial F1", "95 %"]
    table = to_table(columns, [_to_cells(row) for row in rows if any(row.spans)], right=5)
    total = next(row for row in rows if row.label == ALL)
    found = {"f1": total.strict.f1, "low": total.strict.low, "high": total.strict.high, "partial": total.partial.f1}
    known = {name: value for name, value in found.items() if value is not None}
    return Agreed(head + table, {"documents": documents, "readers": len(layers), **known})


def _to_cells(row: Row) -> list[str]:
    return [row.label, f"{row.spans[0]:g}, {row.spans[1]:g}", *_say(row.strict), *_say(row.partial)]


def _say(score: Score) -> list[str]:
    if score.f1 is None:
        return ["–", "–"]
    interval = "–" if score.low is None or score.high is None else f"{score.low:.3f}–{score.high:.3f}"
    return [f"{score.f1:.3f}", interval]
