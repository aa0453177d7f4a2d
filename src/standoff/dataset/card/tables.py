"""The tables of the card: what is in the dataset, in figures."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from standoff.dataset.facts import Facts

ROWS = {
    "spans": "a document: cleaned text and labelled spans",
    "tokens": "a sentence: tokens and IOB2 tags",
    "annotators": "a document as one annotator read it: spans, before anything was adjudicated",
    "cleaning": "a document: the text as received and what was cut from it, with kind and rule",
    "standoff": "a document whose text may not be redistributed: hash, cuts and spans, no text",
}
"""What a row of each config is."""
_SHOWN = 20
"""Outlets, licences and the like that are named."""
ORIGINS = {"published": "published elsewhere", "written": "written for this corpus"}
"""Where texts come from, by their `origin`."""


def to_figures(facts: Facts) -> str:
    """Documents, words and spans by split, then documents by where they come from."""
    summary = facts.summary
    splits = [split for split in summary.configs()["spans"] if summary.documents[split]]
    spans = {split: sum(n for (at, _), n in summary.labels.items() if at == split) for split in splits}
    counts = {split: (summary.documents[split], summary.words[split], spans[split]) for split in splits}
    rows = [[split, *map(_number, counts[split])] for split in splits]
    if len(splits) > 1:
        rows.append(["all", *(_number(sum(column)) for column in zip(*counts.values(), strict=True))])
    if bare := summary.totals["without text"]:
        rows.append(["without text", _number(bare), "–", _number(summary.bare.total())])
    of = {
        "language": summary.languages,
        "licence": summary.licences,
        "origin": _say_origins(summary.origins),
        "outlet": summary.outlets,
        "year": summary.years,
    }
    kinds = [[what, _list_counts(found)] for what, found in of.items() if found]
    head = "## In figures\n\nWords are tokens of the cleaned text.\n\n"
    what = "Documents by language, licence, origin, outlet and year, those without text too:\n\n"
    return (
        head
        + to_table(["split", "documents", "words", "spans"], rows, right=3)
        + (f"\n\n{what}" + to_table(["", "documents"], kinds) if kinds else "")
    )


def _say_origins(origins: Mapping[str, int]) -> dict[str, int]:
    return {ORIGINS.get(name, name): count for name, count in origins.items()}


def _list_counts(counts: Mapping[str, int]) -> str:
    """The largest counts first, and how many more things there are."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    more = [f"{len(ordered) - _SHOWN:,} more"] if len(ordered) > _SHOWN else []
    return ", ".join([*(f"{name} {count:,}" for name, count in ordered[:_SHOWN]), *more])


def to_configs(facts: Facts) -> str:
    """Rows by config and split."""
    configs, rows = facts.summary.configs(), facts.summary.rows
    splits = list(dict.fromkeys(split for found in configs.values() for split in found))
    lines = [[f"`{config}`", ROWS[config], *(_number(rows[config, split]) for split in splits)] for config in configs]
    return "## Configs\n\n" + to_table(["config", "one row is", *splits], lines, right=len(splits))


def to_labels(facts: Facts) -> str:
    """The label table: definition, names in other label sets, spans by split."""
    splits, labels, schema = facts.summary.configs()["spans"], facts.summary.labels, facts.guidelines.schema
    columns = {split: Counter({name: labels[split, name] for name in schema.names}) for split in splits}
    columns |= {"standoff": facts.summary.bare} if facts.summary.bare else {}
    rows = [
        [
            label.name,
            label.definition,
            label.ontonotes or "–",
            label.conll or "–",
            *(f"{count[label.name]:,}" for count in columns.values()),
        ]
        for label in schema.labels
    ]
    total = ["all", "", "", "", *(f"{count.total():,}" for count in columns.values())]
    head = ["label", "definition", "OntoNotes 5", "CoNLL-2003", *columns]
    about = f"## Labels\n\nGuidelines {schema.version}. Spans by split"
    about += "; `standoff` counts the documents without text.\n\n" if facts.summary.bare else ".\n\n"
    return about + to_table(head, [*rows, total], right=len(columns))


def to_cuts(facts: Facts) -> str:
    """Every character of the texts as received, by what became of it."""
    sizes = facts.summary.characters
    ordered = sorted(sizes.items(), key=lambda one: (-one[1], one[0]))
    rows = [[kind, f"{size:,}", f"{100 * size / sizes.total():.1f} %"] for kind, size in ordered]
    head = f"## Cleaning\n\nThe {sizes.total():,} characters of the texts as received, by what became of them:\n\n"
    return head + to_table(["kind", "characters", "share"], rows, right=2)


def _number(value: int) -> str:
    return f"{value:,}" if value else "–"


def to_table(head: Sequence[str], rows: Iterable[Iterable[str]], right: int = 0) -> str:
    """A Markdown table; the last `right` columns are aligned to the right. A bar in a cell is escaped."""
    marks = ["---"] * (len(head) - right) + ["--:"] * right
    lines = [list(head), marks, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
