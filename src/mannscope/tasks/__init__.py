"""Tasks: sequences, their categories, and the textbook solution. A task never imports a model.

One line for each file of the folder:

- `task`: what a task is
- `reversal`, `copying`, `repeat_copy`, `sorting`, `priority_sort`: give a sequence back, in some order
- `dyck`, `counting`, `language_reversal`: say what may come next in a word
- `flip_flops`, `stack_manipulation`, `automata`, `word_problem`: keep what is asked for later
- `associative_recall`, `multi_query_recall`, `missing_duplicate`, `dynamic_ngrams`: find what was read
- `expressions`, `postfix`, `solve_equation`, `binary_addition`: arithmetic
- `recogniser`, `languages`: say whether a word belongs to a language
- `table`: a task of your own
- `fresh`, `transduction`, `sequences`, `oracle_run`, `groups`: what tasks share
- `base_rate`: what a network scores that ignores its input
- `expression_trees`, `expression_writing`: random expressions, in compiled code
- `expression_reading`, `expression_oracles`: typed expressions and the textbook algorithms, in plain Python
- `table_files`, `table_splits`: the rows of a user's file, and its alphabets and splits
"""

from mannscope.tables import members
from mannscope.tasks.associative_recall import AssociativeRecall as AssociativeRecall
from mannscope.tasks.automata import CycleNavigation as CycleNavigation
from mannscope.tasks.automata import EvenPairs as EvenPairs
from mannscope.tasks.automata import Parity as Parity
from mannscope.tasks.base_rate import base_rate as base_rate
from mannscope.tasks.binary_addition import BinaryAddition as BinaryAddition
from mannscope.tasks.copying import Copy as Copy
from mannscope.tasks.copying import DuplicateString as DuplicateString
from mannscope.tasks.counting import Counting as Counting
from mannscope.tasks.dyck import Dyck as Dyck
from mannscope.tasks.dynamic_ngrams import DynamicNgrams as DynamicNgrams
from mannscope.tasks.expressions import Expressions as Expressions
from mannscope.tasks.flip_flops import FlipFlop as FlipFlop
from mannscope.tasks.flip_flops import UndoFlipFlop as UndoFlipFlop
from mannscope.tasks.language_reversal import MarkedReversal as MarkedReversal
from mannscope.tasks.language_reversal import UnmarkedReversal as UnmarkedReversal
from mannscope.tasks.missing_duplicate import MissingDuplicate as MissingDuplicate
from mannscope.tasks.multi_query_recall import MultiQueryRecall as MultiQueryRecall
from mannscope.tasks.own_rows import rows as rows
from mannscope.tasks.postfix import Postfix as Postfix
from mannscope.tasks.priority_sort import PrioritySort as PrioritySort
from mannscope.tasks.recogniser import Recogniser as Recogniser
from mannscope.tasks.repeat_copy import RepeatCopy as RepeatCopy
from mannscope.tasks.reversal import Reversal as Reversal
from mannscope.tasks.solve_equation import SolveEquation as SolveEquation
from mannscope.tasks.sorting import BucketSort as BucketSort
from mannscope.tasks.sorting import OddsFirst as OddsFirst
from mannscope.tasks.stack_manipulation import StackManipulation as StackManipulation
from mannscope.tasks.table import Table as Table
from mannscope.tasks.task import FREE as FREE
from mannscope.tasks.task import NOTHING as NOTHING
from mannscope.tasks.task import AbstractSymbolTask as AbstractSymbolTask
from mannscope.tasks.task import AbstractTask as AbstractTask
from mannscope.tasks.task import Algorithm as Algorithm
from mannscope.tasks.task import Episode as Episode
from mannscope.tasks.task import OracleStep as OracleStep
from mannscope.tasks.word_problem import WordProblem as WordProblem

TASKS: dict[str, type[AbstractTask]] = members(globals(), AbstractTask)
"""The tasks by name: those that are imported above."""
