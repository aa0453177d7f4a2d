"""A progress bar on standard error: after two seconds of work, and only on a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AFTER = 2.0
"""Seconds before a bar is worth showing."""


@contextmanager
def show_progress(what: str) -> Iterator[Callable[[int, int | None], None] | None]:
    """Gives a function to call with the number done and, where it is known, that of all; None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task, start = bar.add_task(what, visible=True), time.monotonic()

    def tell(done: int, total: int | None) -> None:
        if time.monotonic() - start >= AFTER:
            bar.start()
            bar.update(task, completed=done, total=total)

    try:
        yield tell
    finally:
        bar.stop()
