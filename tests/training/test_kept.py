"""Weights that are kept: at which steps, in which files, and that nothing else changes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.training import Configuration, Network, Progress, kept_steps, load, load_kept, train


def contents(folder: Path) -> dict[str, bytes]:
    """What a run left, but for its metrics, which hold times."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != "metrics.jsonl")
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def interrupt_at(step: int) -> Callable[[Progress], None]:
    def interrupt(progress: Progress) -> None:
        if progress.step == step:
            raise KeyboardInterrupt

    return interrupt


@pytest.fixture(scope="module")
def kept(tiny: Configuration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny run, which kept weights every five steps, at the end of every chunk."""
    folder = tmp_path_factory.mktemp("runs") / "kept"
    train(tiny, folder, keep_every=5)
    return folder


def test_weights_are_kept_from_before_the_first_step_to_after_the_last(kept: Path) -> None:
    names = [f"{step:08d}.safetensors" for step in (0, 5, 10, 15, 20)]
    assert sorted(file.name for file in (kept / "kept").iterdir()) == [*names, "schedule.json"]
    assert kept_steps(kept) == (0, 5, 10, 15, 20)


def test_keeping_weights_changes_nothing_else(kept: Path, finished: Path) -> None:
    assert {name: of for name, of in contents(kept).items() if not name.startswith("kept")} == contents(
        finished
    )


def test_the_first_weights_are_the_untrained_ones_and_the_last_the_trained_ones(
    kept: Path, untrained: Network
) -> None:
    networks = load_kept(kept)
    assert np.array_equal(networks[0].model.readout.weight, untrained.model.readout.weight)
    assert np.array_equal(networks[20].model.readout.weight, load(kept).model.readout.weight)
    assert not np.array_equal(networks[10].model.readout.weight, networks[15].model.readout.weight)


def test_weights_are_kept_within_a_chunk(tiny: Configuration, kept: Path, tmp_path: Path) -> None:
    configuration = replace(tiny, training=replace(tiny.training, chunk=10))
    train(configuration, tmp_path / "whole")
    train(configuration, tmp_path / "pieces", keep_every=5)
    assert kept_steps(tmp_path / "pieces") == (0, 5, 10, 15, 20)
    whole, pieces = (load(tmp_path / name).model for name in ("whole", "pieces"))
    np.testing.assert_array_equal(whole.readout.weight, pieces.readout.weight)


def test_the_last_weights_are_kept_also_where_they_are_not_due(tiny: Configuration, tmp_path: Path) -> None:
    train(tiny, tmp_path, keep_every=15)
    assert kept_steps(tmp_path) == (0, 15, 20)


@pytest.mark.parametrize("step", [5, 15])
@pytest.mark.parametrize("asked", [None, 5])
def test_an_interrupted_and_resumed_run_keeps_the_same_files(
    tiny: Configuration, kept: Path, tmp_path: Path, step: int, asked: int | None
) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tiny, tmp_path, keep_every=5, report=interrupt_at(step))
    train(tiny, tmp_path, resume=True, keep_every=asked)
    assert contents(tmp_path) == contents(kept)


def test_a_resumed_run_must_keep_as_it_began(tiny: Configuration, kept: Path) -> None:
    with pytest.raises(MannscopeError, match=r"must keep weights every 5 steps, as it began\. Got 10"):
        train(tiny, kept, resume=True, keep_every=10)


def test_a_run_that_did_not_begin_to_keep_does_not_begin_later(tiny: Configuration, finished: Path) -> None:
    with pytest.raises(MannscopeError, match=r"from its first step on\. Got .* at step 20"):
        train(tiny, finished, resume=True, keep_every=5)


@pytest.mark.parametrize("every", [0, -5, 3, 7])
def test_weights_are_kept_where_chunks_can_end(tiny: Configuration, tmp_path: Path, every: int) -> None:
    with pytest.raises(MannscopeError, match=rf"multiple of training\.chunk, 5, or divide it\. Got {every}"):
        train(tiny, tmp_path / "new", keep_every=every)
    assert not (tmp_path / "new").exists()


def test_weights_are_kept_in_a_folder(tiny: Configuration) -> None:
    with pytest.raises(MannscopeError, match="must have a folder"):
        train(tiny, keep_every=5)


def test_a_run_without_kept_weights_says_how_to_keep_them(finished: Path) -> None:
    assert kept_steps(finished) == ()
    with pytest.raises(MannscopeError, match="mannscope train --keep-every N"):
        load_kept(finished)


def test_a_step_that_was_not_kept_is_refused(kept: Path) -> None:
    assert list(load_kept(kept, [10])) == [10]
    with pytest.raises(MannscopeError, match=r"from 0 to 20\. Got 12"):
        load_kept(kept, [12])
