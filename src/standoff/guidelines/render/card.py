"""The guidelines in the dataset card: what each label is, how many rules it has, a few examples."""

from collections.abc import Iterator

from standoff.guidelines.pages import Example, Guidelines
from standoff.guidelines.render.markdown import escape

_SHOWN = 3
"""Examples shown for a label."""


def to_section(guidelines: Guidelines) -> str:
    """A section in Markdown, or "" for a corpus whose labels have no rules yet."""
    if not guidelines.rules:
        return ""
    counts = f"{len(guidelines.rules)} rules, {len(guidelines.examples)} examples and {len(guidelines.counterexamples)}"
    flat = "Spans may overlap." if guidelines.schema.overlap else "No two spans overlap."
    head = (
        f"## Guidelines\n\nVersion {guidelines.schema.version}: {counts} texts that are not marked. {flat} In short, "
        "with an example of each label's first rules; a note on a span may cite a rule by its id. The whole text is in "
        f"the folder `{guidelines.folder}` of the repository: `standoff guidelines --html FILE` makes one page of it."
    )
    return "\n\n".join([head, *_labels(guidelines)])


def _labels(guidelines: Guidelines) -> Iterator[str]:
    for label in guidelines.schema.labels:
        rules = [rule for rule in guidelines.rules if rule.label == label.name]
        count = f"{len(rules) or 'no'} rule{'' if len(rules) == 1 else 's'}"
        shown = "\n".join(f"- {_code(str(one))} {one.rule}" for one in _first_examples(guidelines, label.name))
        yield f"**{label.name}** ({count}). {escape(label.definition)}" + (f"\n\n{shown}" if shown else "")


def _first_examples(guidelines: Guidelines, label: str) -> list[Example]:
    """The first example with this label of each of the label's rules, as many as are shown."""
    rules = (rule for rule in guidelines.rules if rule.label == label)
    marked = ([one for one in rule.examples if label in {span.label for span in one.spans}] for rule in rules)
    return [examples[0] for examples in marked if examples][:_SHOWN]


def _code(text: str) -> str:
    """Inline code that no character of the text ends."""
    fence = "`"
    while fence in text:
        fence += "`"
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"
