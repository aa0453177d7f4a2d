"""What goes in and out of a handler: who asks, requests, answers and refusals."""

import json
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class User:
    """Whose token it is, what it may do (`read` or `write`), and the organisations of its owner."""

    name: str
    role: str
    orgs: tuple[str, ...] = ()

    def owns(self, repo: str) -> bool:
        return repo.partition("/")[0] in (self.name, *self.orgs)


class RefusalError(Exception):
    """An answer that is an error: status, what it says, and the code in its header."""

    def __init__(self, status: int, message: str, code: str = "", body: dict | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.body = status, message, code, body


class DroppedError(Exception):
    """The connection breaks off before anything was done."""


@dataclass(slots=True)
class Request:
    """What a handler sees: method, path with its parts unquoted, query, body, who asks."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    user: User | None

    def json(self) -> dict:
        return json.loads(self.body)

    def flag(self, name: str) -> bool:
        return self.query.get(name, ["false"])[0].lower() in ("true", "1")


@dataclass(slots=True)
class Answer:
    """Status, bytes and headers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def to_json(value: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})
