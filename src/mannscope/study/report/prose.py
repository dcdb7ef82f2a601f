"""The prose of the report: question, method and caveats of the study of one paper."""

from typing import Final

TITLE: Final = "What do networks do with their memory?"

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
    "Test it: do the actions agree, in the worst symbol and position too; do they follow a symbol of another "
    "category, and stay when one is swapped within its category; does forcing the policy keep the answers as "
    "they are, and forcing another one spoil them; is the answer made of what the memory holds? Ask the same "
    "where it must fail: of an untrained network, of answers from elsewhere, of shuffled categories.",
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
