"""`standoff publish` in processes of its own, with the real client, against the stand-in."""

import json
import shutil
import signal
import socket
import sys
from dataclasses import replace

import pytest

from standoff.dataset.manifest import hash_file
from standoff.dataset.read import list_shards, read_rows
from tests.conftest import snapshot
from tests.hub.conftest import TOKENS, Client
from tests.hub.shelf import digest_of, fill

_SHELF = []


@pytest.fixture
def shelf(mini, tmp_path_factory):
    """The built corpora, made by the first test that wants them; publishing leaves them as they are."""
    if not _SHELF:
        _SHELF.append(fill(mini, tmp_path_factory.mktemp("shelf")))
    return _SHELF[0]


def publish(client, corpus, repo, *options):
    return client.standoff("publish", repo, *options, cwd=corpus.root)


def ours(hub, repo):
    """The commits above the first, newest first, and the tags."""
    found = hub.store.find(repo)
    return hub.store.history(found)[:-1], found.tags


def changes(log):
    """The requests that changed something on the server."""
    return [line for line in log if line.split()[0] in ("PUT", "DELETE") or "/commit/" in line or "/tag/" in line]


def is_one_line(done, *parts):
    """One line on standard error that names each part, and no traceback."""
    lines = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
    assert len(lines) == 1 and lines[0].startswith("standoff: "), done.stderr
    assert done.stdout == ""
    for part in parts:
        assert part in lines[0], lines[0]
    return True


FETCH = """
import sys
from standoff.errors import StandoffError
from standoff.hub.fetch import find_dataset
for address in sys.argv[1:]:
    try:
        print((find_dataset(address) / "MANIFEST.json").is_file())
    except StandoffError as error:
        print(error)
"""


def fetch(client, *addresses):
    """What comes of each address, a line each."""
    client.home.mkdir(exist_ok=True)
    return client.run([sys.executable, "-c", FETCH, *addresses], client.home).stdout.splitlines()


LOAD = """
import json, sys
from datasets import load_dataset
from standoff.hub.fetch import find_dataset
from standoff.dataset.digest import content_digest
from standoff.dataset.read import read_manifest
out = {}
for revision in sys.argv[2:]:
    for streaming in (False, True):
        loaded = load_dataset(sys.argv[1], "spans", revision=revision, streaming=streaming)
        out[f"{revision} {streaming}"] = {name: [dict(row) for row in table] for name, table in loaded.items()}
    names = loaded["train"].features["spans"].feature["label"].names
    for tables in (out[f"{revision} False"], out[f"{revision} True"]):
        for row in sum(tables.values(), []):
            for span in row["spans"]:
                span["label"] = names[span["label"]]
    out[revision] = content_digest(read_manifest(find_dataset(f"{sys.argv[1]}@{revision}")))
print(json.dumps(out))
"""


def test_two_versions(client, repo, hub, shelf, tmp_path):
    first = publish(client, shelf.old, repo)
    assert first.returncode == 0, first.stderr
    untagged = "note: git has no tag v1.2.3 here, so nobody can build it again to compare: standoff release"
    assert first.stderr.splitlines() == [untagged]
    digest = digest_of(shelf.old)
    assert first.stdout.splitlines() == [
        f"{repo} v1.2.3: published and checked",
        f"content {digest}",
        f"{hub.url}/datasets/{repo}/tree/v1.2.3",
        f'load_dataset("{repo}", revision="v1.2.3")',
    ]
    commits, tags = ours(hub, repo)
    assert [commit.title for commit in commits] == ["harbour v1.2.3"]
    assert tags == {"v1.2.3": {"target": commits[0].id, "message": f"harbour 1.2.3\n\ncontent {digest}\n"}}
    built = snapshot(shelf.old.dataset_folder())
    assert {path: hub.store.read(entry) for path, entry in commits[0].tree.items() if path != ".gitattributes"} == built
    assert all(bool(entry.lfs) == path.endswith(".parquet") for path, entry in commits[0].tree.items())

    start = len(hub.log)
    again = publish(client, shelf.old, repo, "--json")
    report = json.loads(again.stdout)
    assert again.returncode == 0 and changes(hub.log[start:]) == []
    assert (report["created"], report["committed"], report["tagged"]) == (False, False, False)
    assert (report["commit"], report["content"]) == (commits[0].id, digest)

    start = len(hub.log)
    other = publish(client, shelf.other, repo)
    assert other.returncode == 1 and changes(hub.log[start:]) == []
    assert is_one_line(other, "v1.2.3 is published with other content", "spans/train", "raise the version")
    assert "cleaning/train" not in other.stderr  # what is the same is not named

    second = publish(client, shelf.new, repo)
    assert second.returncode == 0, second.stderr
    commits, tags = ours(hub, repo)
    assert len(commits) == 2 and set(tags) == {"v1.2.3", "v1.3.0"}
    assert {path for path in commits[0].tree if path != ".gitattributes"} == set(snapshot(shelf.new.dataset_folder()))
    assert any(path.startswith("annotators/") for path in commits[1].tree)

    older = publish(client, shelf.old, repo)
    assert older.returncode == 0, older.stderr  # its tag is there: nothing to send, and main stays the new version
    assert ours(hub, repo)[0] == commits

    out = Client(tmp_path / "reader", hub.url, None).python(LOAD, repo, "v1.2.3", "v1.3.0", "main")
    for corpus, revisions in ((shelf.old, ["v1.2.3"]), (shelf.new, ["v1.3.0", "main"])):
        folder = corpus.dataset_folder()
        rows = {s: list(read_rows(folder, "spans", s)) for s in ("train", "test") if list_shards(folder, "spans", s)}
        for revision in revisions:
            assert out[f"{revision} False"] == out[f"{revision} True"] == rows
            assert out[revision] == digest_of(corpus)


