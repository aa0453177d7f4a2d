"""The command `publish`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.tell import print_json

if TYPE_CHECKING:
    from standoff.corpus import Corpus
    from standoff.hub.whole import Whole


def publish(
    repo: Annotated[str, typer.Argument(metavar="[REPO]", help="repository on the Hub: OWNER/NAME")] = "",
    private: Annotated[
        bool, typer.Option("--private", help="a new repository is private, a public one refused")
    ] = False,
    dataset: Annotated[Path | None, typer.Option(help="folder built before; default is dist/<name>-<version>")] = None,
    to: Annotated[Path | None, typer.Option(help="write what is published to this folder, to upload by git")] = None,
    archive: Annotated[Path | None, typer.Option(help="write a .zip for Zenodo, with its metadata beside")] = None,
    json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Publish the built dataset of this version.

    To a Hugging Face Hub: one commit, the tag v<version>, and then the tag is loaded back and its hashes are computed
    again. The same version again changes nothing; another content under an existing tag is refused. The token comes
    from HF_TOKEN or from hf auth login. HF_ENDPOINT names a Hub of your own.

    \b
    Example: standoff build && standoff publish my-newsroom/court-news
    With the private texts, to a private repository:
    standoff publish my-newsroom/court-news-full --private --dataset dist/court-news-1.0.0-private
    """  # noqa: D301
    from standoff.corpus import Corpus
    from standoff.errors import StandoffError
    from standoff.hub.built import check_released, find_built
    from standoff.hub.publish import publish as publish_dataset
    from standoff.hub.tree import write_tree

    if not (repo or to or archive):
        raise StandoffError("nowhere to publish to", hint="name OWNER/NAME, --to FOLDER or --archive FILE", usage=True)
    corpus = Corpus.find()
    whole = find_built(corpus, dataset)
    report: dict[str, object] = {}
    remarks = [*check_released(corpus, whole)]
    if to:
        remarks += write_tree(whole, to)
        report["to"] = str(to)
    if archive:
        report |= {"archive": str(archive), "metadata": str(_archive(corpus, whole, archive))}
    if repo:
        done = publish_dataset(whole, repo, private=private)
        remarks += done.remarks
        report |= done.to_dict()
    report["remarks"] = remarks
    if json:
        print_json(report)
    else:
        _tell(report, remarks)


def _archive(corpus: "Corpus", whole: "Whole", archive: Path) -> Path:
    """Write the archive; gives the file with its metadata."""
    from standoff.dataset.card import read_said
    from standoff.files import read_text
    from standoff.hub.archive import to_zenodo, write_archive

    said = read_said(read_text(whole.folder / "README.md"))
    return write_archive(whole, to_zenodo(corpus.settings, said), archive)


def _tell(report: dict[str, object], remarks: list[str]) -> None:
    for remark in remarks:
        typer.echo(f"note: {remark}", err=True)
    for key in ("to", "archive", "metadata"):
        if key in report:
            typer.echo(f"wrote {report[key]}")
    if "repo" in report:
        kept = "changed nothing: it is published, and checked again"
        typer.echo(f"{report['repo']} {report['tag']}: {'published and checked' if report['tagged'] else kept}")
        typer.echo(f"content {report['content']}")
        typer.echo(str(report["url"]))
        typer.echo(f'load_dataset("{report["repo"]}", revision="{report["tag"]}")')
