"""A small corpus in a git repository of its own, for tests of releases."""

import re
import subprocess

from standoff.build import build
from standoff.dataset.digest import content_digest
from standoff.dataset.read import read_manifest
from standoff.jsonl import write_records


def git(root, *arguments):
    """What git prints; a failure is the test's."""
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def commit(root, subject):
    """Everything as it lies, committed."""
    git(root, "add", ".")
    git(root, "-c", "user.name=ida", "-c", "user.email=ida@example.org", "commit", "--quiet", "--message", subject)


def start(corpus):
    """The corpus committed, its version with a section of the changelog."""
    root = corpus.root
    (root / ".gitignore").write_text("/seeds/private/\n/dist/\n/incoming/\n")
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.3\n\n- First.\n")
    git(root, "init", "--quiet")
    for name, value in (("user.name", "ida"), ("user.email", "ida@example.org"), ("gc.auto", "0")):
        git(root, "config", name, value)
    commit(root, "The corpus")


def tag_build(corpus):
    """The corpus committed, built, and tagged with the content of that build."""
    start(corpus)
    build(corpus)
    content = content_digest(read_manifest(corpus.dataset_folder()))
    git(corpus.root, "tag", "--annotate", "--message", f"harbour 1.2.3\n\ncontent {content}", "v1.2.3")


def raise_version(corpus, version, section=None):
    """As `release --draft` and a person would, committed."""
    settings, changelog = corpus.root / "standoff.toml", corpus.changelog_file
    settings.write_text(re.sub(r'(?m)^version = ".*"', f'version = "{version}"', settings.read_text()))
    section = f"## {version}\n\n- Better.\n\n" if section is None else section
    changelog.write_text(changelog.read_text().replace("## 1.2.3", f"{section}## 1.2.3"))
    corpus.__dict__.pop("settings", None)
    commit(corpus.root, f"Version {version}")


def drop_span(corpus):
    """The last span of a document is gone."""
    spans = corpus.read_spans("gold", "ferry")
    write_records(corpus.spans_file("gold", "ferry"), spans[:-1])


def break_span(corpus):
    """A label that the scheme does not have."""
    path = corpus.spans_file("gold", "ferry")
    path.write_text(
        path.read_text(encoding="utf-8").replace('"label": "PERSON"', '"label": "PARROT"'), encoding="utf-8"
    )
