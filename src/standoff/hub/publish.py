"""`standoff publish`: a built dataset to a Hub, under the tag of its version, and loaded back."""

import re
from dataclasses import asdict, dataclass, replace

from huggingface_hub import HfApi, get_token
from huggingface_hub.errors import EntryNotFoundError

from standoff import __version__
from standoff.dataset.digest import content_digest
from standoff.dataset.read import OLD, Manifest
from standoff.errors import StandoffError
from standoff.hub.refusals import asking_hub
from standoff.hub.remote import ATTRIBUTES, Remote, State
from standoff.hub.whole import MANIFEST, Whole, read_whole
from standoff.release.copies import temporary_folder
from standoff.release.versions import is_less, is_version

_REPO = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_BLANK = {ATTRIBUTES, "README.md"}
"""What a repository holds that somebody made on the website and put nothing in yet."""


@dataclass(frozen=True, slots=True)
class Published:
    """Where a version is, and what this run did for it; remarks are for people."""

    repo: str
    tag: str
    commit: str
    content: str
    url: str
    private: bool
    created: bool
    committed: bool
    tagged: bool
    remarks: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """For `--json`."""
        return asdict(self)


def publish(whole: Whole, repo: str, *, private: bool = False) -> Published:
    """Make a dataset the head of a repository on a Hub, tag it `v<version>`, load the tag back and check it.

    Killed anywhere, the next run goes on where it stopped. A tag that holds the same content is left as it is; where
    it holds other content, or the repository is another's, StandoffError, and nothing was sent. A private build needs
    a repository that the server says is private. With `private` a new repository is made so.
    """
    remote = _open(repo)
    with asking_hub(repo):
        state, created = _find_repository(remote, whole, private=private)
        if whole.tag in state.tags:
            remarks = _require_same(remote, whole)
            done = _to_published(remote, whole, state, state.tags[whole.tag])
        else:
            commit, remarks = _send(remote, whole, state)
            done = replace(
                _to_published(remote, whole, state, commit),
                created=created,
                committed=commit != state.head,
                tagged=True,
            )
        _load_back(remote, whole)
    strays = [f"not sent, the manifest lacks it: {name}" for name in whole.strays]
    return replace(done, remarks=(*strays, *remarks))


def _open(repo: str) -> Remote:
    if not _REPO.fullmatch(repo):
        raise StandoffError(f"{repo!r} is no name of a repository", hint="OWNER/NAME, as on the Hub", usage=True)
    token = get_token()
    if token is None:
        hint = "set HF_TOKEN to a token with write access, or log in: hf auth login"
        raise StandoffError("there is no token for the Hub", hint=hint, usage=True)
    return Remote(repo, HfApi(token=token, library_name="standoff", library_version=__version__))


def _find_repository(remote: Remote, whole: Whole, *, private: bool) -> tuple[State, bool]:
    """What the server says of the repository, made first where there is none, and whether it was made."""
    state = remote.read_state()
    created = state is None
    if state is None:
        if whole.private and not private:
            message = f"{remote.repo}: there is no such repository, and a private build needs a private one"
            raise StandoffError(message, hint="make it so: --private")
        remote.create(private=private)
        state = remote.read_state()
    if state is None:
        raise StandoffError(f"{remote.repo}: the Hub made it and does not show it", hint="run the command again")
    if (whole.private or private) and not state.private:
        what = "a private build may not go there" if whole.private else "--private was asked for"
        hint = "make it private in its settings, or name another repository"
        raise StandoffError(f"{remote.repo}: the Hub says that it is public, and {what}", hint=hint)
    return state, created


def _send(remote: Remote, whole: Whole, state: State) -> tuple[str, tuple[str, ...]]:
    """Commit and tag; where a run that was killed had committed already, the tag alone."""
    manifest = whole.manifest
    foreign = _require_ours(remote, state, whole)
    commit, remarks = remote.commit(whole.folder, whole.paths, state, f"{manifest.name} {whole.tag}")
    remote.tag(whole.tag, commit, f"{manifest.name} {manifest.version}\n\ncontent {whole.digest}\n")
    removed = [f"removed, somebody had put it there: {name}" for name in foreign if name not in whole.paths]
    return commit, (*removed, *remarks)


