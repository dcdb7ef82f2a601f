"""A tiny run for the verbs to work on, and `main` called as a shell would call it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mannscope.cli import main

TINY = """
train --task reversal --task.alphabet 3 --memory stack --memory.width 2 --controller rnn --controller.hidden 4
--training.largest 2 --training.batch 2 --training.steps 4 --training.chunk 2
--training.evaluate_every 2 --training.checkpoint_every 2 --training.stop_sizes 1 --training.stop_accuracy 1
"""


class Outcome(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Read standard output as one JSON document."""
        return json.loads(self.out)


Command = Callable[..., Outcome]


@pytest.fixture(autouse=True, scope="package")
def environment() -> Iterator[None]:
    """Report errors as users see them; compiled programs are kept where `tests/conftest.py` says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MANNSCOPE_DEBUG", raising=False)
        yield


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Outcome(code, *capsys.readouterr())

    return call


@pytest.fixture(scope="package")
def tiny() -> list[str]:
    """Arguments that train for four steps."""
    return TINY.split()


@pytest.fixture(scope="package")
def run(environment: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run of four steps."""
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    assert main([*TINY.split(), "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="package")
def expressions(environment: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained run of expressions with an NTM, which has two actors."""
    from mannscope.training import Configuration, Network, save_network

    plain = {"task": "expressions", "memory": {"name": "ntm", "width": 2}, "controller": "rnn"}
    folder = tmp_path_factory.mktemp("runs") / "expressions"
    save_network(Network.fresh(Configuration.from_dict(plain)), folder)
    return folder
