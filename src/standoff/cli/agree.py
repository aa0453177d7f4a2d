"""The command `agree`."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.tell import print_json, print_ledger, print_table

if TYPE_CHECKING:
    from standoff.agree.agreement import Agreement, Disagreement, Pair
    from standoff.agree.intervals import Row, Score
    from standoff.records import Span

_SHOWN = 40
"""Disagreements printed before the rest is counted; --json has all."""
_SHIFTS = 10
"""Ways in which ends lie apart that are printed before the rest is counted."""


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
    from standoff.agree.plot import require_format
    from standoff.corpus import Corpus

    if plot is not None:
        require_format(plot)
    found = find_agreement(Corpus.find(), list(layers), only or ())
    if json:
        print_json(to_dict(found))
    else:
        _print(found)
    if plot is not None:
        typer.echo(_draw(plot, found, layers), err=json)


def _draw(plot: Path, found: "Agreement", layers: Sequence[str]) -> str:
    from standoff.agree.plot import write_plot

    if not any(any(row.spans) for row in found.rows):
        return f"no picture {plot}: there are no spans to compare"
    mean = ", mean over pairs" if len(layers) > 2 else ""
    write_plot(plot, found.rows, f"Agreement of {', '.join(layers)}{mean}")
    return f"wrote {plot}"


def _print(found: "Agreement") -> None:
    for pair in found.pairs:
        _print_pair(pair)
        typer.echo()
    compared = sum(pair.documents > 0 for pair in found.pairs)
    if compared > 1:
        typer.echo(f"mean over {compared} pairs")
        _print_rows(found.rows)
    typer.echo(f"Krippendorff's alpha over tokens, all annotators: {_number(found.alpha)}\n")
    print_ledger(found.ledger)
    _print_disagreements(found.disagreements)


def _print_pair(pair: "Pair") -> None:
    documents = f"{pair.documents or 'no'} document{'s' if pair.documents > 1 else ''}"
    typer.echo(f"{pair.layers[0]} and {pair.layers[1]}: {documents} that both have read")
    if not pair.documents:
        return
    _print_rows(pair.rows)
    for note in _note(pair):
        typer.echo(note)
    if pair.kappa is not None:
        typer.echo(
            f"Cohen's kappa: {_number(pair.kappa.all)} over {pair.kappa.tokens:,} tokens, "
            f"{_number(pair.kappa.marked)} over the {pair.kappa.marked_tokens:,} that one of them marked"
        )
    labels = [f"{one}/{other} {count}" for (one, other), count in pair.confusion.items() if one != other]
    typer.echo(f"labels that differ: {', '.join(labels) or 'none'}")
    for unit, shifts in (("characters", pair.boundaries), ("tokens", pair.token_boundaries)):
        typer.echo(f"boundaries that differ (start/end, {unit}): {_list_shifts(shifts)}")


def _note(pair: "Pair") -> Iterable[str]:
    """What the table cannot say: labels that were not used, and why there is no interval."""
    labels = pair.rows[1:]
    for at, layer in enumerate(pair.layers):
        if names := [row.label for row in labels if any(row.spans) and not row.spans[at]]:
            yield f"never used by {layer}: {', '.join(names)}"
    if names := [row.label for row in labels if not any(row.spans)]:
        yield f"used by neither, so without F1: {', '.join(names)}"
    if pair.documents == 1:
        yield "one document alone tells no interval"


def _list_shifts(shifts: "Mapping[tuple[int, int], int]") -> str:
    listed = [f"{low:+d}/{high:+d} {count}" for (low, high), count in shifts.items()]
    more = [f"and {len(listed) - _SHIFTS} more ways"] if len(listed) > _SHIFTS else []
    return ", ".join(listed[:_SHIFTS] + more) or "none"


def _print_rows(rows: "Sequence[Row]") -> None:
    head = ["label", "spans", "spans", "strict F1", "95 %", "partial F1", "95 %"]
    cells = [
        [row.label, *map(_count, row.spans), *_cells(row.strict), *_cells(row.partial)]
        for row in rows
        if any(row.spans)
    ]
    print_table(head, cells)


def _cells(score: "Score") -> tuple[str, str]:
    if score.f1 is None:
        return "-", "-"
    return f"{score.f1:.3f}", "-" if score.low is None else f"{score.low:.3f}–{score.high:.3f}"


def _count(spans: float) -> str:
    return f"{spans:,.1f}".removesuffix(".0")


def _number(value: float | None) -> str:
    return "no value" if value is None else f"{value:.3f}"


def _print_disagreements(found: "Sequence[Disagreement]") -> None:
    for one in found[:_SHOWN]:
        where = one.context or "its text is not here"
        typer.echo(f"{one.document} {one.region.start}-{one.region.end}  {where}")
        for layer, spans in one.region.readings.items():
            typer.echo(f"    {layer}: {_say(spans, offsets=not one.context)}")
    if len(found) > _SHOWN:
        typer.echo(f"and {len(found) - _SHOWN:,} more; --json has all")


def _say(spans: "Sequence[Span]", *, offsets: bool) -> str:
    """Spans with their words, or with their offsets where the text is not here."""
    words = [f"{span.start}-{span.end}" if offsets else f"[{span.text}]" for span in spans]
    marks = [f"{text}{{{span.label}}}" for text, span in zip(words, spans, strict=True)]
    return ", ".join(marks).replace("\n", "⏎") or "nothing"


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
                "token_boundaries": [[low, high, count] for (low, high), count in pair.token_boundaries.items()],
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
