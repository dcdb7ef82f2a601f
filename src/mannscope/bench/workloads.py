"""The workloads of the benchmark, by name; `workloads.yaml` lists them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from mannscope.bench.baselines import NEEDED, PeerDNC, PeerLSTM
from mannscope.bench.inference_programs import Generation, Recording, Verdicts
from mannscope.bench.timing import Program
from mannscope.bench.training_programs import TrainingChunk, TrainingRun, TrainingStep
from mannscope.files import read_mapping
from mannscope.memories import build


@dataclass(frozen=True)
class Workload:
    """A program to be measured."""

    program: Callable[[], Program]
    """Prepares it, in the process that measures it."""
    threaded: bool = False
    """Whether it is measured with several threads."""
    needs: tuple[str, ...] = ()
    """Packages without which it is skipped."""

    def missing(self) -> tuple[str, ...]:
        """List the packages that are not installed."""
        return tuple(package for package in self.needs if find_spec(package) is None)


class _Kind(NamedTuple):
    """A kind of program."""

    make: Callable[..., Any]
    threaded: bool = False
    needs: tuple[str, ...] = ()


_KINDS = {
    "training step": _Kind(TrainingStep, threaded=True),
    "training chunk": _Kind(TrainingChunk, threaded=True),
    "training run": _Kind(TrainingRun),
    "recording": _Kind(Recording),
    "drawing data": _Kind(Generation),
    "verifying": _Kind(Verdicts),
    "PyTorch DNC": _Kind(PeerDNC, needs=NEEDED),
    "PyTorch LSTM": _Kind(PeerLSTM, needs=NEEDED[:1]),
}


def _workload(described: Mapping[str, Mapping[str, Any]]) -> Workload:
    ((kind, options),) = described.items()
    built = {name: build(value) if name == "memory" else value for name, value in options.items()}
    make, threaded, needs = _KINDS[kind]
    return Workload(make(**built).program, threaded, needs)


WORKLOADS: dict[str, Workload] = {
    name: _workload(described)
    for name, described in read_mapping(
        "list of workloads",
        Path(str(files("mannscope.bench") / "workloads.yaml")),
        "Install the package again: its files were changed",
    ).items()
}
"""Name -> workload, in the order in which they are measured."""
