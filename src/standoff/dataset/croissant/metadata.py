"""The metadata of the dataset as a whole."""

import json
from typing import Any

from standoff.dataset.card.about import fill_sections, to_plain
from standoff.dataset.card.citation import to_bibtex
from standoff.dataset.card.metadata import Author, Metadata, read_metadata
from standoff.dataset.card.page import PRIVATE_NOTICE
from standoff.dataset.croissant.context import CONFORMS_TO, CONTEXT
from standoff.dataset.croissant.records import to_files, to_record_sets
from standoff.dataset.croissant.responsible import to_responsible
from standoff.dataset.facts import Facts


def to_croissant(facts: Facts) -> str:
    """The metadata as JSON-LD; raises StandoffError for a mistake in `card.md` or in the table `[card]`."""
    settings, metadata = facts.settings, read_metadata(facts.settings)
    dataset = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": settings.name,
        "alternateName": settings.title,
        "description": to_description(facts),
        "license": "other" if facts.private else f"https://spdx.org/licenses/{settings.licence}.html",
        "version": settings.version,
        "inLanguage": sorted({settings.language, *facts.summary.languages}),
        "citeAs": to_bibtex(settings, metadata),
        **_known(metadata),
        "isAccessibleForFree": not facts.private,
        **to_responsible(facts),
        "distribution": to_files(facts),
        "recordSet": to_record_sets(facts),
    }
    return json.dumps(dataset, indent=2, ensure_ascii=False) + "\n"


def to_description(facts: Facts) -> str:
    """What `card.md` says before its first heading, or below it, in plain text; the notice first if it is private."""
    said = next((text for text in fill_sections(facts).values() if text), facts.settings.title)
    return to_plain(f"{PRIVATE_NOTICE} {said}" if facts.private else said)


def _known(metadata: Metadata) -> dict[str, Any]:
    """What the settings state, and no more."""
    found = {
        "creator": [_to_creator(author) for author in metadata.authors],
        "publisher": {"@type": "sc:Organization", "name": metadata.publisher} if metadata.publisher else None,
        "datePublished": metadata.published.isoformat() if metadata.published else None,
        "keywords": list(metadata.tags),
        "url": metadata.url,
        "sameAs": metadata.repository_url if metadata.repository_url != metadata.url else None,
    }
    return {key: value for key, value in found.items() if value}


def _to_creator(author: Author) -> dict[str, Any]:
    if not author.is_person:
        return {"@type": "sc:Organization", "name": author.name}
    last, comma, first = author.name.partition(",")
    person: dict[str, Any] = {"@type": "sc:Person", "name": f"{first.strip()} {last.strip()}" if comma else author.name}
    if author.orcid:
        person["identifier"] = f"https://orcid.org/{author.orcid}"
    if author.affiliation:
        person["affiliation"] = {"@type": "sc:Organization", "name": author.affiliation}
    return person
