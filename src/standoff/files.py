"""The rim: text files read strictly, files replaced whole or not at all."""

import json
import os
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from standoff.errors import StandoffError

MAX_LINE = 10_000_000
"""Longest line in bytes; a longer one is a broken file, not news text."""

_FORBIDDEN = {
    "\0": ("a NUL character", "remove it: tr -d '\\000' < FILE > NEW"),
    "\r": ("a carriage return", "CRLF line ends: tools that rewrite them would shift offsets: sed -i 's/\\r$//' FILE"),
}


def cache_folder(name: str) -> Path:
    """Where what can be made again is kept: below $XDG_CACHE_HOME or ~/.cache; for who has no home, a temporary one."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - Path.home() may raise
    if home.startswith("~"):
        home = f"{tempfile.gettempdir()}/standoff-{os.getuid()}"
    return Path(home) / "standoff" / name


def hash_text(text: str) -> str:
    """sha256 of the UTF-8 bytes, in hex."""
    return sha256(text.encode("utf-8")).hexdigest()


def read_text(path: Path, *, carriage_returns: bool = False) -> str:
    """The text of a UTF-8 file, to the byte; raises StandoffError for bytes that would shift offsets."""
    data = read_bytes(path)
    if not data:
        raise StandoffError("the file is empty", path=path, hint="a document needs text")
    return decode(data, path, carriage_returns=carriage_returns)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; raises StandoffError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise StandoffError("no such file", path=path, hint="check the path", usage=True) from None
    except OSError as error:
        raise StandoffError(f"cannot be read: {error.strerror}", path=path, usage=True) from None


def decode(data: bytes, path: Path, *, carriage_returns: bool = False) -> str:
    """Bytes as text; raises StandoffError for a BOM, NUL, CR, a huge line or what is not UTF-8."""
    if data.startswith(b"\xef\xbb\xbf"):
        hint = "remove it: sed -i '1s/^\\xef\\xbb\\xbf//' FILE"
        raise StandoffError("starts with a byte order mark", path=path, line=1, hint=hint)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "convert it first: iconv -f WINDOWS-1252 -t UTF-8 FILE"
        message = f"not UTF-8: byte 0x{data[error.start]:02x}"
        raise StandoffError(message, path=path, line=line, hint=hint) from None
    for character, (name, hint) in _FORBIDDEN.items():
        at = -1 if character == "\r" and carriage_returns else text.find(character)
        if at >= 0:
            raise StandoffError(f"holds {name}", path=path, line=text.count("\n", 0, at) + 1, hint=hint)
    _refuse_long_lines(data, path)
    return text


def _refuse_long_lines(data: bytes, path: Path) -> None:
    if len(data) <= MAX_LINE:
        return
    for number, line in enumerate(data.split(b"\n"), 1):
        if len(line) > MAX_LINE:
            message = f"a line of {len(line):,} bytes; at most {MAX_LINE:,}"
            raise StandoffError(message, path=path, line=number, hint="is this one text with line breaks?")


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file; raises StandoffError with the line of what is wrong."""
    try:
        return tomllib.loads(read_bytes(path).decode("utf-8"))
    except ValueError as error:  # no TOML, no UTF-8, or a number with thousands of digits
        raise StandoffError(f"not TOML: {error}", path=path) from None


def quote_toml(value: str | bool | list[str]) -> str:
    """A value as TOML on one line; its strings are those of JSON but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_text(path: Path, text: str) -> None:
    """Replace a file whole: write beside it, fsync, rename. What was there stays until the last step."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """As `write_text`, for bytes; a file that holds them already is not touched."""
    with disk_errors(path):
        if path.is_file() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        beside = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.chmod(0o644)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what a disk refuses (read-only, full, a folder in the way) into one message that names the place."""
    try:
        yield
    except OSError as error:
        hint = "nothing was changed there; free space or rights, then run the command again"
        raise StandoffError(f"cannot be written: {error.strerror or error}", path=path, hint=hint) from None
