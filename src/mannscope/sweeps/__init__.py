"""Sweeps: a search for the options of a configuration."""

from mannscope.sweeps.search import run_sweep
from mannscope.sweeps.space import Space, read_space

__all__ = ["Space", "read_space", "run_sweep"]
