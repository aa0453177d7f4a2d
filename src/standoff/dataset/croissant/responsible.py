"""The Croissant extension for responsible AI: from the sections of `card.md`, and from what was counted."""

from collections.abc import Mapping

from standoff.dataset.card.about import fill_sections, read_statements, split_items, to_plain
from standoff.dataset.card.tables import ORIGINS
from standoff.dataset.facts import Facts

SECTIONS = {
    "Uses": "dataUseCases",
    "Limits": "dataLimitations",
    "Biases": "dataBiases",
    "Personal data": "personalSensitiveInformation",
    "Social impact": "dataSocialImpact",
    "Maintenance": "dataReleaseMaintenancePlan",
}
"""Section of `card.md` to property."""
STATEMENTS = {
    "Texts": "dataCollection",
    "Labels": "dataAnnotationProtocol",
    "Annotators": "annotatorDemographics",
    "Platform": "dataAnnotationPlatform",
    "Tools": "machineAnnotationTools",
    "What the agreement means": "dataAnnotationAnalysis",
    "Residue": "dataPreprocessingProtocol",
    "Biases": "dataBiases",
    "Social impact": "dataSocialImpact",
    "Maintenance": "dataReleaseMaintenancePlan",
}
"""List item of `card.md` that begins with these words in bold, to property."""
_COLLECTED = {"published": "Secondary Data analysis", "written": "Others"}
"""Origin of texts to a type of collection of the vocabulary."""


def to_responsible(facts: Facts) -> dict[str, str | list[str]]:
    """Property, `rai:` before it, to what is said; what nobody says is left out."""
    sections = fill_sections(facts)
    said: dict[str, list[str]] = {}
    for table, texts in ((STATEMENTS, read_statements(sections)), (SECTIONS, _without_items(sections))):
        for name, key in table.items():
            if texts.get(name):
                said.setdefault(key, []).append(texts[name])
    for key, text in _count(facts):
        said.setdefault(key, []).append(text)
    types = sorted({_COLLECTED.get(origin, "Others") for origin in facts.summary.origins})
    joined: dict[str, str | list[str]] = {f"rai:{key}": "\n".join(texts) for key, texts in said.items()}
    return joined | ({"rai:dataCollectionType": types} if types else {})


def _without_items(sections: Mapping[str, str]) -> dict[str, str]:
    """The sections as plain text, without the list items that have a property of their own."""
    plain = {}
    for name, text in sections.items():
        kept = [item for item in split_items(text) if not any(item.startswith(f"**{one}.") for one in STATEMENTS)]
        plain[name] = to_plain("\n".join(kept))
    return plain


def _count(facts: Facts) -> list[tuple[str, str]]:
    """What the counts say: origins, guidelines, cleaning, agreement, readers of a document."""
    summary, schema = facts.summary, facts.guidelines.schema
    origins = ", ".join(f"{ORIGINS.get(name, name)}: {count:,}" for name, count in sorted(summary.origins.items()))
    rules = f"{len(facts.guidelines.rules):,} rules, {len(facts.guidelines.examples):,} examples"
    found = [
        ("dataAnnotationProtocol", f"Guidelines {schema.version}: {len(schema.labels)} labels, {rules}."),
        ("dataPreprocessingProtocol", _say_cuts(summary.characters)),
    ]
    if origins:
        found.append(("dataCollection", f"Documents by origin: {origins}."))
    figures = facts.agreement.figures
    if "f1" in figures:
        interval = f" (95 % interval {figures['low']:.3f} to {figures['high']:.3f})" if "low" in figures else ""
        who = f"{figures['readers']} annotators on {figures['documents']:,} documents, before adjudication"
        found.append(("dataAnnotationAnalysis", f"Strict span F1 of {who}: {figures['f1']:.3f}{interval}."))
    if readings := summary.count("annotators"):
        texts = summary.documents.total()
        number = f"{readings / texts:.1f} readings a document on average"
        found.append(("annotationsPerItem", f"{readings:,} readings of {texts:,} documents with text: {number}."))
    return found


def _say_cuts(characters: Mapping[str, int]) -> str:
    total = sum(characters.values())
    kinds = sorted(kind for kind in characters if kind != "kept")
    cut = total - characters.get("kept", 0)
    return f"Of {total:,} characters as received {cut:,} were cut: {', '.join(kinds)}. Every cut is in config cleaning."
