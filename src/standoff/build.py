"""`standoff build`: annotations -> dist. Same repository state, same bytes."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from standoff import __version__
from standoff.check import check
from standoff.check.report import to_text
from standoff.check.rules import is_error
from standoff.corpus import Corpus
from standoff.dataset.agreed import to_agreement
from standoff.dataset.card import missing_sections, to_card
from standoff.dataset.croissant import to_croissant
from standoff.dataset.facts import Facts
from standoff.dataset.features import dataset_features
from standoff.dataset.kept_parts import KeptParts
from standoff.dataset.leaks import Runs, find_forbidden, find_run
from standoff.dataset.manifest import to_manifest
from standoff.dataset.parts import Recipe
from standoff.dataset.readings import Reading, read_readings
from standoff.dataset.shards import find_private_runs, read_shards
from standoff.dataset.write import Written, write_tables
from standoff.errors import StandoffError
from standoff.files import read_text
from standoff.folders import replaced_folder
from standoff.guidelines.pages import Guidelines, read_guidelines
from standoff.hidden import require_hidden
from standoff.ledger import Account, Ledger


def build(
    corpus: Corpus,
    out: Path | None = None,
    *,
    with_private: bool = False,
    shards: Sequence[Path] = (),
    anew: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
) -> Ledger:
    """Build the dataset of a corpus into `out` or its place under `dist/`; refuses while `check` finds errors.

    With `shards` the documents come from these JSON Lines files instead of the folders of the repository. Rows
    that did not change since the last public build are taken from the user's cache folder, unless all are to be made
    `anew`. The folder is replaced whole. The public build is the same whether private text is here or not.
    """
    guidelines = read_guidelines(corpus.labels_file.parent)
    if shards:
        listed, left_out = None, 0
        readings: Iterator[Reading] = read_shards(shards, corpus.settings, guidelines.schema, with_private=with_private)
    else:
        _require_sound(corpus, with_private=with_private)
        sources = corpus.read_sources()
        listed, left_out = len(sources), len(sources.keys() - corpus.read_index().keys())
        readings = read_readings(corpus, with_private=with_private)
    features = dataset_features(guidelines.schema.names)
    forbidden = Runs() if with_private else _find_private_runs(corpus) | find_private_runs(shards)
    recipe = Recipe(corpus.settings.language, corpus.settings.version, features, forbidden)
    kept = None if anew or with_private or shards else KeptParts.of(corpus, recipe)
    folder = out or corpus.dataset_folder(private=with_private)
    if with_private:
        require_hidden(folder / "MANIFEST.json", ["private documents"])
    with replaced_folder(folder, "MANIFEST.json") as new:
        told = None if progress is None else lambda done: progress(done, listed)
        written = write_tables(recipe, readings, new, kept, told)
        _refuse_leak(written.leak, folder)
        if not written.summary.count("spans"):
            message = f"no document that may be built has been read in layer {corpus.settings.layer!r}"
            raise StandoffError(message, path=corpus.layer_folder(corpus.settings.layer), hint="annotate one first")
        _write_texts(corpus, guidelines, recipe, written, new, private=with_private)
    if kept is not None:
        kept.prune()
    remarks = [f"card.md says nothing of: {name}" for name in missing_sections(read_text(corpus.card_file))]
    return _count(written, listed, left_out, remarks).require_balance()


def _require_sound(corpus: Corpus, *, with_private: bool) -> None:
    checked = check(corpus)
    if checked.errors:
        first = to_text(next(issue for issue in checked.issues if is_error(issue))).split("\n")[0]
        count = "an error" if checked.errors == 1 else f"{checked.errors} errors"
        raise StandoffError(f"{count} in the corpus, the first: {first}", hint="see standoff check")
    if with_private and checked.absent:
        message = f"the text of {len(checked.absent)} documents is not here: {', '.join(checked.absent)}"
        raise StandoffError(message, hint="put it back: standoff add --private FOLDER")


def _find_private_runs(corpus: Corpus) -> Runs:
    """What no string of a public build may hold: runs of words of the private texts that are here."""
    sources = corpus.read_sources() if corpus.sources_file.exists() else {}
    private = [source for source in sources.values() if not source.redistribute]
    texts = [text for source in private if (text := corpus.read_seed(source)) is not None]
    return find_forbidden(texts, [source.title for source in private])


def _refuse_leak(leak: str | None, folder: Path) -> None:
    if leak:
        message = f"text that may not be redistributed would be published: {len(leak.split())} words in a row"
        raise StandoffError(message, path=folder)


def _write_texts(
    corpus: Corpus, guidelines: Guidelines, recipe: Recipe, written: Written, folder: Path, *, private: bool
) -> None:
    """Card, changelog, Croissant and manifest, from the same facts."""
    settings = corpus.settings
    facts = Facts(
        settings=settings,
        guidelines=guidelines,
        summary=written.summary,
        features=recipe.features,
        content=written.content,
        files=written.files,
        about=read_text(corpus.card_file),
        agreement=to_agreement(corpus),
        changelog=read_text(corpus.changelog_file),
        private=private,
    )
    texts = {"README.md": to_card(facts), "CHANGELOG.md": facts.changelog, "croissant.json": to_croissant(facts)}
    examples = (example.text for example in guidelines.examples)  # in the card their marks part the words
    _refuse_leak(find_run([*texts.values(), *examples], recipe.forbidden), folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    about = {
        "name": settings.name,
        "version": settings.version,
        "language": settings.language,
        "private": private,
        "guidelines": guidelines.schema.version,
        "labels": {label.name: label.definition for label in guidelines.schema.labels},
        "standoff": __version__,
        "content": written.content,
    }
    (folder / "MANIFEST.json").write_text(to_manifest(about, folder), encoding="utf-8")


def _count(written: Written, listed: int | None, left_out: int, remarks: Sequence[str]) -> Ledger:
    """Every document, character and span of the corpus, by where it went; `listed` documents, None is those read.

    `left_out` are those that cleaning gave no split.
    """
    summary, totals = written.summary, written.summary.totals
    listed = totals["documents"] if listed is None else listed
    unread = listed - left_out - totals["documents"]
    bare = {"without text": totals["without text"], "not annotated": unread, "left out": left_out}
    splits = {split: count for (config, split), count in summary.rows.items() if config == "spans"}
    labels = dict(summary.label_totals().most_common())
    annotated = summary.annotated
    accounts = (Account("annotators' spans", annotated.total(), dict(sorted(annotated.items()))),) if annotated else ()
    spans = totals["spans"] + summary.bare.total()
    tokens = {name: summary.tokens[name] for name in ("tagged", "nested", "lost")}
    return Ledger(
        (
            Account("documents", listed, {**splits, **bare}),
            Account("characters", totals["characters"], dict(summary.characters.most_common())),
            Account("spans", spans, {**labels, "without text": summary.bare.total()}),
            Account("spans as tokens", totals["spans"], tokens),
            *accounts,
        ),
        (*remarks, *written.misfits),
    )
