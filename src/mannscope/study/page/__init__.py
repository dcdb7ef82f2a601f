"""The page of results in the documentation, computed from the study's data."""

from mannscope.study.page.filling import BLOCKS, check_page, fill, fill_parts

__all__ = ["BLOCKS", "check_page", "fill", "fill_parts"]
