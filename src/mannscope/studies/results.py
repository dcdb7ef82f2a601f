"""Results on disk: one JSON file a network, written last and whole, and found again by a later run."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from mannscope.training.store import write_json

RESULT, TRACE, FIGURES = "result.json", "trace.nc", "figures"
SCHEMA_VERSION = 1

Result = dict[str, Any]


class Protocol(NamedTuple):
    """How much is measured of each network."""

    times: tuple[int, ...] = (1, 2, 5, 10)
    """Sizes of the evaluation, in multiples of the largest trained on."""
    evaluated: int = 1000
    """Held-out episodes of each size in the evaluation, an equal share of every shape."""
    episodes: int = 256
    """Held-out episodes of each size in the verification."""
    recorded: int = 64
    """Episodes in the trace."""

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, with the version of the package, since another one may measure otherwise."""
        plain = {**self._asdict(), "times": list(self.times)}
        return {**plain, "version": version("mannscope"), "schema_version": SCHEMA_VERSION}


STANDARD, QUICK = Protocol(), Protocol(times=(1, 2, 5))


def read_result(folder: Path, fingerprint: str, protocol: Protocol) -> Result | None:
    """Find the finished result of this very network, measured in this way; None if there is none.

    A file that is cut off, or whose pictures, or the trace that they were drawn of, are gone, is no finished
    result.
    """
    try:
        found = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        same = found["fingerprint"] == fingerprint and found["protocol"] == protocol.to_dict()
        drawn = [folder / FIGURES / picture["file"] for picture in found["pictures"]]
        needed = [folder / TRACE, *drawn] if drawn else []
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if same and all(path.is_file() for path in needed) else None


def write_result(folder: Path, result: Result) -> None:
    """Write a network's result; nothing of it is written after this."""
    write_json(folder / RESULT, result)
