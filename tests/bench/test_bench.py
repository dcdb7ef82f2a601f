"""The benchmark measures what it says, in processes of their own."""

import pytest

from mannscope.bench import benchmark, run_bench
from mannscope.bench.inference_programs import Recording
from mannscope.bench.timing import measure
from mannscope.bench.training_programs import TrainingStep
from mannscope.bench.workloads import WORKLOADS, Workload
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hardware import describe_machine
from mannscope.memories import Stack

ROW = {"cpu_ms": 1.0, "ratio": None, "peak_mb": 1.0, "compile_s": None}


@pytest.fixture
def jobs(monkeypatch) -> list[tuple]:
    """Stand in for the processes, and list what each was started for."""
    started = []

    def in_process(name: str, job: benchmark.Job, variables: dict[str, str]) -> dict:
        started.append((name, str(job), variables["NPROC"], "JAX_COMPILATION_CACHE_DIR" in variables))
        return ROW | {"compile_s": 1.0} if job is benchmark.Job.MEASURE else {"compile_cached_s": 0.25}

    monkeypatch.setattr(benchmark, "_in_process", in_process)
    return started


def test_a_training_step_is_measured_beside_its_matrix_products() -> None:
    measured = measure(TrainingStep(Stack(width=3), "rnn", 4, batch=4, steps=6).program(repeats=3))
    assert all(measured[name] > 0 for name in ("floor_ms", "cpu_ms", "wall_ms", "compile_s"))
    assert measured["ratio"] == pytest.approx(measured["cpu_ms"] / measured["floor_ms"])
    assert measured["us_per_sequence_step"] == pytest.approx(1e3 * measured["cpu_ms"] / 4 / 6)


def test_a_recording_says_how_large_its_trace_is() -> None:
    measured = measure(Recording(Stack(width=3), episodes=4, steps=6).program(repeats=1))
    assert measured["trace_mb"] > 0
    assert measured["floor_ms"] > 0


def test_a_process_of_its_own_prints_what_it_measured() -> None:
    row = benchmark._in_process("data-reversal", benchmark.Job.MEASURE, benchmark.environment(1))
    assert (row["batch"], row["steps"]) == (1000, 21)
    assert all(row[name] > 0 for name in ("cpu_ms", "wall_ms", "compile_s", "peak_mb"))


def test_training_is_measured_with_every_number_of_threads(jobs) -> None:
    rows = run_bench(only="stack-lstm", threads=(2, 3), log=lambda message: None)["workloads"]
    assert [row["threads"] for row in rows] == [2, 3]
    measured = [("stack-lstm", "measure", threads, False) for threads in "23"]
    cached = ("stack-lstm", "compile", "2", True)  # one fills the cache, the other finds it filled
    assert jobs == [measured[0], cached, cached, measured[1]]


def test_what_is_no_training_is_measured_with_one_thread(jobs) -> None:
    (row,) = run_bench(only="record-ntm", threads=(2, 3), log=lambda message: None)["workloads"]
    assert (row["threads"], row["compile_cached_s"]) == (1, 0.25)


def test_every_pool_of_threads_is_bounded(monkeypatch) -> None:
    monkeypatch.setenv("JAX_ENABLE_COMPILATION_CACHE", "true")
    variables = benchmark.environment(1)
    assert variables["NPROC"] == variables["OMP_NUM_THREADS"] == variables["OPENBLAS_NUM_THREADS"] == "1"
    assert variables["XLA_FLAGS"] == "--xla_cpu_multi_thread_eigen=false"
    assert not any(name.startswith("JAX_") for name in variables)


def test_a_baseline_that_is_not_installed_is_skipped_and_named(jobs, monkeypatch) -> None:
    lacking = {"one": Workload(WORKLOADS["verify"].program, needs=("no_such_package",))}
    monkeypatch.setattr(benchmark, "WORKLOADS", {"verify": WORKLOADS["verify"]} | lacking)
    lines = []
    found = run_bench(log=lines.append)
    assert ([row["name"] for row in found["workloads"]], found["skipped"]) == (["verify"], ["one"])
    assert "since there is no no_such_package" in lines[-1]


def test_a_baseline_that_is_requested_must_be_installed(monkeypatch) -> None:
    lacking = Workload(WORKLOADS["verify"].program, needs=("no_such_package",))
    monkeypatch.setattr(benchmark, "WORKLOADS", {"one": lacking})
    with pytest.raises(MannscopeError, match=r"Got no no_such_package. Install them with: pip install"):
        run_bench(only="one")


def test_a_workload_that_fails_is_named(monkeypatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "no number")
    with pytest.raises(MannscopeError, match="the workload verify must run"):
        run_bench(only="verify", log=lambda message: None)


def test_an_unknown_workload_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'ntm-copy'"):
        run_bench(only="ntm-cpoy")


def test_the_machine_is_described_with_its_versions() -> None:
    machine = describe_machine()
    assert machine["cores"] >= 1
    assert {"processor", "jax", "jaxlib", "numpy"} <= machine.keys()
