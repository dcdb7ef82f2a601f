"""Recurrent networks in NumPy, gate by gate; their weights are those of the controllers."""

from typing import Any

import numpy as np


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def affine(map: Any, *vectors: np.ndarray) -> np.ndarray:
    """One matrix over everything, as in the papers."""
    weights = np.concatenate([map.symbol, map.reading, map.recurrent], axis=1).astype(float)
    return weights @ np.concatenate(vectors) + np.asarray(map.bias, float)


def feed_forward(network: Any, symbol: np.ndarray, reading: np.ndarray, state: tuple) -> tuple:
    return (np.tanh(affine(network.layer, symbol, reading)),)


def rnn(network: Any, symbol: np.ndarray, reading: np.ndarray, state: tuple) -> tuple:
    return (np.tanh(affine(network.layer, symbol, reading, state[0])),)


def gru(network: Any, symbol: np.ndarray, reading: np.ndarray, state: tuple) -> tuple:
    size = len(state[0])
    gates = sigmoid(affine(network.gates, symbol, reading, state[0]))
    update, reset = gates[:size], gates[size:]
    candidate = np.tanh(affine(network.candidate, symbol, reading, reset * state[0]))
    return (update * state[0] + (1 - update) * candidate,)


def lstm(network: Any, symbol: np.ndarray, reading: np.ndarray, state: tuple) -> tuple:
    hidden, cell = state
    enter, forget, candidate, leave = affine(network.gates, symbol, reading, hidden).reshape(4, -1)
    cell = sigmoid(forget + 1) * cell + sigmoid(enter) * np.tanh(candidate)
    return (sigmoid(leave) * np.tanh(cell), cell)


def gated_mlp(network: Any, symbol: np.ndarray, reading: np.ndarray, state: tuple) -> tuple:
    units = np.maximum(affine(network.layer, symbol, reading, state[0]), 0)
    gate = sigmoid(np.asarray(network.gate.weight) @ units + np.asarray(network.gate.bias))
    inner = np.asarray(network.candidate.weight) @ units + np.asarray(network.candidate.bias)
    return (gate * state[0] + (1 - gate) * np.tanh(inner + np.asarray(network.skip) @ reading),)


CONTROLLERS = {"feed_forward": feed_forward, "rnn": rnn, "gru": gru, "lstm": lstm, "gated_mlp": gated_mlp}
