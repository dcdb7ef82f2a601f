"""The benchmark measures what it says, in processes of their own."""

import pytest

from mannscope.errors import UnknownNameError
from mannscope.memories import NTM, Stack
from mannscope.studies import run_bench
from mannscope.studies.workloads import RecordWorkload, StepWorkload


@pytest.mark.parametrize("memory", [Stack(width=3), NTM(width=3)])
def test_a_training_step_is_measured_beside_its_matrix_products(memory: Stack | NTM) -> None:
    measured = StepWorkload(memory, "rnn", 8, batch=4, steps=6, slots=7).measure(repeats=3)
    assert all(measured[name] > 0 for name in ("floor_ms", "cpu_ms", "compile_s"))
    assert measured["us_per_sequence_step"] == pytest.approx(1e3 * measured["cpu_ms"] / 4 / 6)


def test_a_recording_says_how_large_its_trace_is() -> None:
    measured = RecordWorkload(Stack(width=3), episodes=4, steps=6).measure()
    assert measured["trace_mb"] > 0
    assert measured["cpu_ms"] > 0


def test_an_unknown_workload_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'ntm-copy'"):
        run_bench(only="ntm-cpoy")
