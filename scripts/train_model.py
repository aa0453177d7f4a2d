"""dist -> models: train a NER on split train and score it on validation and test."""

from pathlib import Path

from standoff.cli.evaluate import print_scores
from standoff.cli.tell import print_ledger
from standoff.corpus import Corpus
from standoff.guidelines import read_schema
from standoff.models.evaluate import evaluate
from standoff.models.train import train

if __name__ == "__main__":
    corpus = Corpus.find()
    dataset, model = corpus.dataset_folder(), Path("models/ner")
    print_ledger(train(dataset, model))
    for split in ("validation", "test"):
        print(f"\n{split}")
        print_scores(evaluate(str(model), dataset, read_schema(corpus.labels_file), split=split))
