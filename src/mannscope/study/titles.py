"""Titles and descriptions of tasks, memories and conditions, for the report, the page and the pictures."""

from collections.abc import Iterable
from typing import Final

from mannscope.study.conditions import NO_MEMORY, VARIANTS
from mannscope.training import Configuration

TASKS: Final = {
    "reversal": (
        "Reversal",
        "The network reads a sequence of symbols and a delimiter (#). Then, at one blank (_) for each "
        "symbol, it has to output the symbols in reverse order. An episode counts only if every symbol "
        "is right; its size is the number of symbols.",
    ),
    "expressions": (
        "Arithmetic expressions",
        "The network reads a fully bracketed expression of single digits, symbol by symbol, and has to "
        "output its value modulo {modulus} at the equals sign. The size of an episode is the number of its "
        "operators.",
    ),
}
"""Task -> its title, and what the network has to do."""

MEMORIES: Final = {"stack": "a stack", "ntm": "a neural Turing machine", NO_MEMORY: "no memory, but an LSTM"}

ROWS_OF_A_STACK: Final = "the top row is the top of the stack"
ACTIONS_OF_A_STACK: Final = (
    "The row above the map has the action at each step: a triangle up for PUSH, down for POP."
)
ROWS_OF_SLOTS: Final = "one row a slot"
HEADS_ON_SLOTS: Final = "Open squares: where the write head is; dots: where the read head is."
HEADS: Final = ("read head 0", "write head 0")
"""The heads whose weights are drawn, of a memory with heads."""


def has_stack(dims: Iterable[object]) -> bool:
    """Whether the axes of a trace are those of a stack, and not of a memory with heads."""
    return "stack" in dims


def condition_title(task: str, memory: str, variant: str) -> str:
    """Return the title of a condition: `Reversal with a stack`, and its variant if it is one."""
    title = f"{TASKS.get(task, (task.capitalize(), ''))[0]} with {MEMORIES.get(memory, memory)}"
    if not variant:
        return title
    return f"{title}, {VARIANTS[variant].title if variant in VARIANTS else variant}"


def task_description(configuration: Configuration) -> str:
    """Describe the task."""
    task = configuration.task
    description = TASKS.get(task["name"], ("", f"The task is {task['name']}."))[1]
    return description.replace("{modulus}", str(task.get("modulus", "")))
