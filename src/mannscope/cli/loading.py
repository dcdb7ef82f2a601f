"""Networks and episodes that the verbs work on."""

from typing import TYPE_CHECKING

from mannscope.errors import MannscopeError

if TYPE_CHECKING:
    from mannscope.training import Network

TRACE_SUFFIX = ".nc"
"""How the file of a trace ends, where a verb takes either a run or a trace."""


def load_network(run: str) -> "Network":
    """Load a run's network.

    Raises:
        MannscopeError: if there is no such run, or it is incomplete or foreign.
    """
    from mannscope.training import load

    try:
        return load(run)
    except (TypeError, ValueError, AttributeError) as problem:
        got = f"{run}, whose configuration cannot be used ({problem})"
        remedy = "Copy the run again in full, or train it again"
        raise MannscopeError("a run must be one that mannscope train wrote", got, remedy) from problem
