"""The one exception that standoff raises for what a person can mend."""

from pathlib import Path


class StandoffError(Exception):
    """A problem in the user's input or corpus: what is wrong, where, and the way out.

    `usage` marks wrong use of a command (exit 2) as against a problem found in data (exit 1).
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        hint: str = "",
        usage: bool = False,
    ) -> None:
        """Keep the parts apart, so that each front end can lay them out."""
        self.message, self.path, self.line, self.hint, self.usage = message, path, line, hint, usage
        super().__init__(str(self))

    def __str__(self) -> str:
        """`file:line: message (hint)`, each part only where known."""
        where = "" if self.path is None else f"{self.path}:"
        where += "" if self.line is None else f"{self.line}:"
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where} {self.message}{hint}".strip()
