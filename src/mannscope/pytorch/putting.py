"""Put a value at a place: from the tensor that is meant back to what its path leads to.

A place may squash or cut what its path leads to, such as the softmax of some columns. To edit it, the
columns that matter, and their order, are found by gradients, and the inverses of what squashes usually are
tried; what is put is put through the place's own function again, and must come out.
"""

from collections.abc import Callable
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.network import EPISODE, Place
from mannscope.pytorch.paths import describe

CLOSE = 1e-4
"""Largest difference between a value and what comes out once it is put."""
_LEAST = 1e-12
"""The smallest probability that is put, since its logarithm must be finite."""


class Putter:
    """Puts values at one place, and remembers how."""

    def __init__(self, name: str, place: Place) -> None:
        self.name, self.place = name, place
        self._columns: Any = None
        self._order: Any = None
        self._inverse: Callable[[Any], Any] | None = None

    def __call__(self, whole: Any, change: Callable[[Any], Any]) -> Any:
        """Change what the place means, with the episodes first, and give what its path is to lead to.

        Episodes whose value stays keep what they had, to the last bit.

        Raises:
            MannscopeError: if the value cannot be put there.
        """
        torch, axes = load_torch(), self.place.axes
        seen = self.place.of(whole) if self.place.of else whole
        if not hasattr(whole, "detach") or len(getattr(seen, "shape", ())) != len(axes):
            raise self._refused(f"{describe(whole)}, of which {describe(seen)} is meant")
        if EPISODE not in axes:  # there is only one
            wanted = change(seen[None])[0].to(seen.dtype)
            return whole if wanted.equal(seen) else self._inverted(whole, wanted)
        axis = axes.index(EPISODE)
        value = torch.movedim(seen, axis, 0)
        wanted = change(value).to(seen.dtype)
        moved = (wanted != value).reshape(len(value), -1).any(1)
        if not moved.any():
            return whole
        wanted = torch.movedim(wanted, 0, axis)
        made = self._inverted(whole, wanted)
        if made.shape[axis] != len(moved):
            raise self._refused(f"{describe(made)} for {len(moved)} episodes")
        across = [-1 if number == axis else 1 for number in range(made.ndim)]
        return torch.where(moved.reshape(across), made, whole)

    def _inverted(self, whole: Any, wanted: Any) -> Any:
        if (of := self.place.of) is None:
            return wanted
        columns = self._found(whole)
        for inverse in (*([self._inverse] if self._inverse else []), *_inverses()):
            values = inverse(wanted)
            if columns.sum() != values.numel() or not bool(values.isfinite().all()):
                continue
            for order in (slice(None), *([] if self._order is None else [self._order])):
                made = whole.clone()
                made[columns] = values.reshape(-1)[order].to(made.dtype)
                if float((of(made) - wanted).abs().max()) <= CLOSE:
                    self._inverse = inverse
                    return made
        raise self._refused("one for which none of the usual inverses gives the value")

    def _found(self, whole: Any) -> Any:
        """Mark the entries on which the place depends, for as many episodes as there are."""
        torch = load_torch()
        if self._columns is None or self._columns.shape != whole.shape:
            with torch.enable_grad(), torch.random.fork_rng():
                tried = (0.1 * torch.randn(whole.shape, device=whole.device)).to(whole.dtype)
                tried.requires_grad_()
                given = self.place.of(tried) if self.place.of else tried
                if not getattr(given, "requires_grad", False):
                    raise self._refused("one without a gradient")
                (gradient,) = torch.autograd.grad(
                    (given * torch.randn_like(given)).sum(), tried, retain_graph=True
                )
                self._columns = gradient != 0
                self._order = _order(tried, given, self._columns)
        return self._columns

    def _refused(self, got: str) -> MannscopeError:
        return MannscopeError(
            f"{self.name} at {self.place.path} must be a tensor, or a function of one that can be inverted, "
            "to be edited",
            got,
            "Let `of` cut, reshape, turn, and squash by softmax, sigmoid or tanh, and nothing else",
        )


def _order(tried: Any, given: Any, columns: Any) -> Any:
    """Number, for each of the entries that matter, the value that is made of it; None if not one each.

    Where each value is made of one entry, its gradient, with the values counted, is that number of times the
    gradient of their sum.
    """
    torch = load_torch()
    if columns.sum() != given.numel():
        return None
    counted = torch.arange(1, given.numel() + 1, dtype=given.dtype, device=given.device).reshape(given.shape)
    sums = (torch.autograd.grad(of.sum(), tried, retain_graph=True)[0] for of in (given * counted, given))
    counts, ones = (gradient[columns].double() for gradient in sums)
    order = (counts / ones).round().nan_to_num(-1, -1, -1).long() - 1
    known = order.sort().values.equal(torch.arange(given.numel(), device=order.device))
    return order if known else None


def _inverses() -> tuple[Callable[[Any], Any], ...]:
    """Give the inverses of doing nothing, softmax, sigmoid and tanh."""
    least = _LEAST

    def logit(value: Any) -> Any:
        return value.clamp(least, 1).log() - (1 - value).clamp(least, 1).log()

    def atanh(value: Any) -> Any:
        return value.clamp(-1 + 1e-7, 1 - 1e-7).atanh()

    return (lambda value: value), (lambda value: value.clamp(min=least).log()), logit, atanh
