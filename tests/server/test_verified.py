"""`standoff verify` in the repository: what is at a tag is built again in processes of their own."""

import json

from standoff.build import build
from standoff.dataset.digest import content_digest
from standoff.dataset.read import Manifest
from tests.conftest import snapshot, standoff
from tests.package.releasing import commit, git
from tests.package.test_verify import TRAIN, retell, rewrite, told, verify


def test_what_the_tag_gives_counts_and_not_the_folder(tagged, tmp_path):
    """Edits since the tag, committed or not, are no matter; the repository stays as it is."""
    (tagged.root / "card.md").write_text("Edited since.\n")
    commit(tagged.root, "More")
    (tagged.root / "card.md").write_text("And again.\n")
    before = snapshot(tagged.root)
    assert verify(tagged.dataset_folder(), tagged.root)["result"] == "verified"
    assert snapshot(tagged.root) == before


def test_a_tag_that_was_moved(tagged):
    """It gives other rows, and has another content on record."""
    path = tagged.spans_file("gold", "ferry")
    path.write_text(path.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    commit(tagged.root, "A span fewer")
    git(tagged.root, "tag", "--force", "--annotate", "--message", f"x\n\ncontent {'0' * 64}", "v1.2.3")
    report = verify(tagged.dataset_folder(), tagged.root)
    found = {one["where"]: one["details"] for one in report["differences"]}
    assert report["commit"] == git(tagged.root, "rev-parse", "HEAD").strip()
    assert found["spans/train"] == ["row changed: ferry: spans"]
    assert found["v1.2.3"] == [f"the tag has {'0' * 64}, the dataset {report['content']}"]
    assert "README.md" in found


def test_a_private_build_takes_the_private_texts_that_are_here(tagged):
    build(tagged, with_private=True)
    folder = tagged.dataset_folder(private=True)
    report = verify(folder, tagged.root, "--rev", "HEAD")
    assert (report["result"], report["differences"]) == ("verified", [])
    tagged.seed_file("quarry", redistribute=False).unlink()
    done = standoff("verify", str(folder), cwd=tagged.root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "a private build needs private texts, and 1 are not here: quarry" in done.stderr


def test_a_dataset_from_before_content_hashes_were_those_of_today(tagged):
    """Its manifest says less; the rows are compared, and it is told that the hashes were not."""
    folder = tagged.dataset_folder()
    path = folder / "MANIFEST.json"
    table = json.loads(path.read_text())
    other = {config: dict.fromkeys(splits, "0" * 64) for config, splits in table["content"].items()}
    path.write_text(json.dumps({key: table[key] for key in ("name", "version", "files")} | {"content": other}))
    report = verify(folder, tagged.root)
    assert (report["result"], report["content"]) == ("verified", content_digest(Manifest("", "", table["content"], {})))
    kind = "built before standoff 0.5: its content hashes are of another kind"
    assert report["remarks"] == [f"{kind}; files and rows were compared"]
    rewrite(folder / TRAIN, lambda rows: rows[0].update(title="Another headline"))
    retell(folder, lambda table: None)
    assert told(verify(folder, tagged.root)) == [("rows differ", "spans/train")]


def test_wrong_use(tagged, tmp_path):
    folder = str(tagged.dataset_folder())
    git(tagged.root, "tag", "--delete", "v1.2.3")
    for options, said in (((), "there is no tag v1.2.3 here"), (("--rev", "v9"), "git knows no revision 'v9'")):
        done = standoff("verify", folder, *options, cwd=tagged.root)
        assert (done.returncode, done.stdout, said in done.stderr) == (2, "", True)
    done = standoff("verify", folder, "--rev", "HEAD", cwd=tmp_path)
    assert (done.returncode, "no corpus repository" in done.stderr) == (2, True)
    settings = tagged.root / "standoff.toml"
    settings.write_text(settings.read_text().replace('"harbour"', '"quay"', 1))
    done = standoff("verify", folder, cwd=tagged.root)
    assert (done.returncode, "this is the repository of quay" in done.stderr) == (2, True)
