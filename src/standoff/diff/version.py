"""The least number that may follow a version, by the step that the changes call for."""

from typing import Literal

from standoff.guidelines.changes import parse_version

Bump = Literal["none", "patch", "minor", "major"]
BUMPS: tuple[Bump, ...] = ("none", "patch", "minor", "major")


def needed_version(old_version: str, bump: str) -> str:
    """The least version after a step; before 1.0.0 a minor step carries a major change.

    Raises ValueError for what is no number such as 1.0.0.

    >>> needed_version("0.4.1", "major"), needed_version("1.4.1", "major"), needed_version("1.4.1", "none")
    ('0.5.0', '2.0.0', '1.4.1')
    """
    major, minor, patch = parse_version(old_version)
    if bump == "none":
        return old_version
    if bump == "patch":
        return f"{major}.{minor}.{patch + 1}"
    return f"{major + 1}.0.0" if bump == "major" and major else f"{major}.{minor + 1}.0"
