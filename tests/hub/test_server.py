"""The stand-in against the real client: what it does is what the Hub does, as far as we know it."""

import pytest

from tests.hub.conftest import TOKENS, Client

_START = """
import json, sys, io
from pathlib import Path
from huggingface_hub import *
from huggingface_hub.errors import *
repo = sys.argv[1]
api = HfApi()
kind = {"repo_type": "dataset"}
def add(path, data): return CommitOperationAdd(path, data if isinstance(data, bytes) else data.encode())
def commit(*operations, **more): return api.create_commit(repo, list(operations), commit_message="say", **kind, **more)
def fails(call):
    try: call()
    except Exception as error:
        return [type(error).__name__, getattr(getattr(error, "response", None), "status_code", None)]
    return None
out = {}
"""
_END = "\nprint(json.dumps(out))\n"


def run(client: Client, repo: str, code: str, *arguments: str) -> dict:
    return client.python(_START + code + _END, repo, *arguments)


def test_repository_and_commits(client, repo, hub):
    out = run(
        client,
        repo,
        """
out["who"] = api.whoami()["name"]
out["before"] = api.repo_exists(repo, **kind)
api.create_repo(repo, **kind)
out["twice"] = fails(lambda: api.create_repo(repo, **kind))
api.create_repo(repo, exist_ok=True, **kind)
out["first"] = sorted(api.list_repo_files(repo, **kind))
one = commit(add("a.txt", "one"), add("data/b.parquet", b"PAR1"), add("empty.txt", b""))
same = commit(add("a.txt", "one"), add("data/b.parquet", b"PAR1"))
out["same"] = one.oid == same.oid
out["stale"] = fails(lambda: commit(add("c.txt", "c"), parent_commit=api.list_repo_commits(repo, **kind)[1].commit_id))
two = commit(CommitOperationDelete("a.txt", is_folder=False), add("c/d.txt", "d"), parent_commit=one.oid)
three = commit(CommitOperationDelete("c/", is_folder=True), parent_commit=two.oid)
out["files"] = sorted(api.list_repo_files(repo, **kind))
out["then"] = sorted(api.list_repo_files(repo, revision=two.oid, **kind))
out["commits"] = [c.commit_id for c in api.list_repo_commits(repo, **kind)][:3] == [three.oid, two.oid, one.oid]
out["gone"] = fails(lambda: commit(CommitOperationDelete("nothing.txt", is_folder=False)))
out["yaml"] = fails(lambda: commit(add("README.md", "---\\nlicense: [\\n---\\n")))
out["licence"] = fails(lambda: commit(add("README.md", "---\\nlicense: CC-BY-4.0\\n---\\n")))
infos = {f.path: f for f in api.get_paths_info(repo, ["data/b.parquet", "empty.txt", "data"], **kind)}
out["lfs"] = [infos["data/b.parquet"].lfs.size, infos["empty.txt"].lfs, type(infos["data"]).__name__]
""",
    )
    assert out == {
        "who": "ida",
        "before": False,
        "twice": ["HfHubHTTPError", 409],
        "first": [".gitattributes"],
        "same": True,
        "stale": ["HfHubHTTPError", 412],
        "files": [".gitattributes", "data/b.parquet", "empty.txt"],
        "then": [".gitattributes", "c/d.txt", "data/b.parquet", "empty.txt"],
        "commits": True,
        "gone": ["RemoteEntryNotFoundError", 404],
        "yaml": ["ValueError", None],
        "licence": ["ValueError", None],
        "lfs": [4, None, "RepoFolder"],
    }


def test_tags(client, repo, hub):
    out = run(
        client,
        repo,
        """
api.create_repo(repo, **kind)
one = commit(add("a.txt", "one"))
api.create_tag(repo, tag="v0.1.0", tag_message="it says\\n\\ncontent 0", **kind)
two = commit(add("a.txt", "two"))
out["twice"] = fails(lambda: api.create_tag(repo, tag="v0.1.0", **kind))
out["nothing"] = fails(lambda: api.create_tag(repo, tag="v0.2.0", revision="v9", **kind))
refs = api.list_repo_refs(repo, **kind)
out["refs"] = [[r.name, r.ref, r.target_commit == one.oid] for r in refs.tags]
out["main"] = [r.target_commit == two.oid for r in refs.branches]
out["at"] = api.dataset_info(repo, revision="v0.1.0").sha == one.oid
read = lambda r: Path(hf_hub_download(repo, "a.txt", revision=r, **kind)).read_text()
out["text"] = [read("v0.1.0"), read("main"), read(two.oid)]
out["no revision"] = fails(lambda: snapshot_download(repo, revision="v7", **kind))
out["no file"] = fails(lambda: hf_hub_download(repo, "z.txt", **kind))
api.delete_tag(repo, tag="v0.1.0", **kind)
out["deleted"] = [len(api.list_repo_refs(repo, **kind).tags), fails(lambda: api.delete_tag(repo, tag="v0.1.0", **kind))]
""",
    )
    assert out == {
        "twice": ["HfHubHTTPError", 409],
        "nothing": ["RevisionNotFoundError", 404],
        "refs": [["v0.1.0", "refs/tags/v0.1.0", True]],
        "main": [True],
        "at": True,
        "text": ["one", "two", "two"],
        "no revision": ["RevisionNotFoundError", 404],
        "no file": ["RemoteEntryNotFoundError", 404],
        "deleted": [0, ["RevisionNotFoundError", 404]],
    }


