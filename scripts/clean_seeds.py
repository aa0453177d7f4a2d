"""seeds -> corpus: clean every seed and print what became of its characters."""

from standoff.clean import clean
from standoff.cli.tell import print_ledger
from standoff.corpus import Corpus

if __name__ == "__main__":
    print("seeds -> corpus")
    print_ledger(clean(Corpus.find()))
