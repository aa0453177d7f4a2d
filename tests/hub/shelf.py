"""Corpora with datasets built from them, made once: a version, the same number with other content, the next one."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from standoff.build import build
from standoff.corpus import Corpus
from standoff.dataset.digest import content_digest
from standoff.dataset.read import list_shards, read_manifest, read_rows
from standoff.files import write_text
from standoff.jsonl import write_records

AUTHORS = '\n[card]\nauthors = [{ name = "Verweij, Ida", affiliation = "Harbour Desk" }]\ntags = ["harbour"]\n'


@dataclass(frozen=True, slots=True)
class Shelf:
    """The corpus folders; each has its dataset in `dist/`, `old` the private one too."""

    old: Corpus
    other: Corpus
    new: Corpus


def fill(corpus: Corpus, root: Path) -> Shelf:
    """Build all of them from one corpus, below a folder."""
    settings = (corpus.root / "standoff.toml").read_text()
    made = []
    for name, version in (("old", "1.2.3"), ("other", "1.2.3"), ("new", "1.3.0")):
        copy = Corpus(root / name)
        shutil.copytree(corpus.root, copy.root)
        write_text(copy.root / "standoff.toml", settings.replace('"1.2.3"', f'"{version}"') + AUTHORS)
        if name == "old":  # a reader's layer makes a config that the next version lacks
            shutil.copytree(copy.layer_folder("gold"), copy.layer_folder("nils"))
        else:
            path = copy.spans_file("gold", "ferry")
            write_records(path, (copy.read_spans("gold", "ferry") or [])[:-1])
        build(copy)
        made.append(copy)
    build(made[0], with_private=True)
    return Shelf(*made)


def digest_of(corpus: Corpus, *, private: bool = False) -> str:
    return content_digest(read_manifest(corpus.dataset_folder(private=private)))


def rows_of(corpus: Corpus, config: str) -> dict[str, list[str]]:
    """The ids of a config by split, as the built folder has them."""
    folder = corpus.dataset_folder()
    splits = [split for split in ("train", "validation", "test") if list_shards(folder, config, split)]
    return {split: [row["id"] for row in read_rows(folder, config, split)] for split in splits}
