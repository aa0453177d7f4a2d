"""`standoff release`: the next version drafted from what changed; then checked, built twice, compared and tagged."""

from standoff.release.draft import Drafted, draft
from standoff.release.refusals import Refusal
from standoff.release.release import Released, release

__all__ = ["Drafted", "Refusal", "Released", "draft", "release"]
