"""What the page asks, and what is said where an ask cannot be answered."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from mannscope.errors import MannscopeError

LOG = logging.getLogger("mannscope.explorer")

BROKEN: Mapping[str, str] = {
    "must": "the explorer must be able to answer",
    "got": "an error of its own",
    "remedy": "See what it printed where it was started, and report it",
}


@runtime_checkable
class Answering(Protocol):
    """What gives the page its packs: a session, or what stands in for one."""

    @property
    def runs(self) -> Sequence[Mapping[str, str]]:
        """The runs to choose from: `id`, by which they are asked for, and `label`, which is shown."""
        ...

    @property
    def live(self) -> bool:
        """Whether new inputs can be run."""
        ...

    def answer(self, message: Mapping[str, Any]) -> bytes:
        """Give the pack that is asked for.

        Raises:
            MannscopeError: if the ask is wrong, or the run is not what it was.
        """
        ...


def listed(session: Answering) -> list[dict[str, str]]:
    """List the runs as the page reads them."""
    return [{"run": run["id"], "label": run["label"]} for run in session.runs]


def parts(error: MannscopeError) -> dict[str, str]:
    """Give an error as the page shows it."""
    return {"must": error.must, "got": error.got, "remedy": error.remedy}
