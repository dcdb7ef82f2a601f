"""Hypotheses: a claim about a strategy, the evidence for it, and the verdict.

- `hypothesis`, `parsing`: what is claimed, and how a person states it; `policy`: the claim as a table
- `derived`: hypotheses from the task's textbook algorithms; `mined`: one from a network's own actions
- `experiment`: a network, fresh episodes of several sizes, and the runs that all evidence shares
- `evidence`: what a piece of evidence is, and when it passes; `observational`, `conflict`, `interventional`,
  `exchange`, `contents`, `separation`: the pieces; `alignment`: which part of a content carries it
- `verdict`: all evidence for one hypothesis; `verification`: on a network and on its `controls`; `rivals`:
  several, ranked
"""

from mannscope.hypotheses.alignment import Alignment, align
from mannscope.hypotheses.controls import Elsewhere, shuffle
from mannscope.hypotheses.derived import derived
from mannscope.hypotheses.evidence import Evidence, Outcome
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Contents, Hypothesis, described
from mannscope.hypotheses.mined import mined
from mannscope.hypotheses.parsing import read_hypothesis, stated
from mannscope.hypotheses.policy import Policy
from mannscope.hypotheses.rivals import Ranking, compare, gather_rivals
from mannscope.hypotheses.verdict import Verdict, judge
from mannscope.hypotheses.verification import Verification, verify

__all__ = [
    "Alignment",
    "Contents",
    "Elsewhere",
    "Evidence",
    "Experiment",
    "Hypothesis",
    "Outcome",
    "Policy",
    "Ranking",
    "Verdict",
    "Verification",
    "align",
    "compare",
    "derived",
    "described",
    "gather_rivals",
    "judge",
    "mined",
    "read_hypothesis",
    "shuffle",
    "stated",
    "verify",
]
