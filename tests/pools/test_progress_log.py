"""The log is never silent for long, and says how long each part took."""

import time
from pathlib import Path

import pytest

from mannscope.pools import LogTailer, ProgressLog, SharedLog


def test_a_part_that_takes_long_is_logged_while_it_runs() -> None:
    lines: list[str] = []
    with ProgressLog(lines.append, "condition").timed("training", patience=0.01):
        time.sleep(0.05)
    assert lines[0].startswith("condition: training, 0 s so far")
    assert lines[-1].startswith("condition: training: 0.")


def test_a_part_that_fails_is_not_logged_as_done() -> None:
    lines: list[str] = []
    with pytest.raises(KeyError), ProgressLog(lines.append, "condition").timed("training"):
        raise KeyError
    assert lines == []


def test_only_whole_lines_that_are_new_are_passed_on(tmp_path: Path) -> None:
    path, lines = tmp_path / "study.log", []
    SharedLog(path)("before")
    tailer = LogTailer(path, lines.append)
    SharedLog(path)("one\nline")
    with path.open("a") as file:
        file.write("half")
    tailer.poll()
    assert lines == ["one line"]
