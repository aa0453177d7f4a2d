"""Numbers of versions: what is one, and which is less."""

from standoff.guidelines.changes import parse_version


def is_version(text: str) -> bool:
    """Whether it is three numbers such as 1.0.0, without zeros before them: the only form that is released."""
    try:
        parse_version(text)
    except ValueError:
        return False
    return True


def is_less(one: str, other: str) -> bool:
    """Whether one version comes before another, by number and not by letter: 0.9.0 before 0.10.0."""
    return parse_version(one) < parse_version(other)
