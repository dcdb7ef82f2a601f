"""Options that say where many networks are trained."""

import argparse
import os
from typing import Any

from mannscope.cli.parsing import Parser
from mannscope.errors import MannscopeError


def add_pool(parser: Parser) -> None:
    """Add the options."""
    parser.add_whole("--workers", cores(), "networks at a time, a process each")
    text = "where they are trained: local, dask (mannscope[dask]) or slurm (mannscope[slurm])"
    parser.add_argument("--pool", default="local", metavar="NAME", help=f"{text} (default: %(default)s)")
    text = "option of the pool: address=tcp://… of Dask; slurm_partition=…, timeout_min=… of submitit"
    parser.add_argument(
        "--pool-option", action="append", default=[], dest="pool_options", metavar="KEY=VALUE", help=text
    )


def pool_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options of the pool as keyword arguments.

    Raises:
        MannscopeError: if an option of the pool has no value.
    """
    pairs = {}
    for text in options.pool_options:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            remedy = "Pass one such as --pool-option timeout_min=120"
            raise MannscopeError("--pool-option must be KEY=VALUE", repr(text), remedy)
        pairs[name] = value
    return {"workers": options.workers, "pool": options.pool, "pool_options": pairs}


def cores() -> int:
    """Count the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
