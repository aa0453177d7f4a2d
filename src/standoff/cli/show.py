"""The command `show`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.text import Text

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
        typer.echo("".join(_to_marks(run) for run in runs))


def _to_marks(run: "Run") -> str:
    if run.cut is not None:
        return f"⟦{run.cut.kind}: {run.text}⟧"
    return run.text if run.span is None else f"[{run.text}]{{{run.span.label}}}"


def _to_text(runs: list["Run"], colors: dict[str, str]) -> "Text":
    """Cuts struck through with their kind, labels on their colour, a legend below."""
    from rich.text import Text

    text = Text()
    for run in runs:
        if run.cut is not None:
            text.append(run.text, "strike dim red").append(f" {run.cut.kind}", "italic dim red")
        elif run.span is not None:
            on = f"black on {colors.get(run.span.label, 'white')}"
            text.append(run.text, on).append(f" {run.span.label}", f"italic {on}")
        else:
            text.append(run.text)
    used = sorted({run.span.label for run in runs if run.span is not None})
    text.append("\n\n")
    for label in used:
        text.append(f" {label} ", f"black on {colors.get(label, 'white')}").append(" ")
    return text.append("cut", "strike dim red")
