"""Run in the environment of doccano; what it has to say when it cannot start is one line on standard error.

`start.py PORT USERNAME`, with the admin's password on standard input, sets up and serves: a doccano of one's own.
`start.py` alone sets up with DOCCANO_USERNAME and DOCCANO_PASSWORD: the first step of compose.yaml.
"""

import fcntl
import os
import sys
from importlib.util import find_spec
from pathlib import Path

THREADS = 8


def set_up(username: str, password: str) -> None:
    """Bring the database to this version's form; create roles, and the admin if nobody has that name.

    An admin that is there is left as it is, password and all.
    """
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection, connections

    call_command("wait_for_db")
    call_command("migrate", verbosity=0)
    call_command("create_roles")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not wait for each other
    users = get_user_model()._default_manager
    if not users.filter(username=username).exists():
        if not password:
            sys.exit(f"no password for the new user {username}: set DOCCANO_PASSWORD")
        users.create_superuser(username, "", password)
    connections.close_all()  # before gunicorn forks


def serve(port: int, backend: Path) -> None:
    """One process with threads, on loopback; returns when it is told to stop."""
    from gunicorn.app.wsgiapp import run

    sys.argv = [
        "gunicorn", f"--bind=127.0.0.1:{port}", f"--chdir={backend}", "--workers=1", f"--threads={THREADS}",
        "--timeout=300", "config.wsgi",
    ]  # fmt: skip
    run()


def main() -> None:
    """Leave whoever has started us, say who runs, then set up and serve."""
    if len(sys.argv) == 1:
        set_up(os.environ["DOCCANO_USERNAME"], os.environ["DOCCANO_PASSWORD"])
        return
    password = sys.stdin.readline().strip()
    if os.fork():
        os._exit(0)
    os.setsid()
    with (Path(os.environ["STANDOFF_DOCCANO_HOME"]) / "pid").open("w") as pid:
        fcntl.lockf(pid, fcntl.LOCK_EX)  # no fork inherits it: it ends with this process, not with the last
        pid.write(f"{os.getpid()}\n")
        pid.flush()
        spec = find_spec("backend")
        if spec is None or spec.origin is None:
            sys.exit("doccano is not installed in this environment")
        backend = Path(spec.origin).parent
        sys.path.insert(0, str(backend))
        os.environ["DJANGO_SETTINGS_MODULE"] = "standoff_settings"
        os.environ["STANDALONE"] = "True"  # as doccano's own command does: it serves pictures and its icon itself
        set_up(sys.argv[2], password)
        serve(int(sys.argv[1]), backend)


if __name__ == "__main__":
    main()
