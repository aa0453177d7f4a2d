"""The command `release`."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from standoff.cli.tell import print_json

if TYPE_CHECKING:
    from standoff.release import Drafted, Released


def release(
    version: Annotated[str | None, typer.Argument(help="with --draft: default is the least that may be")] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="write version and changelog section, for you to edit and commit")
    ] = False,
    since: Annotated[
        str | None, typer.Option(metavar="REV", help="with --draft: tell what changed since this, not the last tag")
    ] = None,
    first: Annotated[
        bool, typer.Option("--first", help="no version was ever tagged, though CHANGELOG.md has older ones")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="all but the tag")] = False,
    json: Annotated[bool, typer.Option("--json", help="what came of it as JSON")] = False,
) -> None:
    """Release a version: draft it, edit and commit what was written, then release.

    A release holds HEAD against every condition, builds it twice from clean copies, compares every byte, and tags it.
    It exits 1 with what is in the way, one line each. Nothing changes before the tag; that is made whole or not at all.

    \b
    First: standoff release --draft; edit CHANGELOG.md; git commit --all
    Then: standoff release
    Try it: standoff release --dry-run
    """  # noqa: D301
    from standoff.corpus import Corpus
    from standoff.errors import StandoffError
    from standoff.release import draft as draft_release
    from standoff.release import release as make_release

    if draft and dry_run:
        raise StandoffError("--draft and --dry-run do not go together", usage=True)
    if draft:
        print_draft(draft_release(Corpus.find(), version, since=since, first=first), as_json=json)
        return
    if version is not None or since is not None:
        hint = "standoff release --draft VERSION; what is released is the version in standoff.toml"
        raise StandoffError("VERSION and --since go with --draft", hint=hint, usage=True)
    released = make_release(Corpus.find(), first=first, dry_run=dry_run, tell=tell_steps(sys.stderr))
    print_release(released, as_json=json)
    raise typer.Exit(1 if released.refusals else 0)


def tell_steps(stream: TextIO) -> Callable[[str], None] | None:
    """A function that says each step as it begins, on a terminal; None where nobody looks."""
    return (lambda step: print(f"… {step}", file=stream, flush=True)) if stream.isatty() else None


def print_draft(drafted: "Drafted", *, as_json: bool) -> None:
    """What stands in the changelog now, what the diff gives where that is another text, and the files to commit."""
    if as_json:
        print_json(drafted.to_dict())
        return
    typer.echo(drafted.standing, nl=False)
    if drafted.kept and drafted.standing != drafted.section:
        typer.echo(f"\nnote: that was written before and is kept; the changes give:\n\n{drafted.section}", nl=False)
    changed = drafted.changed
    since = f"since {changed.since}: {changed.step}" if changed.since else "the first release"
    typer.echo(f"\n{drafted.version}, {since}")
    for reason in changed.reasons:
        typer.echo(f"- {reason}")
    for one in changed.unknown:
        typer.echo(f"note: not compared: {one}")
    wrote = f"wrote {' and '.join(drafted.files)}: edit, then git commit" if drafted.files else "nothing was written"
    typer.echo(f"{wrote}, then standoff release")


def print_release(released: "Released", *, as_json: bool) -> None:
    """What is in the way, a line each; or what was tagged, with its content hash."""
    if as_json:
        print_json(released.to_dict())
        return
    for refusal in released.refusals:
        typer.echo(f"{refusal.what}: {refusal}")
    for remark in released.remarks:
        typer.echo(f"note: {remark}")
    if released.refusals:
        typer.echo(f"{released.version} was not released")
        return
    typer.echo(f"two builds are the same to the byte, content {released.content}")
    if released.tagged:
        typer.echo(f"released {released.version}: tag v{released.version} on {released.commit[:12]}")
        typer.echo(f"next: git push origin v{released.version}")
    else:
        typer.echo(f"{released.version} may be released; nothing was changed")
