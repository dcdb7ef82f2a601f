"""Traces on disk: whole or not at all."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from mannscope.errors import MannscopeError
from mannscope.traces import load, save


def test_a_saved_trace_loads_as_it_was(trace: xr.Dataset, tmp_path: Path) -> None:
    with load(save(trace, tmp_path / "trace.nc")) as loaded:
        xr.testing.assert_identical(loaded.load(), trace)


def test_a_saved_trace_opens_in_plain_xarray(trace: xr.Dataset, tmp_path: Path) -> None:
    with xr.open_dataset(save(trace, tmp_path / "trace.nc")) as opened:
        xr.testing.assert_identical(opened.load(), trace)


def test_a_folder_that_is_not_there_is_made(trace: xr.Dataset, tmp_path: Path) -> None:
    assert save(trace, tmp_path / "new" / "deep" / "trace.nc").is_file()


def test_what_is_no_trace_is_not_saved(trace: xr.Dataset, tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match="variable logits"):
        save(trace.drop_vars("logits"), tmp_path / "trace.nc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("problem", [OSError("disk full"), KeyboardInterrupt()])
def test_an_interrupted_save_leaves_the_old_file_and_no_other(
    trace: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    def interrupted(self: Path, content: bytes) -> None:
        self.write_text("half")
        raise problem

    path = save(trace, tmp_path / "trace.nc")
    before = path.read_bytes()
    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(type(problem)):
        save(trace + 1, path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("trace.nc", before)]


def test_a_file_is_replaced_while_it_is_open(trace: xr.Dataset, tmp_path: Path) -> None:
    path = save(trace, tmp_path / "trace.nc")
    with load(path) as opened:
        save(opened.assign(logits=opened["logits"] + 1), path)
    with load(path) as again:
        np.testing.assert_allclose(again["logits"], trace["logits"] + 1)


def test_every_variable_is_compressed(trace: xr.Dataset, tmp_path: Path) -> None:
    with load(save(trace, tmp_path / "trace.nc")) as loaded:
        assert [name for name in loaded.variables if not loaded[name].encoding.get("zlib")] == []


def test_a_missing_file_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match=r"existing file\. Got .*none\.nc\. Record one"):
        load(tmp_path / "none.nc")


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.98])
def test_a_truncated_file_is_refused(trace: xr.Dataset, tmp_path: Path, kept: float) -> None:
    path = save(trace, tmp_path / "trace.nc")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(
        MannscopeError, match=r"complete netCDF4 file\. Got .*trace\.nc, which cannot be read"
    ):
        load(path)


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trace.nc"
    path.write_text("step,loss\n0,1\n")
    with pytest.raises(MannscopeError, match="complete netCDF4 file"):
        load(path)


def test_somebody_elses_netcdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weather.nc"
    xr.Dataset({"rain": ("day", [0.0, 1.0])}).to_netcdf(path, engine="h5netcdf")
    with pytest.raises(MannscopeError, match=r"schema_version = 2\. Got .*weather\.nc with None"):
        load(path)


def test_a_file_of_another_version_is_refused(trace: xr.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "trace.nc"
    trace.assign_attrs(schema_version=99).to_netcdf(path, engine="h5netcdf")
    with pytest.raises(MannscopeError, match=r"Got .*trace\.nc with .*99"):
        load(path)


def test_a_file_without_a_variable_is_refused(trace: xr.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "trace.nc"
    trace.drop_vars("action").to_netcdf(path, engine="h5netcdf")
    with pytest.raises(MannscopeError, match="variable action"):
        load(path)
