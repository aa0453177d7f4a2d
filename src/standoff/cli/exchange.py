"""The commands `import` and `export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from standoff.cli.tell import print_json, print_ledger
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from standoff.formats.exchange import Reject
    from standoff.ledger import Ledger

_SHOWN = 20
"""Names printed before the rest is counted; --json has all."""


def export(
    format: Annotated[str, typer.Argument(help="doccano, prodigy, label-studio, brat, conll, webanno, spacy, xmi, …")],
    ids: Annotated[list[str] | None, typer.Argument(help="documents; default is all")] = None,
    out: Annotated[Path | None, typer.Option(help="folder, or file with a suffix; default is dist/<format>")] = None,
    layer: Annotated[str | None, typer.Option(help="annotation layer; default is the one that is built")] = None,
    seeds: Annotated[bool, typer.Option("--seeds", help="the texts as received, not the cleaned ones")] = False,
    with_private: Annotated[bool, typer.Option("--with-private", help="private texts too")] = False,
    json: Annotated[bool, typer.Option("--json", help="ledger and losses as JSON")] = False,
) -> None:
    """Write a layer for another tool.

    Everything that the format cannot say is counted, and spans that it cannot hold are named.

    \b
    Example: standoff export doccano --out for-doccano.jsonl
    One document: standoff export brat tide-table-app --out brat
    """  # noqa: D301
    from dataclasses import asdict

    from standoff.corpus import Corpus
    from standoff.exports import Choice, export_layer, require_format

    require_format(format)
    corpus = Corpus.find()
    choice = Choice(layer, tuple(ids or ()), with_private, seeds)
    done = export_layer(corpus, format, out or corpus.root / "dist" / format, choice)
    if json:
        files = [corpus.name_of(path) for path in done.files]
        losses, unsaid = [asdict(loss) for loss in done.losses], [asdict(one) for one in done.unsaid]
        print_json({**done.ledger.to_dict(), "files": files, "losses": losses, "unsaid": unsaid})
        return
    print_ledger(done.ledger)
    print_rejects(done.unsaid)
    for path in done.files[:_SHOWN]:
        typer.echo(f"wrote {corpus.name_of(path)}")
    if len(done.files) > _SHOWN:
        typer.echo(f"wrote {len(done.files) - _SHOWN} more")


def import_(
    format: Annotated[str, typer.Argument(help="doccano, prodigy, label-studio, brat, conll, webanno, spacy, xmi, …")],
    files: Annotated[list[Path], typer.Argument(help="files, or folders of them")],
    layer: Annotated[str, typer.Option(help="annotation layer to write")],
    label: Annotated[list[str] | None, typer.Option(help="THEIRS=OURS: our name of a label; may be repeated")] = None,
    add: Annotated[bool, typer.Option("--add", help="take documents in that the corpus does not know")] = False,
    licence: Annotated[str, typer.Option(help="with --add: licence of their texts, as an SPDX id")] = "",
    private: Annotated[bool, typer.Option("--private", help="with --add: texts that may not be redistributed")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="replace what the layer has for these documents")] = False,
    json: Annotated[bool, typer.Option("--json", help="ledger and rejects as JSON")] = False,
) -> None:
    """Take annotations of another tool into a layer.

    A document is known by its id or its text. What is in the files is what is imported plus what is rejected, each by
    name; exit 1 if anything was rejected.

    \b
    Example: standoff import doccano ida.jsonl --layer ida
    A foreign corpus: standoff import conll train.conll --layer gold --add --licence CC-BY-4.0 --label PER=PERSON
    """  # noqa: D301
    from standoff.corpus import Corpus
    from standoff.imports import Into, import_layer
    from standoff.records import Source

    corpus = Corpus.find()
    if add and not (licence or private):
        raise StandoffError("--add needs --licence or --private", hint="whose texts are they?", usage=True)
    template = Source(
        "", "", "", 0, "", None, None, None, corpus.settings.language,
        licence or "all-rights-reserved", not private, "published",
    )  # fmt: skip
    into = Into(layer, read_labels(label or ()), replace, template if add else None)
    done = import_layer(corpus, format, files, into)
    end_with(done.ledger, done.rejects, as_json=json)


def end_with(ledger: "Ledger", rejects: "tuple[Reject, ...]", *, as_json: bool) -> NoReturn:
    """Print an account and what was not taken, and leave: exit 1 if there is any."""
    from dataclasses import asdict

    if as_json:
        print_json({**ledger.to_dict(), "rejects": [asdict(one) for one in rejects]})
    else:
        print_ledger(ledger)
        print_rejects(rejects)
    raise typer.Exit(1 if rejects else 0)


def read_labels(pairs: "list[str] | tuple[str, ...]") -> dict[str, str]:
    """`THEIRS=OURS` as a table; raises StandoffError for one without a `=`."""
    split = [pair.partition("=") for pair in pairs]
    if wrong := [pair for pair, (theirs, _, ours) in zip(pairs, split, strict=True) if not (theirs and ours)]:
        raise StandoffError(f"--label {wrong[0]!r} is not THEIRS=OURS", usage=True)
    return {theirs: ours for theirs, _, ours in split}


def print_rejects(rejects: "tuple[Reject, ...]") -> None:
    """Each by name, the first of them in full."""
    for reject in rejects[:_SHOWN]:
        typer.echo(str(reject))
    if len(rejects) > _SHOWN:
        typer.echo(f"and {len(rejects) - _SHOWN:,} more; --json names all")
