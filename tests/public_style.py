"""PyTorch modules in the style of public ones, written for tests: how people keep a memory and take steps."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional

BITS, SLOTS, WIDTH = 3, 6, 4


class Tape(nn.Module):
    """The memory of a Turing machine, as an attribute that every call overwrites."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("start", torch.rand(SLOTS, WIDTH) - 0.5)

    def reset(self, batch: int) -> None:
        self.cells = self.start.repeat(batch, 1, 1)

    def read(self, weights: Any) -> Any:
        return (weights.unsqueeze(1) @ self.cells).squeeze(1)

    def write(self, weights: Any, erase: Any, add: Any) -> None:
        outer = weights.unsqueeze(-1)
        self.cells = self.cells * (1 - outer * erase.unsqueeze(1)) + outer * add.unsqueeze(1)

    def similar(self, key: Any, strength: Any) -> Any:
        return (
            strength * functional.cosine_similarity(self.cells + 1e-16, key.unsqueeze(1), dim=-1)
        ).softmax(-1)


class Head(nn.Module):
    """Addresses by content, then by location on a circle; a bias makes it go one way."""

    def __init__(self, tape: Tape, hidden: int, more: int, way: int) -> None:
        super().__init__()
        self.tape, self.emit = tape, nn.Linear(hidden, WIDTH + 6 + more)
        with torch.no_grad():
            self.emit.weight[WIDTH + 1 : WIDTH + 6] = 0
            self.emit.bias[WIDTH + 1 : WIDTH + 6] = torch.tensor([-20.0, 0, 0, 0, 5])
            self.emit.bias[WIDTH + 3 + way] = 20

    def address(self, hidden: Any, before: Any) -> Any:
        key, strength, gate, shift, sharpening, _ = self.emit(hidden).split(
            [WIDTH, 1, 1, 3, 1, self.emit.out_features - WIDTH - 6], dim=1
        )
        content = self.tape.similar(key.tanh(), functional.softplus(strength))
        gated = torch.lerp(before, content, gate.sigmoid())
        around = torch.stack([gated.roll(step, 1) for step in (-1, 0, 1)], dim=-1)
        moved = (around * shift.softmax(-1).unsqueeze(1)).sum(-1)
        sharp = moved ** (1 + functional.softplus(sharpening))
        return sharp / sharp.sum(1, keepdim=True)


class TuringMachine(nn.Module):
    """Bits in, bits out; the batch second; called on one step, while all state is kept inside."""

    def __init__(self, hidden: int = 8) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.tape = Tape()
        self.controller = nn.LSTM(BITS + WIDTH, hidden)
        self.reader, self.writer = Head(self.tape, hidden, 0, -1), Head(self.tape, hidden, 2 * WIDTH, 1)
        self.out = nn.Linear(hidden + WIDTH, BITS)
        self.start = nn.Parameter(torch.rand(2, SLOTS))

    def init_sequence(self, batch: int) -> None:
        self.tape.reset(batch)
        weights = [one.softmax(-1).repeat(batch, 1) for one in self.start * 9]
        self.last = (torch.zeros(batch, WIDTH), None, weights)

    def forward(self, x: Any) -> Any:
        read, state, (reading, writing) = self.last
        hidden, state = self.controller(torch.cat([x, read], 1).unsqueeze(0), state)
        reading = self.reader.address(hidden[0], reading)
        read = self.tape.read(reading)
        writing = self.writer.address(hidden[0], writing)
        erase, add = self.writer.emit(hidden[0])[:, -2 * WIDTH :].chunk(2, dim=1)
        self.tape.write(writing, erase.sigmoid(), add)
        self.last = (read, state, [reading, writing])
        return torch.sigmoid(self.out(torch.cat([hidden[0], read], 1))), self.last

    def run(self, rows: Any) -> Any:
        """Run sequences (step, episode, bit)."""
        self.init_sequence(rows.shape[1])
        return torch.stack([self(x)[0] for x in rows])


class Looping(nn.Module):
    """Cells called step by step in a loop over sequences; gives the outputs alone."""

    def __init__(self, batch_first: bool = True) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.batch_first = batch_first
        self.embed, self.cell, self.out = nn.Linear(3, 4), nn.LSTMCell(4, 5), nn.Linear(5, 3)
        self.refine = nn.Linear(5, 5)

    def forward(self, rows: Any) -> Any:
        if self.batch_first:
            rows = rows.transpose(0, 1)
        state, outputs = None, []
        for x in rows:
            hidden, cell = self.cell(self.embed(x).tanh(), state)
            for _ in range(3):  # the same layer several times
                hidden = hidden + self.refine(hidden).tanh()
            self.held = cell
            state = (hidden, cell)
            outputs.append(self.out(hidden))
        return torch.stack(outputs, 1 if self.batch_first else 0)


