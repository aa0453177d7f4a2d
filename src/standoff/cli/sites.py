"""The command `sites`."""

import os
import sys
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.tell import print_ledger
from standoff.errors import StandoffError


def sites(
    files: Annotated[list[str], typer.Argument(help="JSON Lines, - for standard input, or statistics (.npz) to merge")],
    into: Annotated[Path, typer.Option(help="file of statistics to write, named .npz")],
    width: Annotated[
        int | None, typer.Option(min=1024, help="cells a row, 64 bytes each; default is 524288, 32 MiB in all")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="the ledger as JSON")] = False,
) -> None:
    """Count which lines recur on a site.

    For collections too large for `standoff clean - --site-stats`, or in parts. Each row has "id", "text", and "site"
    or "url". Parts may be counted in any order, twice too; what is found does not depend on it.

    \b
    Example: standoff sites part1.jsonl part2.jsonl --into sites.npz
    Then:    standoff clean - --site-stats-from sites.npz < part1.jsonl > cleaned1.jsonl
    """  # noqa: D301
    # small products on several threads cost more than they bring; must be set before numpy is loaded
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from standoff.sites import count_sites

    if into.suffix != ".npz":
        raise StandoffError("statistics are in a file named .npz", path=into, hint="--into sites.npz", usage=True)
    if sys.stdin is None and "-" in files:
        raise StandoffError("standard input is closed", usage=True)
    stream = BytesIO() if sys.stdin is None else sys.stdin.buffer
    print_ledger(count_sites(files, stream, into, width), as_json=json)
