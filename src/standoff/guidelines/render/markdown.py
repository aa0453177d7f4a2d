"""The guidelines as one Markdown text for the guideline box of doccano.

Its viewer (TOAST UI 2) keeps inline HTML with `style`, so marks have the colours of the labels. It shows each line
break inside a paragraph, so paragraphs are one line. Links between pages would leave the tool and are taken off.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from standoff.guidelines.pages import Counterexample, Guidelines
from standoff.guidelines.render.blocks import Block, Item, Page, weave
from standoff.guidelines.render.colors import text_colors
from standoff.guidelines.schema import Label
from standoff.records import Span

_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|]")
_FILE_LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\((?![a-z]+:)[^()\s]+\)")
_MARK = re.compile(r"\[(?P<text>[^\[\]{}]+)\]\{(?P<label>[^\[\]{}\s]+)\}")
_HTML = re.compile(r"<(?!https?:|mailto:)(?=[A-Za-z/!?])|!(?=\[)")
_CODE = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)
_OPENS = re.compile(r"\s*(?:[-*+>|#]|\d+[.)]\s|```|~~~)")


def to_markdown(guidelines: Guidelines, pages: Sequence[Page]) -> str:
    """The general page and those of the labels, of `pages` as `read_pages` gives them."""
    marks = _marks(guidelines)
    labels = {label.name: label for label in guidelines.schema.labels}
    parts = [f"# {_inline(pages[0].title, marks)}", _legend(guidelines, marks), *_blocks(pages[0].blocks, marks)]
    for page in pages[1:]:
        if label := labels.get(page.label):
            title = "" if page.title == label.name else f": {_inline(page.title, marks)}"
            parts += [f"## {_chip(label, marks)}{title}", escape(label.definition)]
            parts += _blocks(page.blocks, marks, down=1)
    return "\n\n".join(parts) + "\n"


def _marks(guidelines: Guidelines) -> dict[str, str]:
    """How a mark of each label begins."""
    on = text_colors(guidelines.schema)
    style = "background:{};color:{};padding:1px 4px;border-radius:3px"
    return {one.name: f'<span style="{style.format(one.color, on[one.name])}">' for one in guidelines.schema.labels}


def _legend(guidelines: Guidelines, marks: Mapping[str, str]) -> str:
    keys = "\n".join(f"- {_chip(label, marks)}: {escape(label.definition)}" for label in guidelines.schema.labels)
    return (
        f"Guidelines {guidelines.schema.version}. In the examples below ✓ what is coloured is marked, with the label "
        f"in bold at its end, and nothing else is. ✗ The struck text is not marked, for the reason given.\n\n{keys}"
    )


def _chip(label: Label, marks: Mapping[str, str]) -> str:
    return f"{marks[label.name]}<b>{escape(label.name)}</b></span> key `{label.hotkey}`"


def _blocks(blocks: Sequence[Block], marks: Mapping[str, str], down: int = 0) -> Iterator[str]:
    """Blocks as Markdown, their headings `down` levels down."""
    for block in blocks:
        if text := _wording(block, marks, down):
            yield text
        if block.items:
            yield "\n".join(f"- {_item(item, marks)}" for item in block.items)


def _wording(block: Block, marks: Mapping[str, str], down: int) -> str:
    parts = _CODE.split(_one_line(block.text))
    text = "".join(part if at % 2 else _inline(part, marks) for at, part in enumerate(parts))
    if block.level:
        return "#" * min(block.level + down, 6) + f" {text}" + (f" ({block.rule})" if block.rule else "")
    return f"**{block.rule}** {text}" if block.rule else text


def _inline(text: str, marks: Mapping[str, str]) -> str:
    """Prose with its marks in colour, without links to other files, pictures and HTML of its own."""
    text = _FILE_LINK.sub(lambda found: found["text"], _HTML.sub(r"\\\g<0>", text))
    before = ""
    while text != before:
        before, text = text, _MARK.sub(lambda found: _wrap(found["label"], found["text"], marks) or found.group(), text)
    return text


def _one_line(text: str) -> str:
    """Each paragraph as one line; lists, tables and code stay as they are."""
    if "```" in text or "~~~" in text:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        if (
            lines
            and line.strip()
            and lines[-1].strip()
            and not _OPENS.match(line)
            and lines[-1].lstrip()[:1] not in "|#"
        ):
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)


def _item(item: Item, marks: Mapping[str, str]) -> str:
    if isinstance(item, Counterexample):
        return f"✗ <del>{escape(item.text)}</del> — {escape(item.reason)}"

    def wrap(span: Span, inside: str) -> str:
        return _wrap(span.label, inside, marks) or f"[{inside}]"

    return f"✓ {weave(item.text, item.spans, escape, wrap)}"


def _wrap(label: str, inside: str, marks: Mapping[str, str]) -> str:
    return f"{marks[label]}{inside} <small><b>{escape(label)}</b></small></span>" if label in marks else ""


def escape(text: str) -> str:
    """Text that Markdown shows as it is, line breaks as `⏎`."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", " ⏎ ")
