"""What a release asks of git, and the one thing that it tells it: a tag."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from standoff.git import find_commit, read_git, run_git
from standoff.layout import find_role
from standoff.revisions import list_releases

_OF_RELEASE = ("CHANGELOG.md", "standoff.toml", "card.md")
"""Files that go into the dataset or are edited for a release: no toolkit."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An annotated tag as git has it: the commit it names, and its message."""

    name: str
    commit: str
    message: str


def last_release(root: Path) -> str | None:
    """The greatest tag `v1.2.3` of the corpus that HEAD comes after; None before the first release."""
    return next(reversed(list_releases(root)), None)


def is_shallow(root: Path) -> bool:
    """Whether the history of a clone was cut off, so that tags and what they name may be missing."""
    return read_git(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def list_uncommitted(root: Path) -> list[str]:
    """Files of the corpus that differ from HEAD or that git does not know, by path from the root of the repository."""
    options = ("--porcelain", "--untracked-files=all", "--ignore-submodules=none", "-z")
    rows = iter(read_git(root, "status", *options, "--", ".").split("\0"))
    names = []
    for row in rows:
        if row:
            names.append(row[3:])
            if row[0] in "RC":  # the name before the move comes as a row of its own
                next(rows, None)
    return names


def list_hidden(root: Path) -> list[str]:
    """Files that git was told not to look at (`assume-unchanged`, `skip-worktree`): a change of them is not seen."""
    rows = read_git(root, "ls-files", "-v", "-z", "--", ".").split("\0")
    return [row[2:] for row in rows if row and (row[0].islower() or row[0] == "S")]


def find_signer(root: Path) -> str | None:
    """Who git would name in a tag; None where nobody told it."""
    done = run_git(root, "var", "GIT_COMMITTER_IDENT", check=False)
    return None if done.returncode else done.stdout.decode("utf-8", "replace").strip()


def read_tag(root: Path, name: str) -> Tag | None:
    """A tag with its message, that of the commit where the tag is not annotated; None where there is none."""
    if run_git(root, "rev-parse", "--verify", "--quiet", f"refs/tags/{name}", check=False).returncode:
        return None
    message = read_git(root, "for-each-ref", "--format=%(contents)", f"refs/tags/{name}")
    return Tag(name, find_commit(root, f"refs/tags/{name}"), message)


def write_tag(root: Path, name: str, commit: str, message: str) -> None:
    """Make an annotated tag: all of it or nothing, and never over one that is there."""
    arguments = ("tag", "--annotate", "--cleanup=verbatim", "--file=-", name, commit)
    read_git(root, *arguments, data=message.encode("utf-8"))


def list_subjects(root: Path, since: str | None) -> list[str]:
    """Subjects of the commits since a revision, or of all, that touch more than the corpus; newest first."""
    span = "HEAD" if since is None else f"{since}..HEAD"
    listed = read_git(root, "log", "--no-merges", "--no-renames", "--relative", "--format=%x01%s%x02",
                      "--name-only", "-z", span, "--", ".")  # fmt: skip
    return [subject for subject, names in _split_log(listed) if any(map(_is_toolkit, names))]


def _split_log(listed: str) -> Iterator[tuple[str, list[str]]]:
    for row in listed.split("\1")[1:]:
        subject, _, names = row.partition("\2")
        yield subject, [name for name in names.replace("\n", "").split("\0") if name]


def _is_toolkit(name: str) -> bool:
    return name not in _OF_RELEASE and find_role(name).kind == "other"
