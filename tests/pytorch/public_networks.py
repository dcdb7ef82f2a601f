"""PyTorch networks in the style of public ones, with weights set by hand, on reversal over `0 1 2 3 # _`."""

from typing import Any

import pytest

from mannscope.pytorch import Place, TorchNetwork

torch = pytest.importorskip("torch")

SYMBOLS, DIGITS, WIDTH, DEPTH = 6, 4, 4, 48
SURE = 20.0
"""A logit that makes an action certain, and the answer too."""
PUSH, POP, NOOP = range(3)
DONE = {0: PUSH, 1: PUSH, 2: PUSH, 3: PUSH, 4: NOOP, 5: POP}
"""Symbol -> what a reverser does at it."""


def moved(stack: Any, push: Any, pop: Any, noop: Any, value: Any) -> Any:
    """Mix the pushed, the popped and the unchanged stack."""
    pushed = torch.cat([value[:, None], stack[:, :-1]], 1)
    popped = torch.cat([stack[:, 1:], torch.zeros_like(stack[:, :1])], 1)
    return push * pushed + pop * popped + noop * stack


class StackNet(torch.nn.Module):
    """A linear controller that reads the top, and drives a stack by a softmax over PUSH, POP and NOOP.

    What it answers is what was on top before the step. A `shadow` of the stack, which nothing but the symbols
    moves, can be answered from instead.
    """

    def __init__(self, shadow: bool = False) -> None:
        super().__init__()
        self.controller = torch.nn.Linear(SYMBOLS + WIDTH, 3 + WIDTH)
        self.readout = torch.nn.Linear(WIDTH, DIGITS)
        self.shadow = shadow

    def forward(self, rows: Any, state: Any = None) -> Any:
        """Give the logits of sequences of one-hot symbols, and the stacks after them."""
        nothing = rows.new_zeros(len(rows), DEPTH, WIDTH)
        stack, shadow = (nothing, nothing) if state is None else state
        logits = []
        for row in rows.unbind(1):
            top = (shadow if self.shadow else stack)[:, 0]
            made = self.controller(torch.cat([row, stack[:, 0]], 1))
            push, pop, noop = made[:, :3].softmax(-1).T[:, :, None, None]
            stack = moved(stack, push, pop, noop, made[:, 3:].tanh())
            digit, blank, cue = torch.stack([row[:, :DIGITS].sum(1), row[:, 5], row[:, 4]])[:, :, None, None]
            shadow = moved(shadow, digit, blank, cue, row[:, :DIGITS])
            logits.append(self.readout(top))
        return torch.stack(logits, 1), (stack, shadow)


def stack_net(done: dict[int, int] = DONE, *, shadow: bool = False) -> StackNet:
    """Set the weights of a reverser by hand: it pushes at digits, and pops at blanks."""
    module = StackNet(shadow)
    with torch.no_grad():
        for part in module.parameters():
            part.zero_()
        for symbol, action in done.items():
            module.controller.weight[action, symbol] = SURE
        module.controller.weight[3:, :DIGITS] = 3 * torch.eye(DIGITS)
        module.readout.weight += SURE * torch.eye(DIGITS)
    return module


def described(module: Any, **more: Any) -> TorchNetwork:
    """Say where the tensors of a stack network are."""
    return TorchNetwork(
        module,
        {
            "hidden": Place("controller", ("episode", "hidden")),
            "memory": Place("state[0]", ("episode", "slot", "width")),
            "actions": Place(
                "controller", ("episode", "stack_action"), of=lambda made: made[:, :3].softmax(-1)
            ),
            "push_value": Place("controller", ("episode", "width"), of=lambda made: made[:, 3:].tanh()),
        },
        **{"action": "actions", "actions": ("PUSH", "POP", "NOOP"), "reads": "before writing", "first": "top"}
        | more,
    )


