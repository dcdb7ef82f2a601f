"""The study from end to end, its report, and the page of results."""

from mannscope.study.conditions import CONDITIONS, Condition
from mannscope.study.end_to_end import run_study
from mannscope.study.first_failures import find_failures, usual_trace
from mannscope.study.network_result import NetworkResult, Protocol
from mannscope.study.page import check_page, fill
from mannscope.study.report import write_report
from mannscope.study.summary import study_table

__all__ = [
    "CONDITIONS",
    "Condition",
    "NetworkResult",
    "Protocol",
    "check_page",
    "fill",
    "find_failures",
    "run_study",
    "study_table",
    "usual_trace",
    "write_report",
]
