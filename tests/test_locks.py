"""Folders that one process writes at a time, whatever becomes of it."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mannscope.errors import MannscopeError
from mannscope.locks import LOCK, exclusive

HOLD = """
import sys, time
from pathlib import Path
from mannscope.locks import exclusive
with exclusive(Path(sys.argv[1])):
    (Path(sys.argv[1]) / ".model.0.partial").write_text("half")
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_folder_that_is_held_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    with exclusive(tmp_path / "run"):
        (tmp_path / "run" / "config.json").write_text("{}")
        with pytest.raises(MannscopeError, match=r"by one process at a time.*which process \d+ is writing"):
            exclusive(tmp_path / "run", patience=0.0).__enter__()
        assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [LOCK, "config.json"]
    with exclusive(tmp_path / "run", patience=0.0):
        pass
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["config.json"]


def test_a_killed_process_leaves_no_lock_and_nothing_half_written(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(MannscopeError, match=f"which process {other.pid} is writing"):
            exclusive(tmp_path, patience=0.0).__enter__()
        other.send_signal(signal.SIGKILL)
    assert len(list(tmp_path.iterdir())) == 2
    with exclusive(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == [LOCK]


def test_a_folder_that_was_made_for_nothing_is_removed_again(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), exclusive(tmp_path / "new" / "run"):
        raise OSError("full")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_replaced_meanwhile_is_noticed_and_not_let_go(tmp_path: Path) -> None:
    with exclusive(tmp_path / "run") as held:
        held.require()
        shutil.rmtree(tmp_path / "run")
        with pytest.raises(MannscopeError, match="which was removed or replaced"):
            held.require()
        with exclusive(tmp_path / "run", patience=0.0) as other:  # another run of the same name
            with pytest.raises(MannscopeError, match="which was removed or replaced"):
                held.require()
            other.require()
