"""A trace on a disk that is full: an error like any other, and nothing is left."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from mannscope.traces import save


@pytest.fixture
def full() -> Iterator[None]:
    """No file may grow beyond a few bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_trace_that_does_not_fit_leaves_nothing(trace, tmp_path: Path, full: None) -> None:
    with pytest.raises(OSError, match="too large"):
        save(trace, tmp_path / "new" / "trace.nc")
    assert list(tmp_path.iterdir()) == []


def test_the_trace_before_it_stays(trace, tmp_path: Path, full: None) -> None:
    (tmp_path / "trace.nc").write_bytes(b"before")
    with pytest.raises(OSError, match="too large"):
        save(trace, tmp_path / "trace.nc")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("trace.nc", b"before")]
