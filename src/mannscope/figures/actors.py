"""Who acts, what each actor does at every step, and the operations that decide it."""

from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from mannscope.anatomy import NOT_APPLICABLE, Actor
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.traces.labels import anatomy

_TOLERANCE = 1e-3


class Acting(NamedTuple):
    """An actor, and its place along the axis `actor` of the trace."""

    actor: Actor
    place: int | None
    """None where the trace has no such axis, since one actor was selected."""


class Shares(NamedTuple):
    """A distribution that decides what an actor does."""

    op: str
    values: xr.DataArray
    """Its last axis is that of the choices."""
    labels: tuple[str, ...]
    """Labels of the choices, from the coordinate of their axis."""


class Deciding(NamedTuple):
    """The recorded operations that decide what an actor does."""

    distributions: tuple[Shares, ...]
    scalars: tuple[tuple[str, xr.DataArray], ...]
    """Operations of one number a step, by their caption."""
    missing: tuple[str, ...]
    """Which operations cannot be drawn, and why."""


def acting(trace: xr.Dataset) -> list[Acting]:
    """List the actors of a trace.

    Raises:
        MannscopeError: if the trace does not say who acts at each place of the axis `actor`.
    """
    declared = anatomy(trace).actors
    if "actor" not in trace["action"].dims:
        return [Acting(actor, None) for actor in declared[:1]]
    count = trace.sizes["actor"]
    if "actor" in trace.coords:
        names = [str(name) for name in trace["actor"].values]
        found = [Acting(actor, names.index(actor.name)) for actor in declared if actor.name in names]
    else:
        found = [Acting(actor, place) for place, actor in enumerate(declared)]
    if len(found) == count:
        return found
    raise MannscopeError(
        f"the anatomy of the trace must describe each of its {count} actors",
        ", ".join(actor.name for actor in declared) or "none",
        "Describe them with mannscope.traces.label(trace, anatomy=...)",
    )


def chosen_actors(trace: xr.Dataset, name: str | None) -> list[Acting]:
    """Find one actor by its name, or all of them.

    Raises:
        MannscopeError: if the memory has no actors.
        UnknownNameError: if it has actors, but not this one.
    """
    actors = acting(trace)
    if not actors:
        raise MannscopeError(
            "the trace must be of a memory with actors", "a trace without any", "Choose another trace"
        )
    if name is None:
        return actors
    names = [one.actor.name for one in actors]
    if name not in names:
        raise UnknownNameError("actor", name, names)
    return [actors[names.index(name)]]


def taken(trace: xr.Dataset, one: Acting) -> Int[np.ndarray, "*axes"]:
    """Read what an actor does, an index into its own actions; -1 where it has none.

    Raises:
        MannscopeError: if the trace has an action that the actor does not have.
    """
    found = trace["action"] if one.place is None else trace["action"].isel(actor=one.place)
    axes = [axis for axis in ("episode", "step") if axis in found.dims]
    values, count = found.transpose(*axes).values, len(one.actor.actions)
    if values.size and not NOT_APPLICABLE <= values.min() <= values.max() < count:
        must = f"the action of {one.actor.name} must be from -1 to {count - 1}"
        raise MannscopeError(
            must, f"{values.min()} to {values.max()}", "Name all of its actions in the anatomy"
        )
    return values.astype(int)


def deciding(trace: xr.Dataset, actor: Actor) -> Deciding:
    """Read the operations that decide what an actor does."""
    distributions: list[Shares] = []
    scalars: list[tuple[str, xr.DataArray]] = []
    missing: list[str] = []
    prefix = _common_prefix(actor.decided_by)
    for op in actor.decided_by:
        caption = op.removeprefix(prefix).replace("_", " ")
        values = _of_actor(trace, op, actor)
        if isinstance(values, str):
            missing.append(values)
            continue
        axes = [str(axis) for axis in values.dims if axis not in ("episode", "step")]
        if not axes:
            scalars.append((caption, values))
        elif len(axes) == 1 and _is_distribution(values, axes[0]):
            distributions.append(Shares(op, values.transpose(..., axes[0]), _choices(values, axes[0])))
        else:
            missing.append(f"{op} is not a distribution: not drawn")
    return Deciding(tuple(distributions), tuple(scalars), tuple(missing))


def own_distribution(trace: xr.Dataset, actor: Actor) -> Float[np.ndarray, "*axes choice"] | None:
    """Give the distribution over exactly the actor's own actions, where one alone decides; None otherwise."""
    found = deciding(trace, actor)
    if len(actor.decided_by) != 1 or not found.distributions:
        return None
    shares = found.distributions[0]
    if shares.labels != actor.labels:
        return None
    axes = [axis for axis in ("episode", "step") if axis in shares.values.dims]
    return shares.values.transpose(*axes, ...).values


def _of_actor(trace: xr.Dataset, op: str, actor: Actor) -> xr.DataArray | str:
    """Give an operation of one actor, or the reason why there is none."""
    if op not in trace:
        return f"{op} is not recorded"
    values = trace[op]
    for axis, index in actor.places.items():
        if axis not in values.dims or not 0 <= index < values.sizes[axis]:
            return f"{op} does not have {axis} {index}: not drawn"
    return values.isel(actor.places)


def _is_distribution(values: xr.DataArray, axis: str) -> bool:
    sums = values.sum(axis)
    return bool(((values >= -_TOLERANCE).all() and (sums <= 1 + _TOLERANCE).all()).item())


def _choices(values: xr.DataArray, axis: str) -> tuple[str, ...]:
    """Label the choices along an axis, by its coordinate; numbers get the axis' name."""
    known = values[axis].values if axis in values.coords else np.arange(values.sizes[axis])
    if known.dtype.kind not in "iuf":
        return tuple(str(label) for label in known)
    signed = "+" if (known < 0).any() else ""
    numbers = (f"{number:{signed}g}" if number else "0" for number in known)
    return tuple(f"{axis} {number}".replace("-", "\N{MINUS SIGN}") for number in numbers)


def _common_prefix(names: tuple[str, ...]) -> str:
    """Give the words with which all of several names begin."""
    if len(names) < 2:
        return ""
    shared = 0
    while all(name[: shared + 1] == names[0][: shared + 1] != names[0][:shared] for name in names):
        shared += 1
    return names[0][: names[0].rfind("_", 0, shared) + 1]
