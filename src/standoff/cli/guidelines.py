"""The command `guidelines`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.tell import print_json, print_table
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from standoff.guidelines.pages import Guidelines


def guidelines(
    out: Annotated[Path | None, typer.Argument(help="file to write; default is standard output")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="render for doccano's guideline box")] = False,
    html: Annotated[bool, typer.Option("--html", help="render one page for annotators")] = False,
    card: Annotated[bool, typer.Option("--card", help="render the section of the dataset card")] = False,
    json: Annotated[bool, typer.Option("--json", help="counts and findings as JSON")] = False,
) -> None:
    """Run the examples of the guidelines, or render the pages.

    Rules, examples and what is not marked, by label; then what is wrong. Exit 1 if there are errors.

    The examples are run against the labels and against each other; standoff check runs them against the corpus too.

    \b
    Example: standoff guidelines
    A page to read and share: standoff guidelines --html guidelines.html
    For doccano: standoff guidelines --markdown guidelines.md
    """  # noqa: D301
    from standoff.corpus import Corpus

    forms = [name for name, wanted in {"markdown": markdown, "html": html, "card": card}.items() if wanted]
    if len(forms) + json > 1:
        raise StandoffError("more than one form", hint="one of --markdown, --html, --card and --json", usage=True)
    if out and not forms:
        raise StandoffError(f"{out}: in which form?", hint="--markdown, --html or --card", usage=True)
    folder = Corpus.find().labels_file.parent
    if forms:
        _render(folder, forms[0], out)
    else:
        raise typer.Exit(_run(folder, as_json=json))


def _render(folder: Path, form: str, out: Path | None) -> None:
    from standoff.files import write_text
    from standoff.guidelines.pages import read_guidelines
    from standoff.guidelines.render import read_decisions, read_pages, to_html, to_markdown, to_section

    read = read_guidelines(folder)
    if form == "card":
        text = to_section(read) + "\n"
    elif form == "markdown":
        text = to_markdown(read, read_pages(folder, read))
    else:
        text = to_html(read, read_pages(folder, read), read_decisions(folder / "decisions.md"))
    if out:
        write_text(out, text)
        typer.echo(f"wrote {out}: guidelines {read.schema.version}, {len(read.rules)} rules, {len(text):,} characters")
    else:
        typer.echo(text, nl=False)


def _run(folder: Path, *, as_json: bool) -> int:
    """Print counts and findings; 1 if one is an error, else 0."""
    from standoff.check.report import to_dict, to_text
    from standoff.check.walk import Checked
    from standoff.guidelines.pages import read_guidelines
    from standoff.guidelines.run import run_guidelines

    read = read_guidelines(folder)
    issues = list(run_guidelines(folder, read))
    checked, counts = Checked(issues), count_rules(read)
    if as_json:
        rows = {name: dict(zip(("rules", "examples", "not"), row, strict=True)) for name, row in counts.items()}
        found = {key: value for key, value in to_dict(checked).items() if key in ("errors", "warnings", "issues")}
        print_json({"version": read.schema.version, "counts": rows, **found})
    else:
        print_counts(read.schema.version, counts)
        for issue in issues:
            typer.echo(to_text(issue))
        typer.echo(f"{_number(checked.errors, 'error')}, {_number(checked.count('warning'), 'warning')}")
    return 1 if checked.errors else 0


def count_rules(read: "Guidelines") -> dict[str, tuple[int, int, int]]:
    """Rules, examples and `not:` examples of `ALL`, of each label, of tables and of pages of no label."""
    counts = {}
    for label in ("ALL", *read.schema.names):
        rules = [rule for rule in read.rules if rule.label == label]
        examples = sum(len(rule.examples) for rule in rules)
        counts[label] = (len(rules), examples, sum(len(rule.counterexamples) for rule in rules))
    counts["tables"] = (0, len(read.tabled), 0)
    counts["other pages"] = (len(read.other), 0, 0)
    return {name: row for name, row in counts.items() if any(row) or name in read.schema.names}


def print_counts(version: str, counts: dict[str, tuple[int, int, int]]) -> None:
    """The counts as a table, with their sums."""
    total = tuple(map(sum, zip(*counts.values(), strict=True)))
    rows = [[name, *map(str, row)] for name, row in [*counts.items(), ("all", total)]]
    print_table([f"guidelines {version}", "rules", "examples", "not"], rows)


def _number(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"
