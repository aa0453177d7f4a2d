"""The command `relabel`."""

from typing import Annotated

import typer

from standoff.errors import StandoffError


def relabel(
    old: Annotated[str, typer.Argument(metavar="OLD", help="a label")] = "",
    new: Annotated[str, typer.Argument(metavar="NEW", help="its new name, or the label that takes its spans")] = "",
    where: Annotated[
        str | None, typer.Option(metavar="REGEX", help="split: only spans whose whole text matches")
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="split: only spans whose note cites this rule; repeatable")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="put everything back as it was before the last move")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="tell what would change, write nothing")] = False,
    json: Annotated[bool, typer.Option("--json", help="the ledger as JSON")] = False,
) -> None:
    """Rename, merge or split a label.

    In one move: spans of all layers, labels.toml, pages, examples, rule ids and whatever cites them. NEW is a new
    label: OLD is renamed. NEW is one already: OLD is merged into it. With --where or --rule only some spans go.

    Of past rulings and changes the rule ids follow, the words stay. Only the last move can be undone.

    \b
    Example: standoff relabel AFFECTED HARMED
    Split:   standoff relabel DATE AGE --where '[0-9]+-year-old'
    Undo:    standoff relabel --undo
    """  # noqa: D301
    from standoff.cli.tell import print_ledger
    from standoff.corpus import Corpus
    from standoff.relabel import relabel as relabel_corpus
    from standoff.relabel import undo as undo_last

    corpus = Corpus.find()
    if undo and (old or where is not None or rule or dry_run):
        raise StandoffError("--undo stands alone", hint="standoff relabel --undo", usage=True)
    if not undo and not (old and new):
        raise StandoffError("two labels are needed", hint="standoff relabel OLD NEW", usage=True)
    if undo:
        ledger = undo_last(corpus)
    else:
        ledger = relabel_corpus(corpus, old, new, where=where, rules=rule or (), dry_run=dry_run)
    print_ledger(ledger, as_json=json)
    if dry_run and not json:
        typer.echo("nothing was written")
