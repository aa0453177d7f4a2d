"""What comes before a commit, and the commit: newline-delimited JSON, a header first."""

import json
import re
from base64 import b64decode

import yaml

from tests.hub.api import find_commit
from tests.hub.messages import Answer, RefusalError, Request, to_json
from tests.hub.server import Hub
from tests.hub.store import LARGE, ConflictError, Entry

_LICENCES = {"apache-2.0", "mit", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "odc-by", "other", "unknown"}
_LISTS = ("task_categories", "task_ids", "tags", "size_categories", "annotations_creators", "source_datasets")


def validate_yaml(_hub: Hub, request: Request) -> Answer:
    errors, warnings = _check_card(request.json()["content"])
    body = {"errors": [{"message": text} for text in errors], "warnings": [{"message": text} for text in warnings]}
    return to_json(body, 400 if errors else 200)


def _check_card(text: str) -> tuple[list[str], list[str]]:
    """What the Hub holds against the metadata of a dataset card: errors and warnings."""
    found = re.match(r"---\r?\n(.*?)\r?\n---", text, re.DOTALL)
    if found is None:
        return [], ["empty or missing yaml metadata in repo card"]
    try:
        card = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        return [f"YAML: {error}"], []
    if not isinstance(card, dict):
        return ["the metadata is not a mapping"], []
    licences = card["license"] if isinstance(card.get("license"), list) else [card.get("license", "unknown")]
    errors = [f'"license" must be one of the known ones, not {name}' for name in licences if name not in _LICENCES]
    errors += [f'"{key}" must be an array' for key in _LISTS if not isinstance(card.get(key, []), list)]
    for config in card.get("configs", []):
        if not isinstance(config, dict) or "data_files" not in config:
            errors.append('"configs" must have data_files')
    languages = card["language"] if isinstance(card.get("language"), list) else [card.get("language", "en")]
    errors += [f'"language" is no ISO 639 code: {name}' for name in languages if not re.fullmatch("[a-z]{2,3}", name)]
    return errors, []


def preupload(hub: Hub, request: Request, name: str, revision: str) -> Answer:
    repo = hub.change(name, request.user)
    commit = find_commit(hub, repo, revision)
    rows = []
    for file in request.json()["files"]:
        mode = "lfs" if hub.store.is_large(commit, file["path"], file["size"]) else "regular"
        there = commit.tree.get(file["path"])
        oid = {"oid": there.lfs or there.oid} if there else {}
        rows.append({"path": file["path"], "uploadMode": mode, "shouldIgnore": False, **oid})
    return to_json({"files": rows, "commitOid": commit.id})


def commit(hub: Hub, request: Request, name: str, revision: str) -> Answer:
    repo = hub.change(name, request.user)
    if revision != "main":
        raise RefusalError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    head = find_commit(hub, repo, "main")
    lines = [json.loads(line) for line in request.body.splitlines()]
    header = lines[0]["value"]
    if header.get("parentCommit", head.id) != head.id:
        raise RefusalError(412, "A commit has happened since. Please refresh and try again.")
    tree = dict(head.tree)
    for line in lines[1:]:
        _apply(hub, tree, line["key"], line["value"])
    if card := tree.get("README.md"):
        errors, _ = _check_card(hub.store.read(card).decode())
        if errors:
            raise RefusalError(400, "Invalid metadata in README.md", body={"error": "; ".join(errors)})
    said = (header["summary"], header.get("description", ""), request.user.name if request.user else "")
    try:
        _, made = hub.store.commit(repo, head.id, tree, said)
    except ConflictError as error:
        raise RefusalError(412, str(error)) from None
    url = f"{hub.url}/datasets/{name}/commit/{made.id}"
    return to_json({"success": True, "commitOid": made.id, "commitUrl": url, "hookOutput": ""})


def _apply(hub: Hub, tree: dict[str, Entry], key: str, value: dict) -> None:
    path = value["path"]
    if key == "file":
        data = b64decode(value["content"])
        if len(data) >= LARGE:
            raise RefusalError(400, "Your push was rejected because it contains files larger than 10 MiB.")
        tree[path] = hub.store.add_blob(data)
    elif key == "lfsFile":
        if not hub.store.lfs_file(value["oid"]).exists():
            raise RefusalError(400, f"LFS pointer pointed to a file that does not exist: {path}")
        tree[path] = hub.store.add_lfs(value["oid"], hub.store.lfs_file(value["oid"]).stat().st_size)
    elif key == "deletedFile":
        if tree.pop(path, None) is None:
            raise RefusalError(404, f"A file with this name doesn't exist: {path}", "EntryNotFound")
    elif key == "deletedFolder":
        for name in [name for name in tree if name.startswith(f"{path.rstrip('/')}/")]:
            del tree[name]
    else:
        raise RefusalError(400, f"unknown operation {key!r}")
