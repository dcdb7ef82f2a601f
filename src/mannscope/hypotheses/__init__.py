"""Hypotheses: a claim about a strategy, the evidence for it, and the verdict.

- `hypothesis`, `stating`: what is claimed, and how a person states it
- `builtin`: hypotheses that come along
- `experiment`: a network, fresh episodes, and the runs that all evidence shares
- `evidence`: what a piece of evidence is; `observing`, `forcing`, `storing`: the pieces
- `proposing`: a hypothesis mined from a network's actions
- `verdict`: all evidence for one hypothesis, beside controls; `rivals`: several, ranked
"""

from mannscope.hypotheses.builtin import builtin
from mannscope.hypotheses.evidence import Evidence
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Contents, Hypothesis
from mannscope.hypotheses.proposing import mined
from mannscope.hypotheses.rivals import Ranking, compare, gather_rivals
from mannscope.hypotheses.stating import read_hypothesis, stated
from mannscope.hypotheses.verdict import Verdict, Verification, judge, shuffle, verify

__all__ = [
    "Contents",
    "Evidence",
    "Experiment",
    "Hypothesis",
    "Ranking",
    "Verdict",
    "Verification",
    "builtin",
    "compare",
    "gather_rivals",
    "judge",
    "mined",
    "read_hypothesis",
    "shuffle",
    "stated",
    "verify",
]
