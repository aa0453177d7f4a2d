"""`standoff train`: a spaCy NER on the train split of a built dataset."""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import as_file, files
from io import StringIO
from pathlib import Path
from typing import IO, Any

import spacy
from huggingface_hub import metadata_load
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as run_training
from spacy.util import load_config, registry
from thinc.api import fix_random_seed

from standoff.dataset.read import list_shards
from standoff.dataset.tokens import Misfit, describe_misfits
from standoff.errors import StandoffError
from standoff.folders import replaced_folder
from standoff.ledger import Account, Ledger
from standoff.models.data import read_examples, to_docs

TRAIN, DEV = "train", "validation"
_BATCH = 600
"""Tokens in a batch."""
_SELDOM, _FEWEST = 20, 10
"""Steps from one scoring to the next, fewer where a training would have fewer scorings than this."""


def train(dataset: Path, out: Path, *, seed: int = 0, epochs: int = 40, log: IO[str] = sys.stderr) -> Ledger:
    """Train on split `train`, keep the epoch that is best on `validation`, and write the pipeline to `out`.

    Of a dataset without split `validation` the last epoch is kept, and the ledger says so. On CPU, with a fixed seed:
    the same dataset and seed give the same model on the same machine.
    """
    held_out = bool(list_shards(dataset, "spans", DEV))
    given = {split: read_examples(dataset, split) for split in (TRAIN, *([DEV] if held_out else []))}
    language = read_language(dataset)
    nlp = spacy.blank(language)
    accounts: list[Account] = []
    remarks: list[str] = []
    words: list[int] = []
    with tempfile.TemporaryDirectory() as name:
        for split, examples in given.items():
            docs, misfits = to_docs(nlp, examples)
            DocBin(docs=docs, store_user_data=False).to_disk(Path(name) / f"{split}.spacy")
            words.append(sum(map(len, docs)))
            accounts.append(_count(split, docs, misfits))
            remarks += describe_misfits(misfits)
        if not held_out:
            remarks.append(f"the dataset has no split {DEV!r}: the last epoch was kept, be it the best or not")
            log.write(f"no split {DEV!r}: the scores below are those on {TRAIN}\n")
        with replaced_folder(out, "meta.json") as new:
            trained = _run(Path(name), _plan(language, words[0], seed, epochs), log, held_out=held_out)
            spacy.load(trained).to_disk(new)
    return Ledger(tuple(accounts), tuple(remarks)).require_balance()


def read_language(dataset: Path) -> str:
    """The language in the metadata of the dataset card; raises StandoffError where it names none."""
    path = dataset / "README.md"
    found = (metadata_load(path) or {}).get("language") if path.is_file() else None
    language = found[0] if isinstance(found, list) and found else found
    if not isinstance(language, str):
        raise StandoffError("the dataset card names no language", path=path, hint="build it again: standoff build")
    return language


def _count(split: str, docs: Sequence[Doc], misfits: Sequence[tuple[str, Misfit]]) -> Account:
    kept, outcomes = sum(len(doc.ents) for doc in docs), Counter(one.outcome for _, one in misfits)
    parts = {"learnt from": kept, "nested": outcomes["nested"], "lost to tokens": outcomes["lost"]}
    return Account(f"{split} spans", sum(parts.values()), parts)


def _plan(language: str, words: int, seed: int, epochs: int) -> dict[str, Any]:
    """What of ner.cfg depends on the dataset; a small one is scored more often, else its best epoch would be missed."""
    steps = epochs * max(1, words // _BATCH)
    return {
        "nlp.lang": language,
        "system.seed": seed,
        "training.batcher.size": _BATCH,
        "training.max_epochs": epochs,
        "training.eval_frequency": max(1, min(_SELDOM, steps // _FEWEST)),
    }


def _run(folder: Path, plan: Mapping[str, Any], log: IO[str], *, held_out: bool) -> Path:
    """Train on the files in `folder`; the folder of the best pipeline, or of the last where nothing is held out."""
    paths = {
        "paths.train": str(folder / f"{TRAIN}.spacy"),
        "paths.dev": str(folder / f"{DEV if held_out else TRAIN}.spacy"),
    }
    fix_random_seed(plan["system.seed"])
    with as_file(files("standoff.models") / "ner.cfg") as config:
        nlp = init_nlp(load_config(config, overrides={**plan, **paths}), use_gpu=-1)
    (folder / "out").mkdir()
    run_training(nlp, folder / "out", use_gpu=-1, stdout=StringIO(), stderr=log)  # stdout would speak of our folder
    return folder / "out" / ("model-best" if held_out else "model-last")


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
