"""Networks that the verbs work on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mannscope.training import Network


def load_network(run: str) -> "Network":
    """Load a run's network; what that needs is imported once it is known that it is needed.

    Raises:
        MannscopeError: if there is no such run, or it is incomplete or foreign.
    """
    from mannscope.training import load

    return load(run)
