"""What the report and the table call things, and what a stranger needs to be told."""

from collections.abc import Mapping
from typing import Any, Final

TITLE: Final = "What do networks do with their memory?"

TASKS: Final = {
    "reversal": (
        "Reversal",
        "The network reads a sequence of symbols and a delimiter (#). Then, at one blank (_) for each "
        "symbol, it has to give the symbols back, last one first. An episode counts only if every symbol "
        "is right; its size is the number of symbols.",
    ),
    "expressions": (
        "Arithmetic expressions",
        "The network reads an expression of single digits in full brackets, symbol by symbol, and has to "
        "give its value modulo {modulus} at the equals sign. The size of an episode is the number of its "
        "operators.",
    ),
}
"""Task -> its title, and what is asked."""

MEMORIES: Final = {"stack": "a stack", "ntm": "a neural Turing machine", "none": "no memory, but an LSTM"}

QUESTION: Final = (
    "A memory-augmented network is a small recurrent network with a memory beside it: a stack that it "
    "pushes to and pops from, or a tape of slots with heads that move, as in a neural Turing machine. "
    "Such networks can learn simple algorithms and apply them to inputs far longer than any they were "
    "trained on. How do they use the memory to do so? A picture of a memory suggests an answer. This "
    "study states the answer as a hypothesis and puts it to tests that it can fail."
)

PAPER: Final = (
    "It follows Wang et al. (2019), Understanding Memory Modules on Learning Simple Algorithms (arXiv "
    "1907.00820). They report that both networks generalise on reversal, that only the stack-augmented "
    "one does on expressions, and that the learned strategies monitor specific categories of input and "
    "change the memory by a policy for each."
)

METHOD: Final = (
    "Train a network on short episodes, fresh ones at every step.",
    "Measure it on held-out episodes of the largest size trained on, and of multiples of that size.",
    "Record every operation on the memory, and replay the record to prove that it is faithful.",
    "State the strategy as categories of input and an action for each, before looking at the scores.",
    "Test it: do actions agree, separate by category alone, stay when a symbol is swapped within its "
    "category; does forcing the policy keep the answers right, and forcing another one break them? Ask "
    "the same of an untrained network and of shuffled categories, where it must fail.",
)

CAVEATS: Final = (
    "The paper published no code, and only its abstract, its metadata and the start of its introduction "
    "could be read. Alphabets, sizes, lengths, controllers, training and every threshold here are our own "
    "choice. This is a study of the same question, not a reproduction of numbers.",
    "Soft actions are what the network was trained with: it does a little of every action at once. "
    "Discretised means that the most probable action is taken whole at every step. Where the two agree, "
    "naming the action says what the network does; where they do not, part of its strategy is in the "
    "mixture.",
    "Results of the neural Turing machine are given as found, with the same data and a comparable budget. "
    "A network that fails here might succeed with another recipe: failure is not shown to be "
    "a property of the memory.",
    "A network that does not do its task cannot pass the tests by forcing, since there is no accuracy to "
    "lose. Its verdicts then say only that nothing could be shown.",
    "A hypothesis holds only if all of its evidence passes at thresholds fixed beforehand. That it holds "
    "does not make it the only true description; a finer one may hold as well.",
    "Intervals are 95% Wilson intervals over episodes of one network. They do not cover the variation "
    "between seeds, which is shown by the number of seeds that agree.",
)


CONDITIONS: Final = {
    "answer-only": "trained on the last answer alone",
    "plus-minus": "without multiplication",
    "modulus-5": "modulo 5",
    "symbol-only": "actions seeing the symbol alone",
    "whole-context": "without context dropout",
}


def cell_title(cell: Mapping[str, Any]) -> str:
    """Name a cell as a person would: `Reversal with a stack`, and what was changed if something was."""
    task = TASKS.get(cell["task"], (cell["task"].capitalize(), ""))[0]
    title = f"{task} with {MEMORIES.get(cell['memory'], cell['memory'])}"
    condition = cell["condition"]
    return f"{title}, {CONDITIONS.get(condition, condition)}" if condition else title


def task_text(configuration: Mapping[str, Any]) -> str:
    """Say what the task asks for."""
    task = configuration["task"]
    told = TASKS.get(task["name"], ("", f"The task is {task['name']}."))[1]
    return told.replace("{modulus}", str(task.get("modulus", "")))


def percent(share: float) -> str:
    """Spell a share as a percentage, without rounding anything to all or nothing that is not.

    >>> percent(0.9996), percent(1.0)
    ('99.9%', '100%')
    """
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return f"{min(max(share, 0.001), 0.999):.1%}"


def times(size: int, largest: int) -> str:
    """Say how many times the largest trained size a size is."""
    return f"{size / largest:g}×"
