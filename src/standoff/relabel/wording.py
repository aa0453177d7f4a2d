"""A label and its rule ids in Markdown: changed where they are surely meant, left in the sample texts of examples.

Marks `[text]{LABEL}` are the label everywhere. Ids and the bare name count in prose, in headings and in cells of
tables, not in quoted text, nor in columns for the names that OntoNotes or CoNLL have.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import Literal

from standoff.guidelines.marks import BREAK, from_marks, to_marks
from standoff.guidelines.pages import NOT
from standoff.guidelines.sections import RULE_ID
from standoff.relabel.move import Move

Page = Literal["label", "general", "other", "text"]
"""Whose items are examples: a label's page, those under rules on the page for all labels, any other page, no page."""
_TOKEN = re.compile(r"\]\{(?P<label>[^\[\]{}\s]+)\}|[\[\]]")
_SAMPLE = re.compile(r'"[^"]*"|“[^”]*”|\[[^\[\]]*\]\{[^{}\s]*\}')
_RULE = re.compile(rf"\*\*(?P<id>{RULE_ID})\.")
_NAMED = re.compile(r"^# \S+$|\[[^\[\]]*\]\([^()\s]*\)|`[^`]*`")
"""Where a name stands for sure, in capitals or not: as the title of a page, in a link, as code."""
_FOREIGN = re.compile("OntoNotes|CoNLL", re.IGNORECASE)


def rewrite_page(text: str, move: Move, page: Page, tally: Counter[str]) -> str:
    """A page after a move; counts the marks, ids and words that changed, and marks that were merged.

    `both` counts lines that named the new label beside the old one.
    """
    rule, foreign, lines = "", frozenset[int](), list[str]()
    above = ""
    for line in text.split("\n"):
        if found := _RULE.match(line):
            rule = found["id"]
        elif re.match("#+ ", line):
            rule = ""
        if line.startswith("|") and not above.startswith("|"):
            foreign = frozenset(at for at, cell in enumerate(line.split("|")) if _FOREIGN.search(cell))
        above = line
        if line.startswith("- ") and page != "text" and (page != "general" or rule):
            lines.append(_rewrite_item(line, move, rule, tally))
        elif line.startswith("|"):
            lines.append(_rewrite_row(line, move, foreign, tally))
        else:
            lines.append(_rewrite_prose(line, move, rule, tally))
    return "\n".join(lines)


def rewrite_ids(text: str, move: Move, tally: Counter[str]) -> str:
    """A text after a move in which ids alone change: what was said with the label's name stays said."""
    text, count = move.map_ids(text)
    tally["ids"] += count
    return text


def rewrite_marks(line: str, move: Move, cited: Collection[str], tally: Counter[str]) -> str:
    """A line with the new label in its marks; two that become the same are merged."""
    count = 0

    def choose(label: str, surface: str) -> str:
        nonlocal count
        takes = move.takes(label, surface, cited)
        count += takes
        return move.new if takes else label

    line = _swap_marks(line, choose) if f"]{{{move.old}}}" in line else line
    single = _drop_doubles(line) if count else line
    merged = (len(line) - len(single)) // len(f"[]{{{move.new}}}")
    tally.update({"marks": count - merged, "merged": merged})
    return single


def find_surfaces(line: str, label: str) -> list[str]:
    """What a line marks with a label, in order."""
    surfaces: list[str] = []

    def note(name: str, surface: str) -> str:
        surfaces.extend([surface] if name == label else [])
        return name

    _swap_marks(line, note)
    return surfaces


def _rewrite_item(line: str, move: Move, rule: str, tally: Counter[str]) -> str:
    """An example: its marks alone, and of a `not:` the reason alone."""
    head, dash, reason = line.partition(" — ")
    if line.startswith(f"- {NOT}") and dash:
        return head + dash + _rewrite_prose(reason, move, rule, tally)
    return rewrite_marks(line, move, {rule}, tally)


def _rewrite_row(line: str, move: Move, foreign: Collection[int], tally: Counter[str]) -> str:
    cells = line.split("|")
    cited = set(re.findall(rf"(?<![\w-]){RULE_ID}(?![\w-])", cells[-2])) if len(cells) > 2 else set[str]()
    for at, cell in enumerate(cells):
        if "]{" in cell:
            cells[at] = rewrite_marks(cell, move, cited, tally)
        elif at not in foreign:
            cells[at] = _rewrite_prose(cell, move, "", tally)
    return "|".join(cells)


def _rewrite_prose(line: str, move: Move, rule: str, tally: Counter[str]) -> str:
    """Marks everywhere; ids and words outside quotes, where the quotes of the line come in pairs."""
    if move.old not in line:
        return line
    line = rewrite_marks(line, move, {rule}, tally)
    samples = list(_SAMPLE.finditer(line)) if line.count('"') % 2 == 0 else []
    parts, at, changed = list[str](), 0, 0
    for start, end in [*(found.span() for found in samples), (len(line), len(line))]:
        part, ids = move.map_ids(line[at:start])
        part, words = _map_words(part, move)
        tally.update(ids=ids, words=words)
        parts += [part, line[start:end]]
        at, changed = end, changed + words
    tally["both"] += changed > 0 and len(re.findall(rf"(?<!\w){move.new}(?![\w-])", "".join(parts[::2]))) > changed
    return "".join(parts)


def _map_words(text: str, move: Move) -> tuple[str, int]:
    """The name in prose if it is in capitals, else only where nothing else can be meant."""
    text, words = move.map_words(text)
    counts = [words]

    def swap(found: re.Match[str]) -> str:
        named, count = move.map_names(found.group())
        counts.append(count)
        return named

    return _NAMED.sub(swap, text), sum(counts)


def _swap_marks(line: str, choose: Callable[[str, str], str]) -> str:
    """Each mark's label as `choose` gives it for label and surface; brackets without a label are left."""
    parts, at, opened = list[str](), 0, list[int]()
    for found in _TOKEN.finditer(line):
        if found.group() == "[":
            opened.append(found.end())
            continue
        start = opened.pop() if opened else None
        if start is not None and found["label"]:
            surface = _TOKEN.sub("", line[start : found.start()]).replace(BREAK, "\n")
            parts += [line[at : found.start()], f"]{{{choose(found['label'], surface)}}}"]
            at = found.end()
    return "".join([*parts, line[at:]])


def _drop_doubles(line: str) -> str:
    """Marks with the same range and label are one; a line with stray brackets is left."""
    try:
        text, spans = from_marks(line)
        return line if len({*spans}) == len(spans) else to_marks(text, {*spans})
    except ValueError:
        return line
