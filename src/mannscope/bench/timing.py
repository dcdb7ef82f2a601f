"""How a program is timed: its first call apart from the later ones, and a baseline beside it."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple

import jax
import numpy as np


class FirstCall(Enum):
    """What the first call of a program means to its measurement."""

    COMPILES = auto()
    """It compiles; what it takes longer than later calls is the compile time."""
    WARMS_UP = auto()
    """It is left out."""
    COUNTS = auto()
    """It is the measurement; there are no later calls."""


@dataclass(frozen=True)
class Program:
    """What a workload runs, and how that is counted."""

    run: Callable[[], Any]
    batch: int
    """Sequences of a unit of work."""
    steps: int
    """Positions of a sequence."""
    units: int = 1
    """Units of work that one call does, such as optimiser steps."""
    floor: Callable[[], Any] | None = None
    """The baseline of one unit: what no implementation can leave out."""
    repeats: int = 31
    """Calls that are timed after the first."""
    first: FirstCall = FirstCall.COMPILES
    more: Callable[[], dict[str, Any]] = dict
    """Further fields of its row, computed after it was timed."""


class Cost(NamedTuple):
    """What a call costs, in seconds."""

    cpu: float
    wall: float


def measure(program: Program) -> dict[str, Any]:
    """Time a program and its baseline, a unit of work each; times are medians, and in milliseconds.

    The peak of the memory, in MiB, is that of the process before the baseline has run.
    """
    first = cost(program.run)
    whole = program.first is FirstCall.COUNTS
    later = first if whole else median_cost(program.run, program.repeats)
    peak = peak_megabytes()
    cpu, wall = (1e3 * seconds / program.units for seconds in later)
    floor = None
    if program.floor is not None:
        cost(program.floor)
        floor = 1e3 * median_cost(program.floor, program.repeats).cpu
    return {
        "batch": program.batch,
        "steps": program.steps,
        "cpu_ms": cpu,
        "wall_ms": wall,
        "floor_ms": floor,
        "ratio": None if floor is None else cpu / floor,
        "compile_s": _excess(first, later) if program.first is FirstCall.COMPILES else None,
        "compile_cached_s": None,
        "peak_mb": peak,
        "us_per_sequence_step": None if whole else 1e3 * cpu / program.batch / program.steps,
        "sequences_per_s": None if whole else 1e3 * program.batch / cpu,
        **program.more(),
    }


def compile_seconds(program: Program) -> float:
    """Return how much longer a program's first call takes than its second, in seconds of wall time.

    It is spent on tracing, lowering, and compiling or loading the compiled program from a cache.
    """
    return _excess(cost(program.run), cost(program.run))


def _excess(first: Cost, later: Cost) -> float:
    return max(first.wall - later.wall, 0.0)


def cost(run: Callable[[], Any]) -> Cost:
    """Time one call, until its result is ready."""
    cpu, wall = time.process_time(), time.perf_counter()
    jax.block_until_ready(run())
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)


def median_cost(run: Callable[[], Any], repeats: int) -> Cost:
    """Return the medians of CPU and wall time over `repeats` calls."""
    cpu, wall = np.median([cost(run) for _ in range(repeats)], axis=0)
    return Cost(float(cpu), float(wall))


def peak_megabytes() -> float:
    """Return the peak memory of this process so far, in MiB."""
    unit = 1 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
