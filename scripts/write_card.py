"""dist -> docs: the card of the corpus as it is built, for people who read the repository."""

import tempfile
from pathlib import Path

from standoff.build import build
from standoff.corpus import Corpus

if __name__ == "__main__":
    corpus = Corpus.find()
    with tempfile.TemporaryDirectory() as folder:
        build(corpus, Path(folder) / "dataset")
        card = (Path(folder) / "dataset" / "README.md").read_bytes()
    target = corpus.root / "docs" / "dataset-card.md"
    target.write_bytes(card)
    print(f"wrote {target.relative_to(corpus.root)}: {corpus.settings.name} {corpus.settings.version}")
