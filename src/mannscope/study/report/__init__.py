"""The report: one HTML file that needs no other file."""

from mannscope.study.report.document import write_report

__all__ = ["write_report"]
