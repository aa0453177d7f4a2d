"""Accounts, repositories, tags and listings."""

from collections.abc import Sequence
from urllib.parse import parse_qs, quote, urlencode

import yaml

from tests.hub.messages import Answer, RefusalError, Request, to_json
from tests.hub.server import Hub
from tests.hub.store import Commit, ConflictError, Entry, Repo, pointer


def whoami(_hub: Hub, request: Request) -> Answer:
    user = request.user
    if user is None:
        raise RefusalError(401, "Invalid username or password.")
    orgs = [{"type": "org", "name": name, "roleInOrg": "write"} for name in user.orgs]
    token = {"type": "access_token", "accessToken": {"displayName": "test", "role": user.role}}
    return to_json({"type": "user", "name": user.name, "orgs": orgs, "auth": token})


def create(hub: Hub, request: Request) -> Answer:
    user, wanted = request.user, request.json()
    if user is None:
        raise RefusalError(401, "Invalid username or password.")
    name = f"{wanted.get('organization') or user.name}/{wanted['name']}"
    if user.role != "write" or not user.owns(name):
        owner = name.partition("/")[0]
        raise RefusalError(403, f"You don't have the rights to create a dataset under the namespace {owner!r}")
    if wanted.get("type") != "dataset":
        raise RefusalError(400, "only datasets are here")
    private = wanted.get("visibility") == "private" or bool(wanted.get("private"))
    url = f"{hub.url}/datasets/{name}"
    try:
        hub.store.create(name, user.name, private=private)
    except ConflictError as error:
        raise RefusalError(409, str(error), body={"error": str(error), "url": url}) from None
    return to_json({"url": url, "name": name, "id": name})


def delete(hub: Hub, request: Request) -> Answer:
    wanted = request.json()
    repo = hub.change(f"{wanted['organization']}/{wanted['name']}", request.user)
    hub.store._file(repo.name).unlink()
    return Answer()


def settings(hub: Hub, request: Request, name: str) -> Answer:
    repo, wanted = hub.change(name, request.user), request.json()
    repo.private = wanted.get("visibility") == "private" or bool(wanted.get("private"))
    hub.store.save(repo)
    return to_json({"private": repo.private})


def find_commit(hub: Hub, repo: Repo, revision: str) -> Commit:
    found = hub.store.resolve(repo, revision)
    if found is None:
        raise RefusalError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    return found


def info(hub: Hub, request: Request, name: str, revision: str = "main") -> Answer:
    repo = hub.see(name, request.user)
    commit = find_commit(hub, repo, revision)
    blobs = request.flag("blobs")
    siblings = [
        {"rfilename": path, **({"size": entry.size, "blobId": entry.oid, **_lfs(entry)} if blobs else {})}
        for path, entry in sorted(commit.tree.items())
    ]
    about = {"id": name, "author": name.partition("/")[0], "sha": commit.id, "lastModified": commit.date}
    state = {"private": repo.private, "gated": False, "disabled": False, "downloads": 0, "likes": 0, "tags": []}
    return to_json({**about, **state, "siblings": siblings, "cardData": _card(hub, commit)})


def _card(hub: Hub, commit: Commit) -> dict:
    entry = commit.tree.get("README.md")
    text = hub.store.read(entry).decode() if entry else ""
    return yaml.safe_load(text.split("---\n")[1]) if text.startswith("---\n") else {}


def _lfs(entry: Entry) -> dict:
    if entry.lfs is None:
        return {}
    size = len(pointer(entry.lfs, entry.size))
    return {"lfs": {"oid": entry.lfs, "sha256": entry.lfs, "size": entry.size, "pointerSize": size}}


def create_tag(hub: Hub, request: Request, name: str, revision: str) -> Answer:
    repo, wanted = hub.change(name, request.user), request.json()
    commit = find_commit(hub, repo, revision)
    try:
        hub.store.tag(repo, wanted["tag"], commit.id, wanted.get("message", ""))
    except ConflictError as error:
        raise RefusalError(409, str(error)) from None
    return to_json({"success": True})


