"""The command `check`."""

from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.tell import print_json, print_ledger

if TYPE_CHECKING:
    from standoff.check import Checked
    from standoff.corpus import Corpus


def check(
    ids: Annotated[list[str] | None, typer.Argument(help="documents; default is the whole corpus")] = None,
    level: Annotated[int, typer.Option(help="how deep: 1 files to 6 corpus")] = 6,
    only: Annotated[list[str] | None, typer.Option(help="this rule alone; may be repeated")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="mend what is mechanical, then check again")] = False,
    notes: Annotated[bool, typer.Option("--notes", help="show notes too")] = False,
    against: Annotated[str | None, typer.Option(metavar="REV", help="list what changed since a git revision")] = None,
    release: Annotated[bool, typer.Option("--release", help="as for a release: against the last tag")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="with --against: for a pull request")] = False,
    worklist: Annotated[
        bool, typer.Option("--worklist", help="list what to read again since the guidelines changed")
    ] = False,
    layer: Annotated[str | None, typer.Option(help="with --worklist: the layer; default is the one built")] = None,
    rules: Annotated[bool, typer.Option("--rules", help="list every rule and stop")] = False,
    json: Annotated[bool, typer.Option("--json", help="findings as JSON")] = False,
    github: Annotated[bool, typer.Option("--github", help="findings as annotations on GitHub")] = False,
) -> None:
    """Check the whole corpus.

    Files, offsets, labels, guidelines, consistency, splits, leaks. Exit 1 if there are errors; warnings alone exit 0.

    Each finding is file:line, severity, rule, what is wrong and how to mend it, then the text around.

    \b
    Example: standoff check
    Mend what is mechanical: standoff check --fix
    One rule, as JSON: standoff check --only label-differs --json
    What changed since a commit: standoff check --against HEAD~1
    """  # noqa: D301
    from standoff.check import check as check_corpus
    from standoff.check.fix import fix as fix_corpus
    from standoff.check.report import to_dict, to_table
    from standoff.cli.progress import show_progress
    from standoff.corpus import Corpus

    if rules:
        typer.echo(to_table(), nl=False)
        return
    corpus = Corpus.find()
    if worklist:
        print_worklist(corpus, layer, as_json=json)
        return
    if against is not None or release:
        raise typer.Exit(print_comparison(corpus, against, release=release, json=json, markdown=markdown))
    with show_progress("checking") as progress:
        checked = check_corpus(corpus, level=level, only=only or (), ids=ids or (), progress=progress)
    if fix:
        written = fix_corpus(corpus, checked.issues)
        for name in written:
            typer.echo(f"fixed {name}", err=json or github)
        checked = check_corpus(corpus, level=level, only=only or (), ids=ids or ())
    if json:
        print_json(to_dict(checked))
    else:
        print_findings(checked, notes=notes or bool(only), github=github)
    raise typer.Exit(1 if checked.errors else 0)


def print_worklist(corpus: "Corpus", layer: str | None, *, as_json: bool) -> None:
    """Each span to read again with the rules behind it, then how many there are of each rule."""
    from collections import Counter

    from standoff.check.worklist import list_work
    from standoff.exports import require_layer

    works = list_work(corpus, require_layer(corpus, layer))
    if as_json:
        print_json([work.to_dict() for work in works])
        return
    for work in works:
        place = work.path if work.line is None else f"{work.path}:{work.line}"
        typer.echo(f"{place}: {work.label} {work.surface!r} [{', '.join(work.rules)}] {work.why[0]}")
    counts = Counter(rule for work in works for rule in work.rules)
    listed = ", ".join(f"{rule} {count}" for rule, count in sorted(counts.items()))
    typer.echo(f"{_number(len(works), 'span')} to read again{': ' if listed else ''}{listed}")


def print_comparison(corpus: "Corpus", rev: str | None, *, release: bool, json: bool, markdown: bool) -> int:
    """What changed since a revision, one line each or in another form; 1 if something must not be so."""
    from dataclasses import asdict

    from standoff.changes.tell import to_markdown
    from standoff.check.against import compare_with
    from standoff.check.report import to_row, to_text
    from standoff.layout import find_role

    found = compare_with(corpus, rev, release=release)
    if json:
        issues, changes = [to_row(issue) for issue in found.issues], [asdict(change) for change in found.changes]
        print_json({"against": found.rev, **found.ledger.to_dict(), "changes": changes, "issues": issues})
    elif markdown:
        typer.echo(to_markdown(found.changes, f"Changes against {found.rev}", found.issues), nl=False)
    else:
        others = [change for change in found.changes if find_role(change.path).kind == "other"]
        for change in found.changes:
            if change not in others:
                typer.echo(str(change))
        if others:
            typer.echo(f"note: {_number(len(others), 'change')} of files that are not of the corpus; --json names them")
        for issue in found.issues:
            typer.echo(to_text(issue))
        if found.ledger.accounts:
            print_ledger(found.ledger)
        typer.echo(f"{_number(len(found.changes), 'change')} against {found.rev}")
    return 1 if found.issues else 0


def print_findings(checked: "Checked", *, notes: bool, github: bool) -> None:
    """Each finding, notes if they are asked for, then the counts."""
    from standoff.check.report import to_github, to_text
    from standoff.check.rules import read_rules

    told = [one for one in checked.issues if notes or read_rules()[one.rule].severity != "note"]
    for issue in told:
        typer.echo(to_github(issue) if github else to_text(issue))
    print_counts(checked, hidden=len(checked.issues) - len(told))


def print_counts(checked: "Checked", hidden: int) -> None:
    """How much was looked at and found, and what could not be looked at."""
    looked = {"document": checked.documents, "span": checked.spans, "cut": checked.cuts}
    counts = ", ".join(_number(count, what) for what, count in looked.items())
    warnings = checked.count("warning")
    typer.echo(f"{counts} checked: {_number(checked.errors, 'error')}, {_number(warnings, 'warning')}")
    if checked.waived:
        typer.echo(f"note: {_number(len(checked.waived), 'warning')} waived in waivers.jsonl")
    if hidden:
        typer.echo(f"note: {_number(hidden, 'note')} more with --notes")
    if checked.absent:
        absent = _number(len(checked.absent), "document")
        typer.echo(f"note: the text of {absent} is not here: {', '.join(checked.absent)}")


def _number(count: int, what: str) -> str:
    return f"{f'{count:,}' if count else 'no'} {what}{'' if count == 1 else 's'}"
