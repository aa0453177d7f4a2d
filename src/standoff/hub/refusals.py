"""What a Hub or the way to it refuses, as one line for people."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from huggingface_hub import constants, get_token
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import logging
from huggingface_hub.utils.tqdm import disable_progress_bars

from standoff.errors import StandoffError

_TOKEN = re.compile(r"[!-~]+")
"""What can stand in a header of a request."""
_LOGIN = "set HF_TOKEN, or log in: hf auth login"
_REASONS: tuple[tuple[type[Exception], str, str], ...] = (
    (GatedRepoError, "its owners let nobody in whom they have not approved", "ask for access on its page"),
    (RepositoryNotFoundError, "no such dataset, or none that you may see", f"check the name; {_LOGIN}"),
    (RevisionNotFoundError, "it has no such revision", "name a tag such as v0.1.0, a branch or a commit"),
    (HFValidationError, "no name of a repository", "OWNER/NAME: letters, digits, - _ and ."),
    (OfflineModeIsEnabled, "the Hub is switched off here", "unset HF_HUB_OFFLINE"),
)
_STATUSES = {
    401: ("the Hub does not know this token", f"it may be revoked or cut short; {_LOGIN}"),
    402: ("the Hub asks for payment", "see the plan of the account"),
    403: ("this token has no right to do that", "a token with write access to this repository, or another owner"),
    409: ("somebody else did the same meanwhile", "run the command again"),
    412: ("somebody else changed it meanwhile", "nothing was published; run the command again"),
    413: ("the Hub takes no files so large", "ask its operators for the limit"),
    429: ("too many requests", "wait a few minutes, then run the command again"),
}


@contextmanager
def asking_hub(address: str) -> Iterator[None]:
    """Raise what the Hub, its client or the network refuses as StandoffError about `address`.

    The client shows its bars on terminals alone, and keeps its advice to itself. A token that cannot be sent is told
    before, without showing it.
    """
    if (token := get_token()) and not _TOKEN.fullmatch(token):
        message = "the token for the Hub has a character that no token has, such as a space or an ellipsis"
        raise StandoffError(message, hint=f"copy it anew: {_LOGIN}", usage=True)
    logging.set_verbosity(40)  # errors alone
    if not sys.stderr.isatty():
        disable_progress_bars()
    try:
        yield
    except StandoffError:
        raise
    except Exception as error:
        known = _explain(error)
        if known is None:
            raise
        message, hint = known
        raise StandoffError(f"{address}: {message}", hint=hint) from None


def is_unreached(error: BaseException) -> bool:
    """Whether the Hub gave no answer: no network, switched off here, or trouble of its own."""
    return any(
        isinstance(cause, OfflineModeIsEnabled)
        or _is_network(cause)
        or (isinstance(cause, HfHubHTTPError) and cause.response.status_code >= 500)
        for cause in _causes(error)
    )


def _explain(error: BaseException) -> tuple[str, str] | None:
    """Message and way out; None for what is a defect. Causes count too: the client wraps what a thread raised."""
    chain = list(_causes(error))
    said = _squeeze(str(error))
    if said.startswith("Invalid metadata"):
        return f"the Hub refuses the card: {said.partition('. - ')[2]}", "mend card.md and standoff.toml, build again"
    if "xet-write-token" in said and "404" in said:
        return "this Hub has no Xet storage", "set HF_HUB_DISABLE_XET=1: the files go by LFS then"
    for kind, message, hint in _REASONS:
        if any(isinstance(cause, kind) for cause in chain):
            return message, hint
    answers = [cause for cause in chain if isinstance(cause, HfHubHTTPError)]
    if answers:
        return _explain_status(answers[0])
    if any(_is_network(cause) for cause in chain):
        return f"{constants.ENDPOINT} cannot be reached", "check the network and HF_ENDPOINT, then run it again"
    # missing from the cache while the Hub is out of reach; Xet's storage and that of LFS
    broken = isinstance(error, LocalEntryNotFoundError) or type(error) is RuntimeError or "LFS batch API" in said
    return (f"it broke off: {said}", "run it again: what went up is not sent twice") if broken else None


def _explain_status(error: HfHubHTTPError) -> tuple[str, str]:
    status = error.response.status_code
    if status >= 500:
        return f"the Hub has trouble of its own ({status})", "wait, then run the command again: nothing is lost"
    said = _squeeze(error.server_message or str(error))
    return _STATUSES.get(status, (f"the Hub refuses ({status}): {said}", "mend what it names"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _is_network(error: BaseException) -> bool:
    """Whether a request never got an answer. The client's HTTP library is its own affair, so by name."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"TransportError", "ConnectionError", "Timeout", "TimeoutError"})


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:300]
