"""Contents: the LFS batch, its storage with signed addresses, and files resolved at a revision, in ranges too."""

import re
from hashlib import md5, sha256
from math import ceil

from tests.hub.api import find_commit
from tests.hub.messages import Answer, RefusalError, Request, to_json
from tests.hub.server import Hub

_SIGNED = "sign"
"""The query that stands for a signed address: the client sends no token to the storage."""


def batch(hub: Hub, request: Request, name: str) -> Answer:
    hub.change(name, request.user)
    objects = []
    for wanted in request.json()["objects"]:
        oid, size = wanted["oid"], wanted["size"]
        row = {"oid": oid, "size": size, "authenticated": True}
        if not hub.store.lfs_file(oid).exists():
            verify = {"href": f"{hub.url}/datasets/{name}.git/info/lfs/verify"}
            row["actions"] = {"upload": _upload(hub, oid, size), "verify": verify}
        objects.append(row)
    return to_json({"transfer": "basic", "objects": objects})


def _upload(hub: Hub, oid: str, size: int) -> dict:
    """One address for the whole file, or of a large one an address a part and one to say that all are there."""
    address = f"{hub.storage}/storage/{oid}"
    if size < hub.multipart_from:
        return {"href": f"{address}?{_SIGNED}=1"}
    parts = {f"{n:05}": f"{address}/{n}?{_SIGNED}=1" for n in range(1, ceil(size / hub.part) + 1)}
    return {"href": f"{address}/complete?{_SIGNED}=1", "header": {"chunk_size": str(hub.part), **parts}}


def _require_signed(request: Request) -> None:
    if _SIGNED not in request.query:
        raise RefusalError(403, "Access denied")


def put(hub: Hub, request: Request, oid: str) -> Answer:
    _require_signed(request)
    _keep(hub, oid, request.body)
    return Answer()


def put_part(hub: Hub, request: Request, oid: str, number: str) -> Answer:
    _require_signed(request)
    hub.store.put(hub.store.root / "parts" / f"{oid}.{number}", request.body)
    return Answer(headers={"ETag": f'"{md5(request.body).hexdigest()}"'})


def complete(hub: Hub, request: Request, oid: str) -> Answer:
    _require_signed(request)
    data = b""
    for part in request.json()["parts"]:
        path = hub.store.root / "parts" / f"{oid}.{part['partNumber']}"
        piece = path.read_bytes()
        if md5(piece).hexdigest() != part["etag"].strip('"'):
            raise RefusalError(400, "a part is another one")
        data += piece
    _keep(hub, oid, data)
    return to_json({"success": True})


def _keep(hub: Hub, oid: str, data: bytes) -> None:
    if sha256(data).hexdigest() != oid:
        raise RefusalError(400, "the content does not have the hash it was announced with")
    hub.store.put(hub.store.lfs_file(oid), data)


def verify(hub: Hub, request: Request, name: str) -> Answer:
    hub.change(name, request.user)
    wanted = request.json()
    path = hub.store.lfs_file(wanted["oid"])
    if not path.exists() or path.stat().st_size != wanted["size"]:
        raise RefusalError(404, "Object does not exist")
    return Answer()


def resolve(hub: Hub, request: Request, name: str, revision: str, path: str) -> Answer:
    repo = hub.see(name, request.user)
    commit = find_commit(hub, repo, revision)
    entry = commit.tree.get(path)
    if entry is None:
        raise RefusalError(404, "Entry not found", "EntryNotFound")
    about = {"X-Repo-Commit": commit.id, "Accept-Ranges": "bytes"}
    if entry.lfs is None:
        return _range(request, hub.store.read(entry), {**about, "ETag": f'"{entry.oid}"'})
    linked = {"X-Linked-Etag": f'"{entry.lfs}"', "X-Linked-Size": str(entry.size)}
    return Answer(302, headers={**about, **linked, "Location": f"{hub.storage}/storage/{entry.lfs}?{_SIGNED}=1"})


def get(hub: Hub, request: Request, oid: str) -> Answer:
    _require_signed(request)
    path = hub.store.lfs_file(oid)
    if not path.exists():
        raise RefusalError(404, "NoSuchKey")
    return _range(request, path.read_bytes(), {"ETag": f'"{oid}"', "Accept-Ranges": "bytes"})


def _range(request: Request, data: bytes, headers: dict[str, str]) -> Answer:
    """The bytes that `Range` asks for; all where it does not."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", ""))
    if found is None or not (found[1] or found[2]):
        return Answer(200, data, headers)
    if found[1]:
        start, end = int(found[1]), min(int(found[2] or len(data)), len(data) - 1)
    else:
        start, end = max(len(data) - int(found[2]), 0), len(data) - 1
    if start > end:
        raise RefusalError(416, "Range Not Satisfiable")
    return Answer(206, data[start : end + 1], {**headers, "Content-Range": f"bytes {start}-{end}/{len(data)}"})