def test_pages(client, repo, hub, monkeypatch):
    monkeypatch.setattr(hub, "page", 3)
    out = run(
        client,
        repo,
        """
api.create_repo(repo, **kind)
commit(*[add(f"d/{n:02}.txt", str(n)) for n in range(10)])
for n in range(4): commit(add("n.txt", str(n)))
out["files"] = len(api.list_repo_files(repo, **kind))
out["tree"] = [f.path for f in api.list_repo_tree(repo, **kind)]
out["expanded"] = all(f.last_commit for f in api.list_repo_tree(repo, "d", expand=True, **kind))
out["commits"] = len(api.list_repo_commits(repo, **kind))
out["snapshot"] = sum(1 for p in Path(snapshot_download(repo, **kind)).rglob("*.txt"))
""",
    )
    assert out == {
        "files": 12,
        "tree": [".gitattributes", "d", "n.txt"],
        "expanded": True,
        "commits": 6,
        "snapshot": 11,
    }
    assert sum("/tree/" in line for line in hub.log) > 6


def test_large_files_in_parts_and_ranges(client, repo, hub, monkeypatch):
    monkeypatch.setattr(hub, "multipart_from", 1000)
    monkeypatch.setattr(hub, "part", 400)
    start = len(hub.log)
    out = run(
        client,
        repo,
        """
import hashlib, httpx2
from huggingface_hub.file_download import http_get
data = bytes(range(256)) * 9
api.create_repo(repo, **kind)
commit(add("big.parquet", data), add("small.parquet", data[:900]))
read = lambda name: Path(hf_hub_download(repo, name, **kind)).read_bytes()
out["back"] = [read("big.parquet") == data, read("small.parquet") == data[:900]]
url = hf_hub_url(repo, "big.parquet", **kind)
about = get_hf_file_metadata(url)
out["etag"] = [about.etag == hashlib.sha256(data).hexdigest(), about.size == len(data), "/storage/" in about.location]
rest = io.BytesIO(data[:1000]); rest.seek(1000)
http_get(url, rest, resume_size=1000, expected_size=len(data))
out["resumed"] = rest.getvalue() == data
asked = {"Range": "bytes=10-19", "Authorization": "Bearer " + get_token()}
answer = httpx2.get(url, headers=asked, follow_redirects=True)
out["range"] = [answer.status_code, answer.content == data[10:20], answer.headers["Content-Range"]]
text = httpx2.get(hf_hub_url(repo, ".gitattributes", **kind), headers={"Range": "bytes=-5"})
out["last"] = [text.status_code, text.text]
commit(add("again.parquet", data))
""",
    )
    assert out == {
        "back": [True, True],
        "etag": [True, True, True],
        "resumed": True,
        "range": [206, True, "bytes 10-19/2304"],
        "last": [206, "text\n"],
    }
    puts = [line for line in hub.log[start:] if line.startswith("PUT /storage/")]
    assert len(puts) == len(set(puts)) == 6 + 1  # what is there already is not sent again


PRIVATE = """
download = lambda: snapshot_download(repo, **kind)
out["see"] = [api.repo_exists(repo, **kind), fails(lambda: api.dataset_info(repo)), fails(download)]
out["write"] = fails(lambda: commit(add("x.txt", "x")))
out["make"] = fails(lambda: api.create_repo("ida/other", **kind))
"""


@pytest.mark.parametrize(
    ("who", "see", "write", "make"),
    [
        (None, [False, ["RepositoryNotFoundError", 401], ["RepositoryNotFoundError", 401]], 401, 401),
        ("omar", [False, ["RepositoryNotFoundError", 404], ["RepositoryNotFoundError", 404]], 404, 403),
        ("reader", [True, None, None], 403, 403),
        ("nobody", [None, ["HfHubHTTPError", 401], ["HfHubHTTPError", 401]], 401, 401),
    ],
)
def test_strangers(client, repo, hub, who, see, write, make):  # noqa: PLR0913, PLR0917
    run(client, repo, "api.create_repo(repo, private=True, **kind); commit(add('a.txt', 'a'))")
    token = TOKENS.get(who, "hf_wrong") if who else None
    code = PRIVATE if who != "nobody" else PRIVATE.replace("api.repo_exists(repo, **kind)", "None")
    out = run(Client(client.home.parent / "else", hub.url, token), repo, code)
    assert out["see"] == see
    assert (out["write"][1], out["make"][1]) == (write, make)


def test_private_is_what_the_server_says(client, repo, hub):
    out = run(
        client,
        repo,
        """
api.create_repo(repo, visibility="private", **kind)
out["made"] = api.dataset_info(repo).private
api.update_repo_settings(repo, private=False, **kind)
out["now"] = api.dataset_info(repo).private
api.create_repo("harbour-desk/" + repo.split("/")[1], **kind)
out["org"] = api.dataset_info("harbour-desk/" + repo.split("/")[1]).private
""",
    )
    assert out == {"made": True, "now": False, "org": False}
