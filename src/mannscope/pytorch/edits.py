"""From interventions to edits of a PyTorch network: what a submodule gives, and what a step hands on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError
from mannscope.interventions import (
    Ablation,
    CutRecurrence,
    Discretise,
    Exchange,
    Force,
    FreezeMemory,
    Replace,
    ZeroReading,
)
from mannscope.models import AbstractIntervention
from mannscope.pytorch.ablation import edits as ablation_edits
from mannscope.pytorch.choosing import Deciding, decisions
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.network import STORE, TorchNetwork
from mannscope.pytorch.paths import Path, copied
from mannscope.pytorch.putting import Putter
from mannscope.pytorch.recorder import Edit, Edits, Moment, recorded_axes

READING = "reading"


def edits_of(
    network: TorchNetwork,
    anatomy: Anatomy,
    interventions: Sequence[AbstractIntervention],
    rows: slice,
    episodes: int,
    seed: int = 0,
) -> Edits:
    """Make the edits that interventions ask for, on some of their episodes.

    Args:
        network: The network.
        anatomy: Its actors.
        interventions: What is edited, with arrays (episode, step, ...).
        rows: Which episodes are run.
        episodes: How many these are.
        seed: Of what the module draws at random.

    Raises:
        MannscopeError: if something cannot be edited in this network.
    """
    if interventions:
        _check_editable(network)
    making = _Making(network, anatomy, rows, episodes, seed, Moment())
    made = [making.of(one) for one in interventions]
    return Edits(
        tuple(edit for one in made for edit in one.before),
        tuple(edit for one in made for edit in one.after),
        tuple(edit for one in made for edit in one.outputs),
        tuple(edit for one in made for edit in one.within),
        making.at,
    )


def _check_editable(network: TorchNetwork) -> None:
    """Make sure that edits can be made at single steps.

    Raises:
        MannscopeError: if a network is not one of PyTorch, or its submodules give all steps at once.
    """
    if network.library == "jax":
        must = "a network must be one of PyTorch, to be edited"
        raise MannscopeError(
            must, "one in JAX, of which only a trace is seen", "Verify what it was seen to do"
        )
    if network.at_once:
        must = "a network must take one step after another, to be edited at one of them"
        raise MannscopeError(must, "submodules that give all steps at once", "Claim what it was seen to do")


@dataclass(frozen=True)
class _Making:
    """Makes edits for one run."""

    network: TorchNetwork
    anatomy: Anatomy
    rows: slice
    episodes: int
    seed: int
    at: Moment

    def of(self, one: AbstractIntervention) -> Edits:
        match one:
            case Force():
                return self._during(tuple(self._forcing(one)))
            case Discretise():
                return self._during(tuple(self._hardening()))
            case Replace():
                return self._during([self._replacing(one)])
            case Exchange():
                return self._all([self._exchanging(one)])
            case FreezeMemory():
                return self._freezing(one)
            case ZeroReading():
                return self._zeroing(one)
            case CutRecurrence():
                return ablation_edits(self.network, Ablation.CUT_RECURRENCE, self.episodes, self.seed)
        raise MannscopeError(
            "an edit of a PyTorch network must be one that is known here",
            type(one).__name__,
            "Use Force, Discretise, Replace, Exchange, FreezeMemory, ZeroReading or CutRecurrence",
        )

    def _all(self, edits: Sequence[Edit]) -> Edits:
        """Put edits where they are made: after the step in the state, or in what a submodule gives."""
        return Edits(
            after=tuple(edit for edit in edits if not edit.path.is_output),
            outputs=tuple(edit for edit in edits if edit.path.is_output),
        )

    def _during(self, edits: Sequence[Edit]) -> Edits:
        """Put edits where the step goes on with them: in the output of a submodule, or of a call."""
        return Edits(
            outputs=tuple(edit for edit in edits if edit.path.is_output),
            within=tuple(edit for edit in edits if not edit.path.is_output),
        )

    def _tensor(self, values: Any) -> Any:
        """Hand an array of an intervention over, with its episodes of this run alone."""
        torch = load_torch()
        weights = next(self.network.module.parameters(), torch.zeros(0))
        return torch.from_numpy(np.array(values)[self.rows]).to(weights.device)

    def _edit(self, name: str, change: Callable[[Any], Any]) -> Edit:
        """Change the value at a place, the episodes first."""
        place = self.network.places[name]
        if place.call != -1:
            raise MannscopeError(
                "the last call of a submodule in a step must be the one that is edited",
                f"{name} at {place.path}, call {place.call}",
                "Give a place without call",
            )
        putter = Putter(name, place)
        return Edit(Path.read(place.path), lambda whole: putter(whole, change))

    def _decisions(self) -> tuple[Deciding, ...]:
        found = decisions(self.network, self.anatomy)
        for one in found:
            one.begin()
        return found

    def _forcing(self, one: Force) -> Iterator[Edit]:
        actions = self._tensor(one.actions).long()

        def change(deciding: Deciding) -> Callable[[Any], Any]:
            chosen = actions[:, :, list(deciding.actors)]

            def forced(value: Any) -> Any:
                made = deciding.force(value, chosen[:, self.at.step])
                deciding.passed(made)
                return made

            return forced

        yield from (self._edit(deciding.name, change(deciding)) for deciding in self._decisions())

    def _hardening(self) -> Iterator[Edit]:
        yield from (self._edit(deciding.name, deciding.harden) for deciding in self._decisions())

    def _replacing(self, one: Replace) -> Edit:
        values, where = self._tensor(one.values), self._tensor(one.where)

        def change(value: Any) -> Any:
            torch, step = load_torch(), self.at.step
            here = where[:, step].reshape(-1, *[1] * (value.ndim - 1))
            return torch.where(here, values[:, step].reshape(value.shape).to(value.dtype), value)

        return self._edit(one.field, change)

    def _exchanging(self, one: Exchange) -> Edit:
        store = self.anatomy.stores[0]
        axes = recorded_axes(self.network.places[STORE])
        slot, part, contents = (self._tensor(of) for of in (one.slot, one.part, one.contents))

        def change(value: Any) -> Any:
            torch, step = load_torch(), self.at.step
            where = torch.ones_like(value, dtype=torch.bool)
            for axis, chosen in ((store.slots, slot), (store.parts, part)):
                if axis in axes:
                    place = 1 + axes.index(axis)
                    numbers = torch.arange(value.shape[place], device=value.device)
                    shape = [len(value), *[1] * (value.ndim - 1)]
                    shape[place] = -1
                    where = where & (numbers == chosen[:, step, None]).reshape(shape)
            shape = [len(value), *(-1 if axis == "width" else 1 for axis in axes)]
            return torch.where(where, contents[:, step].reshape(shape).to(value.dtype), value)

        return self._edit(STORE, change)

    def _freezing(self, one: FreezeMemory) -> Edits:
        """Put what is stored back to what it was before the step."""
        where, before = self._steps(one.where), dict[Path, Any]()
        from_start = ablation_edits(self.network, Ablation.FREEZE_MEMORY, self.episodes, self.seed).after

        def remember(path: Path) -> Callable[[Any], Any]:
            def looked(part: Any) -> Any:
                before[path] = copied(part)
                return part

            return looked

        def put_back(edit: Edit) -> Callable[[Any], Any]:
            def changed(part: Any) -> Any:
                if not where(self.at.step):
                    return part
                return copied(before[edit.path]) if self.at.step else edit.change(part)

            return changed

        return Edits(
            before=tuple(Edit(edit.path, remember(edit.path)) for edit in from_start),
            after=tuple(Edit(edit.path, put_back(edit)) for edit in from_start),
        )

    def _zeroing(self, one: ZeroReading) -> Edits:
        where, torch = self._steps(one.where), load_torch()
        place = self.network.places.get(READING)
        if place is not None and place.of is not None and not self.network.received:
            zero = self._edit(
                READING, lambda value: torch.zeros_like(value) if where(self.at.step) else value
            )
            return self._all([zero])
        found = ablation_edits(self.network, Ablation.ZERO_READING, self.episodes, self.seed)

        def sometimes(edit: Edit) -> Edit:
            return Edit(edit.path, lambda part: edit.change(part) if where(self.at.step) else part)

        return Edits(after=tuple(map(sometimes, found.after)), outputs=tuple(map(sometimes, found.outputs)))

    def _steps(self, where: Any) -> Callable[[int], bool]:
        """Say at which steps something is taken away.

        Raises:
            MannscopeError: if that is not the same in all episodes.
        """
        if where is None:
            return lambda step: True
        marks = np.asarray(where)[self.rows]
        if (marks != marks[:1]).any():
            raise MannscopeError(
                "a part of a PyTorch network must be taken away at the same steps of all episodes",
                "different ones",
                "Run the episodes one by one",
            )
        return lambda step: bool(marks[0, step])
