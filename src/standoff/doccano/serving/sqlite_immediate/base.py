"""The engine.

A transaction that reads first and writes later fails at once with "database is locked" if another has written in
between, however long it may wait. One that begins as a writer waits its turn instead.
"""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc] # Django is not installed where types are checked
    """SQLite with BEGIN IMMEDIATE."""

    def _start_transaction_under_autocommit(self) -> None:
        self.cursor().execute("BEGIN IMMEDIATE")