class GateNet(torch.nn.Module):
    """A linear controller that pops, then pushes by two sigmoid gates; its state is its stack."""

    def __init__(self) -> None:
        super().__init__()
        self.controller = torch.nn.Linear(SYMBOLS, 2 + WIDTH)
        with torch.no_grad():
            self.controller.weight.zero_()
            self.controller.bias[:2] = -SURE
            self.controller.weight[0, :DIGITS] = 2 * SURE
            self.controller.weight[1, 5] = 2 * SURE
            self.controller.weight[2:, :DIGITS] = 3 * torch.eye(DIGITS)

    def forward(self, rows: Any, stack: Any = None) -> Any:
        """Give the top before each step as logits, and the stack after all."""
        stack = rows.new_zeros(len(rows), DEPTH, WIDTH) if stack is None else stack
        logits = []
        for row in rows.unbind(1):
            made = self.controller(row)
            push, pop = made[:, :2].sigmoid().T[:, :, None, None]
            logits.append(SURE * stack[:, 0])
            stack = moved(stack, 0, pop, 1 - pop, made[:, 2:])
            stack = moved(stack, push, 0, 1 - push, made[:, 2:].tanh())
        return torch.stack(logits, 1), stack


def gate_net() -> TorchNetwork:
    """Describe a network whose actions are combinations of two gates."""
    return TorchNetwork(
        GateNet(),
        {
            "hidden": Place("controller", ("episode", "hidden")),
            "memory": Place("state", ("episode", "slot", "width")),
            "push": Place("controller", ("episode",), of=lambda made: made[:, 0].sigmoid()),
            "pop": Place("controller", ("episode",), of=lambda made: made[:, 1].sigmoid()),
            "pushed": Place("controller", ("episode", "width"), of=lambda made: made[:, 2:].tanh()),
        },
        gates=("push", "pop"),
        actions=("NO_OP", "PUSH", "POP", "REPLACE"),
        written=("pushed",),
        reads="before writing",
        first="top",
    )


class DyckNet(torch.nn.Module):
    """Pushes at `(` and `[`, pops at `)` and `]`, with weights set by hand; its state is what it holds.

    It pushes the bracket that it reads, and answers from the top after the step. Or it `holds` the innermost
    bracket itself, pushes the one below it, and answers from the one that it holds.
    """

    def __init__(self, *, holds: bool) -> None:
        super().__init__()
        self.decide, self.value = torch.nn.Linear(4, 2), torch.nn.Identity()
        self.holds = holds
        with torch.no_grad():
            self.decide.bias.zero_()
            self.decide.weight.copy_(SURE * torch.tensor([[1.0, 1, 0, 0], [0, 0, 1, 1]]))

    def forward(self, row: Any, state: Any) -> Any:
        """Give the logits of the sets that may come next."""
        held, stack = state
        push, pop = self.decide(row).softmax(-1).T[:, :, None, None]
        popped, opened = stack[:, 0], row[:, :2]
        stack = moved(stack, push, pop, 0, self.value(held if self.holds else opened))
        held = push[:, 0] * opened + pop[:, 0] * popped
        innermost = held if self.holds else stack[:, 0]
        empty = 0.5 * torch.ones(len(row), 1)
        return SURE * torch.cat([empty, innermost], 1), (held, stack)


def dyck_net(*, holds: bool) -> TorchNetwork:
    """Describe it. What it holds itself it reads before it writes."""
    module = DyckNet(holds=holds)
    return TorchNetwork(
        module,
        {
            "hidden": Place("state[0]", ("episode", "hidden")),
            "memory": Place("state[1]", ("episode", "slot", "width")),
            "actions": Place("decide", ("episode", "move"), of=lambda raw: raw.softmax(-1)),
            "pushed": Place("value", ("episode", "width")),
        },
        step=module,
        initial=lambda episodes: (torch.zeros(episodes, 2), torch.zeros(episodes, 24, 2)),
        action="actions",
        actions=("PUSH", "POP"),
        written=("pushed",),
        reads="before writing" if holds else "after writing",
        first="top",
    )
