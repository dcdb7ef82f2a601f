"""What a failure prints, and the exit code that it gives."""

import os
import signal
import sys
import traceback
from collections.abc import Callable

from mannscope.cli.interruption import INTERRUPTION
from mannscope.errors import MannscopeError, cut, printable

BAD_INPUT = 2
INTERRUPTED = 128
"""Plus the number of the signal: 130 after Ctrl-C."""
BROKEN_PIPE = 141
"""The exit code that a shell gives to a program ended by SIGPIPE."""

NO_MEMORY = "RESOURCE_EXHAUSTED"
"""What JAX says where memory does not suffice."""
LONGEST = 4000
"""Characters of a message that are shown."""


def guard(command: Callable[[], int | None], *, debug: bool = False) -> int:
    """Run a command; turn what a user can cause into one message and an exit code.

    An error in the program itself passes through.
    """
    with INTERRUPTION.heard():
        return _guard(command, debug)


def _guard(command: Callable[[], int | None], debug: bool) -> int:
    try:
        code = command() or 0
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    except KeyboardInterrupt as interruption:
        return _interrupted(str(interruption))
    except SystemExit as end:  # how argparse ends after --help
        return end.code if isinstance(end.code, int) else 0
    except (MannscopeError, OSError) as error:
        if debug:
            traceback.print_exc()
        elif INTERRUPTION.signal:  # what came in its way, such as a lock that was not held yet
            return _interrupted()
        else:
            print(_message(error), file=sys.stderr)
        return BAD_INPUT
    except Exception as problem:
        if INTERRUPTION.signal and not debug:  # an import that was cut short
            return _interrupted()
        if not debug and (told := _told(problem)):
            print(_message(told), file=sys.stderr)
            return BAD_INPUT
        raise


def _interrupted(told: str = "") -> int:
    """Say that the process was asked to stop, and give the exit code that a shell expects then."""
    print(told or "Interrupted.", file=sys.stderr)
    return INTERRUPTED + (INTERRUPTION.signal or signal.SIGINT)


def _told(problem: Exception) -> MannscopeError | None:
    """Tell what others raise where there is no device, or not enough memory."""
    if _no_device():
        named = os.environ.get("JAX_PLATFORMS")
        got = f"JAX_PLATFORMS={named}, of which there is none here" if named else "none"
        return MannscopeError("there must be a device for JAX", got, "Unset JAX_PLATFORMS, or set it to cpu")
    text = cut(str(problem))
    if isinstance(problem, MemoryError) or NO_MEMORY in text:
        got = text or "more than there is"
        remedy = "Pass shorter sequences, fewer episodes, or --slots with --capped"
        return MannscopeError("what is computed must fit into memory", got, remedy)
    return None


def _no_device() -> bool:
    """Whether JAX was imported, and has nothing to run on: it may then fail with any error."""
    jax = sys.modules.get("jax")
    try:
        return jax is not None and not jax.devices()
    except Exception:
        return True


def _message(error: MannscopeError | OSError) -> str:
    if not isinstance(error, MannscopeError):
        remedy = "Check the path, its permissions and the space that is left"
        error = MannscopeError("files must be readable and writable where asked", str(error), remedy)
    return printable(cut(str(error), LONGEST))


def _discard_output() -> None:
    """Let what is still buffered go nowhere, so that the interpreter ends without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
