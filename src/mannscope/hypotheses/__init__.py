"""Hypotheses: a claim about a strategy, the evidence for it, and the verdict."""

from mannscope.hypotheses.builtin import builtin
from mannscope.hypotheses.evidence import Evidence
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Contents, Hypothesis, read_hypothesis
from mannscope.hypotheses.verdict import Verdict, Verification, judge, mined, shuffle, verify

__all__ = [
    "Contents",
    "Evidence",
    "Experiment",
    "Hypothesis",
    "Verdict",
    "Verification",
    "builtin",
    "judge",
    "mined",
    "read_hypothesis",
    "shuffle",
    "verify",
]
