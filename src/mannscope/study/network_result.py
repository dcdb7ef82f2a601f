"""The result of one network, and its file: written last and whole, and found again by a later run."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from mannscope.errors import MannscopeError
from mannscope.files import strict
from mannscope.study.titles import condition_title
from mannscope.training import Configuration, Evaluation
from mannscope.training.store import write_json

RESULT, TRACE, FIGURES = "result.json", "trace.nc", "figures"
SCHEMA_VERSION = 3

Document = Mapping[str, Any]
"""Plain values, as the `to_dict` of a record of another part of the package gives them."""


class Protocol(NamedTuple):
    """How much is measured of each network."""

    times: tuple[int, ...] = (1, 2, 5, 10)
    """Sizes of the evaluation, in multiples of the largest trained on."""
    evaluated: int = 1000
    """Held-out episodes of each size in the evaluation, an equal share of every shape."""
    episodes: int = 160
    """Held-out episodes of each size in the verification's first look."""
    recorded: int = 64
    """Episodes in the trace."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, with the version of the package, since another one may measure otherwise."""
        plain = {**self._asdict(), "times": list(self.times)}
        return {**plain, "version": version("mannscope"), "schema_version": SCHEMA_VERSION}


STANDARD, QUICK = Protocol(), Protocol(times=(1, 2, 5))


@dataclass(frozen=True)
class Picture:
    """A picture that was drawn of a network."""

    file: str
    """Its name in the folder `figures`."""
    title: str
    caption: str
    alternative: str
    """What the picture shows, for readers who cannot see it."""
    inches: float
    """Its width."""


@dataclass(frozen=True)
class Example:
    """The episode that the pictures show, with the network's answer."""

    episode: int
    """Its index in the trace."""
    input: str
    answer: tuple[str, ...]
    target: tuple[str, ...]
    right: int
    """Recorded episodes with every answer right."""
    recorded: int


@dataclass(frozen=True)
class NetworkResult:
    """Everything that the study found about one network."""

    condition: str
    variant: str
    seed: int
    run: str
    """The network's folder, or its name if it is bundled."""
    fingerprint: str
    protocol: Document
    configuration: Configuration
    weights: int
    training: Document | None
    """Steps, seconds and last loss; None for a bundled network."""
    example: Example
    evaluations: tuple[Evaluation, ...]
    replay: float | None
    """Largest difference between the recorded and the replayed states; None if it is not finite."""
    mined: Document | None
    """The mined policy; None without a memory."""
    verification: Document
    """Verdicts on the network, on its untrained control and for shuffled categories."""
    first_failures: Document | None
    """First errors at the smallest size that the network fails at; None without failures or a memory."""
    pictures: tuple[Picture, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; a number that is not finite becomes null."""
        plain = {entry.name: getattr(self, entry.name) for entry in dataclasses.fields(self)}
        return strict(
            plain
            | {
                "configuration": self.configuration.to_dict(),
                "example": vars(self.example),
                "evaluations": [row.to_dict() for row in self.evaluations],
                "pictures": [vars(picture) for picture in self.pictures],
            }
        )

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "NetworkResult":
        """Read plain values, as `to_dict` returns them.

        Raises:
            KeyError, TypeError, MannscopeError: if something is missing or not known.
        """
        example = plain["example"]
        tuples = {name: tuple(example[name]) for name in ("answer", "target")}
        evaluations = (row | {"interval": tuple(row["interval"])} for row in plain["evaluations"])
        return cls(
            **{
                **plain,
                "configuration": Configuration.from_dict(plain["configuration"]),
                "example": Example(**{**example, **tuples}),
                "evaluations": tuple(Evaluation(**row) for row in evaluations),
                "pictures": tuple(Picture(**picture) for picture in plain["pictures"]),
            }
        )

    @property
    def title(self) -> str:
        """The title of its condition."""
        task, memory = self.configuration.task["name"], self.configuration.memory["name"]
        return condition_title(task, memory, self.variant)

    @property
    def headline(self) -> list[Evaluation]:
        """The evaluations that headlines are about: those of the first shape trained on."""
        return [row for row in self.evaluations if row.shape == self.evaluations[0].shape]


def read_result(folder: Path, fingerprint: str, protocol: Protocol) -> NetworkResult | None:
    """Read the finished result of this very network, measured in this way; None if there is none.

    A file that is truncated, or whose pictures or trace are missing, is no finished result.
    """
    try:
        plain = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        if plain["fingerprint"] != fingerprint or plain["protocol"] != protocol.to_dict():
            return None
        found = NetworkResult.from_dict(plain)
    except (OSError, ValueError, KeyError, TypeError, MannscopeError):
        return None
    drawn = [folder / FIGURES / picture.file for picture in found.pictures]
    needed = [folder / TRACE, *drawn] if drawn else []
    return found if all(path.is_file() for path in needed) else None


def write_result(folder: Path, result: NetworkResult) -> NetworkResult:
    """Write a network's result, and return it as it will be read; no file of it is written after this."""
    plain = result.to_dict()
    write_json(folder / RESULT, plain)
    return NetworkResult.from_dict(plain)
