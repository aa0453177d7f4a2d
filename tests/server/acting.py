"""What annotators do in the browser, by the same requests; what accidents do to the database; a corpus to send."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from uuid import uuid4

import requests

from standoff.cleaning.text import apply_cuts
from standoff.corpus import Corpus
from standoff.doccano.client import Doccano
from standoff.doccano.credentials import Login, state_folder
from standoff.doccano.order import Order
from standoff.doccano.pull import pull
from standoff.doccano.push import push
from standoff.files import hash_text, write_text
from standoff.jsonl import write_records
from standoff.records import Cut, Entry, Source, Span
from tests.conftest import HARBOUR, ROOT, find_spans

_NUMBERS = count(1)
_IGNORED = (ROOT / ".gitignore").read_text()
TEXTS = {
    "pier": "😀 Ann Lode left the Vell Clinic. Ann Lode said so.",
    "quay": "👨‍👩‍👧 é Per Aune wrote of blood types.\nPer Aune knew.",
    "reef": "Nothing was lost at all.",
}
SURFACES = {"Ann Lode": "PERSON", "Per Aune": "PERSON", "Vell Clinic": "ORG", "blood types": "DATA"}


def make_corpus(
    root: Path,
    texts: Mapping[str, str] = TEXTS,
    *,
    suggested: Mapping[str, Sequence[Span]] | None = None,
    private: Sequence[str] = (),
    cuts: Mapping[str, Sequence[Cut]] | None = None,
) -> Corpus:
    """A corpus with a name of its own, since the tests share a server; its texts are cut by hand."""
    corpus = Corpus(root)
    settings = (HARBOUR / "standoff.toml").read_text().replace('name = "harbour"', f'name = "bay{next(_NUMBERS):04}"')
    write_text(root / "standoff.toml", settings)
    write_text(corpus.labels_file, (HARBOUR / "labels.toml").read_text())
    write_text(root / ".gitignore", _IGNORED)
    sources, index = [], []
    for one, seed in sorted(texts.items()):
        free, cut = one not in private, list((cuts or {}).get(one, ()))
        path, clean = corpus.seed_file(one, redistribute=free), apply_cuts(seed, cut)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(seed.encode())
        write_records(corpus.cuts_file(one), cut)
        name = corpus.seed_name(one, redistribute=free)
        facts = (None, None, None, "en", "CC-BY-4.0" if free else "all-rights-reserved", free, "written")
        sources.append(Source(one, name, hash_text(seed), len(seed), one, *facts))
        index.append(Entry(one, "train", hash_text(clean), len(clean), len(seed) - len(clean)))
    write_records(corpus.sources_file, sources)
    write_records(corpus.index_file, index)
    for one, spans in (suggested or {}).items():
        write_records(corpus.spans_file("suggested", one), list(spans))
    return corpus


def suggest(texts: Mapping[str, str] = TEXTS) -> dict[str, list[Span]]:
    """Every known surface as a suggestion."""
    return {one: find_spans(text, SURFACES) for one, text in texts.items()}


@cache
def connect(server) -> Doccano:
    """The admin's session; it outlives a server that is killed, since the database keeps it."""
    return Doccano(Login(server.url, server.username, server.password))


def send(corpus: Corpus, server, name: str = "spring", **order):
    """Push a round, to ida alone if nothing else is said; gives the ledger."""
    people = order.pop("to", ("ida",))
    return push(corpus, connect(server), name, Order(people, **order))


def fetch(corpus: Corpus, server, name: str = "spring"):
    """Pull a round."""
    return pull(corpus, connect(server), name)


def surfaces(corpus: Corpus, one: str, layer: str = "ida") -> list[tuple[str, str]]:
    """The words of the spans of a document in a layer; they are those that the seed has there."""
    spans = corpus.read_spans(layer, one)
    assert spans is not None
    seed = corpus.read_seed(corpus.read_sources()[one])
    assert seed is not None
    assert all(seed[span.start : span.end] == span.text for span in spans)
    return [(span.text, span.label) for span in spans]


def rejected(pulled, what: str) -> list[str]:
    """Name and reason of what was not taken."""
    return [f"{one.name}: {one.reason}" for one in pulled.rejects if one.what == what]


