"""The command `doccano audit`."""

from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.progress import show_progress
from standoff.cli.tell import print_json, print_table

if TYPE_CHECKING:
    from standoff.doccano.audit.agreement import Pair
    from standoff.doccano.audit.whole import Audited


def audit(
    url: Annotated[str | None, typer.Argument(help="address of the server; default is DOCCANO_URL, else yours")] = None,
    project: Annotated[list[int] | None, typer.Option(help="this project alone, by number; may be repeated")] = None,
    json: Annotated[bool, typer.Option("--json", help="everything as JSON")] = False,
) -> None:
    """Say how projects on a doccano stand, and what an export would lose; changes nothing in them.

    For any project of spans, made by standoff or not: mode, progress, documents that are there twice, damaged texts,
    offsets that are broken and in which unit they seem to be, spans twice, overlapping or at odd edges, agreement where
    members have their spans apart, and what an export of this project leaves out or changes.

    User and password are DOCCANO_USERNAME and DOCCANO_PASSWORD, or those of the host in netrc. Exit 1 if anything is
    broken or would be lost. An admin of the project sees most; what an account may not see is said.

    \b
    Example: standoff doccano audit https://doccano.example.org
    One project, as JSON: standoff doccano audit https://doccano.example.org --project 7 --json
    """  # noqa: D301
    from standoff.cli.push import connect
    from standoff.doccano.audit.whole import audit as audit_projects

    server, audited = connect(url), []
    with show_progress("reading") as tell:
        for one in audit_projects(server, project or (), tell):
            audited.append(one)
    if json:
        print_json([one.to_dict() for one in audited])
    for one in audited if not json else ():
        print_audit(one)
    if not audited and not json:
        typer.echo(f"{server.url}: {server.username} is a member of no project")
    raise typer.Exit(0 if all(one.is_sound for one in audited) else 1)


def print_audit(one: "Audited") -> None:
    """A project for people: who and how many, the findings, what could not be seen, what its mode means."""
    facts = one.facts
    mode = {
        "spans shared": facts.sharing, "spans apart": not facts.sharing, "graphemes": facts.grapheme,
        "overlaps allowed": facts.overlap, "relations": facts.relations,
    }  # fmt: skip
    typer.echo(f"project {facts.id} {facts.name!r}: {facts.task}, {', '.join(name for name, on in mode.items() if on)}")
    typer.echo(f"{one.documents:,} documents, {sum(one.spans.values()):,} spans, {len(one.labels):,} labels")
    _print_people(one)
    if one.units.telling:
        _print_units(one)
    width = max((len(finding.rule) for finding in one.findings), default=0)
    for finding in one.findings:
        head = f"{finding.severity:<6}  {finding.rule:<{width}}  {finding.count:>7,}"
        typer.echo(f"{head}  {finding.of} that {_escape(finding.message)}")
        for example in finding.examples:
            typer.echo(f"{' ' * len(head)}    {_escape(example)}")
    for pair in one.agreement:
        _print_pair(pair)
    if one.no_agreement:
        typer.echo(f"agreement: {one.no_agreement}")
    for what in one.unseen:
        typer.echo(f"not seen: {_escape(what)}")
    for fact in one.mode:
        typer.echo(f"mode: {fact}")
    typer.echo("nothing is broken or would be lost\n" if one.is_sound else "")


def _print_people(one: "Audited") -> None:
    members = one.members or {}
    names = sorted({*members, *one.confirmed, *(name for name in one.spans if name != "all")})
    if not names:
        return
    former = "no longer a member" if one.members is not None else "-"
    rows = [
        [name, members.get(name, former), f"{one.confirmed.get(name, 0):,}",
         f"{one.spans[name]:,}" if name in one.spans else "-"]
        for name in names
    ]  # fmt: skip
    print_table(["member", "role", "confirmed", "spans"], rows)


def _print_units(one: "Audited") -> None:
    from standoff.doccano.audit.units import NAMES

    units = one.units
    fits = ", ".join(f"{NAMES[unit]} {count:,}" for unit, count in units.fits.items())
    sure = "certain" if units.certain else "likely"
    named = {str(unit): f"{name} ({sure})" for unit, name in NAMES.items()}
    verdict = named.get(units.seems, {"mixed": "several units mixed", "unknown": "cannot be told"}.get(units.seems, ""))
    typer.echo(f"offsets: {verdict}; of {units.telling:,} spans that tell, whole words in {fits}")
    typer.echo(f"offsets: the page counts {NAMES[one.facts.unit]}")


def _print_pair(pair: "Pair") -> None:
    typer.echo(f"agreement of {pair.people[0]} and {pair.people[1]}: {pair.documents:,} documents that both confirmed")
    rows = [
        [_escape(row.label), *(f"{count:,.0f}" for count in row.spans),
         *("-" if score.f1 is None else f"{score.f1:.3f}" for score in (row.strict, row.partial))]
        for row in pair.rows
    ]  # fmt: skip
    print_table(["label", "spans", "spans", "strict F1", "partial F1"], rows)


def _escape(text: str) -> str:
    """On one line, and without what a terminal would obey."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
