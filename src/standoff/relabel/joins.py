"""Pages of guidelines joined, and parts of them moved: no line is lost, no rule changes its wording."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from standoff.guidelines.pages import NOT
from standoff.guidelines.sections import RULE_ID
from standoff.relabel.move import Move
from standoff.relabel.wording import find_surfaces

_RULE = re.compile(rf"\*\*(?P<id>{RULE_ID})\.")
_MARK, _NOT_MARK = "## Mark", "## Do not mark"
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page below one heading: what stands before the first rule, then each rule with its examples."""

    heading: str
    body: str
    rules: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """The part as it stands on a page, one blank line between pieces."""
        return "\n\n".join(piece for piece in (self.heading, self.body, *(text for _, text in self.rules)) if piece)


def join_pages(page: str, other: str) -> str:
    """A page with all that another has: each part at the end of the one with the same heading, the title's first.

    Items without a rule come before the rules of the part, so that they do not fall under one.
    """
    parts, more = list(_split(page)), list(_split(other))
    for at, part in enumerate(more):
        same = next((n for n, one in enumerate(parts) if one.heading == part.heading), None)
        if same is None and at == 0 and parts and not part.heading.startswith("##"):
            same, part = 0, replace(part, body=_join_bodies(part.heading.lstrip("# "), part.body))
        if same is None:
            parts.append(part)
        else:
            mine = parts[same]
            body = _join_bodies(mine.body, part.body)
            parts[same] = replace(mine, body=body, rules=(*mine.rules, *part.rules))
    return _to_text(parts)


def take_rules(page: str, rules: Collection[str]) -> tuple[str, str]:
    """A page without these rules, and one with them alone, below the headings they had."""
    parts = list(_split(page))
    left = [replace(part, rules=tuple(rule for rule in part.rules if rule[0] not in rules)) for part in parts]
    taken = [replace(part, body="", rules=tuple(rule for rule in part.rules if rule[0] in rules)) for part in parts]
    return _to_text(left), _to_text([replace(taken[0], heading=""), *(part for part in taken[1:] if part.rules)])


def take_items(page: str, move: Move) -> tuple[str, list[str]]:
    """A page that was rewritten, without the examples that mark the new label and no longer the old one; and these."""
    lines = page.split("\n")
    taken = [line for line in lines if _is_of(line, move.new) and not find_surfaces(line, move.old)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line not in taken)), taken


def make_page(move: Move, definition: str, taken: str, items: Sequence[str]) -> str:
    """A page for a label that a split made: its rules as they were, or one rule over its examples."""
    head = f"# {move.new}\n\n{definition}\n"
    if move.where is None:
        return join_pages(head, taken)
    rule = f"**{move.new}-1.** What was {move.old} and matches, as a whole, `{move.where.pattern}`."
    return join_pages(head, f"\n{_MARK}\n\n" + "\n\n".join(part for part in (rule, "\n".join(items)) if part))


def add_items(page: str, items: Iterable[str], heading: str = _MARK) -> str:
    """A page with items at the end of the part with that heading, or in a new one."""
    listed = list(items)
    if not listed:
        return page
    parts = list(_split(page))
    at = next((n for n, part in enumerate(parts) if part.heading == heading), None)
    if at is None:
        return _to_text([*parts, Part(heading, "\n".join(listed), ())])
    part = parts[at]
    if part.rules:
        name, text = part.rules[-1]
        parts[at] = replace(part, rules=(*part.rules[:-1], (name, _join_bodies(text, "\n".join(listed)))))
    else:
        parts[at] = replace(part, body=_join_bodies(part.body, "\n".join(listed)))
    return _to_text(parts)


def fill_page(page: str, move: Move, texts: Iterable[str]) -> str:
    """The page of a new label with what a label needs and the guidelines have: three examples, and a `not:`.

    Examples that mark both labels are copied from the other pages; a `not:` is a text that is still the old label.
    """
    lines = [line for text in texts for line in text.split("\n")]
    own = [line for line in page.split("\n") if _is_of(line, move.new)]
    more = dict.fromkeys(line for line in lines if _is_of(line, move.new) and line not in own)
    page = add_items(page, list(more)[: max(0, _FEWEST - len(own))])
    if f"\n- {NOT}" not in page:
        ours = {surface for line in (*lines, *page.split("\n")) for surface in find_surfaces(line, move.new)}
        theirs = [one for line in lines if line.startswith("- ") for one in find_surfaces(line, move.old)]
        plain = [one for one in theirs if one not in ours and " — " not in one and "\n" not in one]
        page = add_items(page, [f"- {NOT}{one} — {move.old}" for one in plain[:1]], _NOT_MARK)
    return page


def _is_of(line: str, label: str) -> bool:
    return line.startswith("- ") and not line.startswith(f"- {NOT}") and bool(find_surfaces(line, label))


def _split(page: str) -> Iterator[Part]:
    heading, lines = "", list[str]()
    for line in [*page.split("\n"), "# "]:
        if not re.match("#+ ", line):
            lines.append(line)
            continue
        if heading or "\n".join(lines).strip():
            yield _read_part(heading, lines)
        heading, lines = line, []


def _read_part(heading: str, lines: Iterable[str]) -> Part:
    pieces: list[tuple[str, list[str]]] = [("", [])]
    for line in lines:
        if found := _RULE.match(line):
            pieces.append((found["id"], []))
        pieces[-1][1].append(line)
    texts = [(name, "\n".join(piece).strip("\n")) for name, piece in pieces]
    return Part(heading, texts[0][1], tuple(texts[1:]))


def _to_text(parts: Iterable[Part]) -> str:
    return "\n\n".join(text for part in parts if (text := str(part))) + "\n"


def _join_bodies(one: str, other: str) -> str:
    """Two texts, as one list where both are."""
    if not (one and other):
        return one or other
    lists = one.split("\n")[-1].startswith("- ") and other.startswith("- ")
    return one + ("\n" if lists else "\n\n") + other
