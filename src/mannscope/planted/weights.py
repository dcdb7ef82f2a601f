"""Compile a machine into the weights of a network of the same classes as trained ones.

Registers and contents are random sign vectors, so that nothing lies along an axis, and each basis is another
network of the same strategy. A unit of the controller's hidden layer is the AND of the conditions of a rule.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from mannscope.errors import MannscopeError
from mannscope.memories import AbstractMemory
from mannscope.memories.choices import SATURATED
from mannscope.models import Model
from mannscope.models.model import reading_size
from mannscope.planted.machine import EMPTY, READING, Machine, Rule
from mannscope.training import Configuration, Network, Training

SPARE = 1.5
"""Length of a code, in numbers of values that it must distinguish."""
CONTROLLER = "gated_mlp"

Codes = dict[str, np.ndarray]
Rows = dict[str, np.ndarray]
"""Value -> the linear map that is 1 where it is held and 0 where another is."""


class Decoders(NamedTuple):
    """How the values of registers are told from the hidden vector, and contents from the reading."""

    registers: dict[str, Rows]
    readings: dict[int | None, Rows]
    """By the part of the memory that is read; None is the mean of all."""


def compile_machine(machine: Machine, basis: int = 0, noise: float = 0.0) -> Network:
    """Give a network that follows a machine's rules.

    Args:
        machine: The strategy.
        basis: Seed of the codes of registers and contents, and of the noise.
        noise: Standard deviation of the noise on every weight, as a share of the weight's own size.

    Raises:
        MannscopeError: if the noise is negative.
    """
    if noise < 0:
        raise MannscopeError("noise must not be negative", str(noise), "Pass noise=0.02")
    random = np.random.default_rng(basis)
    registers = {name: _codes(values, random) for name, values in machine.registers.items()}
    contents = _codes(machine.contents, random)
    places = _places(registers, random)
    network = _blank(machine, registers, contents, basis)
    hidden = network.model.controller.hidden
    decoders = Decoders(
        {name: _rows(codes, places[name], hidden) for name, codes in registers.items()},
        _readers(contents, network.model.memory),
    )
    layer, candidate = _controller(machine, network, registers, places, decoders)
    model = eqx.tree_at(
        lambda m: (
            *(m.controller.layer.symbol, m.controller.layer.recurrent, m.controller.layer.reading),
            *(m.controller.layer.bias, m.controller.candidate.weight, m.controller.gate.bias),
            *(m.interface.linear.weight, m.interface.linear.bias, m.readout.weight),
        ),
        network.model,
        tuple(
            jax.device_put(np.asarray(part, np.float32))
            for part in (
                *layer,
                candidate,
                np.full(hidden, -40.0),
                *_interface(machine, network.model.memory, contents, decoders.registers),
                _readout(machine, network, decoders),
            )
        ),
    )
    return Network(network.name, network.configuration, network.task, _noisy(model, noise, random))


def _codes(values: tuple[str, ...], random: np.random.Generator) -> Codes:
    """Draw a sign vector for each value, until they are independent enough to be distinguished."""
    length = int(SPARE * len(values)) + 4
    while True:
        drawn = random.choice([-1.0, 1.0], size=(len(values), length))
        if not len(values) or np.linalg.svd(drawn, compute_uv=False)[-1] > 0.15 * np.sqrt(length):
            return dict(zip(values, drawn, strict=True))


def _width(codes: Codes) -> int:
    return len(next(iter(codes.values()), np.zeros(1)))


def _places(registers: dict[str, Codes], random: np.random.Generator) -> dict[str, np.ndarray]:
    """Scatter the registers over the units of the hidden vector."""
    widths = {name: _width(codes) for name, codes in registers.items()}
    order = random.permutation(sum(widths.values()))
    ends = np.cumsum(list(widths.values()))
    return {name: order[end - widths[name] : end] for name, end in zip(widths, ends, strict=True)}


def _rows(codes: Codes, places: np.ndarray, size: int) -> Rows:
    """Give, for each value, the linear map that is 1 where it is held and 0 where another is."""
    found = {value: np.zeros(size) for value in codes}
    for value, row in (
        zip(codes, np.linalg.pinv(np.array(list(codes.values()))).T, strict=True) if codes else ()
    ):
        found[value][places] = row
    return found


def _readers(contents: Codes, memory: AbstractMemory) -> dict[int | None, Rows]:
    """Tell what is read from each part of the memory, and from their mean."""
    width, size = _width(contents), reading_size(memory)
    parts = {
        part: _rows(contents, np.arange(part * width, (part + 1) * width), size)
        for part in range(size // width)
    }
    mean = {value: np.mean([rows[value] for rows in parts.values()], axis=0) for value in contents}
    return {None: mean, **parts}


def _blank(machine: Machine, registers: dict[str, Codes], contents: Codes, basis: int) -> Network:
    """Make a network of the right size whose weights are all zero."""
    controller = {
        "name": CONTROLLER,
        "hidden": sum(_width(codes) for codes in registers.values()),
        "layer": len(machine.rules),
    }
    configuration = Configuration(
        task=dict(machine.task),
        memory={"name": machine.memory, "width": _width(contents), **machine.options},
        controller=controller,
        training=Training(largest=machine.largest),
        seed=basis,
    )
    task = configuration.make_task()
    shapes = eqx.filter_eval_shape(configuration.make_model, task)
    zeros = jax.tree.map(lambda leaf: jax.device_put(np.zeros(leaf.shape, leaf.dtype)), shapes)
    return Network(f"{machine.name} {basis}", configuration, task, zeros)


def _controller(
    machine: Machine,
    network: Network,
    registers: dict[str, Codes],
    places: dict[str, np.ndarray],
    decoders: Decoders,
) -> tuple[tuple[np.ndarray, ...], Float[np.ndarray, "hidden layer"]]:
    """Make a unit for each rule, which is 1 where its conditions hold and 0 elsewhere, and what it sets."""
    model, symbols = network.model, network.task.symbols
    sizes = (model.controller.hidden, reading_size(model.memory))
    parts = [_conditions(rule, symbols, sizes, machine, decoders) for rule in machine.rules]
    layer = tuple(2 * np.array([part[index] for part in parts]) for index in range(4))
    candidate = np.zeros((sizes[0], len(machine.rules)))
    for unit, rule in enumerate(machine.rules):
        code = registers[rule.register][rule.value]
        candidate[places[rule.register], unit] = SATURATED * rule.weight * code
    return layer, candidate


def _conditions(
    rule: Rule, symbols: tuple[str, ...], sizes: tuple[int, int], machine: Machine, decoders: Decoders
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Give a unit's maps of symbol, hidden vector and reading, and its bias: 0.5 in all, or at most -0.5."""
    of_symbol = np.array([float(symbol in rule.symbols) for symbol in symbols])
    of_hidden, of_reading, bias = np.zeros(sizes[0]), np.zeros(sizes[1]), -0.5
    for register, values in rule.when.items():
        row, start = _indicator(values, decoders.registers[register])
        of_hidden, bias = of_hidden + row, bias + start - 1
    if rule.reading:
        if rule.part not in decoders.readings:
            known = f"There are {len(decoders.readings) - 1}, from 0 on"
            must = f"a rule of {machine.name} must read a part that its memory has"
            raise MannscopeError(must, str(rule.part), known)
        row, start = _indicator(rule.reading, decoders.readings[rule.part])
        of_reading, bias = of_reading + row, bias + start - 0.5 - rule.clarity
    return of_symbol, of_hidden, of_reading, bias


