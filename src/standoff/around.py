"""The text around a range, for people."""

AROUND = 30
"""Characters of context on each side."""


def text_around(text: str, start: int, end: int) -> str:
    """The text around [start, end) in one line, with the range in square brackets."""
    before, inside, after = text[max(start - AROUND, 0) : start], text[start:end], text[end : end + AROUND]
    left = "…" if start > AROUND else ""
    right = "…" if end + AROUND < len(text) else ""
    return f"{left}{before}[{inside}]{after}{right}".replace("\n", "⏎")
