"""Studies: the paper's study from end to end, its single-file report and its table."""

from mannscope.studies.bench import run_bench
from mannscope.studies.cells import CELLS, Cell
from mannscope.studies.report import write_report
from mannscope.studies.results import Protocol
from mannscope.studies.study import run_study
from mannscope.studies.table import study_table

__all__ = ["CELLS", "Cell", "Protocol", "run_bench", "run_study", "study_table", "write_report"]
