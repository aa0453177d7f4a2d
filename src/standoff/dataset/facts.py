"""What is known of a build when its tables are written: the one source of card and metadata."""

from collections.abc import Mapping
from dataclasses import dataclass

from datasets import Features

from standoff.dataset.agreed import Agreed
from standoff.dataset.manifest import Content
from standoff.dataset.summary import Summary
from standoff.guidelines.pages import Guidelines
from standoff.settings import Settings


@dataclass(frozen=True, slots=True)
class Facts:
    """A build: settings, guidelines, counts, columns by config, hashes, and what people say of the corpus.

    `files` gives the sha256 and the bytes of each Parquet file by its path. `about` is card.md, `agreement` what
    its section says, `changelog` the whole of CHANGELOG.md. `private`: it holds private texts.
    """

    settings: Settings
    guidelines: Guidelines
    summary: Summary
    features: Mapping[str, Features]
    content: Content
    files: Mapping[str, tuple[str, int]]
    about: str
    agreement: Agreed
    changelog: str
    private: bool
