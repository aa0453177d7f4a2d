"""The commands below `doccano`."""

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import audit, push
from standoff.cli.tell import print_json

app = typer.Typer(
    help="Annotators on a doccano server: start one, push rounds, pull what they marked.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.command()(push.push)
app.command()(push.pull)
app.command()(audit.audit)

Home = Annotated[
    Path | None,
    typer.Option(help="folder of its state; default is $STANDOFF_DOCCANO_HOME or ~/.local/share/standoff/doccano"),
]  # fmt: skip


@app.command()
def up(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="port on this machine; default is the last one, or 8000")
    ] = None,
    home: Home = None,
) -> None:
    """Start a doccano of your own on this machine.

    Installs it once below ~/.cache (2 or 3 minutes, 700 MB). It listens on this machine alone and keeps its data in a
    folder that only you can read. Running this twice changes nothing.

    The admin is DOCCANO_USERNAME (admin) with DOCCANO_PASSWORD; without one a password is made and kept in that folder.

    \b
    Example: standoff doccano up
    Then: standoff doccano status, standoff doccano down
    """  # noqa: D301
    from standoff.doccano.server import up as start

    status = start(_folder(home), port, lambda message: typer.echo(message, err=True))
    typer.echo(f"{status.url}  user {status.username}, {_password_place(status.home)}")


@app.command()
def down(home: Home = None) -> None:
    """Stop your doccano; what was annotated stays.

    Requests under way may end first.

    \b
    Example: standoff doccano down
    """  # noqa: D301
    from standoff.doccano.server import down as stop

    folder = _folder(home)
    stopped = stop(folder)
    typer.echo(f"{'stopped' if stopped else 'was not running'}; the data stays in {folder}")


@app.command()
def status(
    home: Home = None,
    json: Annotated[bool, typer.Option("--json", help="the same as JSON")] = False,
) -> None:
    """Say whether your doccano runs, where, and with how many projects.

    Exit 0 if it runs and answers, 1 if not.

    \b
    Example: standoff doccano status --json
    """  # noqa: D301
    from standoff.doccano.server import read_status

    found = read_status(_folder(home))
    if json:
        print_json({
            "url": found.url, "username": found.username, "home": str(found.home), "version": found.version,
            "running": found.running, "projects": found.projects,
        })  # fmt: skip
    else:
        typer.echo(f"{found.url}  doccano {found.version}, {'running' if found.running else 'not running'}")
        typer.echo(f"user {found.username}, {_password_place(found.home)}")
        if found.projects is not None:
            typer.echo(f"{found.projects} project{'' if found.projects == 1 else 's'}")
    raise typer.Exit(0 if found.running else 1)


def _folder(home: Path | None) -> Path:
    from standoff.doccano.credentials import state_folder

    return home.absolute() if home else state_folder()


def _password_place(home: Path) -> str:
    path = home / "password"
    return f"password in {path}" if path.exists() else "password from DOCCANO_PASSWORD"
