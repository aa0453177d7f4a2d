"""What changed since the last release, in the words of a changelog, and the step that it calls for."""

from collections import Counter
from dataclasses import dataclass

from standoff.corpus import Corpus
from standoff.diff import State, compare, read_state, read_states, to_sentences
from standoff.diff.version import Bump
from standoff.git import find_commit


@dataclass(frozen=True, slots=True)
class Changed:
    """The difference since a revision, None for the first release: step and reasons, and sentences for people.

    `unknown` is what could not be compared, but for columns: those are held against the tag after the build.
    """

    since: str | None
    step: Bump
    reasons: tuple[str, ...]
    corpus: tuple[str, ...]
    guidelines: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def least_step(self) -> Bump:
        """The step that a release takes at least: another number, even where nothing changed."""
        return "patch" if self.step == "none" else self.step


def read_changed(corpus: Corpus, since: str | None, rev: str = ".") -> Changed:
    """What changed from a revision to another, by default to the folder as it is; with no first one all is new."""
    if since is None:
        return _tell_all(read_state(corpus, rev))
    diff = compare(*read_states(corpus, find_commit(corpus.root, since), rev))
    sentences = to_sentences(diff)
    reasons = diff.reasons if diff.changes else ("nothing in the corpus changed",)
    unknown = tuple(one for one in diff.unknown if not one.startswith("columns: "))
    return Changed(since, diff.bump, reasons, tuple(sentences["corpus"]), tuple(sentences["guidelines"]), unknown)


def _tell_all(state: State) -> Changed:
    """A corpus that was never released, by its documents in each split and its spans of each label."""
    built = [one for one in state.documents.values() if one.is_built]
    splits = Counter(str(one.split) for one in built)
    labels = Counter(span.label for one in built for span in one.spans or ())
    told = (
        f"{len(built):,} documents: {_list(splits)}.",
        f"{labels.total():,} spans: {_list(labels)}.",
    )
    guidelines = (f"Version {state.guidelines_version}, {len(state.labels):,} labels: {', '.join(state.labels)}.",)
    return Changed(None, "none", ("the first release",), told, guidelines)


def _list(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
