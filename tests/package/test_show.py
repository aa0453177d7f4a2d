import re

from standoff.records import Cut, Span
from standoff.show import Run, to_runs
from tests.conftest import standoff


def test_runs_are_the_seed():
    seed = "Home\nIda Holm left."
    runs = to_runs(
        seed,
        [Cut(0, 4, "navigation", "rule:x"), Cut(4, 5, "whitespace", "rule:y")],
        [Span(5, 13, "PERSON", "Ida Holm")],
    )
    assert "".join(run.text for run in runs) == seed
    assert [run for run in runs if run.spans] == [Run("Ida Holm", spans=(Span(5, 13, "PERSON", "Ida Holm"),))]


def test_marks_without_a_terminal(mini):
    done = standoff("show", "ferry", cwd=mini.root)
    assert "⟦navigation: Home News Ferry firm loses passenger lists⟧" in done.stdout
    assert "[Mette Brask]{PERSON} said on Monday" in done.stdout


def test_colours_in_a_terminal(mini, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    from standoff.cli.show import show

    show("ferry")
    printed = capsys.readouterr().out
    assert "\x1b[" in printed
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed)
    assert "Mette Brask PERSON" in " ".join(plain.split())


def test_private_text_that_is_not_here(mini):
    mini.seed_file("quarry", redistribute=False).unlink()
    done = standoff("show", "quarry", cwd=mini.root)
    assert (done.returncode, "the text of quarry is not here" in done.stderr) == (1, True)
