"""The command `new`."""

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.tell import print_json


def new(
    path: Annotated[Path, typer.Argument(help="folder to make; it must be absent or empty")],
    language: Annotated[str, typer.Option(help="language of the texts, as in ISO 639: de, en, fr")],
    label: Annotated[list[str], typer.Option(metavar="NAME[=DEFINITION]", help="a label; may be repeated")],
    name: Annotated[str, typer.Option(help="name of the corpus; default is that of the folder")] = "",
    title: Annotated[str, typer.Option(help="title of the dataset; default is made from the name")] = "",
    licence: Annotated[str, typer.Option(help="licence of the corpus, as an SPDX id")] = "CC-BY-4.0",
    json: Annotated[bool, typer.Option("--json", help="the files as JSON")] = False,
) -> None:
    """Make the repository of another corpus.

    Settings, label schema, a first page of guidelines for each label, card, tests and a workflow for GitHub. It passes
    standoff check as it is; what only you can say is marked FILL IN.

    With git, and outside any repository, a repository is begun; nothing is committed.

    \b
    Example: standoff new court-news --language de --label PERSON --label "COURT=The name of a court."
    """  # noqa: D301
    from datetime import date
    from shlex import quote

    from standoff.new import make_plan
    from standoff.new import new as make

    plan = make_plan(name or path.resolve().name, language, label, title=title, licence=licence)
    made = make(path, plan, date.today())
    if json:
        print_json({"path": str(path), "name": plan.name, "files": list(made.files), "git": made.git})
        return
    labels = "1 label" if len(plan.pages) == 1 else f"{len(plan.pages)} labels"
    typer.echo(f"made {path}: {len(made.files)} files, {labels}{', a git repository' if made.git else ''}")
    typer.echo("next:")
    typer.echo(f"  cd {quote(str(path))}")
    typer.echo("  standoff add FILE…    texts into seeds/, as received")
    typer.echo("  standoff clean        seeds → corpus")
    typer.echo('README.md has the rest; grep -rn "FILL IN" . lists what only you can say')
