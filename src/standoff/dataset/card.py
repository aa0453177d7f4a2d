"""The dataset card: YAML from the same schema as the Parquet, text from the corpus, figures from the rows."""

from collections import Counter
from collections.abc import Iterable, Mapping

from datasets import DatasetInfo
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCardData

from standoff.dataset.facts import Facts
from standoff.guidelines.render import to_section

_COLUMNS = {
    "spans": "a document: cleaned text and labelled spans",
    "tokens": "a sentence: tokens and IOB2 tags",
    "annotators": "a document as one annotator read it: spans, before anything was adjudicated",
    "cleaning": "a document: the text as received and what was cut from it, with kind and rule",
    "standoff": "a document whose text may not be redistributed: hash, cuts and spans, no text",
}


PRIVATE_NOTICE = """\
**Private build: it holds texts that may not be redistributed.** It may go to a private repository at most. What
is said below of the public dataset, that these texts are not in it, and of its licence does not hold here.

"""


def to_card(facts: Facts) -> str:
    """The card as Markdown: front matter, what people say of the corpus, tables, agreement, how to load."""
    about = (PRIVATE_NOTICE if facts.private else "") + facts.about.strip()
    sections = [
        about,
        _configs(facts),
        _labels(facts),
        to_section(facts.guidelines),
        facts.agreement,
        _cuts(facts),
        _usage(facts),
    ]
    title = f"# {facts.settings.title} {facts.settings.version}"
    return "\n\n".join([f"---\n{_front_matter(facts)}---", title, *filter(None, sections)]) + "\n"


def _front_matter(facts: Facts) -> str:
    """Hugging Face metadata.

    The content hash in `description` is part of the key of the cache of `datasets`: without it a folder that was
    built again would be read from the old cache.
    """
    configs = facts.summary.configs()
    data = DatasetCardData(
        language=facts.settings.language,
        license="other" if facts.private else facts.settings.licence.lower(),
        pretty_name=facts.settings.title,
        task_categories=["token-classification"],
        task_ids=["named-entity-recognition"],
        annotations_creators=["machine-generated"],
        language_creators=["machine-generated", "found"] if "standoff" in configs else ["machine-generated"],
        source_datasets=["original"],
        size_categories=["n<1K"],
        tags=["named-entity-recognition", "news", "privacy", "data-breach", "boilerplate-removal", "standoff"],
        configs=[
            {
                "config_name": config,
                "data_files": [{"split": split, "path": f"{config}/{split}-*.parquet"} for split in splits],
                "description": f"content {_short(facts.content[config])}",
                **({"default": True} if config == "spans" else {}),
            }
            for config, splits in configs.items()
        ],
    )
    infos = {config: DatasetInfo(config_name=config, features=facts.features[config]) for config in configs}
    DatasetInfosDict(infos).to_dataset_card_data(data)
    return data.to_yaml(line_break="\n") + "\n"


def _short(hashes: Mapping[str, str]) -> str:
    return "-".join(value[:16] for value in hashes.values())


def _configs(facts: Facts) -> str:
    configs, rows = facts.summary.configs(), facts.summary.rows
    splits = list(dict.fromkeys(split for found in configs.values() for split in found))
    lines = [
        [f"`{config}`", _COLUMNS[config], *(str(rows[config, split] or "–") for split in splits)] for config in configs
    ]
    return "## Configs\n\n" + to_table(["config", "one row is", *splits], lines)


def _labels(facts: Facts) -> str:
    splits, labels, schema = facts.summary.configs()["spans"], facts.summary.labels, facts.guidelines.schema
    columns = {split: Counter({name: labels[split, name] for name in schema.names}) for split in splits}
    columns |= {"standoff": facts.summary.bare} if facts.summary.bare else {}
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


def _cuts(facts: Facts) -> str:
    sizes = facts.summary.characters
    rows = [[kind, f"{size:,}"] for kind, size in sizes.most_common()]
    head = f"## Cleaning\n\nThe {sizes.total():,} characters of the texts as received, by what became of them:\n\n"
    return head + to_table(["kind", "characters"], rows)


def _usage(facts: Facts) -> str:
    lines = "\n".join(f'{config} = load_dataset(PATH, "{config}")' for config in facts.summary.configs())
    return (
        "## Use\n\n```python\nfrom datasets import load_dataset\n\n"
        f'PATH = "…/{facts.settings.name}-{facts.settings.version}"  # this folder, or the repository on the Hub\n'
        f"{lines}\n```\n\n"
        "Offsets count Unicode code points, half-open; in `spans`, `tokens` and `annotators` those of the cleaned "
        "text, in `cleaning` and `standoff` those of the text as received."
    )


def to_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
