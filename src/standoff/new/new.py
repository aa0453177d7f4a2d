"""`standoff new`: a corpus repository of the shape that every other command expects, made whole or not at all."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

from standoff import __version__
from standoff.errors import StandoffError
from standoff.files import quote_toml
from standoff.folders import replaced_folder
from standoff.new.labels import Page, make_pages

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_FIELD = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new corpus is called, in which language and under which licence, and its labels with their pages."""

    name: str
    title: str
    language: str
    licence: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a new corpus, by path from its root, and whether a git repository was begun there."""

    files: tuple[str, ...]
    git: bool


def make_plan(name: str, language: str, labels: list[str], *, title: str, licence: str) -> Plan:
    """A plan that `new` can carry out; raises StandoffError for what cannot be a name, language, licence or label.

    Without a title it is made from the name. A label is `NAME` or `NAME=definition`.
    """
    _require(_PLAIN, name, "name", "letters, digits, . _ and -; --name gives another than that of the folder")
    _require(_LANGUAGE, language, "language", "two or three small letters, as in ISO 639: de, en, fr")
    spacy = find_spec("spacy")
    if spacy and spacy.origin and not (Path(spacy.origin).parent / "lang" / language).is_dir():
        raise StandoffError(f"spaCy splits no words of {language!r}", hint="xx stands for any language", usage=True)
    _require(_LICENCE, licence, "licence", "an SPDX id, such as CC-BY-4.0")
    title = title.strip() or " ".join(word[:1].upper() + word[1:] for word in re.split(r"[-_. ]+", name))
    if not title.isprintable():
        raise StandoffError("--title is more than one line", hint="a few words", usage=True)
    return Plan(name, title, language, licence, make_pages(labels, language))


def _require(form: re.Pattern[str], value: str, what: str, hint: str) -> None:
    if not form.fullmatch(value):
        raise StandoffError(f"{value!r} is no {what}", hint=hint, usage=True)


def new(path: Path, plan: Plan, today: date) -> Made:
    """Make the repository of a corpus at `path`, which must be absent or an empty folder.

    The same plan and day give the same bytes. With git, and outside any repository, a repository is begun; nothing is
    committed. It is made beside and renamed: killed half-way, nothing is at `path`.
    """
    path = path.resolve()
    _require_free(path)
    texts = dict(sorted({**fill_template(plan, today), **_write_pages(plan)}.items()))
    with replaced_folder(path, "standoff.toml") as folder:
        for name, text in texts.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode("utf-8"))
        git = _begin_git(folder)
    return Made(tuple(texts), git)


def _require_free(path: Path) -> None:
    if path == Path.cwd():
        hint = f"from the folder above: standoff new {path.name}"
        raise StandoffError("you stand in this folder; it is made as a whole", path=path, hint=hint, usage=True)
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise StandoffError("is in the way", path=path, hint="name a folder that is not there yet", usage=True)
    if path.exists() and any(path.iterdir()):
        raise StandoffError("the folder is not empty", path=path, hint="name one that is not there yet", usage=True)


def fill_template(plan: Plan, today: date) -> dict[str, str]:
    """The files that every corpus has, by path, with `{{…}}` filled in."""
    fields = {
        "name": plan.name,
        "title": plan.title,
        "language": plan.language,
        "licence": plan.licence,
        "today": today.isoformat(),
        "standoff": __version__,
        "toml_name": quote_toml(plan.name),
        "toml_title": quote_toml(plan.title),
        "toml_licence": quote_toml(plan.licence),
        "toml_tags": quote_toml(["news"]),
        "labels": ", ".join(page.label.name for page in plan.pages),
        "tables": "\n".join(page.to_toml() for page in plan.pages),
        "rows": "\n".join(_to_row(page) for page in plan.pages),
    }
    return {name: _fill(text, fields) for name, text in _walk(files("standoff.new") / "template")}


def _fill(text: str, fields: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda found: fields[found[1]], text)


def _to_row(page: Page) -> str:
    label = page.label
    mapped = [name or "none" for name in (label.ontonotes, label.conll)]
    return f"| [{label.name}]({label.name}.md) | {label.definition.replace('|', '/')} | {' | '.join(mapped)} |"


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The files of the template. `dot-` stands for a leading dot, so that git does not obey what lies there."""
    for entry in folder.iterdir():
        name = prefix + entry.name.replace("dot-", ".", 1)
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _walk(entry, f"{name}/")
        elif not entry.name.endswith(".pyc"):
            yield name, entry.read_text(encoding="utf-8")


def _write_pages(plan: Plan) -> dict[str, str]:
    return {f"guidelines/{page.label.name}.md": page.to_markdown() for page in plan.pages}


def _begin_git(folder: Path) -> bool:
    """Begin a repository, unless there is no git or a repository around already."""
    if shutil.which("git") is None:
        return False
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def run(*arguments: str) -> bool:
        command = ["git", "-C", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, check=False, env=environment).returncode == 0

    return not run("rev-parse", "--git-dir") and run("init", "--quiet")
