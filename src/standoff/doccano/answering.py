"""Whether a doccano on this machine answers and lets somebody in, by its web interface and the standard library."""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

_OPENER = build_opener(ProxyHandler({}))  # a proxy for the web is none for this machine
_SECONDS = 30.0


def answers(url: str) -> bool:
    """Whether doccano answers there, and no other program: it knows nobody who has not logged in."""
    try:
        _ask(f"{url}/v1/me", {})
    except HTTPError as error:
        return error.code in (401, 403)
    except (OSError, HTTPException, ValueError):
        return False
    return False


def log_in(url: str, username: str, password: str) -> str | None:
    """A token for further requests; None where the server does not take the password."""
    try:
        answer = _ask(f"{url}/v1/auth/login/", {}, {"username": username, "password": password})
    except (OSError, HTTPException, ValueError):
        return None
    return str(answer["key"])


def count_projects(url: str, token: str) -> int:
    """How many projects the owner of the token is a member of."""
    return int(_ask(f"{url}/v1/projects?limit=1", {"Authorization": f"Token {token}"})["count"])


def _ask(url: str, headers: dict[str, str], sent: object = None) -> Any:  # noqa: ANN401 - JSON
    data = None if sent is None else json.dumps(sent).encode()
    request = Request(url, data, {"Content-Type": "application/json", "Accept": "application/json", **headers})
    with _OPENER.open(request, timeout=_SECONDS) as answer:
        return json.load(answer)
