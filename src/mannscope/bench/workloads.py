"""The workloads of the benchmark, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from mannscope.bench.baselines import NEEDED, PeerDNC, PeerLSTM
from mannscope.bench.inference_programs import Generation, Recording, Verdicts
from mannscope.bench.timing import Program
from mannscope.bench.training_programs import TrainingChunk, TrainingRun, TrainingStep
from mannscope.memories import NTM, Stack


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


def _step(step: TrainingStep | TrainingChunk) -> Workload:
    return Workload(step.program, threaded=True)


WORKLOADS: dict[str, Workload] = {
    "ntm-copy": _step(TrainingStep(NTM(width=20), "lstm", 100, batch=32, steps=41, slots=128)),
    "ntm-copy-1": _step(TrainingStep(NTM(width=20), "lstm", 100, batch=1, steps=41, slots=128)),
    "stack-lstm": _step(TrainingStep(Stack(width=20), "lstm", 64, batch=32, steps=40)),
    "stack-large": _step(TrainingStep(Stack(width=8), "rnn", 256, batch=128, steps=80)),
    "stack-expressions": _step(TrainingChunk("expressions-stack")),
    "ntm-expressions": _step(TrainingChunk("expressions-ntm")),
    "stack-reversal": _step(TrainingChunk("reversal-stack")),
    "ntm-reversal": _step(TrainingChunk("reversal-ntm")),
    "record-stack": Workload(Recording(Stack(), 32, 40).program),
    "record-ntm": Workload(Recording(NTM(), 32, 40).program),
    "record-stack-1000": Workload(Recording(Stack(), 1000, 100).program),
    "record-ntm-1000": Workload(Recording(NTM(), 1000, 100).program),
    "data-reversal": Workload(Generation("reversal-stack", 1000).program),
    "data-expressions": Workload(Generation("expressions-stack", 1000).program),
    "verify": Workload(Verdicts("reversal-stack").program),
    "train-reversal-stack": Workload(TrainingRun("reversal-stack").program),
    "peer-dnc": Workload(PeerDNC(100, slots=128, width=20, batch=32, steps=41).program, needs=NEEDED),
    "peer-lstm-100": Workload(PeerLSTM(100, batch=32, steps=41).program, needs=NEEDED[:1]),
    "peer-lstm-64": Workload(PeerLSTM(64, batch=32, steps=40).program, needs=NEEDED[:1]),
}
"""The first four have the sizes of networks that others have published; the next four are the study's own."""
