"""Symbols that are vectors, such as patterns of bits: their names, and what is read off outputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Num

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError

_SMALLEST = 1e-7


@dataclass(frozen=True, eq=False)
class Patterns:
    """A table of vectors, each of which is a symbol.

    Its methods are what a `TorchNetwork` needs: `encode` gives the vectors of symbols; `by_bits` or
    `by_distance` say, as its `decode`, which symbols are put out.

    Args:
        names: What the symbols are called, such as "0110".
        vectors: The vector of each symbol.
    """

    names: tuple[str, ...]
    vectors: Num[np.ndarray, "symbol feature"]

    @classmethod
    def bits(cls, width: int) -> "Patterns":
        """List all patterns of some bits, in the order of binary numbers."""
        return cls.of(np.array(list(product((0.0, 1.0), repeat=width))))

    @classmethod
    def of(cls, vectors: Num[np.ndarray, "*batch feature"], names: Sequence[str] = ()) -> "Patterns":
        """List the different vectors among some, sorted; they are named by their numbers unless given names.

        Vectors with a NaN are padding, and are no pattern.

        Raises:
            MannscopeError: if there are more or fewer names than patterns.
        """
        flat = vectors.reshape(-1, vectors.shape[-1])
        found = np.unique(flat[~np.isnan(flat).any(axis=1)], axis=0)
        if names and len(names) != len(found):
            must = f"names must name the {len(found)} different vectors, in sorted order"
            raise MannscopeError(
                must, f"{len(names)} names", "Pass Patterns(names, vectors) for your own order"
            )
        digits = np.isin(found, np.arange(10)).all()
        own = (
            "".join(f"{value:g}" for value in one) if digits else " ".join(f"{v:g}" for v in one)
            for one in found
        )
        return cls(tuple(names) or tuple(own), found)

    @classmethod
    def sets(cls, outputs: Sequence[str], members: Sequence[str]) -> "Patterns":
        """List the sets that a task has as outputs, such as "{( [ )}", as bits over their members.

        Args:
            outputs: The outputs of the task.
            members: What the bits stand for, in the order in which a network puts them out.

        Raises:
            MannscopeError: if an output is no set, or has another member.
        """
        rows = []
        for label in outputs:
            inside = label[1:-1].split() if label[:1] + label[-1:] == "{}" else None
            if inside is None or not set(inside) <= set(members):
                must = f"outputs must be sets of {' '.join(members)}, in braces"
                raise MannscopeError(must, repr(label), "Pass the outputs of the task, and all their members")
            rows.append([float(one in inside) for one in members])
        return cls(tuple(outputs), np.array(rows))

    def symbols(self, vectors: Num[np.ndarray, "episode step feature"]) -> Int[np.ndarray, "episode step"]:
        """Find the symbol of every vector; one with a NaN is padding.

        Raises:
            MannscopeError: if a vector is none of the patterns.
        """
        known = {tuple(vector): number for number, vector in enumerate(self.vectors.tolist())}
        padding = np.isnan(vectors).any(axis=-1)
        found = np.full(vectors.shape[:2], PADDING)
        for place in np.argwhere(~padding).tolist():
            vector = tuple(vectors[tuple(place)].tolist())
            if vector not in known:
                must = f"every vector must be one of the {len(known)} patterns"
                got = f"{vector} in episode {place[0]} at step {place[1]}"
                raise MannscopeError(must, got, "Make them by Patterns.of(vectors), or pass rows of your own")
            found[tuple(place)] = known[vector]
        return found

    def encode(self, symbols: Any) -> Float[np.ndarray, "episode step feature"]:
        """Give the vectors of symbols, as a tensor or an array; zeros for padding."""
        indices = np.asarray(symbols.cpu() if hasattr(symbols, "cpu") else symbols)
        return np.where((indices == PADDING)[..., None], 0.0, self.vectors[indices]).astype(np.float32)

    def by_bits(self, outputs: Float[np.ndarray, "*batch feature"]) -> Float[np.ndarray, "*batch symbol"]:
        """Give the log probability of every pattern where outputs are the probabilities of bits.

        If all patterns are listed, the most probable one is that of the rounded outputs.

        Raises:
            MannscopeError: if outputs are no probabilities, or patterns no bits.
        """
        if not (np.isin(self.vectors, (0, 1)).all() and outputs.min() >= 0 and outputs.max() <= 1):
            raise MannscopeError(
                "outputs must be in [0, 1], and patterns of zeros and ones",
                f"{outputs.min():.2g} to {outputs.max():.2g}",
                "Give what comes out of the sigmoid, or decode by_distance",
            )
        on = np.log(np.clip(outputs.astype(float), _SMALLEST, 1))
        off = np.log(np.clip(1 - outputs.astype(float), _SMALLEST, 1))
        return on @ self.vectors.T + off @ (1 - self.vectors.T)

    def by_distance(self, outputs: Float[np.ndarray, "*batch feature"]) -> Float[np.ndarray, "*batch symbol"]:
        """Give minus the squared distance of outputs to every pattern, for those trained by mean squares."""
        apart = outputs[..., None, :].astype(float) - self.vectors
        return -np.square(apart).sum(axis=-1)
