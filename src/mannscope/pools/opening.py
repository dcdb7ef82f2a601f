"""Opening a pool by its name."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from mannscope.pools.clusters import dask_pool, slurm_pool
from mannscope.pools.local import local_pool
from mannscope.pools.pool import Options, Pool
from mannscope.tables import find

POOLS: Final[Mapping[str, Callable[[int, Path, Options], AbstractContextManager[Pool]]]] = {
    "local": local_pool,
    "dask": dask_pool,
    "slurm": slurm_pool,
}


def open_pool(name: str, workers: int, folder: Path, options: Options) -> AbstractContextManager[Pool]:
    """Open a pool by name, and close it in the end; unfinished jobs are cancelled then.

    Args:
        name: `local` for processes of this machine, `dask` for a Dask cluster, `slurm` for SLURM.
        workers: Jobs at a time; with one, the local pool is this process. SLURM decides for itself.
        folder: Where the pool may keep files of its own.
        options: Options of the pool. `dask` knows `address`, without which it starts a cluster on this
            machine; those of `slurm` are submitit's, such as `slurm_partition` or `timeout_min`, and
            `cluster`, where `local` runs without SLURM.

    Raises:
        UnknownNameError: if there is no such pool.
        MannscopeError: if the pool has no such option, or needs a package that is not installed.
    """
    return find("pool", name, POOLS)(workers, folder, options)
