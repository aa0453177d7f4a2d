"""The version in `standoff.toml`, by a change of one line: comments and order stay as people wrote them."""

import re
import tomllib

from standoff.errors import StandoffError

_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_VERSION = re.compile(r"""^(?P<key>version[ \t]*=[ \t]*)(?P<quote>["'])[^"'\n]*(?P=quote)""", re.MULTILINE)


def set_version(text: str, version: str) -> str:
    """The settings with another version; raises StandoffError where no line of its own has it."""
    table = _TABLE.search(text)
    head = text if table is None else text[: table.start()]
    edited = _VERSION.sub(rf'\g<key>"{version}"', head, count=1) + text[len(head) :]
    if tomllib.loads(edited) != {**tomllib.loads(text), "version": version}:
        hint = f'write it by hand: version = "{version}"'
        raise StandoffError("no line of its own has the version", path="standoff.toml", hint=hint)
    return edited
