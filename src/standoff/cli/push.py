"""The commands `doccano push` and `doccano pull`."""

from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.exchange import end_with
from standoff.cli.progress import show_progress
from standoff.cli.tell import print_ledger
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from standoff.doccano.client import Doccano

Url = Annotated[str | None, typer.Option(help="address of the server; default is DOCCANO_URL, else the local one")]


def push(
    round: Annotated[str, typer.Argument(help="name of the round")],
    ids: Annotated[list[str] | None, typer.Argument(help="documents; default is all")] = None,
    to: Annotated[list[str] | None, typer.Option(help="an annotator, by pseudonym; may be repeated")] = None,
    next: Annotated[int | None, typer.Option(help="so many documents, those that need people most", min=1)] = None,
    per_doc: Annotated[int, typer.Option(help="people that read a shared document", min=1)] = 1,
    overlap: Annotated[str, typer.Option(help="share of the documents that is shared, rounded up")] = "100%",
    control: Annotated[int, typer.Option(help="documents of gold mixed in for each annotator", min=0)] = 0,
    calibration: Annotated[bool, typer.Option("--calibration", help="everybody reads every document")] = False,
    suggestions: Annotated[str, typer.Option(help="layer that annotators start from; default is none")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="what they have read, as they marked it: for a rule that changed")
    ] = False,
    with_private: Annotated[
        bool, typer.Option("--with-private", help="texts that may not be redistributed too; said at each push")
    ] = False,
    url: Url = None,
    json: Annotated[bool, typer.Option("--json", help="the ledger as JSON")] = False,
) -> None:
    """Deal documents out and put them on the server.

    One project for each annotator, with labels, keys, colours and guidelines. The plan of the round is kept in
    annotations/; pushing it again finishes what was cut off and changes nothing else. Documents and options are for a
    new round: on one that is planned they are refused.

    \b
    Example: standoff doccano push spring --to ida --to ben --next 20 --per-doc 2 --overlap 15%
    Again:   standoff doccano push spring
    Calibrate first: standoff doccano push trial --to ida --to ben --next 5 --calibration
    """  # noqa: D301
    from standoff.corpus import Corpus
    from standoff.doccano.order import Order
    from standoff.doccano.push import push as push_round

    share = read_share(overlap)
    people = tuple(dict.fromkeys(to or ()))
    order = Order(
        people, tuple(ids or ()), next or 0, per_doc, share, control, calibration, suggestions, again, with_private
    )  # fmt: skip
    corpus, server = Corpus.find(), connect(url)
    with show_progress("documents") as tell:
        ledger = push_round(corpus, server, round, order, tell)
    print_ledger(ledger, as_json=json)
    if not json:
        typer.echo(f"{server.url}: each annotator logs in there and finds the project of {round}")


def pull(
    round: Annotated[str, typer.Argument(help="name of the round")],
    annotators: Annotated[list[str] | None, typer.Argument(help="annotators; default is all of the round")] = None,
    url: Url = None,
    json: Annotated[bool, typer.Option("--json", help="ledger and rejects as JSON")] = False,
) -> None:
    """Take what annotators have confirmed into their layers.

    What is on the server is what was pulled, what is not confirmed and what is rejected, each by name; exit 1 if
    anything was rejected. Pulling again without news changes nothing.

    \b
    Example: standoff doccano pull spring
    One person: standoff doccano pull spring ida
    """  # noqa: D301
    from standoff.corpus import Corpus
    from standoff.doccano.pull import pull as pull_round

    corpus, server = Corpus.find(), connect(url)
    with show_progress("annotators") as tell:
        done = pull_round(corpus, server, round, tuple(annotators or ()), tell)
    end_with(done.ledger, done.rejects, as_json=json)


def connect(url: str | None) -> "Doccano":
    """A session on the server; says so where a password would travel in the clear."""
    from standoff.doccano.client import Doccano
    from standoff.doccano.credentials import is_exposed, read_login

    login = read_login(url)
    if is_exposed(login.url):
        typer.echo(f"note: {login.url} is not https: the password travels in the clear", err=True)
    return Doccano(login)


def read_share(text: str) -> float:
    """`15%` or `0.15` as a share from 0 to 1; raises StandoffError for anything else."""
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise StandoffError(f"--overlap {text!r} is no share", hint="15% or 0.15", usage=True)
    return share
