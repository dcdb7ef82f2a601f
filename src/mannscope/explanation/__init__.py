"""Explanations: what a network does with its memory, on one screen and one page.

- `explanation`: what is known of one network; `explaining`: finds it out
- `words`: policies and evidence in sentences; `advice`: what to look at next
- `screen`: as text; `page`: as HTML
"""

from mannscope.explanation.explaining import explain
from mannscope.explanation.explanation import Explanation

__all__ = ["Explanation", "explain"]
