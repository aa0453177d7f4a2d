"""One hash for all that a dataset holds: it stands in the tag of a release."""

import json
from hashlib import sha256

from standoff.dataset.read import Manifest


def content_digest(manifest: Manifest) -> str:
    """The sha256, in hex, over the content hashes as canonical JSON; it does not depend on pyarrow either."""
    content = {config: dict(splits) for config, splits in manifest.content.items()}
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode("utf-8")).hexdigest()
