"""Studies: the paper's study from end to end, its report and its page of results; sweeps; benchmarks."""

from mannscope.studies.bench import run_bench
from mannscope.studies.cells import CELLS, Cell
from mannscope.studies.failures import find_failures, usual_trace
from mannscope.studies.page import check_page, fill
from mannscope.studies.report import write_report
from mannscope.studies.results import Protocol
from mannscope.studies.self_test import SelfTest, matrix_table, run_self_test
from mannscope.studies.space import Space, read_space
from mannscope.studies.study import run_study
from mannscope.studies.sweep import run_sweep
from mannscope.studies.table import study_table

__all__ = [
    "CELLS",
    "Cell",
    "Protocol",
    "SelfTest",
    "Space",
    "check_page",
    "fill",
    "find_failures",
    "matrix_table",
    "read_space",
    "run_bench",
    "run_self_test",
    "run_study",
    "run_sweep",
    "study_table",
    "usual_trace",
    "write_report",
]