class Alone(nn.Module):
    """Takes one sequence (step, feature) at a time, and hands on a state without a batch."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.mix, self.out = nn.Linear(3 + 4, 4), nn.Linear(4, 3)

    def forward(self, rows: Any, state: Any = None) -> Any:
        hidden = torch.zeros(4) if state is None else state
        outputs = []
        for x in rows:
            hidden = self.mix(torch.cat([x, hidden])).tanh()
            outputs.append(self.out(hidden))
        return torch.stack(outputs), hidden


class Growing(nn.Module):
    """Attends to all that came before: its memory grows by a slot a step."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.cell, self.query, self.out = nn.GRUCell(3, 4), nn.Linear(4, 4), nn.Linear(8, 3)

    def forward(self, x: Any, state: Any) -> Any:
        hidden, past = state
        hidden = self.cell(x, hidden)
        past = torch.cat([past, hidden.unsqueeze(1)], 1)
        self.weights = (past @ self.query(hidden).unsqueeze(-1)).squeeze(-1).softmax(-1)
        read = (self.weights.unsqueeze(1) @ past).squeeze(1)
        return self.out(torch.cat([hidden, read], 1)), (hidden, past)


class LinearAttention(nn.Module):
    """Keys and values in a matrix that no one hands out, but an identity that it passes through."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embed, self.out = nn.Linear(3, 4), nn.Linear(4, 3)
        self.key, self.value, self.query = (nn.Linear(4, 4) for _ in range(3))
        self.matrix = nn.Identity()

    def forward(self, rows: Any) -> Any:
        state = torch.zeros(len(rows), 4, 4)
        outputs = []
        for x in rows.unbind(1):
            x = self.embed(x)
            state = state + self.value(x).unsqueeze(2) * self.key(x).unsqueeze(1)
            state = self.matrix(state)
            outputs.append(self.out((state @ self.query(x).unsqueeze(-1)).squeeze(-1)))
        return torch.stack(outputs, 1)


class Transformer(nn.Module):
    """One causal layer, or one that looks ahead."""

    def __init__(self, *, causal: bool = True) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embed, self.out = nn.Linear(3, 8), nn.Linear(8, 3)
        self.attend = nn.MultiheadAttention(8, 2, dropout=0.3, batch_first=True)
        self.after = nn.LayerNorm(8)
        self.causal = causal

    def forward(self, rows: Any) -> Any:
        x = self.embed(rows)
        ahead = torch.ones(x.shape[1], x.shape[1]).triu(1).bool() if self.causal else None
        read, _ = self.attend(x, x, x, attn_mask=ahead, average_attn_weights=False)
        return self.out(self.after(x + read))


class AloneWithStack(nn.Module):
    """Takes one step of one sequence; keeps what it decides in an attribute, and its stack in its state."""

    def __init__(self, *, branches: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.rnn, self.look = nn.RNN(3, 5), nn.Linear(2, 5)
        self.act, self.value, self.out = nn.Linear(5, 2), nn.Linear(5, 2), nn.Linear(5, 2)
        self.branches = branches

    def forward(self, x: Any, hidden: Any, stack: Any) -> Any:
        rows, hidden = self.rnn(x, self.look(stack[0]).view(1, 1, -1) + hidden)
        self.actions = (5 * self.act(rows)).softmax(2).view(-1)
        pushed = torch.cat([self.value(rows).sigmoid().view(1, -1), stack[:-1]])
        popped = torch.cat([stack[1:], torch.zeros(1, 2)])
        stack = self.actions[0] * pushed + self.actions[1] * popped
        if self.branches and float(stack[0, 0]) > 2:
            stack = stack / 2
        return self.out(rows).view(-1, 2), hidden, stack


class Alternating(nn.Module):
    """Makes its gate in another line of code at every second step."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.mix = nn.Linear(3 + 2, 2)

    def forward(self, row: Any, state: Any) -> Any:
        hidden, number = state
        made = self.mix(torch.cat([row, hidden], 1))
        gate = self.odd(made) if number % 2 else self.even(made)
        self.kept, self.gate = hidden, gate
        return gate * hidden + 1 - gate, (gate, number + 1)

    def odd(self, made: Any) -> Any:
        return made.sigmoid()

    def even(self, made: Any) -> Any:
        return (2 * made).sigmoid()
