"""Baselines: a training step of other people's networks in PyTorch, on a CPU, in one thread."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from mannscope.bench.timing import FirstCall, Program
from mannscope.bench.training_programs import SYMBOLS

NEEDED = ("torch", "dnc")
"""Packages that the baselines need, and that `mannscope[bench]` installs."""


@dataclass(frozen=True)
class PeerLSTM:
    """PyTorch's own LSTM, with a linear readout; it has no memory."""

    hidden: int
    batch: int
    steps: int

    def program(self, repeats: int = 31) -> Program:
        """Prepare a training step."""
        torch = import_module("torch")
        lstm = torch.nn.LSTM(SYMBOLS, self.hidden, batch_first=True)
        readout = torch.nn.Linear(self.hidden, SYMBOLS)
        modules = torch.nn.ModuleList([lstm, readout])
        return _step(modules, lambda rows: readout(lstm(rows)[0]), self.batch, self.steps, repeats)


@dataclass(frozen=True)
class PeerDNC:
    """The differentiable neural computer of the package `dnc`, with one read head and one write head.

    It does more than an NTM (usage and a link matrix), and less: its controller is not given what was read.
    """

    hidden: int
    slots: int
    width: int
    batch: int
    steps: int

    def program(self, repeats: int = 7) -> Program:
        """Prepare a training step."""
        network = import_module("dnc").DNC(
            input_size=SYMBOLS,
            hidden_size=self.hidden,
            num_layers=1,
            num_hidden_layers=1,
            nr_cells=self.slots,
            cell_size=self.width,
            read_heads=1,
            gpu_id=-1,
        )
        return _step(network, lambda rows: network(rows)[0], self.batch, self.steps, repeats)


def _step(network: Any, forward: Callable[[Any], Any], batch: int, steps: int, repeats: int) -> Program:
    """Prepare forward, backward, clipping and Adam, always on the same sequences."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    targets = torch.from_numpy(np.random.default_rng(0).integers(0, SYMBOLS, (batch, steps)))
    rows = torch.nn.functional.one_hot(targets, SYMBOLS).float()
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    adam = torch.optim.Adam(weights, lr=1e-3)

    def run() -> float:
        adam.zero_grad()
        loss = torch.nn.functional.cross_entropy(forward(rows).flatten(0, 1), targets.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        adam.step()
        return loss.item()

    return Program(run, batch, steps, repeats=repeats, first=FirstCall.WARMS_UP)
