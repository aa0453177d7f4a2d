"""What `add --replace` prints."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from standoff.errors import StandoffError

if TYPE_CHECKING:
    from standoff.corpus import Corpus
    from standoff.replace_seed import Listed


def replace_text(
    corpus: "Corpus",
    document_id: str,
    files: Sequence[Path],
    said: Mapping[str, object],
    *,
    private: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Replace the text of a document and print the verdicts; raises StandoffError for wrong use.

    `said` has the fields of its source that the command line gives, empty where it does not.
    """
    from standoff.cli.tell import print_json, print_ledger
    from standoff.replace_seed import replace_seed

    if not document_id:
        raise StandoffError("--dry-run and --json go with --replace", usage=True)
    if said.get("id"):
        hint = "--replace names the document"
        raise StandoffError("--id and --replace do not go together", hint=hint, usage=True)
    if len(files) > 1:
        raise StandoffError(f"--replace takes one file, not {len(files)}", usage=True)
    source = corpus.read_sources().get(document_id) if corpus.sources_file.exists() else None
    if source is not None and source.redistribute == private:
        other = (
            "may not be redistributed: say --private" if not private else "may be redistributed: leave --private out"
        )
        raise StandoffError(f"the text of {document_id} {other}", usage=True)
    given = {name: value for name, value in said.items() if value}
    done = replace_seed(corpus, document_id, files[0], given, dry_run=dry_run)
    if as_json:
        print_json({**done.ledger.to_dict(), "listed": [one.to_dict() for one in done.listed]})
        return
    for one in done.listed:
        typer.echo(_describe(document_id, one))
    if done.ledger.accounts:
        print_ledger(done.ledger)
    else:
        typer.echo("\n".join(done.ledger.remarks))
    if dry_run and not done.same:
        typer.echo("nothing was written")


def _describe(document_id: str, one: "Listed") -> str:
    """One line, and under it the text around then and now."""
    row = one.row
    place = f"[{row['start']}, {row['end']})" if "start" in row else row.get("at", "")
    what = " ".join(str(row[key]) for key in ("label", "kind", "rule") if row.get(key))
    surface = f" {row['text']!r}" if "text" in row else ""
    head = f"{one.outcome:<8}  {document_id} {place} {what}{surface}: {one.reason} ({one.path})"
    if not one.old:
        return f"{head}\n          now near {one.near[0]}"
    return f"{head}\n          then  {one.old}\n          now   {one.new}"