def delete_tag(hub: Hub, request: Request, name: str, tag: str) -> Answer:
    repo = hub.change(name, request.user)
    if repo.tags.pop(tag, None) is None:
        raise RefusalError(404, f"Invalid rev id: {tag}", "RevisionNotFound")
    hub.store.save(repo)
    return to_json({"success": True})


def refs(hub: Hub, request: Request, name: str) -> Answer:
    repo = hub.see(name, request.user)
    tags = {tag: about["target"] for tag, about in repo.tags.items()}
    rows = {
        kind: [{"name": name, "ref": f"refs/{folder}/{name}", "targetCommit": at} for name, at in sorted(refs.items())]
        for kind, folder, refs in (("branches", "heads", repo.branches), ("tags", "tags", tags))
    }
    return to_json({**rows, "converts": []})


def commits(hub: Hub, request: Request, name: str, revision: str) -> Answer:
    repo = hub.see(name, request.user)
    history = hub.store.history(repo, find_commit(hub, repo, revision).id)
    rows = [
        {"id": one.id, "title": one.title, "message": one.message, "authors": [{"user": one.author}], "date": one.date}
        for one in history
    ]
    return _page(hub, request, rows, hub.page)


def tree(hub: Hub, request: Request, name: str, revision: str, folder: str = "") -> Answer:
    repo = hub.see(name, request.user)
    commit = find_commit(hub, repo, revision)
    rows = _list_tree(commit, folder.strip("/"), recursive=request.flag("recursive"), expand=request.flag("expand"))
    if folder and not rows:
        raise RefusalError(404, f"{folder} does not exist on {revision!r}", "EntryNotFound")
    return _page(hub, request, rows, min(hub.page, 50 if request.flag("expand") else 1000))


def _list_tree(commit: Commit, folder: str, *, recursive: bool, expand: bool) -> list[dict]:
    prefix = f"{folder}/" if folder else ""
    rows: dict[str, dict] = {}
    for path, entry in sorted(commit.tree.items()):
        if not path.startswith(prefix):
            continue
        parts = path[len(prefix) :].split("/")
        for depth in range(1, len(parts) if recursive else min(len(parts), 2)):
            parent = prefix + "/".join(parts[:depth])
            rows.setdefault(parent, {"type": "directory", "oid": "0" * 40, "size": 0, "path": parent})
        if recursive or len(parts) == 1:
            rows[path] = _to_row(commit, path, entry, expand=expand)
    return list(rows.values())


def _to_row(commit: Commit, path: str, entry: Entry, *, expand: bool) -> dict:
    last = {"lastCommit": {"id": commit.id, "title": commit.title, "date": commit.date}} if expand else {}
    return {"type": "file", "oid": entry.oid, "size": entry.size, "path": path, **_lfs(entry), **last}


def paths_info(hub: Hub, request: Request, name: str, revision: str) -> Answer:
    repo = hub.see(name, request.user)
    commit = find_commit(hub, repo, revision)
    asked = parse_qs(request.body.decode()) if b"=" in request.body else request.json()
    rows = []
    for path in asked.get("paths", []):
        if path in commit.tree:
            rows.append(_to_row(commit, path, commit.tree[path], expand=False))
        elif any(name.startswith(f"{path}/") for name in commit.tree):
            rows.append({"type": "directory", "oid": "0" * 40, "size": 0, "path": path})
    return to_json(rows)


def _page(hub: Hub, request: Request, rows: Sequence[dict], size: int) -> Answer:
    """One page, and in its header where the next is."""
    start = int(request.query.get("cursor", ["0"])[0])
    answer = to_json(rows[start : start + size])
    if start + size < len(rows):
        query = {**{name: values[0] for name, values in request.query.items()}, "cursor": str(start + size)}
        answer.headers["Link"] = f'<{hub.url}{quote(request.path)}?{urlencode(query)}>; rel="next"'
    return answer
