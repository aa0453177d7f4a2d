"""Parts of the last build, kept in the user's cache folder, so that a build after one correction makes one part anew.

A part is taken again only for the same documents under the same recipe, made by the same code, tokenizer and pyarrow.
"""

import io
import json
import sys
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

import standoff
from standoff.corpus import Corpus
from standoff.dataset.parts import Part, Recipe
from standoff.dataset.readings import Reading
from standoff.dataset.summary import Summary
from standoff.errors import StandoffError
from standoff.files import cache_folder, write_bytes

_OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd")


@dataclass(frozen=True, slots=True)
class KeptParts:
    """A folder of parts by the hash of what they were made from; `used` are those of this build."""

    folder: Path
    recipe: str
    used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, corpus: Corpus, recipe: Recipe) -> "KeptParts":
        """The parts of a corpus, below $XDG_CACHE_HOME or ~/.cache."""
        place = cache_folder("build")
        name = sha256(str(corpus.root.resolve()).encode()).hexdigest()[:24]
        features = {config: found.to_dict() for config, found in recipe.features.items()}
        told = (recipe.language, recipe.version, features, sorted(recipe.forbidden))
        return cls(place / name, sha256(f"{_hash_code()} {told!r}".encode()).hexdigest())

    def name(self, readings: Sequence[Reading]) -> str:
        """The name of the part of these documents."""
        name = sha256(f"{self.recipe} {readings!r}".encode()).hexdigest()[:40]
        self.used.add(name)
        return name

    def read(self, name: str) -> Part | None:
        """A part; None where there is none that can be read."""
        try:
            with zipfile.ZipFile(self.folder / f"{name}.zip") as archive:
                return _from_archive(archive)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):  # pyarrow's errors are ValueErrors
            return None

    def write(self, name: str, part: Part) -> None:
        """Keep a part, if the disk lets us."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            _to_archive(part, archive)
        try:
            write_bytes(self.folder / f"{name}.zip", data.getvalue())
        except StandoffError:
            return

    def prune(self) -> None:
        """Forget the parts that this build did not use."""
        with suppress(OSError):
            for path in self.folder.glob("*.zip"):
                if path.stem not in self.used:
                    path.unlink(missing_ok=True)


@cache
def _hash_code() -> str:
    """The code that makes parts and what it stands on."""
    digest = sha256(f"{sys.version} {version('spacy')} {pa.__version__}".encode())
    for path in sorted(Path(standoff.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _to_archive(part: Part, archive: zipfile.ZipFile) -> None:
    for (config, split), table in part.tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=_OPTIONS) as writer:
            writer.write_table(table)
        archive.writestr(f"{config}/{split}.arrow", sink.getvalue().to_pybytes())
        archive.writestr(f"{config}/{split}.sha256", part.digests[config, split])
    counts = {one.name: list(getattr(part.summary, one.name).items()) for one in fields(Summary)}
    archive.writestr("about.json", json.dumps({"summary": counts, "misfits": part.misfits, "leak": part.leak}))


def _from_archive(archive: zipfile.ZipFile) -> Part:
    about = json.loads(archive.read("about.json"))
    summary = Summary()
    for name, counts in about["summary"].items():
        getattr(summary, name).update({_to_key(key): number for key, number in counts})
    names = [name.removesuffix(".arrow") for name in archive.namelist() if name.endswith(".arrow")]
    keys = {name: (name.partition("/")[0], name.partition("/")[2]) for name in names}
    tables = {keys[name]: pa.ipc.open_stream(archive.read(f"{name}.arrow")).read_all() for name in names}
    digests = {keys[name]: archive.read(f"{name}.sha256") for name in names}
    return Part(tables, digests, summary, tuple(about["misfits"]), about["leak"])


def _to_key(key: str | Iterable[str]) -> str | tuple[str, ...]:
    return key if isinstance(key, str) else tuple(key)
