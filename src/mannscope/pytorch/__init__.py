"""Networks of others in PyTorch: recorded into the same trace, and taken apart in the same way.

- `network`: a description of a network: where its tensors are, and how a step is taken
- `paths`: the notation for where a tensor is
- `patterns`: symbols that are vectors, such as bits
- `modules`: all that a network runs, in evaluation mode and put back as it was
- `run`, `recorder`: step by step, with looks and edits
- `together`: all episodes at once, where a network takes one; `within`: edits of what is made in a step
- `record`: from a run to a trace; effects of ablations
- `checkpoints`: weights of whole modules that were saved, without running their code
- `subject`, `tasking`: a network on its task, for verdicts, mining, programs and the explorer
- `edits`: from interventions to edits; `choosing`, who acts and how that is forced; `putting`, a value back
  through what cuts and squashes it; `reasons`, what cannot be done
- `renewing`: an untrained control; `hardening`: what a program is made of
- `recurrent`, `dnc`: networks that are described already
"""

from mannscope.pytorch.checkpoints import torch_weights
from mannscope.pytorch.dnc import torch_dnc
from mannscope.pytorch.network import Place, TorchNetwork
from mannscope.pytorch.patterns import Patterns
from mannscope.pytorch.record import ablate_torch, record_torch
from mannscope.pytorch.recurrent import torch_recurrent

__all__ = [
    "Patterns",
    "Place",
    "TorchNetwork",
    "ablate_torch",
    "record_torch",
    "torch_dnc",
    "torch_recurrent",
    "torch_weights",
]