def test_token_stays_where_it_was(client, repo, hub, shelf, tmp_path):
    said = [
        publish(client, shelf.old, repo),
        publish(client, shelf.other, repo),
        publish(client, shelf.old, repo, "--json"),
    ]
    assert [done.returncode for done in said] == [0, 1, 0]
    assert not any(client.token in done.stdout + done.stderr for done in said)
    for root in (client.home, hub.store.root, shelf.old.root):
        assert not [name for name, data in snapshot(root).items() if client.token.encode() in data]
    stored = replace(client, token=None)
    (client.home / "hf").mkdir(exist_ok=True)
    (client.home / "hf" / "token").write_text(client.token)
    assert publish(stored, shelf.old, repo).returncode == 0  # the login store


@pytest.mark.parametrize(
    ("what", "when"),
    [
        ("/storage/", "after"),
        ("/commit/main", "before"),
        ("/commit/main", "after"),
        ("/tag/", "before"),
        ("/tag/", "after"),
        ("/revision/v1.2.3", "before"),
    ],
)
def test_killed_and_run_again(client, repo, hub, shelf, what, when):
    start = len(hub.log)
    with hub.hold(what, when) as came:
        process = client.start([sys.executable, "-m", "standoff", "publish", repo], shelf.old.root)
        assert came.wait(60), process.communicate()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    done = publish(client, shelf.old, repo)
    assert done.returncode == 0, done.stderr
    commits, tags = ours(hub, repo)
    assert len(commits) == 1 and tags["v1.2.3"]["target"] == commits[0].id
    built = snapshot(shelf.old.dataset_folder())
    assert {path: hub.store.read(entry) for path, entry in commits[0].tree.items() if path != ".gitattributes"} == built
    puts = [line for line in hub.log[start:] if line.startswith("PUT")]
    assert len(puts) == len(set(puts)), "an object that the server has was sent again"


def test_nothing_is_sent_twice(client, repo, hub, shelf):
    publish(client, shelf.old, repo)
    start = len(hub.log)
    assert publish(client, shelf.old, f"{repo}-copy").returncode == 0
    assert not [line for line in hub.log[start:] if line.startswith("PUT")]


