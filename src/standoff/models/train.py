"""`standoff train`: a spaCy NER on the train split of a built dataset."""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from importlib.resources import as_file, files
from io import StringIO
from pathlib import Path
from typing import IO, Any

import spacy
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as run_training
from spacy.util import load_config, registry
from thinc.api import fix_random_seed

from standoff.dataset.tokens import describe_misfits
from standoff.files import replaced_folder
from standoff.ledger import Account, Ledger
from standoff.models.data import read_examples, to_docs


def train(dataset: Path, out: Path, *, seed: int = 0, epochs: int = 40, log: IO[str] = sys.stderr) -> Ledger:
    """Train on split `train`, keep the epoch that is best on `validation`, and write the pipeline to `out`.

    On CPU, with a fixed seed: the same dataset and seed give the same model on the same machine.
    """
    accounts: list[Account] = []
    remarks: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for split in ("train", "validation"):
            nlp = spacy.blank("en")
            docs, misfits = to_docs(nlp, read_examples(dataset, split))
            DocBin(docs=docs, store_user_data=False).to_disk(folder / f"{split}.spacy")
            kept, outcomes = sum(len(doc.ents) for doc in docs), Counter(one.outcome for _, one in misfits)
            parts = {"learnt from": kept, "nested": outcomes["nested"], "lost to tokens": outcomes["lost"]}
            accounts.append(Account(f"{split} spans", sum(parts.values()), parts))
            remarks += describe_misfits(misfits)
        with replaced_folder(out, "meta.json") as new:
            best = _run(folder, seed, epochs, log)
            spacy.load(best).to_disk(new)
    return Ledger(tuple(accounts), tuple(remarks)).require_balance()


def _run(folder: Path, seed: int, epochs: int, log: IO[str]) -> Path:
    overrides = {
        "paths.train": str(folder / "train.spacy"),
        "paths.dev": str(folder / "validation.spacy"),
        "system.seed": seed,
        "training.max_epochs": epochs,
    }
    fix_random_seed(seed)
    with as_file(files("standoff.models") / "ner.cfg") as config:
        nlp = init_nlp(load_config(config, overrides=overrides), use_gpu=-1)
    (folder / "out").mkdir()
    run_training(nlp, folder / "out", use_gpu=-1, stdout=StringIO(), stderr=log)  # stdout would speak of our folder
    return folder / "out" / "model-best"


def make_progress() -> Callable[..., tuple[Callable[[dict[str, Any] | None], None], Callable[[], None]]]:
    """Progress as spaCy asks for it: one line an evaluation, with the scores on split validation."""

    def start(nlp: Language, stdout: IO[str], stderr: IO[str]) -> tuple[Any, Callable[[], None]]:
        def log_step(info: dict[str, Any] | None) -> None:
            if info is not None and info["score"] is not None:
                scores = info["other_scores"]
                figures = "  ".join(f"{name} {scores[key] or 0:.3f}" for name, key in _SHOWN.items())
                stderr.write(f"epoch {info['epoch']:>3}  loss {info['losses']['ner']:>8.1f}  {figures}\n")
                stderr.flush()

        return log_step, lambda: None

    return start


_SHOWN = {"P": "ents_p", "R": "ents_r", "F1": "ents_f"}
registry.loggers.register("standoff.Progress.v1", func=make_progress)
