"""The command `agree`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standoff.cli.tell import print_json, print_ledger, print_table

if TYPE_CHECKING:
    from standoff.agree.agreement import Agreement, Disagreement, Pair
    from standoff.agree.intervals import Row, Score

_SHOWN = 40
"""Disagreements printed before the rest is counted; --json has all."""


def agree(
    layers: Annotated[list[str], typer.Argument(help="two layers of annotations or more")],
    only: Annotated[list[str] | None, typer.Option(help="this document alone; may be repeated")] = None,
    plot: Annotated[Path | None, typer.Option(help="write a picture: .svg, .png or .pdf")] = None,
    json: Annotated[bool, typer.Option("--json", help="everything as JSON")] = False,
) -> None:
    """Say how far annotators agree, and where they do not.

    Span F1, strict (same range and label) and partial (same label, ranges touch: half), with 95 % bootstrap intervals
    over documents, for each label; Cohen's kappa and Krippendorff's alpha over tokens; labels and boundaries that
    differ; every disagreement with its text, the worst documents first.

    \b
    Example: standoff agree ida ben
    Picture: standoff agree ida ben cleo --plot agreement.svg
    """  # noqa: D301
    from standoff.agree.agreement import agree as find_agreement
    from standoff.corpus import Corpus

    found = find_agreement(Corpus.find(), list(layers), only or ())
    if plot is not None:
        from standoff.agree.plot import write_plot

        write_plot(plot, found.rows, f"Agreement of {', '.join(layers)}")
    if json:
        print_json(to_dict(found))
        return
    for pair in found.pairs:
        _print_pair(pair)
    if len(found.pairs) > 1:
        typer.echo(f"\nmean over {len(found.pairs)} pairs")
        _print_rows(found.rows)
    alpha = "no value" if found.alpha is None else f"{found.alpha:.3f}"
    typer.echo(f"Krippendorff's alpha over tokens, all annotators: {alpha}\n")
    print_ledger(found.ledger)
    _print_disagreements(found.disagreements)
    if plot is not None:
        typer.echo(f"wrote {plot}")


def _print_pair(pair: "Pair") -> None:
    typer.echo(f"{pair.layers[0]} and {pair.layers[1]}: {pair.documents} documents")
    if not pair.documents:
        typer.echo("no document that both have read")
        return
    _print_rows(pair.rows)
    if pair.kappa is not None:
        typer.echo(
            f"Cohen's kappa: {_number(pair.kappa.all)} over {pair.kappa.tokens:,} tokens, "
            f"{_number(pair.kappa.marked)} over the {pair.kappa.marked_tokens:,} that one of them marked"
        )
    labels = [f"{one}/{other} {count}" for (one, other), count in pair.confusion.items() if one != other]
    typer.echo(f"labels that differ: {', '.join(labels) or 'none'}")
    edges = [f"{low:+d}/{high:+d} {count}" for (low, high), count in list(pair.boundaries.items())[:10]]
    typer.echo(f"boundaries that differ (start/end, characters): {', '.join(edges) or 'none'}")


def _print_rows(rows: "Sequence[Row]") -> None:
    head = ["label", "spans", "spans", "strict F1", "95 %", "partial F1", "95 %"]
    cells = [
        [row.label, *(f"{count:g}" for count in row.spans), *_cells(row.strict), *_cells(row.partial)]
        for row in rows
        if any(row.spans)
    ]
    print_table(head, cells)


def _cells(score: "Score") -> tuple[str, str]:
    if score.f1 is None:
        return "-", "-"
    return f"{score.f1:.3f}", "-" if score.low is None else f"{score.low:.3f}–{score.high:.3f}"


def _number(value: float | None) -> str:
    return "no value" if value is None else f"{value:.3f}"


def _print_disagreements(found: "Sequence[Disagreement]") -> None:
    for one in found[:_SHOWN]:
        typer.echo(f"{one.document} {one.region.start}-{one.region.end}  {one.context}")
        for layer, spans in one.region.readings.items():
            typer.echo(f"    {layer}: {_say(spans)}")
    if len(found) > _SHOWN:
        typer.echo(f"and {len(found) - _SHOWN:,} more; --json has all")


def _say(spans: "Iterable[Any]") -> str:
    return ", ".join(f"[{span.text}]{{{span.label}}}" for span in spans).replace("\n", "⏎") or "nothing"


def to_dict(found: "Agreement") -> dict[str, object]:
    """For `--json`: what has no value is null."""
    from dataclasses import asdict

    return {
        "pairs": [
            {
                "layers": list(pair.layers),
                "documents": pair.documents,
                "labels": [asdict(row) for row in pair.rows],
                "kappa": None if pair.kappa is None else asdict(pair.kappa),
                "confusion": [[one, other, count] for (one, other), count in pair.confusion.items()],
                "boundaries": [[low, high, count] for (low, high), count in pair.boundaries.items()],
            }
            for pair in found.pairs
        ],
        "mean": [asdict(row) for row in found.rows],
        "alpha": found.alpha,
        "ledger": found.ledger.to_dict(),
        "disagreements": [
            {
                "id": one.document,
                "start": one.region.start,
                "end": one.region.end,
                "context": one.context,
                "readings": {
                    layer: [[span.start, span.end, span.label] for span in spans]
                    for layer, spans in one.region.readings.items()
                },
            }
            for one in found.disagreements
        ],
    }
