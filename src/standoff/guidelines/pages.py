"""The pages of the guidelines: rules with stable ids, and below each rule the examples that can be run.

A rule begins a line with its id in bold, `**PERSON-3.**`; a list item below it is an example: a text with all its
spans marked, or `not: text — reason` for what must not be marked. Items under a heading with no rule yet belong to
`PERSON-N`. A row of a table that ends in a cell with a rule id has an example of that rule in each cell with marks.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from standoff.errors import StandoffError
from standoff.guidelines.marks import from_marks, to_marks
from standoff.guidelines.schema import Schema, read_schema
from standoff.guidelines.sections import RULE_ID, Section, read_sections
from standoff.records import Span

GENERAL = "ALL"
"""What the ids of rules for all labels begin with; their page is README.md."""
NOT = "not: "
_NO_RULES = {"decisions.md", "CHANGELOG.md"}
_REASON = " — "
_ROW = re.compile(rf"\|(?P<cells>.*)\|\s*(?P<id>{RULE_ID})\s*\|\s*")


@dataclass(frozen=True, slots=True)
class Example:
    """A text with every span that the guidelines want in it; offsets count code points of `text`."""

    rule: str
    path: str
    line: int
    text: str
    spans: tuple[Span, ...]

    def __str__(self) -> str:
        """The inline form."""
        return to_marks(self.text, self.spans)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A text that, as a whole, is no span of `label`, and why."""

    rule: str
    path: str
    line: int
    text: str
    label: str
    reason: str

    def __str__(self) -> str:
        """As it stands on the page."""
        return f"{NOT}{self.text}{_REASON}{self.reason}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its stable id; `label` is that of the page (`ALL` for all labels), `text` its wording, many lines."""

    id: str
    label: str
    text: str
    path: str
    line: int
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Counterexample, ...] = ()


@dataclass(frozen=True, slots=True)
class Guidelines:
    """The label schema and every rule, in the order of the pages.

    `tabled` are the examples in tables, by the rule they name. `other` are rules of pages that are for no label, such
    as that of cleaning: they may be cited, their examples are not for labels. `prose` is the rest of a page, by path.
    """

    folder: str
    schema: Schema
    rules: tuple[Rule, ...]
    tabled: tuple[Example, ...] = ()
    other: tuple[Rule, ...] = ()
    prose: Mapping[str, str] = field(default_factory=dict)

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples of all rules, then those in tables."""
        return (*(example for rule in self.rules for example in rule.examples), *self.tabled)

    @property
    def counterexamples(self) -> tuple[Counterexample, ...]:
        """The `not:` examples of all rules."""
        return tuple(example for rule in self.rules for example in rule.counterexamples)

    @property
    def ids(self) -> frozenset[str]:
        """Every rule id that may be cited."""
        return frozenset(rule.id for rule in (*self.rules, *self.other))


def read_guidelines(folder: Path) -> Guidelines:
    """The guidelines in a folder: `labels.toml`, `README.md` and a page a label; raises StandoffError with the line.

    A label without a page, or a corpus without pages at all, gives fewer rules, not an error: `check` judges that.
    """
    schema = read_schema(folder / "labels.toml")
    pages = {folder / "README.md": GENERAL, **{folder / f"{name}.md": name for name in schema.names}}
    rules: list[Rule] = []
    tabled: list[Example] = []
    prose: dict[str, str] = {}
    for path, label in pages.items():
        if path.exists():
            name, sections = f"{folder.name}/{path.name}", read_sections(path)
            rules += _read_rules(path, name, label, sections)
            tabled += _read_tables(path, name, sections)
            loose = [section for section in sections if not section.id and (label == GENERAL or not section.items)]
            prose[name] = "\n".join(line for part in loose for _, line in sorted([*part.wording, *part.items]))
    others = [path for path in sorted(folder.glob("*.md")) if path not in pages and path.name not in _NO_RULES]
    other = [rule for path in others for rule in _read_other(path, f"{folder.name}/{path.name}")]
    return Guidelines(folder.name, schema, tuple(rules), tuple(tabled), tuple(other), prose)


def _read_rules(path: Path, name: str, label: str, sections: list[Section]) -> Iterator[Rule]:
    """The rules of a page. Items under a bare heading are examples too, but prose on the page for all labels."""
    for section in sections:
        if section.id or (section.items and label != GENERAL):
            rule = Rule(section.id or f"{label}-N", label, section.text, name, section.line)
            items: list[Example | Counterexample] = []
            for line, text in section.items:
                with _named_errors(path, line):
                    items.append(_read_item(text, rule, line))
            examples = tuple(item for item in items if isinstance(item, Example))
            counters = tuple(item for item in items if isinstance(item, Counterexample))
            yield replace(rule, examples=examples, counterexamples=counters)


def _read_other(path: Path, name: str) -> Iterator[Rule]:
    for section in read_sections(path):
        if section.id:
            yield Rule(section.id, section.id.rpartition("-")[0], section.text, name, section.line)


def _read_tables(path: Path, name: str, sections: list[Section]) -> Iterator[Example]:
    for line, text in (numbered for section in sections for numbered in section.wording):
        if row := _ROW.fullmatch(text):
            for cell in row["cells"].split("|"):
                if "]{" in cell:
                    with _named_errors(path, line):
                        yield Example(row["id"], name, line, *from_marks(cell.strip()))


def _read_item(item: str, rule: Rule, line: int) -> Example | Counterexample:
    """One list item; raises ValueError for marks in a `not:`, a missing reason, or a stray bracket."""
    text, spans = from_marks(item)
    if not text.startswith(NOT):
        return Example(rule.id, rule.path, line, text, spans)
    text, dash, reason = text.removeprefix(NOT).partition(_REASON)
    if spans:
        raise ValueError("a `not:` shows what is not marked, so it has no marks")
    if not (dash and text.strip() and reason.strip()):
        raise ValueError("a `not:` needs a reason: `- not: text — reason`")
    return Counterexample(rule.id, rule.path, line, text.strip(), rule.label, reason.strip())


@contextmanager
def _named_errors(path: Path, line: int) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        hint = "an example is `- [text]{LABEL} …` or `- not: text — reason`"
        raise StandoffError(str(error), path=path, line=line, hint=hint) from None
