"""The command `show`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.text import Text

    from standoff.records import Span
    from standoff.show import Run


def show(
    id: Annotated[str, typer.Argument(help="id of a document")],
    layer: Annotated[str | None, typer.Option(help="annotation layer; default is the one that is built")] = None,
) -> None:
    """Print a document with its cuts and labels.

    In colour on a terminal, else with marks in the text.

    Marks are [surface]{LABEL} for a label and ⟦kind: text⟧ for a cut.

    \b
    Example: standoff show tide-table-app
    """  # noqa: D301
    from rich.console import Console

    from standoff.corpus import Corpus
    from standoff.guidelines import read_schema
    from standoff.show import show as show_runs

    corpus = Corpus.find()
    runs = show_runs(corpus, id, layer)
    colors = {label.name: label.color for label in read_schema(corpus.labels_file).labels}
    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_terminal and console.color_system and not console.no_color:
        console.print(_to_text(runs, colors))
    else:
        typer.echo(_to_marks(runs))


def _to_marks(runs: list["Run"]) -> str:
    """Brackets nest as spans do; where two cross, each names its range too."""
    from standoff.show import crosses

    spans = [span for run in runs for span in run.spans]
    text = ""
    for run, (opened, closed) in zip(runs, _edges(runs), strict=True):
        inner = run.text if run.cut is None else f"⟦{run.cut.kind}: {run.text}⟧"
        names = [f"{one.label} {one.start}-{one.end}" if crosses(one, spans) else one.label for one in closed]
        text += "[" * len(opened) + inner + "".join(f"]{{{name}}}" for name in names)
    return text


def _edges(runs: list["Run"]) -> list[tuple[list["Span"], list["Span"]]]:
    """For each run the spans that begin in it, and those that end in it, the innermost first."""
    spans = [(), *(run.spans for run in runs), ()]
    return [
        ([one for one in here if one not in before], [one for one in reversed(here) if one not in after])
        for before, here, after in zip(spans, spans[1:], spans[2:], strict=False)
    ]


def _to_text(runs: list["Run"], colors: dict[str, str]) -> "Text":
    """Cuts struck through with their kind, labels on their colour, a legend below."""
    from rich.text import Text

    text = Text()
    for run, (_, closed) in zip(runs, _edges(runs), strict=True):
        if run.cut is not None:
            text.append(run.text, "strike dim red").append(f" {run.cut.kind}", "italic dim red")
            continue
        text.append(run.text, f"black on {colors.get(run.spans[-1].label, 'white')}" if run.spans else "")
        for span in closed:
            text.append(f" {span.label}", f"italic black on {colors.get(span.label, 'white')}")
    used = sorted({span.label for run in runs for span in run.spans})
    text.append("\n\n")
    for label in used:
        text.append(f" {label} ", f"black on {colors.get(label, 'white')}").append(" ")
    return text.append("cut", "strike dim red")