def test_private_builds_go_to_private_repositories(client, repo, hub, shelf):
    folder = str(shelf.old.dataset_folder(private=True))
    start = len(hub.log)
    absent = publish(client, shelf.old, repo, "--dataset", folder)
    assert absent.returncode == 1 and is_one_line(absent, repo, "--private")
    assert hub.store.find(repo) is None

    open_one = f"{repo}-open"
    hub.store.create(open_one, "ida", private=False)
    refused = publish(client, shelf.old, open_one, "--dataset", folder)
    assert refused.returncode == 1 and is_one_line(refused, "the Hub says that it is public", "private build")
    asked = publish(client, shelf.old, open_one, "--private")
    assert asked.returncode == 1 and is_one_line(asked, "the Hub says that it is public", "--private")
    assert changes(hub.log[start:]) == [] and not any("preupload" in line for line in hub.log[start:])

    done = publish(client, shelf.old, repo, "--private", "--dataset", folder, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["content"] == digest_of(shelf.old, private=True)
    assert hub.store.find(repo).private
    stranger = replace(client, token=TOKENS["omar"], home=client.home.parent / "omar")
    fetch = "from standoff.hub.fetch import find_dataset; import sys; find_dataset(sys.argv[1])"
    stranger.home.mkdir()
    seen = stranger.run([sys.executable, "-c", fetch, f"{repo}@v1.2.3"], stranger.home)
    assert seen.returncode == 1 and "StandoffError" in seen.stderr and "no such dataset" in seen.stderr

    hub.store.save(replace(hub.store.find(repo), private=False))
    now_open = publish(client, shelf.old, repo, "--dataset", folder)
    assert now_open.returncode == 1 and is_one_line(now_open, "the Hub says that it is public")
    hub.store.create(f"{repo}-shut", "ida", private=True)
    assert publish(client, shelf.old, f"{repo}-shut").returncode == 0  # a public build may go anywhere


@pytest.mark.parametrize(("first", "said"), [(True, "with private texts, and this one is without"), (False, "without")])
def test_a_repository_holds_one_of_the_two_builds(client, repo, hub, shelf, first, said):
    """The next version of the other one would take its place, or bring private texts into its history."""
    manifest = shelf.old.dataset_folder(private=first) / "MANIFEST.json"
    older = json.dumps({**json.loads(manifest.read_text()), "version": "1.0.0"})
    hub.store.create(repo, "ida", private=True)
    add_file(hub, repo, "MANIFEST.json", older.encode())
    before = ours(hub, repo)
    other = publish(client, shelf.old, repo, "--dataset", str(shelf.old.dataset_folder(private=not first)))
    assert other.returncode == 1 and is_one_line(other, f"it holds the build {said}", "name another repository")
    assert ours(hub, repo) == before
    same = publish(client, shelf.old, repo, "--dataset", str(manifest.parent))
    assert same.returncode == 0, same.stderr


def test_what_is_loaded_back_is_gone_after_a_kill(client, repo, hub, shelf, tmp_path, monkeypatch):
    """It may be private: the next run sweeps it."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    options = (repo, "--private", "--dataset", str(shelf.old.dataset_folder(private=True)))
    with hub.hold("/resolve/", "after") as came:  # the manifest is not there yet, so this is the loading back
        process = client.start([sys.executable, "-m", "standoff", "publish", *options], shelf.old.root)
        assert came.wait(60), process.communicate()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    (left,) = (path for path in place.iterdir() if path.is_dir())
    assert left.stat().st_mode & 0o077 == 0
    done = publish(client, shelf.old, *options)
    assert done.returncode == 0, done.stderr
    assert not [path for path in place.iterdir() if path.is_dir()]


def add_file(hub, repo, path, data, user="omar"):
    """Somebody else's commit."""
    found = hub.store.find(repo)
    head = hub.store.resolve(found, "main")
    hub.store.commit(found, head.id, {**head.tree, path: hub.store.add_blob(data)}, ("mine", "", user))


def test_somebody_else_comes_between(client, repo, hub, shelf):
    publish(client, shelf.old, repo)
    hub.before(f"{repo}/commit/main", lambda: add_file(hub, repo, "notes.txt", b"hello"))
    done = publish(client, shelf.new, repo)
    assert done.returncode == 1 and is_one_line(done, "somebody else changed it meanwhile", "run the command again")
    commits, tags = ours(hub, repo)
    assert [commit.title for commit in commits] == ["mine", "harbour v1.2.3"] and set(tags) == {"v1.2.3"}
    done = publish(client, shelf.new, repo)
    assert done.returncode == 0 and "removed, somebody had put it there: notes.txt" in done.stderr
    assert "notes.txt" not in ours(hub, repo)[0][0].tree

    third = f"{repo}-3"
    hub.store.create(third, "ida", private=False)
    tag = lambda: hub.store.tag(hub.store.find(third), "v1.2.3", hub.store.find(third).branches["main"], "")  # noqa: E731
    hub.before(f"{third}/tag/", tag)
    raced = publish(client, shelf.old, third)
    assert raced.returncode == 1 and is_one_line(raced, "somebody else did the same meanwhile")


def test_repositories_that_are_not_ours(client, repo, hub, shelf):
    hub.store.create(repo, "ida", private=False)
    add_file(hub, repo, "README.md", b"---\nlicense: mit\n---\n")
    add_file(hub, repo, "model.bin", b"weights")
    start = len(hub.log)
    assert is_one_line(publish(client, shelf.old, repo), "standoff did not publish", "model.bin")
    add_file(hub, repo, "MANIFEST.json", b'{"name": "tram", "version": "0.1.0", "content": {}, "files": {}}')
    assert is_one_line(publish(client, shelf.old, repo), "it holds the corpus tram, not harbour")
    add_file(hub, repo, "MANIFEST.json", b'{"name": "harbour", "version": "1.10.0", "content": {}, "files": {}}')
    assert is_one_line(publish(client, shelf.old, repo), "1.10.0, which is newer than 1.2.3")
    found = hub.store.find(repo)
    first = hub.store.history(found)[-1]
    hub.store.tag(found, "v1.2.3", first.id, "")
    assert is_one_line(publish(client, shelf.old, repo), "its tag v1.2.3 holds no dataset")
    assert changes(hub.log[start:]) == []


def test_a_tag_that_was_tampered_with(client, repo, hub, shelf):
    publish(client, shelf.old, repo)
    found = hub.store.find(repo)
    name = "spans/train-00000-of-00001.parquet"
    tree = hub.store.resolve(found, "main").tree
    add_file(hub, repo, name, hub.store.read(tree["spans/test-00000-of-00001.parquet"]))
    found = hub.store.find(repo)
    found.tags["v1.2.3"]["target"] = found.branches["main"]
    hub.store.save(found)
    done = publish(client, shelf.old, repo)
    assert done.returncode == 1 and is_one_line(done, f"{repo}@v1.2.3 is not whole", name)


@pytest.mark.parametrize(
    ("token", "code", "parts"),
    [
        (None, 2, ("there is no token for the Hub", "HF_TOKEN", "hf auth login")),
        ("hf_revoked", 1, ("does not know this token",)),
        ("hf_IdaWrites…", 2, ("has a character that no token has", "HF_TOKEN")),
        ("hf_Ida Writes", 2, ("has a character that no token has",)),
        (TOKENS["reader"], 1, ("this token has no right",)),
        (TOKENS["omar"], 1, ("this token has no right",)),
    ],
)
def test_tokens(client, repo, hub, shelf, token, code, parts):  # noqa: PLR0913, PLR0917
    start = len(hub.log)
    done = publish(replace(client, token=token), shelf.old, repo)
    assert done.returncode == code and is_one_line(done, *parts)
    assert token is None or token not in done.stderr
    assert changes(hub.log[start:]) == [] and hub.store.find(repo) is None


def test_a_card_that_the_hub_refuses(client, repo, hub, shelf, tmp_path):
    folder = shutil.copytree(shelf.old.dataset_folder(), tmp_path / "built")
    card = (folder / "README.md").read_text().replace("license: cc-by-4.0", "license: harbour-rules")
    (folder / "README.md").write_text(card)
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    manifest["files"]["README.md"] = hash_file(folder / "README.md")
    (folder / "MANIFEST.json").write_text(json.dumps(manifest))
    start = len(hub.log)
    done = publish(client, shelf.old, repo, "--dataset", str(folder))
    assert done.returncode == 1 and is_one_line(done, "the Hub refuses the card", "harbour-rules", "build again")
    assert changes(hub.log[start:]) == []


def test_a_hub_without_xet(client, repo, hub, shelf):
    start = len(hub.log)
    done = publish(replace(client, xet=True), shelf.old, repo)
    assert done.returncode == 1 and is_one_line(done, "this Hub has no Xet storage", "HF_HUB_DISABLE_XET=1")
    assert changes(hub.log[start:]) == []
    assert publish(client, shelf.old, repo).returncode == 0


def find_nowhere():
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_no_hub_there(client, repo, shelf):
    nowhere = find_nowhere()
    assert is_one_line(publish(replace(client, url=nowhere), shelf.old, repo), f"{nowhere} cannot be reached")
    said = fetch(replace(client, url=nowhere), f"{repo}@v1", "dist/none")
    assert "cannot be reached" in said[0] and "no such dataset" in said[1]


def test_addresses(client, repo, hub, shelf):
    publish(client, shelf.old, repo)
    addresses = [f"hf://datasets/{repo}", f"hf://datasets/{repo}@v1.2.3", f"{repo}@v9", "ida/none@v1", repo]
    said = fetch(client, *addresses)
    assert said[:2] == ["True", "True"]
    assert said[2].startswith(f"{repo}@v9: it has no such revision")
    assert said[3].startswith("ida/none@v1: no such dataset, or none that you may see")
    assert said[4].startswith(f"{repo}: no such dataset")
    away = replace(client, url=find_nowhere())  # what was fetched is taken, and it is told
    done = away.run([sys.executable, "-c", FETCH, f"{repo}@v1.2.3", f"{repo}@v2"], client.home)
    commit = ours(hub, repo)[0][0].id
    assert done.stderr == f"note: {repo}@v1.2.3: the Hub was not reached, this is the copy of {commit}\n"
    assert done.stdout.startswith("True\n") and "cannot be reached" in done.stdout
