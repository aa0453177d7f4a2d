"""doccano's text editor tells Google Analytics where it is used; pages that may load nothing from outside do not."""

from __future__ import annotations  # doccano's image has Python 3.8

from collections.abc import Callable
from typing import Any

_POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"


def keep_pages_here(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Django middleware: each answer forbids the browser every address but the server's own."""

    def answer(request: Any) -> Any:  # noqa: ANN401 - Django is not installed where types are checked
        response = get_response(request)
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    return answer
