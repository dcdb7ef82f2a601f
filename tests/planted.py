"""Networks whose strategy is known, because their weights are set by hand.

All of them are about reversal over the symbols `0 1 2 3 # _`. Something is pushed at the delimiter too, so
that the POP of the first blank uncovers the last symbol. A symbol's code is one unit of the hidden vector,
one number of the pushed value, and one output.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from mannscope.memories import StackAction
from mannscope.models import Model
from mannscope.training import Configuration, Network, Training

SYMBOLS = ("0", "1", "2", "3", "#", "_")
ALPHABET, BLANK = 4, 5
LARGEST = 4
SURE = 12.0
"""Saturates tanh, and leaves less than one part in 100 000 to the other actions."""

PUSH_AND_POP = dict.fromkeys(SYMBOLS[:-1], StackAction.PUSH) | {"_": StackAction.POP}
RNN = {"name": "rnn", "hidden": 8}
CLOCK = 6
"""A hidden unit of the RNN that is 1 at the first step, -1 at the second, and so on."""
REGISTER = len(SYMBOLS)
"""The hidden unit of the decorator with which the first register begins."""
REGISTERS = 1 + LARGEST
"""Symbols that the decorator's hidden state can hold."""
REGISTER_MACHINE = {
    "name": "gated_mlp",
    "hidden": REGISTER + REGISTERS * ALPHABET,
    "layer": REGISTER + 2 * REGISTERS * ALPHABET,
}


def reverser() -> Network:
    """Pushes symbols, pops at blanks, and puts out the top: the textbook strategy."""
    return _on_an_rnn("reverser", PUSH_AND_POP)


def babbler() -> Network:
    """Treats the stack as the reverser does, and puts out something else."""
    network = _on_an_rnn("babbler", PUSH_AND_POP)
    weights = np.random.default_rng(0).normal(size=network.model.readout.weight.shape)
    return _with_readout(network, weights)


def picky() -> Network:
    """Pushes the symbols 0 and 1 only: it monitors single symbols, not the category."""
    return _on_an_rnn("picky", PUSH_AND_POP | dict.fromkeys("23", StackAction.NO_OP))


def alternating() -> Network:
    """Pushes at every other step only: what it does at a symbol depends on more than the symbol."""
    network = _on_an_rnn("alternating", PUSH_AND_POP)
    controller, interface = network.model.controller, network.model.interface.linear
    recurrent = controller.layer.recurrent.at[CLOCK, CLOCK].set(-2 * SURE)
    bias = controller.layer.bias.at[CLOCK].set(SURE)
    weight = interface.weight.at[StackAction.NO_OP, CLOCK].set(-2 * SURE)
    weight = weight.at[StackAction.NO_OP, BLANK].set(-3 * SURE)
    model = eqx.tree_at(
        lambda m: (m.controller.layer.recurrent, m.controller.layer.bias, m.interface.linear.weight),
        network.model,
        (recurrent, bias, weight),
    )
    return replace(network, model=model)


def decorator() -> Network:
    """Treats the stack as the reverser does, and never looks: registers of its hidden state have the answer.

    A symbol or a delimiter moves all registers down by one, a blank moves them up. There is no room for more
    than 4 symbols.
    """
    network = _blank("decorator", REGISTER_MACHINE)
    layer, into = _moving_registers()
    model = eqx.tree_at(
        lambda m: (
            m.controller.layer.symbol,
            m.controller.layer.recurrent,
            m.controller.layer.bias,
            m.controller.candidate.weight,
            m.controller.gate.bias,
        ),
        network.model,
        tuple(map(_array, (*layer, SURE * into, np.full(len(into), -40.0)))),
    )
    acting = replace(network, model=_with_policy(model, PUSH_AND_POP))
    readout = np.zeros(model.readout.weight.shape)
    readout[:, REGISTER : REGISTER + ALPHABET] = SURE * np.eye(ALPHABET)
    return _with_readout(acting, readout)


def _moving_registers() -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    """Give the maps into the units (of symbol and of hidden state, and the bias), and out of them.

    A unit is the AND of a number of a register and of the symbol's kind: 1 where both are, 0 elsewhere. The
    units are the copy of the symbol, then what moves down into each register, then what moves up.
    """
    numbers = REGISTERS * ALPHABET
    hidden, units = REGISTER + numbers, REGISTER + 2 * numbers
    below, up = REGISTER + ALPHABET, REGISTER + numbers
    symbol, recurrent, bias = np.zeros((units, REGISTER)), np.zeros((units, hidden)), np.zeros(units)
    symbol[:REGISTER] = np.eye(REGISTER)
    symbol[REGISTER:below, :ALPHABET] = np.eye(ALPHABET)
    symbol[below:up, :BLANK] = 1
    symbol[up:, BLANK] = 1
    bias[below:] = -1
    moved = np.eye(numbers - ALPHABET)
    recurrent[below:up, REGISTER : hidden - ALPHABET] = moved
    recurrent[up : units - ALPHABET, REGISTER + ALPHABET :] = moved
    out = np.eye(hidden, units)
    out[REGISTER:, up:] = np.eye(numbers)
    return (symbol, recurrent, bias), out


def _on_an_rnn(name: str, actions: Mapping[str, StackAction]) -> Network:
    """Do at each symbol what is told, and put out the top of the stack."""
    network = _blank(name, RNN)
    copies = np.zeros(network.model.controller.layer.symbol.shape)
    copies[: len(SYMBOLS)] = SURE * np.eye(len(SYMBOLS))
    model = eqx.tree_at(lambda m: m.controller.layer.symbol, network.model, _array(copies))
    acting = replace(network, model=_with_policy(model, actions))
    readout = np.zeros(model.readout.weight.shape)
    readout[:, -ALPHABET:] = SURE * np.eye(ALPHABET)
    return _with_readout(acting, readout)


def _blank(name: str, controller: dict[str, Any]) -> Network:
    """Make a network whose weights are all zero."""
    configuration = Configuration(
        task={"name": "reversal", "alphabet": ALPHABET},
        memory={"name": "stack", "width": ALPHABET},
        controller=controller,
        training=Training(largest=LARGEST),
    )
    network = Network.fresh(configuration, name)
    zeros = jax.tree.map(lambda leaf: jnp.zeros_like(leaf) if eqx.is_array(leaf) else leaf, network.model)
    return replace(network, model=zeros)


def _with_policy(model: Model, actions: Mapping[str, StackAction]) -> Model:
    """Let the first hidden units, which copy the symbol, decide the action and the pushed value."""
    weight = np.zeros(model.interface.linear.weight.shape)
    for unit, symbol in enumerate(SYMBOLS):
        weight[actions[symbol], unit] = SURE
    weight[len(StackAction) :, :ALPHABET] = SURE * np.eye(ALPHABET)
    return eqx.tree_at(lambda m: m.interface.linear.weight, model, _array(weight))


def _with_readout(network: Network, weight: np.ndarray) -> Network:
    return replace(network, model=eqx.tree_at(lambda m: m.readout.weight, network.model, _array(weight)))


def _array(values: np.ndarray) -> jax.Array:
    return jnp.asarray(values, jnp.float32)