class Annotator:
    """One person in the browser, at the project of a round."""

    def __init__(self, server, corpus: Corpus, username: str = "ida", name: str = "spring", *, at: str = "") -> None:
        self.url, self._web = f"{server.url}/v1", requests.Session()
        password = server.password if username == server.username else read_password(server, username)
        self._send("post", "auth/login/", {"username": username, "password": password})
        self._web.headers["X-CSRFToken"] = self._web.cookies["csrftoken"]
        project = at or f"{corpus.settings.name} {name} {username}"
        found = [one["id"] for one in self._send("get", "projects?limit=1000")["results"] if one["name"] == project]
        assert len(found) == 1, f"{username} sees {len(found)} projects {project!r}"
        self.project = f"projects/{found[0]}"
        self.labels = {one["text"]: one["id"] for one in self._send("get", f"{self.project}/span-types")}

    def _send(self, method: str, path: str, value: object = None):
        answer = self._web.request(method, f"{self.url}/{path}", json=value, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def see(self) -> dict[str, dict]:
        """The documents as the page gets them, in its order, by our ids."""
        rows = self._send("get", f"{self.project}/examples?limit=10000")["results"]
        return {row["meta"].get("doc_id", str(row["id"])): row for row in rows}

    def spans(self, one: str) -> list[tuple[str, str]]:
        """Words and labels that the page would colour: it counts UTF-16 code units."""
        row, names = self.see()[one], {number: name for name, number in self.labels.items()}
        units = row["text"].encode("utf-16-le")
        return sorted(
            (units[2 * span["start_offset"] : 2 * span["end_offset"]].decode("utf-16-le"), names[span["label"]])
            for span in self._send("get", f"{self.project}/examples/{row['id']}/spans")
        )

    def mark(self, one: str, start: int, end: int, label: str) -> None:
        """Mark a range of UTF-16 code units, with no check."""
        value = {"start_offset": start, "end_offset": end, "label": self.labels[label]}
        self._send("post", f"{self.project}/examples/{self.see()[one]['id']}/spans", value)

    def mark_words(self, one: str, *words: str, label: str = "") -> None:
        """Mark every place where these words stand, as one does with the mouse."""
        text = self.see()[one]["text"]
        for word in words:
            for found in re.finditer(re.escape(word), text):
                start = len(text[: found.start()].encode("utf-16-le")) // 2
                self.mark(one, start, start + len(word.encode("utf-16-le")) // 2, label or SURFACES[word])

    def unmark(self, one: str) -> None:
        """Take all marks off a document."""
        self._send("delete", f"{self.project}/examples/{self.see()[one]['id']}/spans")

    def comment(self, one: str, text: str) -> None:
        self._send("post", f"{self.project}/comments?example={self.see()[one]['id']}", {"text": text})

    def toggle(self, *documents: str) -> None:
        """Press the button `done`, which is the one for `not done` too."""
        for one in documents:
            self._send("post", f"{self.project}/examples/{self.see()[one]['id']}/states", {})

    def edit(self, one: str, text: str) -> None:
        """Change a text, which an admin may."""
        self._send("patch", f"{self.project}/examples/{self.see()[one]['id']}", {"text": text})

    def change(self, **values: object) -> None:
        """Change the settings of the project, which an admin may."""
        self._send("patch", self.project, {"resourcetype": "SequenceLabelingProject", **values})

    def change_label(self, name: str, **values: object) -> None:
        """Change a label, or delete it where there is nothing to change."""
        path = f"{self.project}/span-types/{self.labels[name]}"
        self._send("patch" if values else "delete", path, values or None)

    def remove(self, one: str) -> None:
        """Delete a document, which an admin may."""
        self._send("delete", f"{self.project}/examples/{self.see()[one]['id']}")

    def expel(self, username: str) -> None:
        """Remove a member, which an admin may."""
        rows = self._send("get", f"{self.project}/members")
        ids = [row["id"] for row in rows if row["username"] == username]
        self._send("delete", f"{self.project}/members", {"ids": ids})


def admin(server, corpus: Corpus, username: str = "ida", name: str = "spring") -> Annotator:
    """The admin at the project of somebody else."""
    return Annotator(server, corpus, server.username, at=f"{corpus.settings.name} {name} {username}")


def read_password(server, username: str) -> str:
    """What push has kept for a new account."""
    host = server.url.partition("://")[2]
    return (state_folder() / "passwords" / host / username).read_text().strip()


# --- the database, as only accidents reach it ---

_LIVE = ("django_session", "django_celery", "django_drf", "sqlite_", "authtoken")
"""Tables that any request or export writes to."""


def tamper(server, command: str, *values: object) -> int:
    """Run a statement on the server's database; gives the number of rows it hit."""
    with closing(sqlite3.connect(_find_database(server), timeout=30)) as database, database:
        database.execute("pragma ignore_check_constraints = on")
        return database.execute(command, values).rowcount


def plant(server, corpus: Corpus, one: str, start: int, end: int, label: str) -> None:
    """Put a span into a document as no page would: no check of the range, of other spans, or of anything."""
    name = f"{corpus.settings.name} spring ida"
    ((document, button),) = ask(
        server,
        "select e.id, l.id from examples_example e join projects_project p on p.id = e.project_id"
        " join label_types_spantype l on l.project_id = p.id"
        " where p.name = ? and json_extract(e.meta, '$.doc_id') = ? and l.text = ?",
        name, one, label,
    )  # fmt: skip
    tamper(
        server,
        "insert into labels_span (prob, manual, created_at, updated_at, start_offset, end_offset, example_id, label_id,"
        " user_id, uuid) values (0, 0, datetime(), datetime(), ?, ?, ?, ?, 1, ?)",
        start, end, document, button, uuid4().hex,
    )  # fmt: skip


def ask(server, query: str, *values: object) -> list[tuple]:
    """The rows of a query."""
    with closing(sqlite3.connect(_find_database(server), timeout=30)) as database:
        return database.execute(query, values).fetchall()


def read_everything(server) -> dict[str, list[tuple]]:
    """All rows of all tables, but for sessions, tasks and the time of the last login."""
    tables = [name for (name,) in ask(server, "select name from sqlite_master where type = 'table'")]
    rows = {name: ask(server, f'select * from "{name}"') for name in tables if not name.startswith(_LIVE)}
    rows["auth_user"] = ask(server, "select id, username, password, is_superuser, is_staff, is_active from auth_user")
    return rows


def read_project(server, name: str) -> dict[str, object]:
    """A project as it is seen from outside: settings, labels, members, documents with spans, in order, without ids."""
    doccano = connect(server)
    project = doccano.find_project(name)
    assert project is not None
    rows = doccano.export(project).get("all", []) if doccano.count_documents(project) else []
    return {
        "settings": (project.description, project.task, project.sharing, project.grapheme, project.overlap),
        "labels": doccano.list_labels(project),
        "members": doccano.list_members(project),
        "rows": [{key: value for key, value in row.items() if key != "id"} for row in rows],
        "confirmed": ask(
            server,
            "select count(*) from examples_examplestate s join examples_example e on s.example_id = e.id"
            " where e.project_id = ?",
            project.id,
        ),
    }


def _find_database(server) -> Path:
    return next(Path(server.home).rglob("db.sqlite3"))


# --- git, and a process of its own to be killed ---


def git(root: Path, *arguments: str) -> str:
    """Run git as somebody without settings of their own."""
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(root), *who, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


_RUN = """
import os, sys
from pathlib import Path
import requests
from standoff.corpus import Corpus
from standoff.doccano import fill
from standoff.doccano.client import Doccano
from standoff.doccano.credentials import Login
from standoff.doccano.order import Order
from standoff.doccano.pull import pull
from standoff.doccano.push import push
verb, root, url, username, batch = sys.argv[1:]
fill.BATCH = int(batch)
def told(step):
    def tell(*arguments, **options):
        print("step", flush=True)
        return step(*arguments, **options)
    return tell
requests.Session.send, os.fsync = told(requests.Session.send), told(os.fsync)
corpus, server = Corpus(Path(root)), Doccano(Login(url, username, sys.stdin.readline().strip()))
if verb == "push":
    push(corpus, server, "spring", Order(("ida", "ben"), calibration=True, suggestions="suggested"))
else:
    pull(corpus, server, "spring")
"""


def start(verb: str, corpus: Corpus, server, batch: int) -> subprocess.Popen[str]:
    """A push or pull of the round spring in a process of its own, which says `step` at each request and each write."""
    command = [sys.executable, "-c", _RUN, verb, str(corpus.root), server.url, server.username, str(batch)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdin is not None
    process.stdin.write(f"{server.password}\n")
    process.stdin.close()
    process.stdin = None
    return process
