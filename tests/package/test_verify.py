"""`standoff verify`: a dataset is what its manifest says and what the repository gives, or each difference is told."""

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from standoff.build import build
from standoff.dataset.digest import content_digest
from standoff.dataset.manifest import hash_file
from standoff.dataset.read import Manifest, read_manifest, read_rows
from standoff.errors import StandoffError
from standoff.verify.files import check_files, read_content
from standoff.verify.rebuilt import compare_datasets, find_rewritten
from standoff.verify.rows import SHOWN, compare_rows
from tests.conftest import snapshot, standoff


@pytest.fixture
def dataset(mini, tmp_path):
    """A public build, outside of any repository."""
    build(mini, tmp_path / "built")
    return tmp_path / "built"


def verify(folder, cwd, *options):
    done = standoff("verify", str(folder), "--json", *options, cwd=cwd)
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert done.returncode == (1 if report["differences"] else 0)
    return report


def told(report):
    return [(one["what"], one["where"]) for one in report["differences"]]


def rewrite(path, change, **options):
    """A Parquet file with other rows, its schema with the features kept."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path, **options)


def test_the_digest_of_a_content():
    content = {"tokens": {"train": "a" * 64}, "spans": {"train": "b" * 64, "test": "c" * 64}}
    one = content_digest(Manifest("harbour", "1.2.3", content, {}))
    turned = {config: dict(reversed(splits.items())) for config, splits in reversed(content.items())}
    assert content_digest(Manifest("other", "9.9.9", turned, {"x": "y"})) == one
    assert one != content_digest(Manifest("harbour", "1.2.3", {**content, "tokens": {"train": "d" * 64}}, {}))
    assert len(one) == 64


# --- against its own manifest ---


def test_outside_a_repository(dataset, tmp_path):
    before = snapshot(dataset)
    report = verify(dataset, tmp_path)
    assert (report["result"], report["differences"]) == ("intact", [])
    assert report["content"] == content_digest(read_manifest(dataset))
    assert report["remarks"] == ["not rebuilt: that needs the repository of harbour, run this in it"]
    assert snapshot(dataset) == before


def test_files_that_are_not_as_listed(dataset, tmp_path):
    (dataset / "README.md").write_text("another card\n")
    (dataset / "CHANGELOG.md").unlink()
    (dataset / "spans" / "more.parquet").write_bytes(b"")
    (dataset / ".gitattributes").write_text("*.parquet filter=lfs\n")  # a Hub's own
    (dataset / ".cache" / "huggingface").mkdir(parents=True)
    (dataset / ".cache" / "huggingface" / "x.lock").write_text("")
    assert told(verify(dataset, tmp_path)) == [
        ("file missing", "CHANGELOG.md"),
        ("file changed", "README.md"),
        ("file not in MANIFEST.json", "spans/more.parquet"),
    ]


def test_rows_that_are_not_as_hashed(dataset, tmp_path):
    """Also where somebody wrote the sha256 of the changed file into the manifest."""
    path = next((dataset / "spans").glob("train-*.parquet"))
    rewrite(path, lambda rows: rows[0].update(title="Another headline"))
    place = path.relative_to(dataset).as_posix()
    assert told(verify(dataset, tmp_path)) == [("file changed", place), ("content changed", "spans/train")]
    manifest = json.loads((dataset / "MANIFEST.json").read_text())
    manifest["files"][place] = hash_file(path)
    (dataset / "MANIFEST.json").write_text(json.dumps(manifest))
    assert told(verify(dataset, tmp_path)) == [("content changed", "spans/train")]


def test_a_split_that_is_gone_and_one_that_is_broken(dataset, tmp_path):
    train, test = (next((dataset / "spans").glob(f"{split}-*.parquet")) for split in ("train", "test"))
    train.unlink()
    found = told(verify(dataset, tmp_path))
    assert found == [("file missing", train.relative_to(dataset).as_posix()), ("content changed", "spans/train")]
    test.write_bytes(test.read_bytes()[:-20])
    found = told(verify(dataset, tmp_path))
    assert found[-1] == ("cannot be read", test.relative_to(dataset).as_posix())


def test_what_is_no_dataset(mini, tmp_path):
    done = standoff("verify", str(mini.root / "corpus"), cwd=tmp_path)
    assert (done.returncode, done.stdout, "MANIFEST.json" in done.stderr) == (2, "", True)
    done = standoff("verify", "nowhere", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("text", ["", '{"name": "harbour", "vers', "[]", '{"name": 7}'])
def test_a_broken_manifest_is_no_difference(dataset, tmp_path, text):
    """Nothing could be tried: exit 2 and not 1."""
    (dataset / "MANIFEST.json").write_text(text)
    done = standoff("verify", str(dataset), "--json", cwd=tmp_path)
    assert (done.returncode, done.stdout, "not a manifest" in done.stderr) == (2, "", True)


# --- against one that was built again ---


@pytest.fixture
def pair(dataset, tmp_path):
    """What the repository gives, and a copy of it to be changed."""
    shutil.copytree(dataset, tmp_path / "theirs")
    return dataset, tmp_path / "theirs"


def compare(ours, theirs):
    manifest = read_manifest(theirs)
    return list(compare_datasets(ours, theirs, manifest, read_content(theirs, manifest)))


def test_a_split_that_cannot_be_read_hides_no_other(pair):
    ours, theirs = pair
    train, test = (next((theirs / "spans").glob(f"{split}-*.parquet")) for split in ("train", "test"))
    test.write_bytes(test.read_bytes()[:-20])
    rewrite(train, lambda rows: rows[0].update(title="Another headline"))
    unreadable = read_content(theirs, read_manifest(theirs)).unreadable
    assert {place: one.where for place, one in unreadable.items()} == {("spans", "test"): f"spans/{test.name}"}
    assert [(one.what, one.where) for one in compare(ours, theirs)] == [("rows differ", "spans/train")]


def test_the_same_differs_in_nothing(pair):
    assert compare(*pair) == []
    manifest = read_manifest(pair[1])
    assert find_rewritten(*pair, read_content(pair[1], manifest)) == []


def test_other_bytes_with_the_same_rows_are_fine(pair):
    ours, theirs = pair
    path = next((theirs / "spans").glob("train-*.parquet"))
    rewrite(path, lambda rows: None, compression="gzip")
    assert compare(ours, theirs) == []
    manifest = read_manifest(theirs)
    assert find_rewritten(ours, theirs, read_content(theirs, manifest)) == [path.relative_to(theirs).as_posix()]


def test_rows_and_columns_that_differ_are_named(pair):
    ours, theirs = pair
    path = next((theirs / "spans").glob("train-*.parquet"))
    ids = [row["id"] for row in read_rows(ours, "spans", "train")]

    def change(rows):
        rows[0].update(title="Another headline", outlet="Another outlet")
        rows[1]["spans"][0]["end"] += 1
        rows[2]["id"] = "unheard"

    rewrite(path, change)
    assert len(ids) == 3
    assert [str(one) for one in compare(ours, theirs)] == [
        "spans/train: rows differ\n"
        f"    row missing: {ids[2]}\n"
        "    row not of this version: unheard\n"
        f"    row changed: {ids[0]}: outlet, title\n"
        f"    row changed: {ids[1]}: spans\n"
        "    rows changed by column: outlet 1, title 1, spans 1"
    ]


def test_rows_in_another_order_or_twice_are_told(pair):
    ours, theirs = pair
    path = next((theirs / "spans").glob("train-*.parquet"))
    first = next(read_rows(ours, "spans", "train"))["id"]
    rewrite(path, lambda rows: rows.reverse())
    assert compare_rows(ours, theirs, "spans", "train").details == ("the rows stand in another order",)
    rewrite(path, lambda rows: rows.reverse() or rows.append(rows[0]))
    assert compare_rows(ours, theirs, "spans", "train").details == (f"row not of this version: {first} #2",)


def test_many_rows_are_counted(pair):
    ours, theirs = pair
    path = next((theirs / "tokens").glob("train-*.parquet"))
    rewrite(path, lambda rows: rows.extend({**rows[0], "id": f"more-{at}"} for at in range(SHOWN + 7)))
    details = compare_rows(ours, theirs, "tokens", "train").details
    assert (len(details), details[-1]) == (SHOWN + 1, "row not of this version: and 7 more")


def test_a_column_more_or_less_is_told(pair):
    ours, theirs = pair
    path = next((theirs / "cleaning").glob("train-*.parquet"))
    table = pq.read_table(path)
    renamed = table.rename_columns(["raw" if name == "text" else name for name in table.column_names])
    features = table.schema.metadata[b"huggingface"].replace(b'"text"', b'"raw"', 1)
    pq.write_table(renamed.replace_schema_metadata({b"huggingface": features}), path)
    details = compare_rows(ours, theirs, "cleaning", "train").details
    assert details == ("column text is missing", "column raw is not of this version")


def test_texts_and_splits_that_differ_are_told(pair):
    ours, theirs = pair
    card = (theirs / "README.md").read_text()
    (theirs / "README.md").write_text(card.replace("# Harbour", "# Harbor", 1))
    croissant = json.loads((theirs / "croissant.json").read_text())
    croissant["distribution"][-1]["sha256"] = "0" * 64
    (theirs / "croissant.json").write_text(json.dumps(croissant, indent=2, ensure_ascii=False) + "\n")
    manifest = json.loads((theirs / "MANIFEST.json").read_text())
    manifest |= {"guidelines": "9.9.9", "content": {**manifest["content"], "annotators": {"train": "0" * 64}}}
    (theirs / "MANIFEST.json").write_text(json.dumps(manifest))
    shutil.rmtree(theirs / "tokens")
    line = card.split("\n").index("# Harbour 1.2.3") + 1
    found = {(one.what, one.where): one.details for one in compare(ours, theirs)}
    assert list(found) == [
        ("manifest differs", "guidelines"),
        ("split missing", "tokens/train"),
        ("split missing", "tokens/test"),
        ("text differs", "README.md"),
        ("text differs", "croissant.json"),
    ]
    assert found["text differs", "README.md"] == (f"from line {line} on it is not what the repository gives",)


def retell(folder, change):
    """Change the manifest, and state the sha256 of what lies in the folder under the names that it has then."""
    path = folder / "MANIFEST.json"
    table = json.loads(path.read_text())
    change(table)
    table["files"] = {name: hash_file(folder / name) for name in table["files"]}
    path.write_text(json.dumps(table))


def permute_labels(path):
    """The same rows by name, under label names in another order."""
    table = pq.read_table(path)
    metadata = json.loads(table.schema.metadata[b"huggingface"])
    label = metadata["info"]["features"]["spans"]["feature"]["label"]
    last = len(label["names"]) - 1
    label["names"].reverse()
    rows = table.to_pylist()
    for row in rows:
        for span in row["spans"]:
            span["label"] = last - span["label"]
    schema = table.schema.with_metadata({b"huggingface": json.dumps(metadata).encode()})
    pq.write_table(pa.Table.from_pylist(rows, schema), path)


TRAIN = "spans/train-00000-of-00001.parquet"


def add_shard(folder, table):
    shutil.copy(folder / TRAIN, folder / "spans" / "train-extra.parquet")
    table["files"]["spans/train-extra.parquet"] = ""


def rename_shard(folder, table):
    name = TRAIN.replace("of-00001", "of-00002")
    (folder / TRAIN).rename(folder / name)
    table["files"][name] = table["files"].pop(TRAIN)


def add_script(folder, table):
    (folder / "harbour.py").write_text("print('hello')\n")
    table["files"]["harbour.py"] = ""


def drop_card(folder, table):
    (folder / "README.md").unlink()
    del table["files"]["README.md"]


def drop_croissant(folder, table):
    """As in a private build that was hydrated."""
    (folder / "croissant.json").unlink()
    del table["files"]["croissant.json"]
    table["private"] = True


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (add_shard, [("file not of a dataset", "spans/train-extra.parquet")]),
        (rename_shard, [("file missing", "spans/train-00001-of-00002.parquet")]),
        (add_script, [("file not of a dataset", "harbour.py")]),
        (drop_card, [("file missing", "README.md")]),
        (drop_croissant, [("manifest differs", "private"), ("file missing", "croissant.json")]),
        (lambda _, table: table.update(language="de"), [("manifest differs", "language")]),
        (lambda folder, _: permute_labels(folder / TRAIN), [("features differ", TRAIN)]),
    ],
    ids=["shard", "number", "script", "card", "croissant", "language", "labels"],
)
def test_what_its_own_manifest_vouches_for(pair, change, found):
    """Somebody changed the dataset, and made the manifest fit."""
    ours, theirs = pair
    retell(theirs, lambda table: change(theirs, table))
    differences = [*check_files(theirs, read_manifest(theirs)), *compare(ours, theirs)]
    assert [(one.what, one.where) for one in differences] == found


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 7),
        ("version", 1),
        ("private", "no"),
        ("labels", ["PERSON"]),
        ("files", None),
        ("content", ["spans"]),
        ("content", {"spans": None}),
        ("content", {"../spans": {"train": "0"}}),
        ("content", {"spans": {"*": "0"}}),
        *(("files", {name: "0"}) for name in ("../a", "/a", "a//b", "a/../../b", "a\\b", "a/./b", "", "a\nb", "C:a")),
    ],
)
def test_manifests_that_are_none(dataset, tmp_path, key, value):
    path = dataset / "MANIFEST.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(StandoffError, match="not a manifest"):
        read_manifest(dataset)


def drop_a_name(path):
    """A column that the features do not know."""
    table = pq.read_table(path)
    pq.write_table(table.append_column("more", pa.array(["x"] * len(table))), path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: rewrite(path, lambda rows: rows[0]["spans"][0].update(label=99)), "there is no label 99"),
        (lambda path: rewrite(path, lambda rows: rows[0]["spans"][0].update(label=-1)), "there is no label -1"),
        (drop_a_name, "no column 'more'"),
    ],
)
def test_parquet_that_is_not_ours(dataset, change, said):
    change(dataset / TRAIN)
    with pytest.raises(StandoffError, match=said):
        list(read_rows(dataset, "spans", "train"))
    with pytest.raises(StandoffError, match="no column 'nothing'"):
        list(read_rows(dataset, "spans", "test", ["id", "nothing"]))
