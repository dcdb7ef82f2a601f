"""One tiny run that trains to its end, which others are compared with."""

from pathlib import Path

import pytest

from mannscope.training import Configuration, Network, Progress, Training, train

TINY = Configuration(
    task={"name": "reversal", "alphabet": 2},
    memory={"name": "stack", "width": 3},
    controller={"name": "rnn", "hidden": 5},
    training=Training(
        steps=20,
        largest=3,
        batch=4,
        chunk=5,
        checkpoint_every=10,
        evaluate_every=10,
        stop_sizes=(2,),
        stop_accuracy=1.0,
        hidden_noise=0.1,
        policy_noise=0.5,
        noise_from=0,
        noise_until=10,
        context_dropout=0.2,
        harden_below=10.0,
        decay_below=10.0,
        decay_steps=100,
    ),
)
"""With every kind of noise, hardening and a falling learning rate, all of which resuming must keep."""


@pytest.fixture(scope="session")
def tiny() -> Configuration:
    """The configuration of the tiny run."""
    return TINY


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny run, which nobody interrupted."""
    folder = tmp_path_factory.mktemp("runs") / "finished"
    train(TINY, folder)
    return folder


@pytest.fixture(scope="session")
def progress(finished: Path) -> list[Progress]:
    """What the finished run wrote about itself, line by line."""
    import json

    return [Progress(**json.loads(line)) for line in (finished / "metrics.jsonl").read_text().splitlines()]


@pytest.fixture(scope="session")
def untrained() -> Network:
    """The network that the tiny run starts from."""
    return Network.fresh(TINY)
