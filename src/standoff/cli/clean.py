"""The command `clean`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.tell import print_json, print_ledger


def clean(
    what: Annotated[
        list[str] | None, typer.Argument(help="ids of documents, one text file, or - for JSON Lines")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="the ledger, or a file's text and cuts, as JSON")] = False,
) -> None:
    """Cut residue, saying what and why.

    Adverts, share and sign-up prompts, related links, credits, crumbs, repeats.

    Without arguments every seed of the corpus is cleaned into corpus/. A text file is cleaned to standard
    output, and what was cut and why goes to standard error; nothing is written. With - JSON Lines
    with "id" and "text" are read from standard input, and "id", "text" and "cuts" are written, in the same order.

    \b
    Example: standoff clean my.txt > clean.txt
    Stream:  standoff clean - < articles.jsonl > cleaned.jsonl
    Corpus:  standoff clean
    """  # noqa: D301
    names = what or []
    if names == ["-"]:
        _clean_stream()
    elif len(names) == 1 and (Path(names[0]).is_file() or _looks_like_path(names[0])):
        _clean_file(Path(names[0]), as_json=json)
    else:
        from standoff.clean import clean as clean_corpus
        from standoff.corpus import Corpus

        print_ledger(clean_corpus(Corpus.find(), names), as_json=json)


def _looks_like_path(name: str) -> bool:
    return "/" in name or name.endswith(".txt")


def _clean_stream() -> None:
    from standoff.clean import clean_stream
    from standoff.errors import StandoffError
    from standoff.jsonl import dumps_row

    if sys.stdin is None:
        raise StandoffError("standard input is closed", usage=True)
    for row in clean_stream(sys.stdin.buffer):
        sys.stdout.write(dumps_row(row) + "\n")
    sys.stdout.flush()


def _clean_file(path: Path, *, as_json: bool) -> None:
    from standoff.clean import clean_text, count_kinds
    from standoff.files import read_text
    from standoff.ledger import Account, Ledger
    from standoff.records import to_row

    seed = read_text(path, carriage_returns=True)
    cleaned = clean_text(seed)
    if as_json:
        print_json({"id": path.stem, "text": cleaned.text, "cuts": [to_row(cut) for cut in cleaned.cuts]})
        return
    typer.echo(cleaned.text)
    for cut in cleaned.cuts:
        if cut.kind != "whitespace":
            line = seed.count("\n", 0, cut.start) + 1
            excerpt = " ".join(seed[cut.start : cut.end].split())
            short = excerpt if len(excerpt) <= 60 else excerpt[:59] + "…"
            typer.echo(f"{path}:{line}: cut {cut.kind} ({cut.by}): {short}", err=True)
    account = Account("characters", len(seed), {"kept": len(cleaned.text), **count_kinds(cleaned.cuts)})
    print_ledger(Ledger((account,)).require_balance(), err=True)
