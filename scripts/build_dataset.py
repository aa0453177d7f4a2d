"""annotations -> dist: check the corpus, build the dataset and print where every document and span went."""

import sys

from standoff.build import build
from standoff.check import check
from standoff.check.report import to_text
from standoff.check.rules import read_rules
from standoff.cli.tell import print_ledger
from standoff.corpus import Corpus

if __name__ == "__main__":
    corpus = Corpus.find()
    checked = check(corpus)
    for issue in checked.issues:
        if read_rules()[issue.rule].severity != "note":
            print(to_text(issue))
    looked = f"{checked.documents} documents, {checked.spans:,} spans, {checked.cuts:,} cuts"
    print(f"check: {looked}, {checked.errors} errors, {checked.count('warning')} warnings")
    if checked.errors:
        sys.exit(1)
    print("\nannotations -> dist")
    print_ledger(build(corpus))
