"""Models: a controller, an interface and a memory, run step by step."""

from mannscope.models.batches import BATCH, in_batches
from mannscope.models.controllers import CONTROLLERS, AbstractController
from mannscope.models.interface import Interface, policy_mask
from mannscope.models.intervention import AbstractIntervention, Discretise
from mannscope.models.model import Model, StepRecord, unroll
from mannscope.models.noise import Noise, NoiseLevels, draw_noise
from mannscope.models.record import rebuild, record, replay

__all__ = [
    "BATCH",
    "CONTROLLERS",
    "AbstractController",
    "AbstractIntervention",
    "Discretise",
    "Interface",
    "Model",
    "Noise",
    "NoiseLevels",
    "StepRecord",
    "draw_noise",
    "in_batches",
    "policy_mask",
    "rebuild",
    "record",
    "replay",
    "unroll",
]
