"""Kill -9 in the middle of writing: a child that ends at a given step on the disk."""

import os
from collections.abc import Callable
from itertools import count


def killed(at: int, act: Callable[[], object]) -> bool:
    """Whether a child that runs `act` got as far as its step `at` on the disk, where it is killed."""
    child = os.fork()
    if child == 0:
        steps = count()

        def guard(real):
            def step(*arguments, **options):
                if next(steps) == at:
                    os._exit(9)
                return real(*arguments, **options)

            return step

        for name in ("replace", "rename", "unlink", "rmdir", "mkdir", "open", "fsync", "fdopen"):
            setattr(os, name, guard(getattr(os, name)))
        try:
            act()
        except BaseException:
            os._exit(7)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9), code
    return code == 9
