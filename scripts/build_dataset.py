"""annotations -> dist: check the corpus, build the dataset and print where every document and span went."""

import sys

from standoff.build import build
from standoff.check import check
from standoff.cli.tell import print_ledger
from standoff.corpus import Corpus

if __name__ == "__main__":
    corpus = Corpus.find()
    checked = check(corpus)
    print(*checked.issues, sep="\n", end="\n" if checked.issues else "")
    print(
        f"check: {checked.documents} documents, {checked.spans:,} spans, {checked.cuts:,} cuts, {checked.errors} errors"
    )
    if checked.errors:
        sys.exit(1)
    print("\nannotations -> dist")
    print_ledger(build(corpus))
