"""Pools: where the jobs of a study or a sweep run, and the log of their progress."""

from mannscope.pools.opening import POOLS, open_pool
from mannscope.pools.pool import Future, Pool, SerialPool, as_done, next_done
from mannscope.pools.progress_log import Log, LogTailer, ProgressLog, SharedLog, TrainingLog

__all__ = [
    "POOLS",
    "Future",
    "Log",
    "LogTailer",
    "Pool",
    "ProgressLog",
    "SerialPool",
    "SharedLog",
    "TrainingLog",
    "as_done",
    "next_done",
    "open_pool",
]
