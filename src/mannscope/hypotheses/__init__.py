"""Hypotheses: a claim about a strategy, the evidence for it, and the verdict.

- `hypothesis`, `parsing`: what is claimed, and how a person states it
- `derived`: hypotheses from the task's textbook algorithms; `mined`: one from a network's own actions
- `experiment`: a network, fresh episodes, and the runs that all evidence shares
- `evidence`: what a piece of evidence is; `observational`, `interventional`, `contents`: the pieces
- `verdict`: all evidence for one hypothesis, beside controls; `rivals`: several, ranked
"""

from mannscope.hypotheses.derived import derived
from mannscope.hypotheses.evidence import Evidence
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Contents, Hypothesis
from mannscope.hypotheses.mined import mined
from mannscope.hypotheses.parsing import read_hypothesis, stated
from mannscope.hypotheses.rivals import Ranking, compare, gather_rivals
from mannscope.hypotheses.verdict import Verdict, Verification, judge, shuffle, verify

__all__ = [
    "Contents",
    "Evidence",
    "Experiment",
    "Hypothesis",
    "Ranking",
    "Verdict",
    "Verification",
    "compare",
    "derived",
    "gather_rivals",
    "judge",
    "mined",
    "read_hypothesis",
    "shuffle",
    "stated",
    "verify",
]
