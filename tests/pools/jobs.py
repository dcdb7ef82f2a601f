"""Jobs to send to a pool, in a module that other processes can import."""

import os
import time
from pathlib import Path

from mannscope.errors import MannscopeError


def double(number: int) -> tuple[int, int]:
    """Return the process, too."""
    return 2 * number, os.getpid()


def refuse(number: int) -> None:
    raise MannscopeError("it must be even", str(number), "Pass another")


def break_down() -> None:
    raise ZeroDivisionError("in the job")


def die() -> None:
    os._exit(9)


def wait_for_ever(path: Path) -> None:
    path.write_text(str(os.getpid()))
    time.sleep(600)
