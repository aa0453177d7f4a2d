"""The built dataset of a version: found, checked, and held against what git says was released."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from standoff.corpus import Corpus
from standoff.dataset.read import read_rows
from standoff.errors import StandoffError
from standoff.hub.whole import MANIFEST, Whole, read_whole
from standoff.release.repository import read_tag

_WORDS = {"text", "tokens"}
"""Columns, or parts of them, that hold words of a document."""
_RELEASED = re.compile(r"^content ([0-9a-f]{64})$", re.MULTILINE)


def find_built(corpus: Corpus, folder: Path | None = None) -> Whole:
    """The dataset of this version as it was built, checked; raises StandoffError where it is not there or another."""
    settings = corpus.settings
    place = folder or corpus.dataset_folder()
    if folder is None and not (place / MANIFEST).is_file():
        hint = "build it first: standoff build"
        raise StandoffError(f"version {settings.version} is not built", path=place, hint=hint, usage=True)
    whole = read_whole(place)
    built, wanted = (whole.manifest.name, whole.manifest.version), (settings.name, settings.version)
    if built != wanted:
        message = f"this is {' '.join(built)}, and standoff.toml says {' '.join(wanted)}"
        raise StandoffError(message, path=place, hint="build this version: standoff build", usage=True)
    if (language := whole.manifest.language) != settings.language:
        message = f"its manifest says language {language!r}, and standoff.toml says {settings.language!r}"
        raise StandoffError(message, path=place, hint="build this version: standoff build", usage=True)
    return replace(whole, private=whole.private or _holds_private(corpus, whole))


def _holds_private(corpus: Corpus, whole: Whole) -> bool:
    """Whether a document that may not be redistributed has rows with text, whatever the manifest says of itself.

    Such are those that the repository or, where it holds no documents as files, the config `standoff` names.
    """
    sources = corpus.read_sources() if corpus.sources_file.exists() else {}
    private = {source.id for source in sources.values() if not source.redistribute}
    for split in whole.manifest.content.get("standoff", {}):
        private.update(row["id"] for row in read_rows(whole.folder, "standoff", split, ["id"]))
    shards = (whole.folder / name for name in whole.paths if name.endswith(".parquet"))
    return any(not private.isdisjoint(_read_ids(path)) for path in shards)


def _read_ids(path: Path) -> Iterator[str]:
    """The ids of the documents whose words are in a Parquet file, by its columns and not by its name."""
    file = pq.ParquetFile(path)
    places = [file.schema.column(at).path.split(".") for at in range(len(file.schema))]
    if any(_WORDS.intersection(place) for place in places):
        column = "doc_id" if ["doc_id"] in places else "id"
        if [column] not in places:
            raise StandoffError(
                "it has texts and no ids of documents", path=path, hint="build it again: standoff build"
            )
        for batch in file.iter_batches(columns=[column]):
            yield from batch.column(column).to_pylist()


def check_released(corpus: Corpus, whole: Whole) -> tuple[str, ...]:
    """What a person should know before a version is published; raises StandoffError where git released another.

    A private build is never what was released: its content is that of the public one and more. Documents as lines of
    JSON need no release, for they cannot be released.
    """
    tag = read_tag(corpus.root, whole.tag)
    if tag is None and not corpus.sources_file.exists():
        return ("the documents are no files of this repository: keep their lines, nobody can build it again from git",)
    if tag is None:
        return (f"git has no tag {whole.tag} here, so nobody can build it again to compare: standoff release",)
    stated = _RELEASED.search(tag.message)
    if stated is None:
        return (f"the tag {whole.tag} in git states no content hash: it was not made by standoff release",)
    if not whole.private and stated[1] != whole.digest:
        hint = f"git checkout {whole.tag}, then standoff build; or release these changes under a new number"
        raise StandoffError(f"not the content that was released as {whole.tag}", path=whole.folder, hint=hint)
    return ()
