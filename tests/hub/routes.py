"""Which handler answers which request."""

import re
from collections.abc import Callable

from tests.hub import api, commits, transfer
from tests.hub.messages import Answer, RefusalError, Request
from tests.hub.server import Hub

Handle = Callable[..., Answer]
_R = r"([^/]+/[^/]+)"
_REV = r"([^/]+)"
_ROUTES: list[tuple[str, str, Handle]] = [
    ("GET", r"/api/whoami-v2", api.whoami),
    ("POST", r"/api/repos/create", api.create),
    ("DELETE", r"/api/repos/delete", api.delete),
    ("PUT", rf"/api/datasets/{_R}/settings", api.settings),
    ("POST", r"/api/validate-yaml", commits.validate_yaml),
    ("POST", rf"/api/datasets/{_R}/preupload/{_REV}", commits.preupload),
    ("POST", rf"/api/datasets/{_R}/commit/{_REV}", commits.commit),
    ("POST", rf"/api/datasets/{_R}/tag/{_REV}", api.create_tag),
    ("DELETE", rf"/api/datasets/{_R}/tag/{_REV}", api.delete_tag),
    ("GET", rf"/api/datasets/{_R}/refs", api.refs),
    ("GET", rf"/api/datasets/{_R}/commits/{_REV}", api.commits),
    ("GET", rf"/api/datasets/{_R}/tree/{_REV}(?:/(.*))?", api.tree),
    ("POST", rf"/api/datasets/{_R}/paths-info/{_REV}", api.paths_info),
    ("GET", rf"/api/datasets/{_R}/revision/{_REV}", api.info),
    ("GET", rf"/api/datasets/{_R}", api.info),
    ("POST", rf"/datasets/{_R}\.git/info/lfs/objects/batch", transfer.batch),
    ("POST", rf"/datasets/{_R}\.git/info/lfs/verify", transfer.verify),
    ("PUT", r"/storage/([0-9a-f]{64})", transfer.put),
    ("PUT", r"/storage/([0-9a-f]{64})/(\d+)", transfer.put_part),
    ("POST", r"/storage/([0-9a-f]{64})/complete", transfer.complete),
    ("GET", r"/storage/([0-9a-f]{64})", transfer.get),
    ("GET", rf"/datasets/{_R}/resolve/{_REV}/(.+)", transfer.resolve),
]


def find_route(method: str, path: str) -> tuple[Handle, tuple[str, ...]]:
    """The handler of a request and the parts of its path; what has none is not there."""
    for of, pattern, handle in _ROUTES:
        if of == method and (found := re.fullmatch(pattern, path)):
            return handle, tuple(part or "" for part in found.groups())

    def nothing(_hub: Hub, _request: Request) -> Answer:
        raise RefusalError(404, "Not Found")

    return nothing, ()
