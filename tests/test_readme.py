"""What the README shows is what the commands print."""

import re

from tests.conftest import ROOT, standoff

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_is_what_is_printed(tmp_path):
    before, after, reasons = re.findall(r"```text\n(.*?)```", README, re.DOTALL)[:3]
    (tmp_path / "my.txt").write_text(before, encoding="utf-8")
    done = standoff("clean", "my.txt", cwd=tmp_path)
    assert (done.stdout, done.stderr) == (after, reasons)


def test_every_command_is_in_the_readme(tmp_path):
    commands = re.findall(
        r"^  (\w+) {2,}\S", standoff("--help", cwd=tmp_path).stdout.partition("Commands:")[2], re.MULTILINE
    )
    assert len(commands) >= 7
    assert all(f"`standoff {command}" in README for command in commands)


def test_links_lead_somewhere():
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert all((ROOT / link).exists() for link in re.findall(r"\]\((?!http)([^)#]+)", text))
