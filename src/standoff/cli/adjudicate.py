"""The command `adjudicate`."""

from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.progress import show_progress
from standoff.cli.push import Url, connect
from standoff.cli.tell import print_json, print_ledger
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from standoff.adjudicate.adjudicate import Adjudicated

_SHOWN = 30


def adjudicate(
    *,
    layers: Annotated[
        list[str] | None, typer.Argument(help="layers of annotators; default is, for each document, all that read it")
    ] = None,
    into: Annotated[str, typer.Option(help="layer that the settled documents go into")],
    policy: Annotated[str, typer.Option(help="people (through doccano), majority or expert")] = "people",
    by: Annotated[str, typer.Option(help="with people: who decides, a pseudonym")] = "",
    expert: Annotated[str, typer.Option(help="with expert: the layer whose reading counts")] = "",
    single: Annotated[
        bool, typer.Option("--single", help="without layers: documents that one alone has read too, as they were read")
    ] = False,
    only: Annotated[list[str] | None, typer.Option(help="this document alone; may be repeated")] = None,
    with_private: Annotated[
        bool, typer.Option("--with-private", help="texts that may not be redistributed too")
    ] = False,
    url: Url = None,
    json: Annotated[bool, typer.Option("--json", help="ledger and what is open as JSON")] = False,
) -> None:
    """Settle what annotators differ in.

    Spans that all have go in; the rest becomes a doccano project that shows each reading, or is decided by majority or
    by an expert. Run it again to read the answers. Every decision is kept in annotations/decisions.jsonl. A document
    is written once nothing in it is open; exit 1 while anything is.

    \b
    Example: standoff adjudicate --into gold --by cleo --single
    Two of them: standoff adjudicate ida ben --into gold --by cleo
    Three people: standoff adjudicate ida ben dora --into gold --policy majority
    """  # noqa: D301
    from standoff.adjudicate.adjudicate import Policy
    from standoff.adjudicate.adjudicate import adjudicate as settle
    from standoff.corpus import Corpus

    corpus, names = Corpus.find(), layers or []
    if single and names:
        raise StandoffError("--single is for all annotators: name no layers", usage=True)
    with show_progress("documents") as tell:
        if policy == "people":
            if not by or by in names:
                raise StandoffError(
                    "who decides?", hint="--by cleo, who is none of them, or --policy majority", usage=True
                )
            from standoff.adjudicate.people import ask_person
            from standoff.doccano.rounds import require_name

            name = require_name(by, "an adjudicator")
            ask = ask_person(corpus, connect(url), into, name, with_private=with_private, tell=tell)
            done = settle(corpus, names, into, Policy(policy, expert, ask), only or (), single=single)
        else:
            done = settle(corpus, names, into, Policy(policy, expert), only or (), single=single)
    _tell(done, as_json=json)
    raise typer.Exit(1 if done.open else 0)


def _tell(done: "Adjudicated", *, as_json: bool) -> None:
    """The ledger, and what is still open."""
    if as_json:
        print_json({**done.ledger.to_dict(), "open": list(done.open), "written": list(done.written)})
        return
    print_ledger(done.ledger)
    for line in done.open[:_SHOWN]:
        typer.echo(line)
    if len(done.open) > _SHOWN:
        typer.echo(f"and {len(done.open) - _SHOWN:,} more; --json names all")
