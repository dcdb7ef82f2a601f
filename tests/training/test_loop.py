"""Training: to the end, interrupted, resumed, and stopped."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

import mannscope.training.loop
from mannscope.errors import MannscopeError
from mannscope.training import Configuration, Evaluation, Network, Progress, Training, load, train

KEPT = {"config.json", "metrics.jsonl", "model.safetensors", "training.safetensors"}


def contents(folder: Path) -> dict[str, bytes]:
    """What a run left, but for its metrics, which hold times."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "metrics.jsonl"}


def lines(folder: Path) -> list[dict[str, Any]]:
    """The metrics of a run, but for the times."""
    told = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [{name: line[name] for name in line if "second" not in name} for line in told]


def interrupt_at(step: int) -> Callable[[Progress], None]:
    def interrupt(progress: Progress) -> None:
        if progress.step == step:
            raise KeyboardInterrupt

    return interrupt


@pytest.fixture
def without_compiling(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let every chunk take no time and give the losses and weights that are wanted."""

    def pretend(loss: float = 0.5, bad_step: int | None = None, bad_weights: int | None = None) -> None:
        def chunk(state: Any, key: Any, task: Any, training: Any, steps: int, *rest: Any) -> tuple:
            first = int(state.step)
            losses = np.full(steps, loss)
            if bad_step is not None and first <= bad_step < first + steps:
                losses[bad_step - first :] = np.nan
            state = state._replace(step=state.step + steps)
            if bad_weights is not None and first + steps > bad_weights:
                nans = state.model.readout.bias * jnp.nan
                state = state._replace(model=eqx.tree_at(lambda m: m.readout.bias, state.model, nans))
            return state, losses

        monkeypatch.setattr(mannscope.training.loop, "train_chunk", chunk)

    return pretend


def test_a_run_leaves_four_files_and_no_others(finished: Path) -> None:
    assert {file.name for file in finished.iterdir()} == KEPT


def test_a_line_of_metrics_is_written_for_every_chunk(progress: list[Progress]) -> None:
    assert [line.step for line in progress] == [5, 10, 15, 20]
    assert all(np.isfinite(line.loss) and line.steps_per_second > 0 for line in progress)


def test_accuracy_is_measured_where_it_is_due(progress: list[Progress]) -> None:
    assert [line.exact and list(line.exact) for line in progress] == [None, ["2 random"], None, ["2 random"]]


def test_a_finished_run_loads_as_what_was_trained(finished: Path, untrained: Network) -> None:
    network = load(finished)
    assert network.configuration.to_dict() == untrained.configuration.to_dict()
    assert not np.array_equal(network.model.readout.weight, untrained.model.readout.weight)


def test_an_interrupted_and_resumed_run_ends_bit_identical(
    tiny: Configuration, finished: Path, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tiny, tmp_path, report=interrupt_at(15))
    assert [line["step"] for line in lines(tmp_path)] == [5, 10, 15]  # the checkpoint is of step 10
    train(tiny, tmp_path, resume=True)
    assert contents(tmp_path) == contents(finished)
    assert lines(tmp_path) == lines(finished)


def test_a_run_interrupted_before_its_first_checkpoint_starts_over(
    tiny: Configuration, finished: Path, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tiny, tmp_path, report=interrupt_at(5))
    train(tiny, tmp_path, resume=True)
    assert contents(tmp_path) == contents(finished)
    assert lines(tmp_path) == lines(finished)


SCRIPT = """
import json, os, signal, sys
from mannscope.training import Configuration, train
plain, folder, last = json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3])
kill = lambda progress: progress.step == last and os.kill(os.getpid(), signal.SIGKILL)
train(Configuration.from_dict(plain), folder, resume=True, report=kill)
"""


def train_in_a_process(tiny: Configuration, folder: Path, killed_after: int) -> int:
    """Train in a process of its own, as users do; what else a process has compiled may move a last bit."""
    arguments = [sys.executable, "-c", SCRIPT, json.dumps(tiny.to_dict()), str(folder), str(killed_after)]
    return subprocess.run(arguments, env=os.environ, check=False).returncode


def test_a_killed_and_resumed_run_ends_bit_identical(tiny: Configuration, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert train_in_a_process(tiny, whole, killed_after=-1) == 0
    assert train_in_a_process(tiny, cut, killed_after=15) == -signal.SIGKILL
    with (cut / "metrics.jsonl").open("a") as metrics:
        metrics.write('{"step": 20, "lo')  # a line that a kill cut off
    assert train_in_a_process(tiny, cut, killed_after=-1) == 0
    assert contents(cut) == contents(whole)
    assert lines(cut) == lines(whole)


def test_resuming_a_finished_run_does_nothing(tiny: Configuration, finished: Path) -> None:
    told, before = [], contents(finished) | {"metrics": (finished / "metrics.jsonl").read_bytes()}
    train(tiny, finished, resume=True, report=told.append)
    assert contents(finished) | {"metrics": (finished / "metrics.jsonl").read_bytes()} == before
    assert told == []


def test_another_seed_gives_other_losses(tiny: Configuration, progress: list[Progress]) -> None:
    told: list[Progress] = []
    train(replace(tiny, seed=1), report=told.append)
    assert [line.step for line in told] == [line.step for line in progress]
    assert [line.loss for line in told] != [line.loss for line in progress]


def test_a_new_run_needs_a_folder_of_its_own(tiny: Configuration, finished: Path) -> None:
    with pytest.raises(MannscopeError, match=r"folder of its own.*holds a run.*--resume"):
        train(tiny, finished)


def test_a_run_is_not_resumed_with_another_configuration(tiny: Configuration, finished: Path) -> None:
    other = replace(tiny, training=replace(tiny.training, learning_rate=1e-2))
    with pytest.raises(MannscopeError, match="resumed run must have the configuration in"):
        train(other, finished, resume=True)


def test_a_run_is_not_resumed_from_a_truncated_checkpoint(
    tiny: Configuration, finished: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(finished, tmp_path / "copy")
    state = folder / "training.safetensors"
    state.write_bytes(state.read_bytes()[:-100])
    with pytest.raises(MannscopeError, match=r"complete safetensors file\. Got .*training\.safetensors"):
        train(tiny, folder, resume=True)


def test_a_loss_that_is_not_finite_names_step_weights_and_checkpoint(
    tiny: Configuration, tmp_path: Path, without_compiling: Callable[..., None]
) -> None:
    without_compiling(bad_step=12, bad_weights=13)
    good = rf"last good checkpoint is .*{tmp_path.name}/training\.safetensors"
    with pytest.raises(MannscopeError, match=rf"not finite at step 12; .* readout\.bias\. The {good}"):
        train(tiny, tmp_path)
    assert [line["step"] for line in lines(tmp_path)] == [5, 10]


def test_weights_that_are_not_finite_are_never_kept(
    tiny: Configuration, tmp_path: Path, without_compiling: Callable[..., None]
) -> None:
    without_compiling(bad_weights=19)  # the last step's update, which no loss has seen
    with pytest.raises(MannscopeError, match=r"step 20; .* not finite: readout\.bias"):
        train(tiny, tmp_path)
    assert np.isfinite(load(tmp_path).model.readout.bias).all()


def test_a_loss_that_is_not_finite_before_any_checkpoint_names_none(
    tiny: Configuration, without_compiling: Callable[..., None]
) -> None:
    without_compiling(bad_step=3)
    with pytest.raises(MannscopeError, match=r"step 3; weights .* none\. Lower --training\.learning_rate"):
        train(tiny)


def test_training_stops_when_it_is_accurate_enough(
    tiny: Configuration, monkeypatch: pytest.MonkeyPatch, without_compiling: Callable[..., None]
) -> None:
    def perfect(*_: Any, **__: Any) -> list[Evaluation]:
        return [Evaluation(2, "random", 9, 1.0, 1.0, 1.0, 0.2, (0.9, 1.0))]

    told: list[Progress] = []
    without_compiling()
    monkeypatch.setattr(mannscope.training.loop, "evaluate", perfect)
    train(tiny, report=told.append)
    assert [(line.step, line.exact) for line in told] == [(5, None), (10, {"2 random": 1.0})]


def test_training_goes_on_while_discretised_actions_fail(
    tiny: Configuration, monkeypatch: pytest.MonkeyPatch, without_compiling: Callable[..., None]
) -> None:
    def soft_only(*_: Any, **__: Any) -> list[Evaluation]:
        return [Evaluation(2, "random", 9, 1.0, 1.0, 0.5, 0.2, (0.9, 1.0))]

    told: list[Progress] = []
    without_compiling()
    monkeypatch.setattr(mannscope.training.loop, "evaluate", soft_only)
    train(tiny, report=told.append)
    assert told[-1].step == 20


def test_training_ends_once_the_learning_rate_has_fallen(
    tiny: Configuration, without_compiling: Callable[..., None]
) -> None:
    training = replace(tiny.training, steps=100, decay_below=1.0, decay_steps=8, stop_sizes=())
    told: list[Progress] = []
    without_compiling(loss=0.5)
    train(replace(tiny, training=training), report=told.append)
    assert [line.step for line in told] == [5, 10, 15]  # it falls from step 5 on, until step 13


def test_without_a_folder_nothing_is_written(
    tiny: Configuration,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    without_compiling: Callable[..., None],
) -> None:
    monkeypatch.chdir(tmp_path)
    without_compiling()
    train(replace(tiny, training=replace(tiny.training, stop_sizes=())))
    assert list(tmp_path.iterdir()) == []


def test_a_tiny_network_learns_to_reverse(tiny: Configuration) -> None:
    training = Training(
        steps=150, largest=3, batch=16, chunk=50, evaluate_every=50, checkpoint_every=50,
        learning_rate=2e-2, warmup=10,
    )  # fmt: skip
    told: list[Progress] = []
    train(replace(tiny, controller={"name": "rnn", "hidden": 8}, training=training), report=told.append)
    assert told[0].loss > 0.1  # guessing costs 0.69
    assert told[-1].loss < 0.05


@pytest.mark.parametrize("devices", [0, 99])
def test_devices_that_are_not_there_are_refused(tiny: Configuration, devices: int) -> None:
    with pytest.raises(MannscopeError, match=f"devices must be from 1 to .* Got {devices}"):
        train(tiny, devices=devices)


def test_devices_that_cannot_share_the_rows_are_refused(
    tiny: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jax.device_count", lambda: 3)
    with pytest.raises(MannscopeError, match=r"training\.batch must be a multiple of the 3 devices .* Got 4"):
        train(tiny, devices=3)


def hopeless(tiny: Configuration, **changes: object) -> Configuration:
    """Ask for a loss after ten steps that no network reaches."""
    training = replace(tiny.training, steps=20, stop_sizes=(), restart_at=10, restart_above=0.0, **changes)
    return replace(tiny, training=training)


def test_a_run_with_a_high_loss_begins_anew_with_other_weights_three_times(
    tiny: Configuration, tmp_path: Path
) -> None:
    train(hopeless(tiny), tmp_path)
    begun = [(line["step"], line["begun"]) for line in lines(tmp_path)]
    assert begun == [
        (5, 0),
        (10, 10),
        (15, 10),
        (20, 20),
        (25, 20),
        (30, 30),
        (35, 30),
        (40, 30),
        (45, 30),
        (50, 30),
    ]


def test_a_run_with_a_low_loss_does_not_begin_anew(tiny: Configuration, tmp_path: Path) -> None:
    kept = hopeless(tiny)
    train(replace(kept, training=replace(kept.training, restart_above=100.0)), tmp_path)
    assert [line["begun"] for line in lines(tmp_path)] == [0, 0, 0, 0]


def test_a_run_interrupted_after_a_restart_ends_bit_identical(tiny: Configuration, tmp_path: Path) -> None:
    train(hopeless(tiny), tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(hopeless(tiny), tmp_path / "cut", report=interrupt_at(25))
    train(hopeless(tiny), tmp_path / "cut", resume=True)
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")


def test_options_that_came_later_change_a_fingerprint_only_where_they_are_used(tiny: Configuration) -> None:
    used = replace(tiny, training=replace(tiny.training, restart_at=5, restart_above=1.0))
    assert used.digest() != tiny.digest()
    assert replace(tiny, training=replace(tiny.training, restart_at=0)).digest() == tiny.digest()
