"""The command line: one module a command, each a thin mirror of the function of the same name.

Heavy imports stand inside the commands that need them, so that help is instant.
"""

import os
import sys
from pathlib import Path

import typer

from standoff.cli import (
    add,
    adjudicate,
    agree,
    build,
    check,
    clean,
    diff,
    doccano,
    evaluate,
    exchange,
    guidelines,
    hydrate,
    new,
    publish,
    relabel,
    release,
    show,
    sites,
    train,
    verify,
)
from standoff.errors import StandoffError

app = typer.Typer(
    name="standoff",
    help="Raw news text into a versioned, labelled corpus: every label and deletion points into the source.",
    epilog="Start: standoff clean my.txt   Whole corpus: make dataset   Help for a command: standoff COMMAND --help",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
for module in (
    new,
    add,
    clean,
    sites,
    guidelines,
    relabel,
    check,
    agree,
    adjudicate,
    show,
    build,
    diff,
    release,
    verify,
    hydrate,
    publish,
    train,
    evaluate,
):
    app.command()(getattr(module, module.__name__.rpartition(".")[2]))
app.add_typer(doccano.app, name="doccano")
app.command("import")(exchange.import_)
app.command()(exchange.export)


def main() -> None:
    """Run a command; what a person can mend is one line on standard error, exit 1 (problem) or 2 (wrong use)."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except StandoffError as error:
        if error.path is not None and Path(error.path).is_relative_to(Path.cwd()):
            error.path = Path(error.path).relative_to(Path.cwd())
        print(f"standoff: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(2 if error.usage else 1)
    except BrokenPipeError:
        _close_output()
        sys.exit(1)
    except OSError as error:
        print(f"standoff: cannot be read or written: {error.filename or 'output'}: {error.strerror}", file=sys.stderr)  # noqa: T201
        _close_output()
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        print(f"standoff: this needs the extra [{extra}]: pip install 'standoff[{extra}]'", file=sys.stderr)  # noqa: T201
        sys.exit(2)


def _close_output() -> None:
    """Nothing more can be written there; without this the interpreter complains when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_EXTRAS = {
    "datasets": "build",
    "pyarrow": "build",
    "huggingface_hub": "build",
    "spacy": "spacy",
    "nervaluate": "spacy",
    "trafilatura": "html",
    "warcio": "html",
    "cassis": "xmi",
    "sklearn": "agree",
    "krippendorff": "agree",
    "matplotlib": "agree",
    "doccano_client": "doccano",
    "requests": "doccano",
    "pydantic": "doccano",
}
