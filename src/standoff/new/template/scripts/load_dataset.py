"""dist -> datasets: load every config of the built dataset back, and say how to load it."""

import tempfile

from datasets import disable_progress_bars, get_dataset_config_names, load_dataset

from standoff.cli.tell import print_table
from standoff.corpus import Corpus


def count_rows(folder: str) -> list[list[str]]:
    """Config, split and number of rows; no row is left in the user's cache."""
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        for config in get_dataset_config_names(folder):
            for split, table in load_dataset(folder, config, cache_dir=cache).items():
                rows.append([config, str(split), str(table.num_rows)])
    return rows


if __name__ == "__main__":
    disable_progress_bars()
    corpus = Corpus.find()
    found = count_rows(str(corpus.dataset_folder()))
    print_table(["config", "split", "rows"], found)
    usage = f'datasets.load_dataset("{corpus.name_of(corpus.dataset_folder())}", "spans", split="{found[0][1]}")'
    print_table(["load it:", usage], [])
