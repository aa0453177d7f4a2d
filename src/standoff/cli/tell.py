"""What commands print: ledgers and tables for people, JSON for machines."""

import json
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from standoff.ledger import Ledger


_WIDTH = 100
_JOIN = "\0"
"""Between a part and its count while lines are broken."""


def print_json(value: object) -> None:
    """One JSON value on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_ledger(ledger: "Ledger", *, as_json: bool = False, err: bool = False) -> None:
    """Each account as `name total = part  part`, over as many lines as it takes, then the remarks."""
    if as_json:
        print_json(ledger.to_dict())
        return
    width = max(len(account.name) for account in ledger.accounts)
    for account in ledger.accounts:
        head = f"{account.name:<{width}}  {account.total:>8,} = "
        parts = "  ".join(f"{name}{_JOIN}{count:,}" for name, count in account.parts.items() if count) or "nothing"
        lines = fill(parts, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)
        typer.echo(lines.replace(_JOIN, " "), err=err)
    for remark in ledger.remarks:
        typer.echo(f"note: {remark}", err=err)


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns in line: the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        typer.echo("  ".join([row[0].ljust(widths[0]), *cells]).rstrip())
