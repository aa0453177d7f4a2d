"""The pages of the guidelines as blocks in their order: headings, prose, and rules with their examples.

`Guidelines` says which lines are rules and examples; here all that stands between them is kept too.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from standoff.files import decode, read_bytes
from standoff.guidelines.marks import from_marks
from standoff.guidelines.pages import GENERAL, Counterexample, Example, Guidelines
from standoff.guidelines.sections import RULE_ID
from standoff.records import Span

Item = Example | Counterexample
_HEADING = re.compile(r"(?P<marks>#+) +(?P<text>.*?)\s*")
_RULE = re.compile(rf"\*\*{RULE_ID}\.(?P<plain>\*\*)?\s*(?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Block:
    """Wording in Markdown, then examples. `level` is 1 to 6 for a heading, else 0; `rule` the id that begins here."""

    text: str
    level: int = 0
    rule: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page by its label: `ALL` for `README.md`, for a page of no label the name of its file."""

    label: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of its rules, each once."""
        return tuple(dict.fromkeys(block.rule for block in self.blocks if block.rule))


@dataclass(slots=True)
class _Draft:
    level: int = 0
    rule: str = ""
    lines: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def read_pages(folder: Path, guidelines: Guidelines) -> tuple[Page, ...]:
    """`README.md`, a page for each label, written or not, then the other pages that have rules."""
    labels = {GENERAL: "README.md", **{name: f"{name}.md" for name in guidelines.schema.names}}
    others = dict.fromkeys(rule.path.rpartition("/")[2] for rule in guidelines.other)
    labels |= {name.removesuffix(".md"): name for name in others}
    return tuple(_read_page(folder / name, label, guidelines) for label, name in labels.items())


def _read_page(path: Path, label: str, guidelines: Guidelines) -> Page:
    """A page without its title, and without a first paragraph that repeats the definition in `labels.toml`."""
    title = "Guidelines" if label == GENERAL else label
    if not path.exists():
        return Page(label, title, ())
    lines = decode(read_bytes(path), path).split("\n")
    rules = [rule for rule in (*guidelines.rules, *guidelines.other) if Path(rule.path).name == path.name]
    items: dict[int, Item] = {one.line: one for rule in rules for one in rule.examples}
    items |= {one.line: one for rule in rules for one in rule.counterexamples}
    if rules and rules[0] in guidelines.other:
        items = _find_examples(lines, rules[0].path)
    blocks = list(_to_blocks(lines, {rule.line: rule.id for rule in rules}, items))
    if blocks and blocks[0].level == 1 and not blocks[0].items:
        title = blocks.pop(0).text
    definition = next((one.definition for one in guidelines.schema.labels if one.name == label), "")
    if blocks and not blocks[0].rule and blocks[0].text.split("\n\n")[0] == definition:
        blocks[0] = replace(blocks[0], text=blocks[0].text.removeprefix(definition).strip())
    return Page(label, title, tuple(one for one in blocks if one.text or one.items))


def _find_examples(lines: Sequence[str], path: str) -> dict[int, Item]:
    """The examples of a page of no label, such as that of cleaning: there every list item with a hyphen is one."""
    found: dict[int, Item] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith("- "):
            try:
                found[number] = Example("", path, number, *from_marks(line[2:].strip()))
            except ValueError:
                continue
    return found


def _to_blocks(lines: Sequence[str], rules: dict[int, str], items: dict[int, Item]) -> Iterator[Block]:
    drafts = [_Draft()]
    for number, line in enumerate(lines, 1):
        if heading := _HEADING.fullmatch(line):
            drafts.append(_Draft(len(heading["marks"]), rules.get(number, ""), [heading["text"]]))
        elif number in items:
            drafts[-1].items.append(items[number])
        elif number in rules and (rule := _RULE.match(line)):
            drafts.append(_Draft(0, rules[number], [("" if rule["plain"] else "**") + rule["text"]]))
        else:
            if line.strip() and (drafts[-1].level or drafts[-1].items):
                drafts.append(_Draft())
            if not drafts[-1].level:
                drafts[-1].lines.append(line)
    for draft in drafts:
        text = "\n".join(draft.lines).strip()
        if text or draft.items:
            yield Block(text, draft.level, draft.rule, tuple(draft.items))


def weave(
    text: str, spans: Sequence[Span], plain: Callable[[str], str], wrap: Callable[[Span, str], str], start: int = 0
) -> str:
    """A text with each piece through `plain` and each span, its inside done, through `wrap`; spans may nest.

    `start` is where `text` begins for the offsets of the spans.
    """
    queue = sorted(spans, key=lambda span: (span.start, -span.end, span.label))
    parts, at = [], 0
    while queue:
        outer = queue.pop(0)
        inner = [span for span in queue if span.end <= outer.end]
        queue = queue[len(inner) :]
        first, last = outer.start - start, outer.end - start
        parts += [plain(text[at:first]), wrap(outer, weave(text[first:last], inner, plain, wrap, outer.start))]
        at = last
    return "".join([*parts, plain(text[at:])])
