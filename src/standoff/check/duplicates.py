"""Level 6: near-duplicates across splits, and documents that have no split since they would join two.

By the same ties that `standoff clean` deals splits by: what it keeps together is not reported, what it would not is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from standoff.corpus import Corpus
from standoff.near.store import sketch_corpus
from standoff.near.ties import find_ties
from standoff.records import Entry, Issue, Source
from standoff.splits import deal_splits, describe_conflict, to_neighbours


def find_duplicates(corpus: Corpus, sources: Sequence[Source], entries: Mapping[str, Entry]) -> Iterator[Issue]:
    """Documents of different splits that are nearly the same or share a long paragraph; new ones that have no split."""
    sketches = sketch_corpus(corpus, sources, entries)
    ids, path = list(sketches), corpus.name_of(corpus.index_file)
    ties = find_ties(list(sketches.values()))
    splits = {one: entry.split for one, entry in entries.items()}
    for tie in ties:
        first, second = ids[tie.one], ids[tie.other]
        if splits.get(first, "") and splits.get(second, "") and splits[first] != splits[second]:
            rule = "near-duplicate" if tie.whole else "shared-paragraph"
            what = "is nearly" if tie.whole else "shares a paragraph with"
            message = f"{second} ({splits[second]}) {what} {first} ({splits[first]}): {tie.reason}"
            yield Issue(rule, path, None, message, at=f"{first} {second}")
    new = [source for source in sources if source.id in sketches and source.id not in splits]
    if new:
        for one, claims in deal_splits(corpus.settings, new, splits, to_neighbours(ids, ties)).left_out.items():
            yield Issue("split-conflict", path, None, describe_conflict(one, claims), at=one)


def drop_explained(issues: Iterable[Issue]) -> list[Issue]:
    """The findings without `not-cleaned` of documents that were cleaned and left out."""
    found = list(issues)
    left_out = {(issue.path, issue.at) for issue in found if issue.rule == "split-conflict"}
    return [issue for issue in found if issue.rule != "not-cleaned" or (issue.path, issue.at) not in left_out]
