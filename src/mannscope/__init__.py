"""Train memory-augmented networks, record their memory, and verify which strategy they learned.

The names of this page are the public surface. Each is imported when it is first used, so that
`import mannscope` is instant and the command line answers before JAX has loaded.
"""

import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the list of public names; `_exports` reads it too
    from mannscope.analyses import Probe as Probe
    from mannscope.analyses import Projection as Projection
    from mannscope.analyses import ReadSources as ReadSources
    from mannscope.analyses import Separation as Separation
    from mannscope.analyses import SlotSources as SlotSources
    from mannscope.analyses import mine as mine
    from mannscope.anatomy import Action as Action
    from mannscope.anatomy import Actor as Actor
    from mannscope.anatomy import Anatomy as Anatomy
    from mannscope.anatomy import Head as Head
    from mannscope.anatomy import Store as Store
    from mannscope.errors import MannscopeError as MannscopeError
    from mannscope.errors import UnknownNameError as UnknownNameError
    from mannscope.explanation import Explanation as Explanation
    from mannscope.explanation import explain as explain
    from mannscope.explorer.exploration import Exploration as Exploration
    from mannscope.explorer.exploration import explore as explore
    from mannscope.histories import History as History
    from mannscope.histories import history as history
    from mannscope.hypotheses import Alignment as Alignment
    from mannscope.hypotheses import Contents as Contents
    from mannscope.hypotheses import Hypothesis as Hypothesis
    from mannscope.hypotheses import Verdict as Verdict
    from mannscope.hypotheses import Verification as Verification
    from mannscope.hypotheses import align as align
    from mannscope.hypotheses import compare as compare
    from mannscope.hypotheses import derived as derived
    from mannscope.hypotheses import mined as mined
    from mannscope.hypotheses import read_hypothesis as read_hypothesis
    from mannscope.hypotheses import verify as verify
    from mannscope.interventions import Ablation as Ablation
    from mannscope.interventions import AblationEffect as AblationEffect
    from mannscope.interventions import CutRecurrence as CutRecurrence
    from mannscope.interventions import Discretise as Discretise
    from mannscope.interventions import Exchange as Exchange
    from mannscope.interventions import Force as Force
    from mannscope.interventions import FreezeMemory as FreezeMemory
    from mannscope.interventions import Replace as Replace
    from mannscope.interventions import ZeroReading as ZeroReading
    from mannscope.memories import DNC as DNC
    from mannscope.memories import NTM as NTM
    from mannscope.memories import AbstractMemory as AbstractMemory
    from mannscope.memories import Additive as Additive
    from mannscope.memories import Attention as Attention
    from mannscope.memories import Body as Body
    from mannscope.memories import Delta as Delta
    from mannscope.memories import Field as Field
    from mannscope.memories import LeastRecentlyUsed as LeastRecentlyUsed
    from mannscope.memories import NoMemory as NoMemory
    from mannscope.memories import Role as Role
    from mannscope.memories import Stack as Stack
    from mannscope.memories import Write as Write
    from mannscope.models import AbstractController as AbstractController
    from mannscope.models import AbstractIntervention as AbstractIntervention
    from mannscope.models import Model as Model
    from mannscope.models import rebuild as rebuild
    from mannscope.models import record as record
    from mannscope.models import replay as replay
    from mannscope.programs import Program as Program
    from mannscope.programs import read_program as read_program
    from mannscope.programs import write_program as write_program
    from mannscope.programs.extraction import Extraction as Extraction
    from mannscope.programs.extraction import extract as extract
    from mannscope.pytorch import Patterns as Patterns
    from mannscope.pytorch import Place as Place
    from mannscope.pytorch import TorchNetwork as TorchNetwork
    from mannscope.pytorch import ablate_torch as ablate_torch
    from mannscope.pytorch import record_torch as record_torch
    from mannscope.pytorch import torch_dnc as torch_dnc
    from mannscope.pytorch import torch_recurrent as torch_recurrent
    from mannscope.pytorch import torch_weights as torch_weights
    from mannscope.tasks import AbstractSymbolTask as AbstractSymbolTask
    from mannscope.tasks import AbstractTask as AbstractTask
    from mannscope.tasks import Episode as Episode
    from mannscope.tasks import Expressions as Expressions
    from mannscope.tasks import Reversal as Reversal
    from mannscope.tasks import Table as Table
    from mannscope.tasks import rows as rows
    from mannscope.tasks.drawing import task as task
    from mannscope.traces import label as label
    from mannscope.traces import load as load_trace
    from mannscope.traces import save as save_trace
    from mannscope.training import Configuration as Configuration
    from mannscope.training import Evaluation as Evaluation
    from mannscope.training import Network as Network
    from mannscope.training import Portfolio as Portfolio
    from mannscope.training import Training as Training
    from mannscope.training import bundled as bundled
    from mannscope.training import evaluate as evaluate
    from mannscope.training import load as load
    from mannscope.training import train as train
    from mannscope.training import train_portfolio as train_portfolio
    from mannscope.training.hub import load_from_hub as load_from_hub
    from mannscope.training.hub import save_to_hub as save_to_hub

    __all__ = ["load_trace", "save_trace"]  # re-exported, though under names of their own
    __version__: str

if not TYPE_CHECKING:  # so that a type checker refuses a name that is not above

    @cache
    def _exports() -> dict[str, tuple[str, str]]:
        """Read the imports above: the public name -> its module, and its name there."""
        import ast

        block = next(node for node in ast.parse(_source()).body if isinstance(node, ast.If))
        imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
        return {
            alias.asname or alias.name: (str(node.module), alias.name)
            for node in imports
            for alias in node.names
        }

    def _source() -> bytes:
        from importlib.resources import files

        return files(__name__).joinpath("__init__.py").read_bytes()

    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version  # most of what this page would cost to import

            return version("mannscope")
        if name.startswith("__") or name not in _exports():
            message = f"module 'mannscope' has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=sys.modules[__name__])
        module, there = _exports()[name]
        member = getattr(import_module(module), there)
        if "xarray" in sys.modules:
            import_module("mannscope.explorer.display").register()
        globals()[name] = member
        return member

    def __dir__() -> list[str]:
        return sorted([*_exports(), "__version__"])
