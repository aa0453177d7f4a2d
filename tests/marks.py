"""Texts of cases with their residue marked, read into the plain text and the kind of each character."""

import re

from standoff.cleaning import find_cuts


def read_marks(text: str, mark: re.Pattern[str]) -> tuple[str, list[str | None]]:
    """The text without its marks, and the kind of each character (None: kept); `mark` has groups `text` and `kind`."""
    plain, kinds, at = "", [], 0
    for found in [*mark.finditer(text), None]:
        until = len(text) if found is None else found.start()
        plain, kinds = plain + text[at:until], kinds + [None] * (until - at)
        if found is not None:
            plain, kinds, at = plain + found["text"], kinds + [found["kind"]] * len(found["text"]), found.end()
    return plain, kinds


def found_kinds(seed: str) -> list[str | None]:
    """The kind that cleaning gives to each character."""
    kinds: list[str | None] = [None] * len(seed)
    for cut in find_cuts(seed):
        kinds[cut.start : cut.end] = [cut.kind] * (cut.end - cut.start)
    return kinds
