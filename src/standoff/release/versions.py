"""Numbers of versions: which is greater, and the least one that a step asks for."""

from collections.abc import Iterable

from standoff.diff import needed_version
from standoff.guidelines.changes import parse_version


def is_version(text: str) -> bool:
    """Whether it is three numbers such as 1.0.0, the only form that is released."""
    try:
        parse_version(text)
    except ValueError:
        return False
    return True


def least_version(last: str, step: str) -> str:
    """The least version that may be released after `last`; a step of "none" still needs another number: a patch."""
    return needed_version(last, "patch" if step == "none" else step)


def is_less(one: str, other: str) -> bool:
    """Whether one version comes before another, by number and not by letter: 0.9.0 before 0.10.0."""
    return parse_version(one) < parse_version(other)


def newest_tag(tags: Iterable[str]) -> str | None:
    """Of tags the `v1.2.3` with the greatest number; others, such as `v2-draft`, are no releases."""
    released = [tag for tag in tags if tag.startswith("v") and is_version(tag[1:])]
    return max(released, key=lambda tag: parse_version(tag[1:]), default=None)
