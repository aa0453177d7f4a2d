"""The dataset card: YAML from the same schema as the Parquet, text from the corpus, figures from the rows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from datasets import DatasetInfo, Features
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCardData

from standoff.corpus import Settings
from standoff.dataset.manifest import Tables
from standoff.guidelines.pages import Guidelines
from standoff.guidelines.render import to_section
from standoff.guidelines.schema import Schema

_COLUMNS = {
    "spans": "a document: cleaned text and labelled spans",
    "tokens": "a sentence: tokens and IOB2 tags",
    "annotators": "a document as one annotator read it: spans, before anything was adjudicated",
    "cleaning": "a document: the text as received and what was cut from it, with kind and rule",
    "standoff": "a document whose text may not be redistributed: hash, cuts and spans, no text",
}


def parquet_path(config: str, split: str) -> str:
    """Where a split of a config lies in the dataset."""
    return f"{config}/{split}-00000-of-00001.parquet"


def to_card(
    settings: Settings,
    guidelines: Guidelines,
    features: Mapping[str, Features],
    tables: Tables,
    content: Mapping[str, Any],
    told: tuple[str, str],
) -> str:
    """The card as Markdown: front matter, what people say of the corpus and agreement (`told`), tables, how to load."""
    front = _front_matter(settings, features, tables, content)
    sections = [
        told[0].strip(),
        _configs(tables),
        _labels(guidelines.schema, tables),
        to_section(guidelines),
        told[1],
        _cuts(tables),
        _usage(settings, tables),
    ]
    return "\n\n".join([f"---\n{front}---", f"# {settings.title} {settings.version}", *filter(None, sections)]) + "\n"


def _front_matter(
    settings: Settings, features: Mapping[str, Features], tables: Tables, content: Mapping[str, Any]
) -> str:
    """Hugging Face metadata.

    The content hash in `description` is part of the key of the cache of `datasets`: without it a folder that was
    built again would be read from the old cache.
    """
    data = DatasetCardData(
        language=settings.language,
        license=settings.licence.lower(),
        pretty_name=settings.title,
        task_categories=["token-classification"],
        task_ids=["named-entity-recognition"],
        annotations_creators=["machine-generated"],
        language_creators=["machine-generated", "found"] if "standoff" in tables else ["machine-generated"],
        source_datasets=["original"],
        size_categories=["n<1K"],
        tags=[
            "named-entity-recognition",
            "news",
            "privacy",
            "data-breach",
            "boilerplate-removal",
            "standoff",
        ],
        configs=[
            {
                "config_name": config,
                "data_files": [{"split": split, "path": parquet_path(config, split)} for split in splits],
                "description": f"content {_short(content[config])}",
                **({"default": True} if config == "spans" else {}),
            }
            for config, splits in tables.items()
        ],
    )
    infos = {config: DatasetInfo(config_name=config, features=features[config]) for config in tables}
    DatasetInfosDict(infos).to_dataset_card_data(data)
    return data.to_yaml(line_break="\n") + "\n"


def _short(hashes: Mapping[str, str]) -> str:
    return "-".join(value[:16] for value in hashes.values())


def _configs(tables: Tables) -> str:
    splits = list(dict.fromkeys(split for config in tables.values() for split in config))
    rows = [
        [f"`{config}`", _COLUMNS[config], *(str(len(tables[config].get(split, ())) or "–") for split in splits)]
        for config in tables
    ]
    return "## Configs\n\n" + to_table(["config", "one row is", *splits], rows)


def _labels(schema: Schema, tables: Tables) -> str:
    counts = {
        split: Counter(span["label"] for row in rows for span in row["spans"])
        for split, rows in tables.get("spans", {}).items()
    }
    private = Counter(
        span["label"] for rows in tables.get("standoff", {}).values() for row in rows for span in row["spans"]
    )
    columns = {**counts, **({"standoff": private} if private else {})}
    rows = [
        [
            label.name,
            label.definition,
            label.ontonotes or "–",
            label.conll or "–",
            *(str(count[label.name]) for count in columns.values()),
        ]
        for label in schema.labels
    ]
    total = ["all", "", "", "", *(str(count.total()) for count in columns.values())]
    table = to_table(["label", "definition", "OntoNotes 5", "CoNLL-2003", *columns], [*rows, total])
    head = (
        f"## Labels\n\nGuidelines {schema.version}. Spans by split; `standoff` counts the documents without text.\n\n"
    )
    return head + table


def _cuts(tables: Tables) -> str:
    sizes: Counter[str] = Counter()
    for row in (row for rows in tables.get("cleaning", {}).values() for row in rows):
        for cut in row["cuts"]:
            sizes[cut["kind"]] += cut["end"] - cut["start"]
    seed = sum(len(row["text"]) for rows in tables.get("cleaning", {}).values() for row in rows)
    rows = [
        ["kept", f"{seed - sizes.total():,}"],
        *([kind, f"{size:,}"] for kind, size in sizes.most_common()),
    ]
    head = f"## Cleaning\n\nThe {seed:,} characters of the texts as received, by what became of them:\n\n"
    return head + to_table(["kind", "characters"], rows)


def _usage(settings: Settings, tables: Tables) -> str:
    lines = "\n".join(f'{config} = load_dataset(PATH, "{config}")' for config in tables)
    return (
        "## Use\n\n```python\nfrom datasets import load_dataset\n\n"
        f'PATH = "…/{settings.name}-{settings.version}"  # this folder, or the repository on the Hub\n{lines}\n```\n\n'
        "Offsets count Unicode code points, half-open; in `spans`, `tokens` and `annotators` those of the cleaned "
        "text, in `cleaning` and `standoff` those of the text as received."
    )


def to_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
