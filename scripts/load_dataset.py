"""dist -> datasets: load every config of the built dataset back, plainly and streaming, and say how to load it."""

import tempfile

from datasets import disable_progress_bars, get_dataset_config_names, load_dataset

from standoff.cli.tell import print_table
from standoff.corpus import Corpus

if __name__ == "__main__":
    disable_progress_bars()
    corpus = Corpus.find()
    folder = corpus.dataset_folder()
    rows = []
    with tempfile.TemporaryDirectory() as cache:  # no rows are left in the user's cache
        for config in get_dataset_config_names(str(folder)):
            plain = load_dataset(str(folder), config, cache_dir=cache)
            for split, table in plain.items():
                streamed = sum(1 for _ in load_dataset(str(folder), config, split=split, streaming=True))
                rows.append([config, str(split), f"{table.num_rows:,}", f"{streamed:,}"])
    print("\ndist -> datasets.load_dataset")
    print_table(["config", "split", "rows", "streamed"], rows)
    print(f'\nload it:  datasets.load_dataset("{corpus.name_of(folder)}", "spans", split="train")')
