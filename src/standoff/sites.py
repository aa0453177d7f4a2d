"""`standoff sites`: how often lines recur on their sites, counted from JSON Lines and kept in a file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from standoff.cleaning.sites import DOUBT, WIDTH, SiteStats
from standoff.errors import StandoffError
from standoff.files import read_bytes, write_bytes
from standoff.ledger import Account, Ledger
from standoff.stream import find_site, parse_row, read_batches


def read_stats(paths: Sequence[Path]) -> SiteStats:
    """The statistics in some files as one; raises StandoffError where they do not fit or are too full."""
    stats: SiteStats | None = None
    for path in paths:
        try:
            own = SiteStats.from_bytes(read_bytes(path))
            if stats is None:
                stats = own
            else:
                stats.merge(own)
        except ValueError as error:
            hint = "standoff sites FILE... --into STATS.npz makes them, of one --width where they are to be merged"
            raise StandoffError(str(error), path=path, hint=hint) from None
    return require_room(SiteStats.empty() if stats is None else stats)


def require_room(stats: SiteStats, rows: int = 0) -> SiteStats:
    """The statistics themselves; raises StandoffError where the table is too full to count lines by.

    `rows` says how far the input was read, if it goes on.
    """
    if stats.doubt() > DOUBT:
        width = stats.enough_width()
        message = f"too many lines for a table of {stats.table.shape[1]:,} cells a row"
        message += f" after {rows:,} rows" if rows else ""
        command = f"standoff sites FILE... --width {width} --into STATS.npz"
        hint = f"for these {width} would do, {max(width >> 14, 1)} MiB: {command}"
        raise StandoffError(message, hint=f"{hint}, then standoff clean - --site-stats-from STATS.npz")
    return stats


def count_stream(stream: BinaryIO, name: str, stats: SiteStats, copy: BinaryIO | None = None) -> Counter[str]:
    """Count the lines of a stream of rows into the statistics; says what became of rows and lines.

    The stream is written to `copy` too. How full the table is gets asked after 1, 2, 4, 8 ... batches, so that an
    input far too large is refused early.
    """
    tally, number = Counter[str](), 1
    for batch, lines in enumerate(read_batches(stream, name), 1):
        rows = [parse_row(line, name, number + at) for at, line in enumerate(lines)]
        number += len(lines)
        sites = [find_site(row) for row in rows]
        known = [at for at, site in enumerate(sites) if site]
        tally += stats.count([sites[at] for at in known], [rows[at]["text"] for at in known])
        tally += Counter({"rows": len(rows), "without a site": len(rows) - len(known)})
        if copy is not None:
            copy.writelines(line + b"\n" for line in lines)
        if batch & (batch - 1) == 0:
            require_room(stats, tally["rows"])
    require_room(stats, tally["rows"])
    return tally


@contextmanager
def count_first(stream: BinaryIO, stats: SiteStats) -> Iterator[BinaryIO]:
    """Count a whole stream, and give a file to read it from again; the file is gone once the block ends."""
    with TemporaryFile() as whole:
        tally = count_stream(stream, "standard input", stats, whole)
        if tally["rows"] and tally["rows"] == tally["without a site"]:
            hint = 'give each row a "site" or a "url"'
            raise StandoffError("no row names its site", path="standard input", hint=hint)
        whole.seek(0)
        yield whole


def count_sites(names: Sequence[str], stream: BinaryIO, into: Path, width: int | None = None) -> Ledger:
    """Count files of JSON Lines, or `stream` for -, and files of statistics (.npz) into one file of statistics."""
    saved = [Path(name) for name in names if name.endswith(".npz")]
    stats = read_stats(saved) if saved else SiteStats.empty(width or WIDTH)
    if width not in (None, stats.table.shape[1]):
        hint = "leave --width out, or count the rows again"
        raise StandoffError(f"its width is {stats.table.shape[1]}", path=saved[0], hint=hint, usage=True)
    tally = Counter[str]()
    for name in names:
        if name == "-":
            tally += count_stream(stream, "standard input", stats)
        elif not name.endswith(".npz"):
            tally += _count_file(Path(name), stats)
    write_bytes(into, require_room(stats).to_bytes())
    return _balance(tally, len(saved), stats.doubt())


def _count_file(path: Path, stats: SiteStats) -> Counter[str]:
    try:
        with path.open("rb") as file:
            return count_stream(file, str(path), stats)
    except FileNotFoundError:
        raise StandoffError("no such file", path=path, hint="check the path", usage=True) from None


def _balance(tally: Counter[str], files: int, doubt: float) -> Ledger:
    rows = {name: tally[name] for name in ("without a site", "without words")}
    lines = {name: tally[name] for name in ("counted", "longer than 300", "wordless")}
    count = "1 file" if files == 1 else f"{files} files"
    remarks = [f"{count} of statistics taken in as well"] if files else []
    remarks.append(f"a line seems to stand in a document too many with a chance of {doubt:.2%}; {DOUBT:.0%} is refused")
    accounts = (
        Account("rows", tally["rows"], {"counted": tally["rows"] - sum(rows.values()), **rows}),
        Account("lines", tally["lines"], lines),
    )
    return Ledger(accounts, tuple(remarks)).require_balance()
