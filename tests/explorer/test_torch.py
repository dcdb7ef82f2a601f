"""Traces of other people's networks are shown with whatever they have."""

from typing import Any

import jax
import numpy as np
import pytest

from mannscope.explorer.payload import Payload
from mannscope.explorer.session import Session
from mannscope.pytorch import record_torch, torch_dnc, torch_recurrent
from mannscope.tasks import Episode, Reversal

torch = pytest.importorskip("torch")
dnc = pytest.importorskip("dnc")

TASK = Reversal(alphabet=4)


@pytest.fixture(scope="module")
def episodes() -> Episode:
    return jax.vmap(lambda key: TASK.sample(key, 3, largest=3))(jax.random.split(jax.random.key(0), 4))


def send(session: Session, kind: str, **rest: Any) -> Payload:
    return Payload.from_bytes(session.answer({"request": kind, "run": session.runs[0]["id"], **rest}))


def test_a_dnc_is_shown_with_its_memory_and_heads(episodes: Episode) -> None:
    torch.manual_seed(0)
    sizes = {"nr_cells": 7, "cell_size": 5, "read_heads": 2, "num_hidden_layers": 1}
    network = dnc.DNC(input_size=6, hidden_size=8, gpu_id=-1, **sizes)
    session = Session([record_torch(torch_dnc(network, outputs=4), episodes, task=TASK)])
    assert [site["site"] for site in send(session, "open").meta["sites"]] == ["policy", "hidden", "reading"]
    payload = send(session, "episode", episode=2)
    assert ([one["name"] for one in payload.meta["parts"]], len(payload.meta["heads"])) == (["memory"], 3)
    assert payload.arrays["weights"].shape == (3, 7, 7)
    assert payload.arrays["source"].shape == (1, 7, 7)


def test_an_lstm_is_shown_without_a_memory(episodes: Episode) -> None:
    network = torch_recurrent(torch.nn.LSTM(6, 8, batch_first=True))
    trace = record_torch(network, np.asarray(episodes.inputs), symbols=TASK.symbols)
    session = Session([trace])
    assert [site["site"] for site in send(session, "open").meta["sites"]] == ["hidden"]
    payload = send(session, "episode", episode=2)
    assert (payload.meta["parts"], payload.meta["exact"]) == ([], None)
    assert set(payload.arrays) == {"input", "output", "action", "probability", "heat_0"}
    assert payload.meta["heatmaps"] == [{"name": "cell", "axes": "cell"}]
    assert send(session, "project", site="cell", method="pca").arrays["points"].shape == (28, 2)
