"""Tasks: sequences, their categories, and the textbook solution. A task never imports a model.

One line for each file of the folder:

- `task`: what a task is
- `reversal`, `expressions`, `table`: the tasks
- `base_rate`: what a network scores that ignores its input
- `expression_trees`, `expression_writing`: random expressions, in compiled code
- `expression_reading`, `expression_oracles`: typed expressions and the textbook algorithms, in plain Python
- `table_files`, `table_splits`: the rows of a user's file, and its alphabets and splits
"""

from mannscope.tables import members
from mannscope.tasks.base_rate import base_rate as base_rate
from mannscope.tasks.expressions import Expressions as Expressions
from mannscope.tasks.reversal import Reversal as Reversal
from mannscope.tasks.table import Table as Table
from mannscope.tasks.task import FREE as FREE
from mannscope.tasks.task import NOTHING as NOTHING
from mannscope.tasks.task import AbstractSymbolTask as AbstractSymbolTask
from mannscope.tasks.task import AbstractTask as AbstractTask
from mannscope.tasks.task import Algorithm as Algorithm
from mannscope.tasks.task import Episode as Episode
from mannscope.tasks.task import OracleStep as OracleStep

TASKS: dict[str, type[AbstractTask]] = members(globals(), AbstractTask)
"""The tasks by name: those that are imported above."""
