"""Where a doccano server is and who logs in: from the command line, the environment, netrc, or our own server's files.

A password is never part of a message, a `repr` or a URL.
"""

import json
import netrc
import os
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from standoff.errors import StandoffError
from standoff.files import read_text

USERNAME = "admin"
"""The admin of our own server where nobody names another."""


@dataclass(frozen=True, slots=True)
class Login:
    """Base address of a server without a slash at its end, user name and password."""

    url: str
    username: str
    password: str = field(repr=False)


def state_folder() -> Path:
    """Where our own server keeps what people do on it: STANDOFF_DOCCANO_HOME, else among the user's data."""
    home = os.environ.get("STANDOFF_DOCCANO_HOME")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home).absolute() if home else Path(data) / "standoff" / "doccano"


def read_login(url: str | None = None) -> Login:
    """Address, user and password of a server; the address is the argument, DOCCANO_URL, or that of our own server.

    User and password are DOCCANO_USERNAME and DOCCANO_PASSWORD, else those of the host in netrc, else for our own
    server what it keeps. Raises StandoffError where one is missing or the address is none.
    """
    home = state_folder()
    own = read_facts(home)
    given = url or os.environ.get("DOCCANO_URL") or own.get("url")
    if not given:
        hint = "start one: standoff doccano up; or name one: DOCCANO_URL=https://doccano.example.org"
        raise StandoffError("no doccano server is named and none is set up here", hint=hint, usage=True)
    parts = split_url(given)
    address = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    username, password = os.environ.get("DOCCANO_USERNAME"), os.environ.get("DOCCANO_PASSWORD")
    ours = address == own.get("url")
    if password:
        return Login(address, username or (own["username"] if ours else USERNAME), password)
    found = _find_in_netrc(parts, username)
    if found is not None:
        return Login(address, *found)
    if ours and username in (None, own["username"]) and (home / "password").exists():
        return Login(address, own["username"], read_password(home))
    hint = (
        "three ways: DOCCANO_USERNAME and DOCCANO_PASSWORD in the environment; a line for the host in ~/.netrc;"
        " a server of your own by standoff doccano up, which keeps its password"
    )
    raise StandoffError("no password for this server", path=address, hint=hint, usage=True)


def split_url(url: str) -> SplitResult:
    """The parts of an address; raises StandoffError for what is no http address, and for credentials in it."""
    hint = "as in https://doccano.example.org"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise StandoffError("the address of the server is none", hint=hint, usage=True) from None
    if "@" in parts.netloc:
        hint = "give them as DOCCANO_USERNAME and DOCCANO_PASSWORD, or in ~/.netrc"
        raise StandoffError("the address of the server holds a user or a password", hint=hint, usage=True)
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise StandoffError("the address of the server is none", hint=hint, usage=True)
    return parts


def is_exposed(url: str) -> bool:
    """Whether a password sent there can be read on the way: plain http, and not to this machine."""
    parts = split_url(url)
    host = parts.hostname or ""
    try:
        near = ip_address(host).is_loopback
    except ValueError:
        near = host == "localhost" or host.endswith(".localhost")
    return parts.scheme == "http" and not near


def read_facts(home: Path) -> dict[str, Any]:
    """What our own server was last started with, as `url` and `username`; empty where there is none."""
    path = home / "server.json"
    if not path.exists():
        return {}
    try:
        facts = json.loads(read_text(path))
        return {"url": str(facts["url"]), "username": str(facts["username"])}
    except (ValueError, TypeError, KeyError):
        hint = "remove the file, then: standoff doccano up"
        raise StandoffError("does not say where the server is", path=path, hint=hint) from None


def read_password(home: Path) -> str:
    """The password that `standoff doccano up` has made for its admin."""
    return read_text(home / "password").strip()


def _find_in_netrc(parts: SplitResult, username: str | None) -> tuple[str, str] | None:
    """User and password of host:port, else of the host; None where netrc has none, or only those of somebody else."""
    path = Path(os.environ.get("NETRC") or Path.home() / ".netrc")
    if not path.exists():
        return None
    try:
        hosts = netrc.netrc(path).hosts
    except netrc.NetrcParseError as error:
        # its text may quote a token of the file, and a token may be a password
        raise StandoffError("is no netrc file", path=path, line=error.lineno, hint="see man netrc") from None
    except OSError as error:
        raise StandoffError(f"cannot be read: {error.strerror}", path=path) from None
    for name in (parts.netloc, parts.hostname, "default"):
        login, _, password = hosts.get(name or "", ("", "", ""))
        if password and (username or login or USERNAME) == (login or USERNAME):
            return login or USERNAME, password
    return None