def _require_ours(remote: Remote, state: State, whole: Whole) -> list[str]:
    """Refuse to write over what is not an older version of this build; gives the files that no version brought."""
    manifest = whole.manifest
    if MANIFEST not in state.paths:
        if other := sorted({*state.paths} - _BLANK):
            message = f"{remote.repo}: it holds files that standoff did not publish, such as {other[0]}"
            raise StandoffError(message, hint="name another repository, or empty this one first")
        return []
    there = remote.read_manifest(state.head)
    if there.name != manifest.name:
        message = f"{remote.repo}: it holds the corpus {there.name}, not {manifest.name}"
        raise StandoffError(message, hint="name another repository, or empty this one first")
    if there.private != whole.private:
        theirs, ours = ("with" if private else "without" for private in (there.private, whole.private))
        message = f"{remote.repo}: it holds the build {theirs} private texts, and this one is {ours}"
        raise StandoffError(message, hint="name another repository: each of the two needs its own")
    if is_version(there.version) and is_version(manifest.version) and is_less(manifest.version, there.version):
        message = f"{remote.repo}: it holds {there.version}, which is newer than {manifest.version}"
        raise StandoffError(message, hint="publish versions in their order; older ones stay under their tags")
    return sorted({*state.paths} - {*there.files, MANIFEST, ATTRIBUTES})


def _require_same(remote: Remote, whole: Whole) -> tuple[str, ...]:
    """What differs though the content is the same; raises StandoffError where the tag holds other content."""
    try:
        there = remote.read_manifest(whole.tag)
    except EntryNotFoundError:
        message = f"{remote.repo}: its tag {whole.tag} holds no dataset that standoff published"
        raise StandoffError(message, hint="remove that tag, or raise the version") from None
    if there.name == whole.manifest.name and not there.standoff:
        message = f"{remote.repo}: {whole.tag} is published, {OLD}"
        raise StandoffError(message, hint="a published version stays as it is: raise the version, standoff release")
    if there.name != whole.manifest.name or content_digest(there) != whole.digest:
        names = ", ".join(_find_differences(there, whole.manifest))
        message = f"{remote.repo}: {whole.tag} is published with other content: {names}"
        raise StandoffError(message, hint="a published version stays as it is: raise the version, standoff release")
    ours, theirs = whole.manifest.files, there.files
    other = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
    return (f"the same rows in other files, which were not sent: {', '.join(other)}",) if other else ()


def _find_differences(there: Manifest, here: Manifest) -> list[str]:
    """`config/split` whose rows differ, or the names of the two corpora."""
    if there.name != here.name:
        return [f"{there.name}, not {here.name}"]
    flat = [
        {f"{config}/{split}": stated for config, splits in manifest.content.items() for split, stated in splits.items()}
        for manifest in (there, here)
    ]
    return sorted(name for name in flat[0].keys() | flat[1].keys() if flat[0].get(name) != flat[1].get(name))


def _load_back(remote: Remote, whole: Whole) -> None:
    """Download what the tag holds and compute its hashes from the rows; raises StandoffError where they differ."""
    with temporary_folder() as cache:  # that of a run that was killed is swept: it may hold private texts
        folder = remote.download(whole.tag, cache)
        hint = "somebody changed it on the Hub: do not use it, and publish a new version"
        try:
            there = read_whole(folder)
        except StandoffError as error:
            message = f"{remote.repo}@{whole.tag} is not whole: {error.message}"
            raise StandoffError(message, hint=hint) from None
    if there.digest != whole.digest:
        raise StandoffError(f"{remote.repo}@{whole.tag} holds other content than was sent", hint=hint)
    if strays := [name for name in there.strays if name != ATTRIBUTES]:
        raise StandoffError(f"{remote.repo}@{whole.tag} holds {strays[0]}, which nobody sent", hint=hint)


def _to_published(remote: Remote, whole: Whole, state: State, commit: str) -> Published:
    """Nothing done yet."""
    return Published(
        repo=remote.repo,
        tag=whole.tag,
        commit=commit,
        content=whole.digest,
        url=f"{remote.url}/tree/{whole.tag}",
        private=state.private,
        created=False,
        committed=False,
        tagged=False,
        remarks=(),
    )
