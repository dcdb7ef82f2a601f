"""Payloads: what the page receives, a description in JSON and arrays beside it, as safetensors bytes."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Num

from mannscope.errors import MannscopeError
from mannscope.files import strict

LOG = logging.getLogger("mannscope.explorer")

META = "meta"
"""Key of the safetensors metadata that holds the description."""

INTERNAL_ERROR: Mapping[str, str] = {
    "must": "the explorer must be able to answer",
    "got": "an internal error",
    "remedy": "Read the traceback where the explorer was started, and report it",
}
"""What the page shows instead of an exception, which is logged and may hold what is not for the page."""

_LARGEST_HALF = float(np.finfo(np.float16).max)


@runtime_checkable
class PayloadSource(Protocol):
    """What answers the requests of a page: a session, or what stands in for one."""

    @property
    def runs(self) -> Sequence[Mapping[str, str]]:
        """The runs to choose from: `id`, which requests name, and `label`, which is shown."""
        ...

    @property
    def live(self) -> bool:
        """Whether new inputs can be run."""
        ...

    def answer(self, message: Mapping[str, Any]) -> bytes:
        """Give the payload that a request is for.

        Raises:
            MannscopeError: if the request is invalid, or the run has changed.
        """
        ...


@dataclass(frozen=True, eq=False)
class Payload:
    """A description and its arrays. Booleans are bytes, and -1 is padding or undefined."""

    meta: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]

    def to_bytes(self) -> bytes:
        """Write the payload; numbers of the description that are not finite become null, as JSON has none."""
        from safetensors.numpy import save

        arrays = {name: np.ascontiguousarray(array) for name, array in self.arrays.items()}
        return save(arrays, {META: json.dumps(strict(self.meta), allow_nan=False)})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Payload":
        """Read a payload.

        Raises:
            MannscopeError: if the bytes are not a payload.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            arrays = load(data)
            length = int.from_bytes(data[:8], "little")
            meta = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][META])
        except (SafetensorError, ValueError, KeyError) as problem:
            must = "a payload must be safetensors with a description in its metadata"
            raise MannscopeError(must, str(problem), "Request it again") from problem
        return cls(meta, arrays)


def distinct(names: Iterable[str]) -> list[str]:
    """Number subjects of the same name."""
    found: list[str] = []
    for name in names:
        given, number = name, 1
        while given in found:
            number += 1
            given = f"{name} ({number})"
        found.append(given)
    return found


def progress(run: str, work: Mapping[str, Any] | None) -> bytes:
    """Tell how far the work on a run is; None where there is none."""
    return Payload({"kind": "progress", "run": run, "work": work}, {}).to_bytes()


def list_runs(source: PayloadSource) -> list[dict[str, str]]:
    """List the runs as the page reads them."""
    return [{"run": run["id"], "label": run["label"]} for run in source.runs]


def describe_error(error: MannscopeError) -> dict[str, str]:
    """Give the three parts of an error, which the page shows."""
    return {"must": error.must, "got": error.got, "remedy": error.remedy}


def half(values: Num[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Write numbers in 16 bits, or in 32 where one of them is too large for that."""
    largest = np.abs(values, where=np.isfinite(values), out=np.zeros(values.shape)).max(initial=0.0)
    return values.astype(np.float16 if largest < _LARGEST_HALF else np.float32)


def whole(values: Num[np.ndarray, "..."], *, small: bool = False) -> Num[np.ndarray, "..."]:
    """Write whole numbers in 8 bits if they are `small`, or in 16, or in 32 where that is too little."""
    kinds = (np.int8, np.int16, np.int32) if small else (np.int16, np.int32)
    least, most = int(values.min(initial=0)), int(values.max(initial=0))
    fitting = (kind for kind in kinds if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max)
    return values.astype(next(fitting, np.int64))
