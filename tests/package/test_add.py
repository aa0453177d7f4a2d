import pytest

from standoff.add import add, guess_title, list_texts
from standoff.errors import StandoffError
from standoff.files import hash_text
from tests.conftest import PRIVATE, TEXTS, standoff, template


def test_a_text_is_kept_exactly(mini):
    text = "Harbour café reopens\n\nThe café – closed since May – reopens on Sunday, 😀 its owner said.\u00a0\n\n\n"
    path = mini.root / "incoming" / "Café Story.txt"
    path.write_text(text, encoding="utf-8")
    (added,) = add(mini, [path], template())
    assert (added.id, added.outcome) == ("caf-story", "added")
    stored = mini.read_sources()["caf-story"]
    assert mini.seed_file("caf-story", redistribute=True).read_text(encoding="utf-8") == text
    assert (stored.chars, stored.sha256, stored.file) == (len(text), hash_text(text), "text/caf-story.txt")
    assert stored.title == "Harbour café reopens"


def test_a_licence_that_nobody_named_is_said(mini):
    (mini.root / "incoming" / "new.txt").write_text("A headline\n")
    assert "note: listed under CC-BY-4.0" in standoff("add", "incoming/new.txt", cwd=mini.root).stdout


def test_a_private_text_stays_out_of_the_public_folder(mini):
    assert mini.seed_file("quarry", redistribute=False).read_text() == PRIVATE
    assert not (mini.root / "seeds" / "text" / "quarry.txt").exists()
    assert not mini.clean_file("quarry").exists()
    assert mini.read_sources()["quarry"].redistribute is False


def test_private_texts_are_put_back_by_their_hash(mini):
    private = mini.seed_file("quarry", redistribute=False)
    private.unlink()
    folder = mini.root / "elsewhere"
    folder.mkdir()
    (folder / "another-name.txt").write_text(PRIVATE)
    sources = mini.sources_file.read_bytes()
    done = standoff("add", "--private", "elsewhere", cwd=mini.root)
    assert done.stdout == "restored  quarry\n"
    assert private.read_text() == PRIVATE
    assert mini.sources_file.read_bytes() == sources
    assert standoff("add", "--private", "elsewhere", cwd=mini.root).stdout == "present   quarry\n"


def test_a_changed_private_text_is_refused_by_name(mini):
    private = mini.seed_file("quarry", redistribute=False)
    private.unlink()
    folder = mini.root / "elsewhere"
    folder.mkdir()
    (folder / "quarry.txt").write_text(PRIVATE.replace("forty", "fifty"))
    done = standoff("add", "--private", "elsewhere", cwd=mini.root)
    assert done.returncode == 1
    assert "elsewhere/quarry.txt: this is not the text listed as quarry" in done.stderr
    assert not private.exists()


def test_metadata_from_the_command_line(mini):
    (mini.root / "incoming" / "new.txt").write_text(
        "A headline\n\nA story about a café and a leak.\n", encoding="utf-8"
    )
    options = ["--outlet", "The Tide", "--published", "2025-05-01", "--written", "--fictional", "--id", "leak-1"]
    options += ["--licence", "CC0-1.0"]
    done = standoff("add", *options, "incoming/new.txt", cwd=mini.root)
    assert done.stdout == "added     leak-1\n"
    stored = mini.read_sources()["leak-1"]
    assert (stored.outlet, stored.published, stored.origin) == ("The Tide", "2025-05-01", "written")
    assert (stored.fictional, stored.licence, stored.title) == (True, "CC0-1.0", "A headline")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (TEXTS["ferry"], "Ferry firm loses passenger lists"),
        ("The council met on Monday and talked about the bridge for hours.\n", "The council met on Monday and talked"),
        ("", "untitled"),
    ],
)
def test_titles(text, title):
    assert guess_title(text) == title


def test_a_folder_gives_its_texts_in_order(tmp_path):
    for name in ("b.txt", "a.txt", "c.md"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in list_texts([tmp_path])] == ["a.txt", "b.txt"]
    with pytest.raises(StandoffError, match="no such file"):
        list_texts([tmp_path / "d.txt"])
