"""Train memory-augmented networks, record their memory, and verify which strategy they learned.

The names of this page are the public surface. Each is imported when it is first used, so that
`import mannscope` is instant and the command line answers before JAX has loaded.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same names as in _EXPORTS, for editors and type checkers
    from mannscope.analyses import Origins as Origins
    from mannscope.analyses import Probe as Probe
    from mannscope.analyses import Projection as Projection
    from mannscope.analyses import Provenance as Provenance
    from mannscope.analyses import Separation as Separation
    from mannscope.analyses import mine as mine
    from mannscope.errors import MannscopeError as MannscopeError
    from mannscope.errors import UnknownNameError as UnknownNameError
    from mannscope.explorer.exploration import Exploration as Exploration
    from mannscope.explorer.exploration import explore as explore
    from mannscope.hypotheses import Contents as Contents
    from mannscope.hypotheses import Hypothesis as Hypothesis
    from mannscope.hypotheses import Verdict as Verdict
    from mannscope.hypotheses import Verification as Verification
    from mannscope.hypotheses import compare as compare
    from mannscope.hypotheses import mined as mined
    from mannscope.hypotheses import read_hypothesis as read_hypothesis
    from mannscope.hypotheses import verify as verify
    from mannscope.interventions import Ablation as Ablation
    from mannscope.interventions import CutRecurrence as CutRecurrence
    from mannscope.interventions import Discretise as Discretise
    from mannscope.interventions import Exchange as Exchange
    from mannscope.interventions import Force as Force
    from mannscope.interventions import FreezeMemory as FreezeMemory
    from mannscope.interventions import Reliance as Reliance
    from mannscope.interventions import Replace as Replace
    from mannscope.interventions import ZeroReading as ZeroReading
    from mannscope.memories import NTM as NTM
    from mannscope.memories import AbstractMemory as AbstractMemory
    from mannscope.memories import Field as Field
    from mannscope.memories import NoMemory as NoMemory
    from mannscope.memories import Stack as Stack
    from mannscope.models import AbstractController as AbstractController
    from mannscope.models import AbstractIntervention as AbstractIntervention
    from mannscope.models import Model as Model
    from mannscope.models import record as record
    from mannscope.models import replay as replay
    from mannscope.programs import Program as Program
    from mannscope.programs import read_program as read_program
    from mannscope.programs import write_program as write_program
    from mannscope.programs.extraction import Extraction as Extraction
    from mannscope.programs.extraction import extract as extract
    from mannscope.pytorch import Place as Place
    from mannscope.pytorch import TorchNetwork as TorchNetwork
    from mannscope.pytorch import record_torch as record_torch
    from mannscope.pytorch import reliance_torch as reliance_torch
    from mannscope.pytorch import torch_dnc as torch_dnc
    from mannscope.pytorch import torch_recurrent as torch_recurrent
    from mannscope.tasks import AbstractTask as AbstractTask
    from mannscope.tasks import Episode as Episode
    from mannscope.tasks import Expressions as Expressions
    from mannscope.tasks import Reversal as Reversal
    from mannscope.tasks import Table as Table
    from mannscope.traces import load as load_trace
    from mannscope.traces import save as save_trace
    from mannscope.training import Configuration as Configuration
    from mannscope.training import Evaluation as Evaluation
    from mannscope.training import Network as Network
    from mannscope.training import Training as Training
    from mannscope.training import bundled as bundled
    from mannscope.training import evaluate as evaluate
    from mannscope.training import load as load
    from mannscope.training import train as train

    __all__ = ["load_trace", "save_trace"]  # re-exported, though under names of their own
    __version__: str

_EXPORTS: dict[str, str] = {
    # errors
    "MannscopeError": "mannscope.errors",
    "UnknownNameError": "mannscope.errors",
    # memories
    "AbstractMemory": "mannscope.memories",
    "Field": "mannscope.memories",
    "NTM": "mannscope.memories",
    "NoMemory": "mannscope.memories",
    "Stack": "mannscope.memories",
    # models
    "AbstractController": "mannscope.models",
    "AbstractIntervention": "mannscope.models",
    "Model": "mannscope.models",
    "record": "mannscope.models",
    "replay": "mannscope.models",
    # tasks
    "AbstractTask": "mannscope.tasks",
    "Episode": "mannscope.tasks",
    "Expressions": "mannscope.tasks",
    "Reversal": "mannscope.tasks",
    "Table": "mannscope.tasks",
    # traces
    "load_trace": "mannscope.traces",
    "save_trace": "mannscope.traces",
    # training
    "Configuration": "mannscope.training",
    "Evaluation": "mannscope.training",
    "Network": "mannscope.training",
    "Training": "mannscope.training",
    "bundled": "mannscope.training",
    "evaluate": "mannscope.training",
    "load": "mannscope.training",
    "train": "mannscope.training",
    # analyses
    "Origins": "mannscope.analyses",
    "Probe": "mannscope.analyses",
    "Projection": "mannscope.analyses",
    "Provenance": "mannscope.analyses",
    "Separation": "mannscope.analyses",
    "mine": "mannscope.analyses",
    # interventions
    "Ablation": "mannscope.interventions",
    "CutRecurrence": "mannscope.interventions",
    "Discretise": "mannscope.interventions",
    "Exchange": "mannscope.interventions",
    "Force": "mannscope.interventions",
    "FreezeMemory": "mannscope.interventions",
    "Reliance": "mannscope.interventions",
    "Replace": "mannscope.interventions",
    "ZeroReading": "mannscope.interventions",
    # hypotheses
    "Contents": "mannscope.hypotheses",
    "Hypothesis": "mannscope.hypotheses",
    "Verdict": "mannscope.hypotheses",
    "Verification": "mannscope.hypotheses",
    "compare": "mannscope.hypotheses",
    "mined": "mannscope.hypotheses",
    "read_hypothesis": "mannscope.hypotheses",
    "verify": "mannscope.hypotheses",
    # programs
    "Extraction": "mannscope.programs.extraction",
    "Program": "mannscope.programs",
    "extract": "mannscope.programs.extraction",
    "read_program": "mannscope.programs",
    "write_program": "mannscope.programs",
    # explorer
    "Exploration": "mannscope.explorer.exploration",
    "explore": "mannscope.explorer.exploration",
    # PyTorch
    "Place": "mannscope.pytorch",
    "TorchNetwork": "mannscope.pytorch",
    "record_torch": "mannscope.pytorch",
    "reliance_torch": "mannscope.pytorch",
    "torch_dnc": "mannscope.pytorch",
    "torch_recurrent": "mannscope.pytorch",
}
"""Public name -> the module it is imported from."""

_NAMED_THERE: dict[str, str] = {"load_trace": "load", "save_trace": "save"}
"""Public name -> the name it has in that module, where that is another one."""


if not TYPE_CHECKING:  # so that a type checker refuses a name that is not above

    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version  # most of what this page would cost to import

            return version("mannscope")
        if name not in _EXPORTS:
            message = f"module 'mannscope' has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=sys.modules[__name__])
        member = getattr(import_module(_EXPORTS[name]), _NAMED_THERE.get(name, name))
        globals()[name] = member
        return member


def __dir__() -> list[str]:
    return sorted([*_EXPORTS, "__version__"])
