"""The benchmark: how fast training and analyses are, beside baselines."""

from mannscope.bench.benchmark import run_bench
from mannscope.bench.comparison import compare, read_earlier

__all__ = ["compare", "read_earlier", "run_bench"]