def _indicator(values: tuple[str, ...], rows: Rows) -> tuple[np.ndarray, float]:
    """Give the affine map that is 1 where one of the values is held; `EMPTY` is that none is."""
    total = sum((rows[value] for value in values if value != EMPTY), np.zeros_like(next(iter(rows.values()))))
    if EMPTY not in values:
        return total, 0.0
    return total - sum(rows.values()), 1.0


def _interface(
    machine: Machine, memory: AbstractMemory, contents: Codes, registers: dict[str, Rows]
) -> tuple[np.ndarray, np.ndarray]:
    """Let the registers decide what is done, what is written, and what is looked for."""
    raws = {key: _emitted(memory, acts) for key, acts in machine.acts.items()}
    for key, content in machine.writes.items():
        raws[key] = raws.get(key, 0) + memory.emit({}, contents[content])
    for key, content in machine.seeks.items():
        raws[key] = raws.get(key, 0) + memory.emit({}, key=contents[content])
    weight = sum(np.outer(raw, registers[register][value]) for (register, value), raw in raws.items())
    return np.asarray(weight), memory.rest()


def _emitted(memory: AbstractMemory, acts: Mapping[str, str | Mapping[str, float]]) -> np.ndarray:
    """Emit actions, each alone or with the probability that it has."""
    raw = memory.emit({})
    for actor, action in acts.items():
        shares = {action: 1.0} if isinstance(action, str) else action
        for name, share in shares.items():
            raw = raw + memory.emit({actor: name}) * (1 + np.log(share) / SATURATED)
    return raw


def _readout(machine: Machine, network: Network, decoders: Decoders) -> np.ndarray:
    """Output what the registers, or what is read, name."""
    hidden = network.model.controller.hidden
    weight = np.zeros(network.model.readout.weight.shape)
    for (register, value), output in machine.outputs.items():
        row = network.task.outputs.index(output)
        if register == READING:
            weight[row, hidden:] += SATURATED * decoders.readings[None][value]
        else:
            weight[row, :hidden] += SATURATED * decoders.registers[register][value]
    return weight


def _noisy(model: Model, noise: float, random: np.random.Generator) -> Model:
    """Disturb every weight by a share of the size that weights of its array have."""
    if not noise:
        return model

    def disturb(leaf: Any) -> Any:
        values = np.asarray(leaf) if eqx.is_inexact_array(leaf) else np.zeros(0)
        if not values.any():
            return leaf
        size = np.sqrt(np.mean(values[values != 0] ** 2))
        drawn = noise * size * random.normal(size=values.shape) * (values != 0)
        return jnp.asarray(values + drawn, jnp.float32)

    return jax.tree.map(disturb, model)
