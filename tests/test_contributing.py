"""What CONTRIBUTING.md adds works, and takes one file and one line."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mannscope
from guide import GUIDE, read_guide

EXAMPLES = Path(__file__).parent / "examples"
PACKAGE = Path(mannscope.__file__).parent
WALK = """
from mannscope.hypotheses import derived, verify
from mannscope.training import Configuration, Network
options = dict(task={task!r}, memory={memory!r}, controller={{"name": "rnn", "hidden": 4}})
network = Network.fresh(Configuration(**options))
trace = network.record(network.sample(0, 4, 2))
print(*trace.actor.values)
print(*[claim.name for claim in derived(network)], sep="; ")
"""


def test_the_test_in_the_guide_passes() -> None:
    read_guide().test_a_kept_vector_is_read_again()


@pytest.mark.parametrize(
    ("folder", "example", "name", "task", "memory", "printed"),
    [
        ("memories", "queue_memory.py", "Queue", "reversal", "queue", "queue\n"),
        (
            "tasks",
            "dyck_task.py",
            "Dyck",
            "dyck",
            "stack",
            "stack 0\npush opening brackets, pop at closing ones; push opening brackets, pop at closing "
            "ones in context; push opening brackets, pop at closing ones in context; the stack keeps the "
            "open brackets",
        ),
    ],
)
def test_a_member_takes_one_file_and_one_line(
    folder: str, example: str, name: str, task: str, memory: str, printed: str, tmp_path: Path
) -> None:
    copy = shutil.copytree(
        PACKAGE, tmp_path / "mannscope", ignore=shutil.ignore_patterns("__pycache__", "static")
    )
    shutil.copy(EXAMPLES / example, copy / folder / example)
    contents = copy / folder / "__init__.py"
    line = f"from mannscope.{folder}.{Path(example).stem} import {name} as {name}\n"
    lines = contents.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(place for place, text in enumerate(lines) if text.startswith("from mannscope"))
    contents.write_text("".join([*lines[:last], line, *lines[last:]]), encoding="utf-8")
    walk = WALK.format(task={"name": task}, memory={"name": memory})
    done = subprocess.run(
        [sys.executable, "-c", walk],
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == printed.strip(), done.stderr
    assert "one file and one line" in GUIDE.read_text(encoding="utf-8")
