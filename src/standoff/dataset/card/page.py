"""The card as a page: what people say of the corpus first, then what is computed."""

from standoff.dataset.card.about import fill_sections, split_sections
from standoff.dataset.card.citation import to_bibtex
from standoff.dataset.card.front_matter import to_front_matter
from standoff.dataset.card.metadata import Metadata, read_metadata
from standoff.dataset.card.tables import to_configs, to_cuts, to_figures, to_labels
from standoff.dataset.card.usage import to_absent, to_offsets, to_use, to_verify
from standoff.dataset.facts import Facts
from standoff.dataset.overlap import to_overlap
from standoff.guidelines.render import to_section

PRIVATE_NOTICE = """\
**Private build: it holds texts that may not be redistributed.** It may go to a private repository at most. What
is said below of the public dataset, that these texts are not in it, and of its licence does not hold here."""
SILENT = "Nothing is said of this yet."
_COMPUTED = "## In figures"
"""The first heading of what is computed."""


def to_card(facts: Facts) -> str:
    """The card as Markdown; raises StandoffError for a mistake in `card.md` or in the table `[card]`."""
    metadata = read_metadata(facts.settings)
    title = f"# {facts.settings.title} {facts.settings.version}"
    said = (f"## {heading}\n\n{text or SILENT}" if heading else text for heading, text in fill_sections(facts).items())
    parts = [
        f"---\n{to_front_matter(facts, metadata)}---",
        title,
        PRIVATE_NOTICE if facts.private else "",
        *said,
        *_computed(facts, metadata),
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def read_said(card: str) -> str:
    """What people say of the corpus, from its card: `card.md` with its figures, without title and empty sections."""
    sections = split_sections(card.partition("\n# ")[2].partition("\n")[2].partition(f"\n{_COMPUTED}\n")[0])
    told = {heading: text for heading, text in sections.items() if text not in ("", SILENT)}
    return "\n\n".join(f"## {heading}\n\n{text}" if heading else text for heading, text in told.items())


def _computed(facts: Facts, metadata: Metadata) -> list[str]:
    """The sections that come from the rows, the guidelines and the settings."""
    return [
        to_figures(facts),
        to_configs(facts),
        to_labels(facts),
        to_section(facts.guidelines),
        facts.agreement.section,
        to_overlap(facts.summary),
        to_cuts(facts),
        to_use(facts, metadata),
        to_offsets(),
        to_absent(facts, metadata),
        to_verify(facts, metadata),
        f"## Citation\n\n```bibtex\n{to_bibtex(facts.settings, metadata)}\n```",
        _to_changes(facts.changelog),
    ]


def _to_changes(changelog: str) -> str:
    """The newest section of the changelog, a level down; empty where there is none."""
    found = ("\n" + changelog).split("\n## ")
    if len(found) < 2:
        return ""
    newest = "\n".join(f"#{line}" if line.startswith("#") else line for line in found[1].strip().split("\n"))
    return f"## Changes\n\n### {newest}\n\nEarlier versions: `CHANGELOG.md`."
