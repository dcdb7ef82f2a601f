"""Goals: the algorithms that planted networks are trained towards, each with the state that it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Int

from mannscope.tasks.task import AbstractTask, Episode
from mannscope.training import Configuration, Training

ALPHABET, MODULUS = 4, 5
PUSH, POP, NO_OP = "PUSH", "POP", "NO_OP"
REVERSAL: Final = {"name": "reversal", "alphabet": ALPHABET}

State = Callable[[AbstractTask, Episode], Int[np.ndarray, "episode step"]]
"""Gives a number for the algorithm's state after each step, the memory left out; what has the same number may
be exchanged."""
Meaning = Callable[[str, int, int], str]
"""Gives what a content means at a step where it is put, given the step at which it was written."""


@dataclass(frozen=True)
class Goal:
    """What a network is trained towards: what it does, what it writes, and what its hidden state is for."""

    task: Mapping[str, Any]
    algorithm: str
    """Textbook algorithm of the task whose counterfactual answers are the targets."""
    policy: Mapping[str, str]
    """Category -> action of the ideal machine, also off episodes; other categories are free."""
    state: State
    controller: Mapping[str, Any]
    training: Training
    width: int = 8
    """Of what is written."""
    turn: str = ""
    """Category from whose first symbol on `then` holds instead of `policy`; empty where none does."""
    then: Mapping[str, str] = field(default_factory=dict)
    meaning: Meaning = lambda content, written, put: content
    answers_from_memory: bool = True
    """Whether the answer has to follow what is exchanged; else it must not."""
    pairs: int = 4096
    """Pairs of episodes that batches are drawn from."""

    def configuration(self, seed: int) -> Configuration:
        """Give the configuration of a network of this goal."""
        memory = {"name": "stack", "width": self.width}
        return Configuration(
            dict(self.task), memory, dict(self.controller), training=self.training, seed=seed
        )

    def act(
        self, task: AbstractTask, inputs: Int[np.ndarray, "episode step"], actions: tuple[str, ...]
    ) -> Int[np.ndarray, "episode step"]:
        """Give the policy's actions for any sequences, as indices into `actions`; -1 where it has none."""
        category = task.categorise(inputs)
        before, after = (
            np.array([actions.index(rules[name]) if name in rules else -1 for name in task.categories] + [-1])
            for rules in (self.policy, self.then)
        )  # the last is for padding, -1
        return np.where(self._turned(task, category), after[category], before[category])

    def _turned(
        self, task: AbstractTask, category: Int[np.ndarray, "episode step"]
    ) -> Bool[np.ndarray, "episode step"]:
        if not self.turn:
            return np.zeros(category.shape, bool)
        return np.logical_or.accumulate(category == task.categories.index(self.turn), axis=1)


def _stateless(task: AbstractTask, episodes: Episode) -> Int[np.ndarray, "episode step"]:
    """There is one state: the stack and the symbol decide everything."""
    return np.zeros(np.shape(episodes.inputs), int)


def _phase(task: AbstractTask, episodes: Episode) -> Int[np.ndarray, "episode step"]:
    """Whether the delimiter has been read."""
    delimiter = np.asarray(episodes.category) == task.categories.index("delimiter")
    return np.logical_or.accumulate(delimiter, axis=1).astype(int)


def _parity(task: AbstractTask, episodes: Episode) -> Int[np.ndarray, "episode step"]:
    """Whether the number of symbols to be given back is even."""
    return np.asarray(episodes.variables["depth"]) % 2


def _bracket(task: AbstractTask, episodes: Episode) -> Int[np.ndarray, "episode step"]:
    """What waits in the innermost bracket, and the last value; nothing where a bracket opens."""
    inputs, category = np.asarray(episodes.inputs), np.asarray(episodes.category)
    waiting, value = (np.asarray(episodes.variables[name]) for name in ("waiting", "partial_value"))
    left = np.concatenate([np.zeros_like(value[:, :1]), value[:, :-1]], axis=1)
    operator = 1_000 + MODULUS * inputs + left
    state = np.where(category == task.categories.index("operator"), operator, 1 + MODULUS * waiting + value)
    return np.where(category == task.categories.index("open"), 0, state)


def _total(task: AbstractTask, episodes: Episode) -> Int[np.ndarray, "episode step"]:
    """The running total, and the sign that the next digit is added with."""
    digit = np.asarray(episodes.category) == task.categories.index("digit")
    sign = np.asarray(episodes.variables["sign"])
    added = np.where(digit, np.asarray(episodes.inputs) * np.where(sign == 1, -1, 1), 0)
    return 2 * (np.cumsum(added, axis=1) % MODULUS) + sign


def _sequence(task: AbstractTask, episodes: Episode) -> Int[np.ndarray, "episode step"]:
    """All states differ."""
    return np.arange(np.size(episodes.inputs)).reshape(np.shape(episodes.inputs))


def _scrambled(content: str, written: int, put: int) -> str:
    """Take one off at odd steps for the one that is added there."""
    return str((int(content) + written % 2 - put % 2) % ALPHABET)


def _expressions(*, supervise_brackets: bool) -> dict[str, Any]:
    options = {"operators": "+-", "modulus": MODULUS, "supervise_brackets": supervise_brackets}
    return {"name": "expressions", **options}


def _training(largest: int, steps: int, rate: float = 5e-3) -> Training:
    return Training(steps=steps, largest=largest, batch=64, learning_rate=rate, decay_steps=steps // 2)


_BY_SYMBOL = {"symbol": PUSH, "blank": POP}
_BRACKETS = {"open": PUSH, "close": POP, "digit": NO_OP, "operator": NO_OP}
_GATED = {"name": "gated_mlp", "hidden": 40, "layer": 128}
MANY = 16_384

GOALS: Final[Mapping[str, Goal]] = {
    "trained reverser": Goal(
        REVERSAL, "stack", _BY_SYMBOL, _stateless, {"name": "rnn", "hidden": 24}, _training(6, 600)
    ),
    "trained phase reverser": Goal(
        REVERSAL,
        "stack",
        dict.fromkeys(_BY_SYMBOL, PUSH),
        _phase,
        {"name": "gru", "hidden": 24},
        _training(6, 800),
        turn="delimiter",
        then=dict.fromkeys(_BY_SYMBOL, POP),
    ),
    "trained scrambling reverser": Goal(
        REVERSAL,
        "stack",
        _BY_SYMBOL,
        _parity,
        _GATED,
        _training(6, 5000),
        meaning=_scrambled,
        pairs=MANY,
    ),
    "trained recursive evaluator": Goal(
        _expressions(supervise_brackets=True),
        "recursive",
        _BRACKETS,
        _bracket,
        _GATED,
        _training(4, 4000),
        pairs=MANY,
    ),
    "trained cumulative evaluator": Goal(
        _expressions(supervise_brackets=False),
        "cumulative",
        _BRACKETS,
        _total,
        _GATED,
        _training(4, 7000),
        pairs=MANY,
    ),
    "trained unused-stack": Goal(
        REVERSAL,
        "stack",
        _BY_SYMBOL,
        _sequence,
        {"name": "lstm", "hidden": 32},
        _training(4, 1500),
        answers_from_memory=False,
    ),
}
"""Kind -> what its networks are trained towards."""
