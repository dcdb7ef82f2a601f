"""The atlas: which memory learns which task, by which strategy; one training procedure for all.

- `grid`, `grid.yaml`: the tasks and memories, and what is expected of each pair
- `measure`: trains one network of a pair, measures it and judges it: a row of the data
- `end_to_end`: all of them, in a pool of workers; the data
- `summary`: the seeds of each pair, against what is expected; `page`: the map as a page
"""

from mannscope.atlas.end_to_end import DATA, run_atlas
from mannscope.atlas.grid import Pair, choose_pairs
from mannscope.atlas.page import PAGE, write_page
from mannscope.atlas.summary import check, fill, summarise, surprises

__all__ = [
    "DATA",
    "PAGE",
    "Pair",
    "check",
    "choose_pairs",
    "fill",
    "run_atlas",
    "summarise",
    "surprises",
    "write_page",
]
