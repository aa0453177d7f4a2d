"""The sketches of a corpus, kept in the user's cache folder by the hash of the cleaned text they are of."""

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from itertools import repeat
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from standoff import __version__
from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.files import cache_folder, decode, hash_text, read_bytes, write_bytes
from standoff.near.sketch import NOTHING, Sketch, sketch_text
from standoff.records import Entry, Source

_FORM = f"1 {__version__}"
"""Raise its number when a sketch of the same text changes."""
_BATCH = 250
"""Documents that a process takes at a time; no more than these are sketched in this one."""


def sketch_corpus(corpus: Corpus, sources: Sequence[Source], entries: Mapping[str, Entry]) -> dict[str, Sketch]:
    """The sketch of each of these documents by id, in their order, but for those whose cleaned text is not here.

    What was sketched before and has not changed since is taken from the store; the store then has these alone.
    """
    known = read_store(corpus)
    found: dict[str, Sketch] = {}
    left: list[Source] = []
    for source in sources:
        digest = entries[source.id].sha256 if source.id in entries else ""
        if digest in known and _is_here(corpus, source):
            found[source.id] = known[digest]
        else:
            left.append(source)
    kept = {entries[document_id].sha256: sketch for document_id, sketch in found.items()}
    for document_id, digest, sketch in _sketch_all(corpus, left):
        found[document_id] = kept[digest] = sketch
    if left and kept.keys() != known.keys():
        write_store(corpus, kept)
    return {source.id: found[source.id] for source in sources if source.id in found}


def _is_here(corpus: Corpus, source: Source) -> bool:
    """Private text that is gone says nothing, though its sketch is still known."""
    return source.redistribute or corpus.seed_file(source.id, redistribute=False).exists()


def read_cleaned(corpus: Corpus, source: Source) -> str | None:
    """The cleaned text of a document as it lies here; None where it is not, or cannot be read."""
    path = corpus.clean_file(source.id)
    try:
        if source.redistribute and path.exists():
            return decode(read_bytes(path), path)
        seed = corpus.read_seed(source)
        return None if seed is None else apply_cuts(seed, corpus.read_cuts(source.id))
    except (StandoffError, ValueError):
        return None


def _sketch_all(corpus: Corpus, sources: Sequence[Source]) -> list[tuple[str, str, Sketch]]:
    """Id, hash of the cleaned text and sketch of each whose text is here; many are shared out to processes."""
    if len(sources) <= _BATCH:
        return _sketch_batch(corpus, sources)
    from concurrent.futures import ProcessPoolExecutor

    batches = [sources[at : at + _BATCH] for at in range(0, len(sources), _BATCH)]
    with ProcessPoolExecutor(min(len(batches), os.cpu_count() or 1)) as pool:
        return [row for rows in pool.map(_sketch_batch, repeat(corpus), batches) for row in rows]


def _sketch_batch(corpus: Corpus, sources: Sequence[Source]) -> list[tuple[str, str, Sketch]]:
    texts = ((source.id, read_cleaned(corpus, source)) for source in sources)
    return [(document_id, hash_text(text), sketch_text(text)) for document_id, text in texts if text is not None]


def _store_file(corpus: Corpus) -> Path:
    folder = cache_folder("near")
    return folder / f"{sha256(str(corpus.root.resolve()).encode()).hexdigest()[:24]}.npz"


def read_store(corpus: Corpus) -> dict[str, Sketch]:
    """The sketches that are kept, by the hash of their text; empty where there are none of this version."""
    try:
        with np.load(BytesIO(_store_file(corpus).read_bytes()), allow_pickle=False) as file:
            if str(file["form"]) != _FORM:
                return {}
            sizes, signatures, words = file["sizes"].tolist(), file["signatures"], file["words"]
            digests = [bytes(row).hex() for row in file["digests"]]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}
    found, at = {}, 0
    for digest, size in zip(digests, sizes, strict=True):
        found[digest] = Sketch(signatures[at : at + size], words[at : at + size])
        at += size
    return found


def write_store(corpus: Corpus, sketches: Mapping[str, Sketch]) -> None:
    """Keep sketches by the hash of their text; a store that cannot be written is done without."""
    buffer, ordered = BytesIO(), list(sketches.values())
    np.savez(
        buffer,
        form=np.array(_FORM),
        digests=np.frombuffer(bytes.fromhex("".join(sketches)), dtype=np.uint8).reshape(-1, 32),
        sizes=np.array([len(sketch.words) for sketch in ordered], dtype=np.int64),
        signatures=np.concatenate([NOTHING.signatures, *(sketch.signatures for sketch in ordered)]),
        words=np.concatenate([NOTHING.words, *(sketch.words for sketch in ordered)]),
    )
    try:
        write_bytes(_store_file(corpus), buffer.getvalue())
    except StandoffError:
        return
