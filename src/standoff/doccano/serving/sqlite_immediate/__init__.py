"""A Django database engine: SQLite whose transactions take the write lock when they begin."""
