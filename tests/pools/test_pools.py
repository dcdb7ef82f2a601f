"""Every pool does the work, says what went wrong, and leaves nothing behind."""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.pools import Pool, SerialPool, as_done, next_done, open_pool
from pools.jobs import break_down, die, double, refuse, wait_for_ever

LOCAL_CLUSTERS: Mapping[str, Mapping[str, str]] = {"local": {}, "dask": {}, "slurm": {"cluster": "local"}}


@pytest.fixture(scope="module", params=LOCAL_CLUSTERS)
def pool(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    folder = tmp_path_factory.mktemp("pool")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        with open_pool(request.param, 2, folder, LOCAL_CLUSTERS[request.param]) as opened:
            yield opened


@pytest.mark.filterwarnings("ignore")  # what Dask and submitit warn of is theirs
def test_work_is_done_elsewhere_and_comes_back(pool: Pool) -> None:
    jobs = {pool.submit(double, number): number for number in (1, 2)}
    found = {jobs[job]: job.result() for job in as_done(jobs)}
    assert {number: doubled for number, (doubled, _) in found.items()} == {1: 2, 2: 4}
    assert os.getpid() not in {process for _, process in found.values()}


@pytest.mark.filterwarnings("ignore")
def test_what_a_job_refuses_comes_back_as_it_said_it(pool: Pool) -> None:
    (job,) = next_done([pool.submit(refuse, 3)])
    with pytest.raises(Exception, match=r"it must be even\. Got 3\. Pass another\."):
        job.result()


def test_the_serial_pool_works_in_this_process() -> None:
    with open_pool("local", 1, Path(), {}) as pool:
        assert isinstance(pool, SerialPool)
        assert pool.submit(double, 2).result() == (4, os.getpid())


def test_an_error_of_the_program_comes_back_with_its_traceback(tmp_path: Path) -> None:
    with open_pool("local", 2, tmp_path, {}) as pool, pytest.raises(RuntimeError, match="in the job"):
        pool.submit(break_down).result()


def test_a_process_that_dies_takes_no_other_with_it(tmp_path: Path) -> None:
    with open_pool("local", 2, tmp_path, {}) as pool:
        dead, alive = pool.submit(die), pool.submit(double, 1)
        with pytest.raises(MannscopeError, match="a process that ended with code 9"):
            dead.result()
        assert alive.result()[0] == 2


def test_an_interruption_ends_the_work_that_is_under_way(tmp_path: Path) -> None:
    path = tmp_path / "process"

    def interrupt() -> None:
        with open_pool("local", 2, tmp_path, {}) as pool:
            pool.submit(wait_for_ever, path)
            while not (path.is_file() and path.read_text()):
                time.sleep(0.05)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert _ended(int(path.read_text()))


def _ended(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_an_unknown_pool_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(UnknownNameError, match="pool must be one of dask, local, slurm"),
        open_pool("lokal", 1, tmp_path, {}),
    ):
        pass


@pytest.mark.parametrize("name", ["local", "dask"])
def test_an_option_that_is_not_the_pools_is_refused(name: str, tmp_path: Path) -> None:
    with (
        pytest.raises(UnknownNameError, match=f"option of the pool {name}"),
        open_pool(name, 1, tmp_path, {"adress": "x"}),
    ):
        pass


@pytest.mark.filterwarnings("ignore")
def test_a_machine_without_slurm_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match="on a machine with SLURM"), open_pool("slurm", 1, tmp_path, {}):
        pass
