"""Packs: what the page is given at once, a view in JSON and arrays beside it, as safetensors bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Num

from mannscope.errors import MannscopeError
from mannscope.files import strict

VIEW = "view"
"""Key of the metadata that holds the view."""

_LARGEST_HALF = float(np.finfo(np.float16).max)


@dataclass(frozen=True, eq=False)
class Pack:
    """A view and its arrays. Booleans are bytes, and -1 is padding or undefined."""

    view: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]

    def to_bytes(self) -> bytes:
        """Write the pack; numbers of the view that are not finite become null, as JSON has none."""
        from safetensors.numpy import save

        arrays = {name: np.ascontiguousarray(array) for name, array in self.arrays.items()}
        return save(arrays, {VIEW: json.dumps(strict(self.view), allow_nan=False)})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Pack":
        """Read a pack.

        Raises:
            MannscopeError: if the bytes are no pack.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            arrays = load(data)
            length = int.from_bytes(data[:8], "little")
            view = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][VIEW])
        except (SafetensorError, ValueError, KeyError) as problem:
            must = "a pack must be safetensors with a view in its metadata"
            raise MannscopeError(must, str(problem), "Ask for it again") from problem
        return cls(view, arrays)


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
