"""Text on the colour of a label, readable by WCAG 2."""

import re

from standoff.errors import StandoffError
from standoff.guidelines.schema import Label, Schema

LEAST = 4.5
"""The contrast that WCAG 2 level AA asks of text."""
BLACK, WHITE = "#000000", "#ffffff"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def text_colors(schema: Schema) -> dict[str, str]:
    """Black or white for each label, by which reads better on it; raises StandoffError for what is no colour."""
    return {label.name: _text_color(label) for label in schema.labels}


def _text_color(label: Label) -> str:
    if not _COLOR.fullmatch(label.color):
        hint = 'write it as "#rrggbb"'
        raise StandoffError(f"label {label.name!r} has no colour: {label.color!r}", path="labels.toml", hint=hint)
    return max(BLACK, WHITE, key=lambda color: contrast(color, label.color))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, from 1 to 21.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
