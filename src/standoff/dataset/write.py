"""The Parquet files of a dataset from a stream of documents, in memory that does not grow with them."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from os import cpu_count
from pathlib import Path
from typing import Any

from standoff.dataset.features import CONFIGS
from standoff.dataset.kept_parts import KeptParts
from standoff.dataset.manifest import Content, hash_file
from standoff.dataset.parquet import SplitWriter
from standoff.dataset.parts import Key, Part, Recipe, make_part
from standoff.dataset.readings import Reading
from standoff.dataset.summary import Summary
from standoff.records import SPLITS

BATCH = 128
"""Documents made into rows at once, by one process."""


@dataclass(frozen=True, slots=True)
class Written:
    """What went to the disk: sha256 and bytes of each Parquet file by its path, content hashes, counts.

    `misfits` are the spans that did not fit tokens, for people; `leak` is a run of words that must not be published.
    """

    files: Mapping[str, tuple[str, int]]
    content: Content
    summary: Summary
    misfits: tuple[str, ...]
    leak: str | None


def write_tables(
    recipe: Recipe,
    readings: Iterable[Reading],
    folder: Path,
    kept: KeptParts | None = None,
    progress: Callable[[int], None] | None = None,
) -> Written:
    """Write every config and split that has rows into an empty folder, documents in the order in which they come.

    Stops at the first run of words that must not be published. Parts that are `kept` are not made anew.
    """
    writers: dict[Key, SplitWriter] = {}
    digests = defaultdict[Key, Any](sha256)
    summary, misfits, leak = Summary(), list[str](), None
    for part in make_parts(recipe, readings, kept):
        for key, table in part.tables.items():
            if key not in writers:
                writers[key] = SplitWriter(folder, *key)
            writers[key].write(table)
            digests[key].update(part.digests[key])
        summary.add(part.summary)
        misfits += part.misfits
        if leak := part.leak:
            break
        if progress is not None:
            progress(summary.totals["documents"])
    order = [(config, split) for config in CONFIGS for split in SPLITS if (config, split) in writers]
    paths = [path for key in order for path in writers[key].close()]
    content: dict[str, dict[str, str]] = {config: {} for config, _ in order}
    for config, split in order:
        content[config][split] = digests[config, split].hexdigest()
    files = {path.relative_to(folder).as_posix(): (hash_file(path), path.stat().st_size) for path in paths}
    return Written(files, content, summary, tuple(misfits), leak)


def make_parts(recipe: Recipe, readings: Iterable[Reading], kept: KeptParts | None = None) -> Iterator[Part]:
    """The parts in order; many documents are shared out to processes, a few batches ahead of the one awaited."""
    batches = batch_readings(readings)
    first = list(islice(batches, 2))
    named = ((batch, "" if kept is None else kept.name(batch)) for batch in chain(first, batches))
    if len(first) < 2:
        yield from (_take_part(recipe, kept, batch, name) for batch, name in named)
        return
    workers = cpu_count() or 1
    with ProcessPoolExecutor(workers, initializer=_prepare, initargs=(recipe, kept)) as pool:
        running = deque[Future[Part]]()
        for batch, name in named:
            running.append(pool.submit(_take_prepared, batch, name))
            if len(running) > workers + 1:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


_PREPARED: list[tuple[Recipe, KeptParts | None]] = []
"""In a process of the pool, what all its parts are made by: it may be large, so it is sent once."""


def _prepare(recipe: Recipe, kept: KeptParts | None) -> None:
    _PREPARED[:] = [(recipe, kept)]


def _take_prepared(batch: Sequence[Reading], name: str) -> Part:
    return _take_part(*_PREPARED[0], batch, name)


def _take_part(recipe: Recipe, kept: KeptParts | None, batch: Sequence[Reading], name: str) -> Part:
    """The part of a batch, kept or made."""
    part = None if kept is None else kept.read(name)
    if part is None:
        part = make_part(recipe, batch)
        if kept is not None and part.leak is None:  # it is in the part, in clear
            kept.write(name, part)
    return part


def batch_readings(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Documents in batches of about BATCH; where one ends depends on ids, so that a new document moves few borders."""
    batch: list[Reading] = []
    for reading in readings:
        batch.append(reading)
        ends = int.from_bytes(sha256(reading.source.id.encode()).digest()[:4]) % BATCH == 0
        if ends or len(batch) == 4 * BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
