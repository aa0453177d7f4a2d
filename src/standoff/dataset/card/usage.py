"""How to use a dataset: load it, put texts back, verify it."""

from standoff.dataset.card.metadata import Metadata
from standoff.dataset.facts import Facts


def to_use(facts: Facts, metadata: Metadata) -> str:
    """How to load every config, from the Hub where the settings name a dataset there, and from a folder."""
    version = facts.settings.version
    configs = list(facts.summary.configs())
    lines = ["from datasets import load_dataset", ""]
    if metadata.hub_name and not facts.private:
        lines += _load(f'"{metadata.hub_name}"', f', revision="v{version}"', configs)
        lines += ["", "# from a folder with these files"]
        lines += _load(f'"{_folder(facts)}"', "", configs[:1])
    else:
        lines += [f'PATH = "…/{_folder(facts)}"  # this folder, or the dataset on a Hub with revision="v{version}"']
        lines += _load("PATH", "", configs)
    lines += ["", "# one split, without a copy on disk", _streamed(facts, metadata)]
    labels = 'spans["train"].features["spans"].feature["label"].names'
    labels = labels if "train" in facts.summary.configs()["spans"] else labels.replace("train", _first_split(facts))
    lines += [f"labels = {labels}"]
    code = "\n".join(lines)
    return f"## Use\n\n```python\n{code}\n```"


def _first_split(facts: Facts) -> str:
    return facts.summary.configs()["spans"][0]


def _load(place: str, more: str, configs: list[str]) -> list[str]:
    return [f'{config} = load_dataset({place}, "{config}"{more})' for config in configs]


def _streamed(facts: Facts, metadata: Metadata) -> str:
    split = _first_split(facts)
    if metadata.hub_name and not facts.private:
        place = f'"{metadata.hub_name}", "spans", revision="v{facts.settings.version}"'
    else:
        place = 'PATH, "spans"'
    return f'rows = load_dataset({place}, split="{split}", streaming=True)'


def _folder(facts: Facts) -> str:
    return f"{facts.settings.name}-{facts.settings.version}{'-private' if facts.private else ''}"


def to_offsets() -> str:
    """What offsets count."""
    return (
        "Offsets count Unicode code points, half-open; in `spans`, `tokens` and `annotators` those of the cleaned "
        "text, in `cleaning` and `standoff` those of the text as received. The cuts lead from the one to the other."
    )


def to_absent(facts: Facts, metadata: Metadata) -> str:
    """How to put texts back that are not in the dataset; empty where none is missing."""
    if not facts.summary.count("standoff") or facts.private:
        return ""
    place = _address(facts, metadata)
    return (
        "## Texts that are not in it\n\n"
        f"The texts of {facts.summary.count('standoff'):,} documents may not be redistributed. Whoever has them, as "
        "text or HTML in a folder, makes a dataset with them on their own machine:\n\n"
        f"```sh\nstandoff hydrate {place} FOLDER\n"
        f"standoff hydrate {place} FOLDER --tolerant  # texts that differ slightly\n```\n\n"
        "A text goes by its sha256. With `--tolerant` the spans of another version of it stand where their place is "
        "certain. What became of each document and span is told."
    )


def to_verify(facts: Facts, metadata: Metadata) -> str:
    """How anyone with the repository can tell that a dataset is the one of its version."""
    return (
        "## Verify\n\n"
        "`MANIFEST.json` has the sha256 of every file and, for each split, a content hash that does not depend on the "
        f"Parquet. With the repository of the corpus at tag `v{facts.settings.version}`,\n\n```sh\n"
        f"standoff verify {_address(facts, metadata)}\n```\n\nbuilds it again and compares."
    )


def _address(facts: Facts, metadata: Metadata) -> str:
    if metadata.hub_name and not facts.private:
        return f"{metadata.hub_name}@v{facts.settings.version}"
    return _folder(facts)
