"""Networks on disk."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

import mannscope.training.store
from mannscope.errors import MannscopeError
from mannscope.files import atomic
from mannscope.training import Configuration, Network, load, save_network
from mannscope.training.store import load_arrays, save_arrays

INPUTS = np.array([[0, 1, 2, 3, 3]], np.int32)


@pytest.fixture
def folder(untrained: Network, tmp_path: Path) -> Path:
    """A run directory with a network that was not trained."""
    save_network(untrained, tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("memory", ["stack", "ntm", "none"])
def test_a_saved_network_loads_as_it_was(tiny: Configuration, tmp_path: Path, memory: str) -> None:
    network = Network.fresh(replace(tiny, memory={"name": memory}))
    save_network(network, tmp_path)
    loaded = load(tmp_path)
    assert loaded.fingerprint == network.fingerprint
    assert jax.tree.all(jax.tree.map(np.array_equal, loaded.model, network.model))


def test_a_folder_that_goes_while_weights_are_written_is_an_error_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def gone(path: Path) -> Iterator[Path]:
        yield tmp_path / "removed" / path.name

    monkeypatch.setattr(mannscope.training.store, "atomic", gone)
    with pytest.raises(FileNotFoundError):
        save_arrays(tmp_path / "a.safetensors", {"step": np.asarray(7)})


def test_a_number_without_axes_keeps_having_none(tmp_path: Path) -> None:
    tree = {"step": np.asarray(7), "row": np.arange(3.0, dtype=np.float32)}
    save_arrays(tmp_path / "a.safetensors", tree)
    assert jax.tree.map(np.shape, load_arrays(tmp_path / "a.safetensors", tree)) == {"step": (), "row": (3,)}


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_run_without_one_of_its_files_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(MannscopeError, match=rf"must hold (the file )?{name}"):
        load(folder)


@pytest.mark.parametrize("kept", [0.0, 0.2, 0.9])
def test_truncated_weights_are_refused(folder: Path, kept: float) -> None:
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(MannscopeError, match=r"complete safetensors file\. Got .*model\.safetensors"):
        load(folder)


def test_weights_of_another_format_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"PK\x03\x04 not weights at all, but long enough")
    with pytest.raises(MannscopeError, match="complete safetensors file"):
        load(folder)


def test_weights_of_another_network_are_refused_by_the_odd_one(folder: Path, tiny: Configuration) -> None:
    other = Network.fresh(replace(tiny, controller={"name": "rnn", "hidden": 6}))
    save_arrays(folder / "model.safetensors", other.model)
    with pytest.raises(MannscopeError, match=r"controller\.layer\.bias: \(6,\), not \(5,\)"):
        load(folder)


@pytest.mark.parametrize("text", ["", '{"task": ', "[1, 2]"])
def test_a_configuration_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(MannscopeError, match=r"config\.json must"):
        load(folder)


def test_a_configuration_of_another_version_is_refused(folder: Path) -> None:
    plain = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(plain | {"schema_version": 99}))
    with pytest.raises(MannscopeError, match=r"schema_version of .*config\.json must be 1\. Got 99"):
        load(folder)


def test_an_unknown_run_is_answered_with_the_nearest_bundled_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mannscope.training.store, "bundled", lambda: ["reversal-stack"])
    with pytest.raises(MannscopeError, match="Did you mean 'reversal-stack'"):
        load("reversal-stak")


@pytest.mark.parametrize("problem", [OSError("disk full"), KeyboardInterrupt()])
def test_an_interrupted_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, problem: BaseException
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def write() -> None:
        with atomic(path) as partial:
            partial.write_text("ne")
            raise problem

    with pytest.raises(type(problem)):
        write()
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("file", "old")]


def test_a_configuration_that_makes_no_network_is_told(folder: Path) -> None:
    plain = json.loads((folder / "config.json").read_text())
    plain["controller"]["hidden"] = "many"
    (folder / "config.json").write_text(json.dumps(plain))
    with pytest.raises(MannscopeError, match=r"controller\.hidden must be of the kind of 64"):
        load(folder)
