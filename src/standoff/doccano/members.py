"""`members.toml`, which git ignores: which account on the server is behind a pseudonym.

    [reader-a]
    username = "ida.holm"

Without a line the account has the name of the pseudonym. Passwords are not here: a new account gets a generated one,
kept in a file that only the owner can read, outside of the repository.
"""

import os
import re
import secrets
import subprocess
from collections.abc import Sequence

from standoff.corpus import Corpus
from standoff.doccano.client import Doccano
from standoff.doccano.credentials import state_folder
from standoff.errors import StandoffError
from standoff.files import disk_errors, read_toml

_FILE = "members.toml"
_USERNAME = re.compile(r"[\w.@+-]{1,150}")


def read_usernames(corpus: Corpus, annotators: Sequence[str]) -> dict[str, str]:
    """Pseudonym to user name; raises StandoffError for a line that is none, and where git would take the file."""
    path = corpus.root / _FILE
    table = read_toml(path) if path.exists() else {}
    if path.exists() and _is_open(corpus):
        hint = f"name it in .gitignore; if git has it already: git rm --cached {_FILE}"
        raise StandoffError("git would take this file, which tells who is behind a pseudonym", path=path, hint=hint)
    names: dict[str, str] = {}
    for annotator in annotators:
        row = table.get(annotator, {"username": annotator})
        name = row.get("username") if isinstance(row, dict) else None
        if not isinstance(name, str) or not _USERNAME.fullmatch(name):
            hint = 'username = "ida.holm": letters, digits and @ . + - _'
            raise StandoffError(f"[{annotator}] has no username", path=path, hint=hint)
        names[annotator] = name
    twice = next((one for one in names.values() if list(names.values()).count(one) > 1), None)
    if twice is not None:
        raise StandoffError(f"two pseudonyms have the username {twice!r}", path=path)
    return names


def ensure_account(server: Doccano, username: str) -> str:
    """Create a user that the server does not know; gives what to tell the person who pushes, nothing if it knows.

    The password is on disk before the account is made, so that none is lost to a kill.
    """
    if server.has_user(username):
        return ""
    home = state_folder()
    path = home / "passwords" / server.url.partition("://")[2].replace("/", "_") / username
    with disk_errors(path):
        for folder in (home, path.parent.parent, path.parent):  # `parents` alone would leave those above open
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            # a kill leaves no empty file that would be the password; no user name holds a ~
            beside = path.with_name(f"{username}~")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{secrets.token_urlsafe(18)}\n")
            beside.replace(path)
        password = path.read_text().strip()
    try:
        server.create_user(username, password)
    except StandoffError:
        if not server.has_user(username):  # else the request of a push that was killed has made it meanwhile
            raise
    return f"the account {username} is new; its password is in {path}"


def _is_open(corpus: Corpus) -> bool:
    """Whether git has the file or would take it: it is ignored only where git does not have it yet."""
    command = ["git", "-C", str(corpus.root), "check-ignore", "--quiet", "--", _FILE]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 1
    except OSError:
        return False
