"""Interventions: edit one site of a run, and run on."""

from mannscope.interventions.edits import (
    CutRecurrence,
    Exchange,
    Force,
    FreezeMemory,
    NoisyReading,
    Replace,
    ZeroReading,
)
from mannscope.interventions.reliance import Ablation, Reliance
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
    "CutRecurrence",
    "Discretise",
    "Exchange",
    "Force",
    "FreezeMemory",
    "NoisyReading",
    "Reliance",
    "Replace",
    "ZeroReading",
]
