"""The command `clean`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.tell import print_json, print_ledger
from standoff.errors import StandoffError


def clean(
    what: Annotated[
        list[str] | None, typer.Argument(help="ids of documents, one text file, or - for JSON Lines")
    ] = None,
    keep: Annotated[
        str | None, typer.Option(help="how much to keep: careful, steady, default, bold, thorough, rules, or a number")
    ] = None,
    review: Annotated[
        Path | None, typer.Option(help="write what was cut, and what nearly was, to this file for a person to judge")
    ] = None,
    answers: Annotated[Path | None, typer.Option(help="take a person's answers from this file, with --by")] = None,
    by: Annotated[str | None, typer.Option(help="who answered: a pseudonym")] = None,
    site_stats: Annotated[
        bool, typer.Option("--site-stats", help="read all rows first, and cut lines that recur on their site as well")
    ] = False,
    site_stats_from: Annotated[
        list[Path] | None, typer.Option(help="the same by what `standoff sites` counted; may be given several times")
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
    Sites:   standoff clean - --site-stats < articles.jsonl > cleaned.jsonl
    Corpus:  standoff clean
    Judge:   standoff clean --review judge.jsonl, then standoff clean --answers judge.jsonl --by ida
    """  # noqa: D301
    # small products on several threads cost more than they bring; must be set before numpy is loaded
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    names = what or []
    if (review, answers, by) != (None, None, None):
        alone = keep is None and not site_stats and not site_stats_from
        _judge(names, review, answers, by, alone=alone, as_json=json)
    elif names == ["-"]:
        _clean_stream(_read_stop(keep), count=site_stats, saved=site_stats_from or [])
    elif site_stats or site_stats_from:
        hint = "standoff clean - --site-stats < articles.jsonl"
        raise StandoffError("statistics of sites are for a stream", hint=hint, usage=True)
    elif files := [name for name in names if _looks_like_path(name)]:
        if len(names) > 1:
            hint = "one file at a time, or many texts as JSON Lines: standoff clean - < articles.jsonl"
            raise StandoffError(f"{files[0]} is a file, and there is more", hint=hint, usage=True)
        _clean_file(Path(names[0]), _read_stop(keep), as_json=json)
    elif keep is not None:
        hint = 'set keep = "careful" in standoff.toml, so that the next cleaning gives the same'
        raise StandoffError("--keep is for a file or a stream", hint=hint, usage=True)
    else:
        _clean_corpus(names, as_json=json)


def _clean_corpus(names: list[str], *, as_json: bool) -> None:
    """Seeds into corpus/; exit 1 where a document was left out."""
    from standoff.clean import LEFT_OUT
    from standoff.clean import clean as clean_corpus
    from standoff.corpus import Corpus

    ledger = clean_corpus(Corpus.find(), names)
    print_ledger(ledger, as_json=as_json)
    if ledger.accounts[0].parts[LEFT_OUT]:
        raise typer.Exit(1)


def _judge(
    names: list[str], review: Path | None, answers: Path | None, by: str | None, *, alone: bool, as_json: bool
) -> None:
    from standoff.answers import take_answers
    from standoff.corpus import Corpus
    from standoff.review import review as write_review

    if alone and review is not None and answers is None and by is None:
        print_ledger(write_review(Corpus.find(), names, review), as_json=as_json)
    elif alone and answers is not None and by is not None and review is None and not names:
        print_ledger(take_answers(Corpus.find(), answers, by), as_json=as_json)
    else:
        hint = "standoff clean --review FILE [ID...], then standoff clean --answers FILE --by NAME"
        raise StandoffError("what is to be judged, and by whom?", hint=hint, usage=True)


def _looks_like_path(name: str) -> bool:
    """Ids have no dots or slashes."""
    return "/" in name or "." in name or Path(name).is_file()


def _read_stop(keep: str | None) -> float:
    from standoff.cleaning.dial import read_stop

    try:
        return read_stop("default" if keep is None else keep)
    except ValueError as error:
        raise StandoffError(str(error), usage=True) from None


def _clean_stream(keep: float, *, count: bool, saved: list[Path]) -> None:
    from contextlib import nullcontext

    from standoff.jsonl import dumps_row
    from standoff.sites import count_first, read_stats
    from standoff.stream import clean_stream

    if sys.stdin is None:
        raise StandoffError("standard input is closed", usage=True)
    stats = read_stats(saved) if count or saved else None
    given = sys.stdin.buffer
    with count_first(given, stats) if count and stats is not None else nullcontext(given) as stream:
        for row in clean_stream(stream, keep=keep, stats=stats):
            sys.stdout.write(dumps_row(row) + "\n")
            sys.stdout.flush()


def _clean_file(path: Path, keep: float, *, as_json: bool) -> None:
    from standoff.clean import clean_text, count_kinds
    from standoff.files import read_text
    from standoff.ledger import Account, Ledger
    from standoff.records import to_row
    from standoff.stream import remark_on

    seed = read_text(path, carriage_returns=True)
    cleaned = clean_text(seed, keep=keep)
    if as_json:
        cuts = [to_row(cut) for cut in cleaned.cuts]
        print_json({"id": path.stem, "text": cleaned.text, "cuts": cuts, **remark_on(cleaned.language)})
        return
    typer.echo(cleaned.text)
    for cut in cleaned.cuts:
        if cut.kind != "whitespace":
            line = seed.count("\n", 0, cut.start) + 1
            excerpt = " ".join(seed[cut.start : cut.end].split())
            short = excerpt if len(excerpt) <= 60 else excerpt[:59] + "…"
            typer.echo(f"{path}:{line}: cut {cut.kind} ({cut.by}): {short}", err=True)
    account = Account("characters", len(seed), {"kept": len(cleaned.text), **count_kinds(cleaned.cuts)})
    remarks = tuple(remark_on(cleaned.language).values())
    if seed.strip() and not cleaned.text:
        remarks += ("nothing is left: is this an article?",)
    print_ledger(Ledger((account,), remarks).require_balance(), err=True)
