"""The YAML on top of the card, which the Hub and `datasets` read."""

from collections.abc import Mapping
from typing import Any

from datasets import DatasetInfo
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCardData

from standoff.dataset.card.metadata import Metadata
from standoff.dataset.facts import Facts

_TASKS: Mapping[str, Any] = {"task_categories": ["token-classification"], "task_ids": ["named-entity-recognition"]}
_TAGS = ("named-entity-recognition", "standoff")
"""What every corpus of this form is tagged with."""
_SIZES = {
    "n<1K": 10**3,
    "1K<n<10K": 10**4,
    "10K<n<100K": 10**5,
    "100K<n<1M": 10**6,
    "1M<n<10M": 10**7,
    "10M<n<100M": 10**8,
    "100M<n<1B": 10**9,
}
_LICENCES = {
    "apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "cc", "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0",
    "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0",
    "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0",
    "cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "c-uda", "gfdl", "gpl-3.0", "lgpl-lr", "odbl",
    "odc-by", "pddl", "unlicense", "wtfpl", "unknown", "other",
}  # fmt: skip
"""Licences of data that the Hub knows by their id; it refuses a card with any other."""
_OTHER_NAMES = {"odc-by-1.0": "odc-by", "odbl-1.0": "odbl", "pddl-1.0": "pddl", "gpl-3.0-only": "gpl-3.0"}


def to_front_matter(facts: Facts, metadata: Metadata) -> str:
    """The metadata as YAML, without the marks around it.

    The content hash in `description` is part of the key of the cache of `datasets`: without it a folder that was
    built again would be read from the old cache. The splits have no sizes in `dataset_info`: `datasets` wants bytes
    with them, and these depend on what wrote the Parquet.
    """
    summary = facts.summary
    languages = sorted(summary.languages.keys() - {facts.settings.language})
    data = DatasetCardData(
        language=[facts.settings.language, *languages],
        **_to_licence(facts),
        pretty_name=facts.settings.title,
        **_TASKS,
        annotations_creators=list(metadata.annotations_creators) or None,
        language_creators=list(metadata.language_creators) or None,
        multilinguality=["multilingual" if languages else "monolingual"],
        source_datasets=["original"],
        size_categories=[to_size(summary.rows.total())],
        tags=list(dict.fromkeys([*_TAGS, *metadata.tags])),
        configs=_to_configs(facts),
    )
    infos = {config: DatasetInfo(config_name=config, features=facts.features[config]) for config in summary.configs()}
    DatasetInfosDict(infos).to_dataset_card_data(data)
    return data.to_yaml(line_break="\n") + "\n"


def to_size(rows: int) -> str:
    """The size category of the Hub for so many rows, those of all configs together.

    >>> to_size(999), to_size(1_000)
    ('n<1K', '1K<n<10K')
    """
    return next((name for name, limit in _SIZES.items() if rows < limit), "1B<n<10B")


def _to_configs(facts: Facts) -> list[dict[str, Any]]:
    return [
        {
            "config_name": config,
            "data_files": [{"split": split, "path": f"{config}/{split}-*.parquet"} for split in splits],
            "description": f"content {_short(facts.content[config])}",
            **({"default": True} if config == "spans" else {}),
        }
        for config, splits in facts.summary.configs().items()
    ]


def _to_licence(facts: Facts) -> dict[str, Any]:
    """The id of the licence for the Hub; one that the Hub does not know goes by its name."""
    name = facts.settings.licence
    known = _OTHER_NAMES.get(name.lower(), name.lower())
    if facts.private:
        return {"license": "other"}
    return {"license": known} if known in _LICENCES else {"license": "other", "license_name": name.lower()}


def _short(hashes: Mapping[str, str]) -> str:
    return "-".join(value[:16] for value in hashes.values())
