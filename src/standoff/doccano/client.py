"""A doccano server through doccano-client: the one module that imports it, and all that we ask of a server.

The client raises what it likes and hides failed imports in a result; here every failure is a StandoffError.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import requests
from doccano_client import DoccanoClient
from pydantic import ValidationError

from standoff.doccano.credentials import Login
from standoff.errors import StandoffError

Row = dict[str, Any]
"""A line of an export."""
_TASK = "SequenceLabeling"
_TIMEOUT = (10, 600)
"""Seconds to connect, and to wait for the next byte: an import of many spans is answered when it is done."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project: sharing means that its members see and export one set of spans; `grapheme` is the unit of offsets."""

    id: int
    name: str
    description: str
    task: str
    sharing: bool
    grapheme: bool
    overlap: bool


@dataclass(frozen=True, slots=True)
class Button:
    """A label as doccano shows it: name, background `#rrggbb`, key (one of 0-9a-z, empty for none)."""

    name: str
    color: str
    hotkey: str


class Doccano:
    """A session on a server. Every method raises StandoffError where the server does not answer or refuses."""

    def __init__(self, login: Login) -> None:
        """Log in."""
        self.url, self._client = login.url, DoccanoClient(login.url)
        session = self._client._base_repository._session
        session.request = partial(session.request, timeout=_TIMEOUT)
        with self._told(f"log in as {login.username}"):
            self._client.login(login.username, login.password)
        self.username = login.username

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except requests.HTTPError as error:
            raise StandoffError(f"the server refused to {what}: {_reason(error)}", path=self.url) from None
        except (requests.RequestException, TimeoutError) as error:
            hint = "is it running? standoff doccano status"
            raise StandoffError(
                f"the server did not answer ({type(error).__name__}) to: {what}", path=self.url, hint=hint
            ) from None
        except (ValidationError, ValueError, KeyError, zipfile.BadZipFile) as error:
            line = " ".join(str(error).split())
            raise StandoffError(f"the server cannot {what}: {line}", path=self.url) from None

    def read(self, what: str, path: str, **parameters: object) -> Any:  # noqa: ANN401 - JSON
        """The JSON at a path of the web interface as it is: the client's models leave out and refuse a good deal."""
        with self._told(f"read {what}"):
            return self._client._base_repository.get(path, params=parameters).json()

    # --- projects ---

    def list_projects(self) -> list[Project]:
        """The projects that the user is a member of."""
        with self._told("list projects"):
            return [_to_project(one) for one in self._client.list_projects()]

    def find_project(self, name: str) -> Project | None:
        """The project of that name; raises StandoffError where there are two."""
        found = [project for project in self.list_projects() if project.name == name]
        if len(found) > 1:
            hint = f"look at both (ids {', '.join(str(one.id) for one in found)}), remove or rename one"
            raise StandoffError(f"two projects have the name {name!r}", path=self.url, hint=hint)
        return found[0] if found else None

    def create_project(self, name: str, *, description: str, guideline: str, overlap: bool) -> Project:
        """A project for spans; its offsets count UTF-16 code units, and its members share one set of spans."""
        with self._told(f"create the project {name!r}"):
            made = self._client.create_project(
                name, _TASK, description=description, guideline=guideline,
                collaborative_annotation=True, allow_overlapping=overlap, grapheme_mode=False,
            )  # fmt: skip
        return _to_project(made)

    def describe(self, project: Project, text: str) -> None:
        """Set the description of a project; it cannot be empty."""
        with self._told(f"describe the project {project.name!r}"):
            self._client.update_project(project.id, description=text)

    def delete_project(self, project: Project) -> None:
        """Remove a project with all that is in it."""
        with self._told(f"remove the project {project.name!r}"):
            self._client.delete_project(project.id)

    def list_labels(self, project: Project) -> list[Button]:
        """The span labels of a project."""
        with self._told(f"list the labels of {project.name!r}"):
            # not the client's own list: a label that an import made longer than it allows spoils that
            found = self._client._base_repository.get(f"projects/{project.id}/span-types").json()
            return [Button(one["text"], one["background_color"], one["suffix_key"] or "") for one in found]

    def add_label(self, project: Project, button: Button) -> None:
        """Add a label to a project."""
        with self._told(f"add the label {button.name!r}"):
            key: Any = button.hotkey or None
            self._client.create_label_type(project.id, "span", button.name, color=button.color, suffix_key=key)

    # --- people ---

    def has_user(self, username: str) -> bool:
        """Whether the server knows a user."""
        with self._told(f"look for the user {username!r}"):
            return any(user.username == username for user in self._client.search_users(username))

    def create_user(self, username: str, password: str) -> None:
        """Create a user; doccano refuses weak passwords."""
        with self._told(f"create the user {username!r}"):
            self._client.create_user(username, password)

    def list_members(self, project: Project) -> dict[str, str]:
        """User name to role."""
        with self._told(f"list the members of {project.name!r}"):
            return {one.username: one.rolename for one in self._client.list_members(project.id)}

    def add_member(self, project: Project, username: str, role: Any = "annotator") -> None:  # noqa: ANN401
        """Add a user to a project as `annotator`, `annotation_approver` or `project_admin`."""
        with self._told(f"add {username!r} to {project.name!r}"):
            self._client.add_member(project.id, username, role)

    # --- documents ---

    def count_documents(self, project: Project) -> int:
        """The number of documents in a project."""
        with self._told(f"count the documents of {project.name!r}"):
            return int(self._client.count_examples(project.id))

    def upload(self, project: Project, rows: Sequence[str]) -> None:
        """Import rows of JSON, in ASCII; raises StandoffError with what doccano says of the first that it refuses."""
        with tempfile.TemporaryDirectory() as folder, self._told(f"import documents into {project.name!r}"):
            path = Path(folder, "rows.jsonl")
            path.write_text("".join(f"{row}\n" for row in rows), encoding="ascii")
            status = self._client.upload(project.id, [str(path)], _TASK, "JSONL")
        failed = status.error or (status.result or {}).get("error")
        if failed:
            raise StandoffError(f"doccano refused documents: {str(failed)[:300]}", path=self.url)

    def export(self, project: Project, *, confirmed: bool = False) -> dict[str, list[Row]]:
        """The rows of each file of an export: `all` with sharing, else one a member; all documents or the confirmed."""
        with tempfile.TemporaryDirectory() as folder, self._told(f"export {project.name!r}"):
            path = self._client.download(project.id, "JSONL", only_approved=confirmed, dir_name=folder)
            with zipfile.ZipFile(path) as archive:
                return {
                    name.removesuffix(".jsonl"): [json.loads(line) for line in archive.read(name).split(b"\n") if line]
                    for name in archive.namelist()
                }

    def delete_documents(self, project: Project, ids: Sequence[int]) -> None:
        """Remove documents by doccano's own ids."""
        if ids:  # doccano takes an empty list for all
            with self._told(f"remove documents from {project.name!r}"):
                self._client.bulk_delete_examples(project.id, list(ids))


def _to_project(one: Any) -> Project:  # noqa: ANN401 - a model of the client
    sharing, grapheme, overlap = one.collaborative_annotation, one.grapheme_mode, one.allow_overlapping
    task = getattr(one.project_type, "value", one.project_type)
    return Project(one.id, one.name, one.description, str(task), sharing, grapheme, overlap)


def _reason(error: requests.HTTPError) -> str:
    """What the server said, in one short line."""
    response = error.response
    if response is None:
        return str(error)
    plain = response.headers.get("content-type", "").startswith("text/html")
    return f"{response.status_code} {response.reason if plain else ' '.join(response.text.split())[:300]}"
