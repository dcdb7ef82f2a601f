"""Programs: what a network does, as rules that run without it.

- `program`, `files`: a program and its runs; reading and writing it. Plain Python
- `reading`: typed text to symbols, by the task of a program
- `feasibility`: what keeps a network from having a program, found out first
- `extraction`: from a network to a program, and how well they agree
- `observe`, `counterfactual`: what a network does, step by step, and what it would do
- `clusters`, `merging`, `abstraction`: from vectors to classes of states and of contents
- `reduction`, `tables`: from classes to as few rules as this finds
"""

from mannscope.programs.files import read_program, write_program
from mannscope.programs.program import Program, ProgramRun, ProgramStep, Rule, Rules

__all__ = ["Program", "ProgramRun", "ProgramStep", "Rule", "Rules", "read_program", "write_program"]
