"""Traces that claim what they do not hold: links, data of other files, terabytes, symbols that are none."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from mannscope.errors import MannscopeError
from mannscope.traces import load, save


@pytest.fixture
def path(trace: xr.Dataset, tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(b"secret" * 100)
    save(trace, tmp_path / "other.nc")
    return save(trace, tmp_path / "trace.nc")


def link(stored: h5py.File, folder: Path) -> None:
    stored["hidden"] = h5py.ExternalLink("other.nc", "/hidden")


def soft(stored: h5py.File, folder: Path) -> None:
    stored["hidden"] = h5py.SoftLink("/hidden")


def raw(stored: h5py.File, folder: Path) -> None:
    secret = [(str(folder / "secret"), 0, h5py.h5f.UNLIMITED)]
    stored.create_dataset("hidden", (2, 3, 5), "i1", external=secret)


def virtual(stored: h5py.File, folder: Path) -> None:
    layout = h5py.VirtualLayout((2, 3, 5), "f8")
    layout[...] = h5py.VirtualSource("other.nc", "hidden", (2, 3, 5))
    stored.create_virtual_dataset("hidden", layout)


def group(stored: h5py.File, folder: Path) -> None:
    stored.create_group("hidden")


@pytest.mark.parametrize("edit", [link, soft, raw, virtual, group])
def test_what_is_not_in_the_file_itself_is_refused(path: Path, edit: Callable[..., None]) -> None:
    with h5py.File(path, "r+") as stored:
        del stored["hidden"]
        edit(stored, path.parent)
    with pytest.raises(MannscopeError, match=r"hold its variables itself.*trace\.nc with hidden"):
        load(path)


def test_a_claim_of_terabytes_is_refused_before_anything_is_read(path: Path) -> None:
    with h5py.File(path, "r+") as stored:
        stored.create_dataset("more", (2**40,), "f8", chunks=(64,))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(MannscopeError, match=r"must fit into memory.*which takes 8796\.1 GB"):
        load(path)


@pytest.mark.parametrize("value", [7, -2])
def test_a_number_that_counts_no_symbol_is_refused(path: Path, trace: xr.Dataset, value: int) -> None:
    named = trace.assign_coords(input_symbol=["a", "b", "c", "d"])
    save(named.assign(input=named["input"].clip(0, 3) * 0 + value), path)
    with pytest.raises(MannscopeError, match="input of a trace must hold whole numbers from -1 to 3"):
        load(path)


def test_what_counts_must_be_whole(path: Path, trace: xr.Dataset) -> None:
    save(trace.assign(action=trace["action"].astype(np.float32)), path)
    with pytest.raises(MannscopeError, match=r"action of a trace must hold whole numbers\. Got .*float32"):
        load(path)
