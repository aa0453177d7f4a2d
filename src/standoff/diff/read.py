"""A state by its name: `.` is the folder as it is, else a dataset folder, a git revision or an address on a Hub."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from standoff.corpus import Corpus
from standoff.diff.files import Files, Known, state_of_files
from standoff.diff.state import State
from standoff.errors import StandoffError
from standoff.files import read_bytes
from standoff.hub.fetch import find_dataset, to_address
from standoff.revisions import list_revision, read_objects

HERE = "."
"""The name of the corpus as it lies in its folder."""
_FOLDERS = ("seeds", "corpus", "annotations", "guidelines")


def read_states(corpus: Corpus | None, old: str, new: str) -> tuple[State, State]:
    """Both states; what is the same in two revisions is read once."""
    known = Known()
    return read_state(corpus, old, known), read_state(corpus, new, known)


def read_state(corpus: Corpus | None, name: str, known: Known | None = None) -> State:
    """The state of that name; without a corpus only datasets can be named. Raises StandoffError for what is neither."""
    known = known or Known()
    folder = Path(name)
    if corpus is not None and (name == HERE or _is_root(folder, corpus)):
        return state_of_files(HERE, _list_folder(corpus.root), known)
    if (folder / "MANIFEST.json").is_file():
        return _read_dataset(name, folder)
    if name.startswith("hf://"):
        return _read_dataset(name, find_dataset(name))
    if corpus is not None:
        objects = _find_revision(corpus, name)
        if objects is not None:
            return state_of_files(name, _list_objects(corpus.root, objects, known), known)
    if to_address(name) is not None or folder.is_dir():
        return _read_dataset(name, find_dataset(name))
    where = "" if corpus is not None else "; this is no corpus repository"
    hint = f"a commit, branch or tag{where}, a folder that standoff build wrote, or OWNER/NAME@REVISION"
    raise StandoffError(f"no such revision or dataset: {name!r}", hint=hint, usage=True)


def _is_root(folder: Path, corpus: Corpus) -> bool:
    return folder.is_dir() and folder.samefile(corpus.root)


def _read_dataset(name: str, folder: Path) -> State:
    from standoff.diff.dataset import state_of_dataset

    return state_of_dataset(name, folder)


def _find_revision(corpus: Corpus, name: str) -> Mapping[str, str] | None:
    """The files at a revision; None where git knows none of that name, but a folder or an address could be meant."""
    try:
        return list_revision(corpus.root, name)
    except StandoffError:
        if to_address(name) is None and not Path(name).is_dir():
            raise
        return None


def _list_objects(root: Path, objects: Mapping[str, str], known: Known) -> Files:
    """The files of a revision; an object that was read for the other one is not asked for again."""

    def read(names: Sequence[str]) -> Mapping[str, bytes]:
        missing = {objects[name]: objects[name] for name in names if objects[name] not in known.blobs}
        known.blobs.update(read_objects(root, missing))
        return {name: known.blobs[objects[name]] for name in names}

    def read_once(names: Sequence[str]) -> Mapping[str, bytes]:
        return read_objects(root, {name: objects[name] for name in names})

    return Files(frozenset(objects), read, read_once)


def _list_folder(root: Path) -> Files:
    """The files of the corpus in a folder, private texts too; links that lead out of it are not followed."""
    paths = [root / "standoff.toml", *(path for folder in _FOLDERS for path in (root / folder).rglob("*"))]
    found = frozenset(path.relative_to(root).as_posix() for path in paths if path.is_file() and not path.is_symlink())

    def read(names: Sequence[str]) -> Mapping[str, bytes]:
        return {name: read_bytes(root / name) for name in names}

    return Files(found, read, read)
