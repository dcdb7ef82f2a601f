"""Interventions: edit one site of a run, and run on."""

from mannscope.interventions.ablation_effect import Ablation, AblationEffect
from mannscope.interventions.edits import (
    CutRecurrence,
    Exchange,
    Force,
    FreezeMemory,
    NoisyReading,
    Replace,
    ZeroReading,
)
from mannscope.models import Discretise

INTERVENTIONS = {
    "force": Force,
    "replace": Replace,
    "exchange": Exchange,
    "freeze_memory": FreezeMemory,
    "zero_reading": ZeroReading,
    "noisy_reading": NoisyReading,
    "cut_recurrence": CutRecurrence,
    "discretise": Discretise,
}

ABLATIONS = {
    Ablation.FREEZE_MEMORY: FreezeMemory(),
    Ablation.ZERO_READING: ZeroReading(),
    Ablation.CUT_RECURRENCE: CutRecurrence(),
}
"""What takes each part away from a network of ours."""

__all__ = [
    "ABLATIONS",
    "INTERVENTIONS",
    "Ablation",
    "AblationEffect",
    "CutRecurrence",
    "Discretise",
    "Exchange",
    "Force",
    "FreezeMemory",
    "NoisyReading",
    "Replace",
    "ZeroReading",
]
