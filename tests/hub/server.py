"""A stand-in of the Hugging Face Hub on this machine: HTTP, tokens, errors as the Hub words them, a log of requests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from tests.hub.messages import Answer, DroppedError, RefusalError, Request, User, to_json
from tests.hub.store import Repo, Store


class Hub:
    """The server: its store and users, page sizes, and what a test wants it to do at a certain request."""

    def __init__(self, root: Path, users: dict[str, User]) -> None:
        self.store, self.users = Store(root), users
        self.page, self.multipart_from, self.part = 1000, 5_000_000, 5_000_000
        self.log: list[str] = []
        self._holds: list[tuple[str, str, threading.Event, threading.Event]] = []
        self._inserts: list[tuple[str, Callable[[], None]]] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": self}))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self.storage = f"http://localhost:{self._http.server_port}"  # another host: the client sends it no token

    def start(self) -> None:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    @contextmanager
    def hold(self, what: str, when: str = "before") -> Iterator[threading.Event]:
        """Hold the next request whose line has `what` until the block ends; gives the sign that it came.

        Held before it is done, it never is: its connection breaks off.
        """
        came, go = threading.Event(), threading.Event()
        self._holds.append((what, when, came, go))
        try:
            yield came
        finally:
            go.set()
            self._holds = [hold for hold in self._holds if hold[2] is not came]

    def before(self, what: str, act: Callable[[], None]) -> None:
        """Do something just before the next request whose line has `what`: another person's commit."""
        self._inserts.append((what, act))

    def stand(self, line: str, when: str) -> None:
        """Let a test hold or come between."""
        if when == "before":
            for insert in [insert for insert in self._inserts if insert[0] in line]:
                self._inserts.remove(insert)
                insert[1]()
        for what, moment, came, go in list(self._holds):
            if what in line and moment == when and not came.is_set():
                came.set()
                go.wait(60)
                if when == "before":
                    raise DroppedError

    # --- who may what ---

    def see(self, name: str, user: User | None) -> Repo:
        """A repository that may be read; one that may not is as if it were not there."""
        repo = self.store.find(name)
        if repo is None or (repo.private and not (user and user.owns(name))):
            if user is None:  # the Hub does not say whether there is such a repository
                raise RefusalError(401, "Invalid username or password.", "RepoNotFound")
            raise RefusalError(404, "Repository not found", "RepoNotFound")
        return repo

    def change(self, name: str, user: User | None) -> Repo:
        """A repository that may be written."""
        repo = self.see(name, user)
        if user is None:
            raise RefusalError(401, "Invalid username or password.")
        if user.role != "write":
            raise RefusalError(403, "Forbidden: you must use a write token to upload to a repository.")
        if not user.owns(name):
            raise RefusalError(403, "Forbidden: pass `create_pr=1` as a query parameter to create a Pull Request")
        return repo


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        pass

    def _answer(self) -> None:
        from tests.hub.routes import find_route

        parts = urlsplit(self.path)
        line = f"{self.command} {parts.path}"
        try:
            user, body = self._user(), self._body()
            self.hub.log.append(line)
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, unquote(parts.path), parse_qs(parts.query), headers, body, user)
            handle, groups = find_route("GET" if self.command == "HEAD" else self.command, parts.path)
            self.hub.stand(line, "before")
            answer = handle(self.hub, request, *map(unquote, groups))
            self.hub.stand(line, "after")
        except DroppedError:
            self.close_connection = True
            return
        except RefusalError as refusal:
            answer = to_json(refusal.body or {"error": refusal.message}, refusal.status)
            answer.headers["X-Error-Message"] = refusal.message
            if refusal.code:
                answer.headers["X-Error-Code"] = refusal.code
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        try:
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
        except (BrokenPipeError, ConnectionResetError):  # the client was killed
            self.close_connection = True

    def _user(self) -> User | None:
        sent = self.headers.get("Authorization", "")
        if not sent:
            return None
        user = self.hub.users.get(sent.removeprefix("Bearer "))
        if user is None:
            self._body()
            raise RefusalError(401, "Invalid credentials in Authorization header")
        return user

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815
