"""Exchange: an answer must be made of what the memory carried, but for what has just been read."""

from collections.abc import Sequence

import numpy as np
import pytest

from mannscope.arrays import PADDING
from mannscope.hypotheses import Experiment, Policy, derived
from mannscope.hypotheses.contents import draw_swaps
from mannscope.hypotheses.evidence import Outcome
from mannscope.hypotheses.exchange import exchange, other_episode, said_at_once
from mannscope.planted import Machine, Rule, compile_machine
from mannscope.planted.machine import EMPTY, READING
from mannscope.tasks import TASKS

OPENING, CLOSING = ("(", "["), (")", "]")
ONE_OPEN = {"(": "{( [ )}", "[": "{( [ ]}"}
TWO_OPEN = {"(": "{)}", "[": "{]}"}
LOWEST = {one: f"lowest {one}" for one in OPENING}
"""What is written where nothing lies below."""
CONTENTS = (*OPENING, *LOWEST.values())
NOTHING_OPEN = "{( [}"
PUSHING = (
    Rule("action", "PUSH", OPENING),
    Rule("action", "POP", CLOSING),
    *(Rule("content", one, (one,), reading=CONTENTS) for one in OPENING),
    *(Rule("content", lowest, (one,), reading=(EMPTY,)) for one, lowest in LOWEST.items()),
    Rule("nothing", "open", CLOSING, reading=tuple(LOWEST.values())),
)
FROM_THE_STACK = {
    ("nothing", "open"): NOTHING_OPEN,
    **{(READING, content): ONE_OPEN[one] for one in OPENING for content in (one, LOWEST[one])},
}


def matcher(
    name: str,
    rules: Sequence[Rule] = (),
    registers: dict[str, tuple[str, ...]] | None = None,
    outputs: dict[tuple[str, str], str] | None = None,
    deepest: int = 0,
) -> Machine:
    """Push opening brackets and pop at closing ones, and say what `outputs` says."""
    return Machine(
        name,
        {"name": "dyck", "deepest": deepest},
        "stack",
        {"action": ("PUSH", "POP"), "content": CONTENTS, "nothing": ("open",), **(registers or {})},
        (*PUSHING, *rules),
        contents=CONTENTS,
        acts={("action", one): {"stack 0": one} for one in ("PUSH", "POP")},
        writes={("content", one): one for one in CONTENTS},
        outputs=FROM_THE_STACK if outputs is None else outputs,
    )


def reads_the_stack() -> Machine:
    """Says what is on top, after every bracket."""
    return matcher("reading matcher")


def says_what_it_reads() -> Machine:
    """Says after an opening bracket what closes it, from the bracket itself, whatever is on top."""
    rules = [Rule(f"said {number}", one, (one,)) for one in OPENING for number in (0, 1)]
    said = {(f"said {number}", one): ONE_OPEN[one] for one in OPENING for number in (0, 1)}
    return matcher(
        "prompt matcher", rules, {"said 0": OPENING, "said 1": OPENING}, {**FROM_THE_STACK, **said}
    )


def knows_by_heart() -> Machine:
    """Keeps two open brackets in its hidden state, and says nothing that the stack holds."""
    none, outer, inner = {"outer": (EMPTY,)}, {"outer": OPENING}, {"inner": OPENING}
    rules: list[Rule] = []
    for one in OPENING:
        kept = {"outer": (one,)}
        rules += [Rule("outer", one, (one,), none), Rule("inner", one, (one,), outer)]
        rules += [Rule("outer", one, OPENING, kept), Rule("outer", one, CLOSING, {**kept, **inner})]
        rules += [Rule("answer", ONE_OPEN[one], (one,), none), Rule("answer", TWO_OPEN[one], (one,), outer)]
        rules += [Rule("answer", ONE_OPEN[one], CLOSING, {**kept, **inner})]
    rules.append(Rule("answer", NOTHING_OPEN, CLOSING, {"inner": (EMPTY,)}))
    said = (NOTHING_OPEN, *ONE_OPEN.values(), *TWO_OPEN.values())
    registers = {"outer": OPENING, "inner": OPENING, "answer": said}
    return matcher("remembering matcher", rules, registers, {("answer", one): one for one in said}, 2)


@pytest.mark.parametrize(
    ("machine", "outcome"),
    [
        (reads_the_stack(), Outcome.PASSED),
        (says_what_it_reads(), Outcome.PASSED),
        (knows_by_heart(), Outcome.FAILED),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_an_answer_must_be_made_of_what_was_carried(machine: Machine, outcome: Outcome) -> None:
    network = compile_machine(machine)
    experiment = Experiment(network, 240, quick=True)
    assert experiment.works
    claim = derived(network)[-1]
    policy = Policy(claim, experiment.symbols, experiment.actors)
    found = exchange(experiment, policy)
    assert found is not None
    assert found.outcome is outcome, found


def test_what_is_written_at_a_step_is_said_at_once_there() -> None:
    # (  [  ]  )   the other episode: [  [  ]  ]
    #
    # the stack after each step, and with the other's contents:
    #    [
    # (  (  (  -       [  [  [  -
    #
    # Only the answer to the first bracket changes by what is written there alone; the third answer by what
    # was written before.
    task = TASKS["dyck"]()
    own = tuple(task.symbols.index(one) for one in "([])")
    answer = np.asarray(task.episode("([])").answer)
    assert said_at_once(task, own, "stack", {0: "[", 1: "["}, answer) == [0]


def test_what_is_swapped_at_a_step_is_not_asked_there() -> None:
    experiment = Experiment(compile_machine(reads_the_stack()), 8, quick=True)
    swaps = list(draw_swaps(experiment, "stack"))
    targets = np.asarray(experiment.near.episodes.targets)
    assert {int(swap.expected[swap.place]) for swap in swaps} == {PADDING}
    asked = [(swap.expected != PADDING) & (swap.expected != targets[swap.base]) for swap in swaps]
    assert any(one.any() for one in asked)  # a bracket within it was closed, and it is on top again


def test_another_episode_has_the_same_categories_and_is_one() -> None:
    # Of 16 ways to put brackets into ( [ ] ), four are well nested.
    task = TASKS["dyck"]()
    inputs = np.asarray(task.episode("([])").inputs)
    made = [other_episode(task, inputs, (seed,)) for seed in range(30)]
    assert {task.text(one) for one in made if one is not None} == {"(())", "[()]", "[[]]"}


def test_where_every_draw_fails_stretches_are_renamed() -> None:
    # Of 2 to the power 31 draws in the categories of this one, one in 65536 is an episode.
    task = TASKS["marked_reversal"]()
    word = "0 1 1 0 1 0 0 1 0 1 1 0 1 1 1"
    inputs = np.asarray(task.episode(f"{word} #").inputs)
    made = [other_episode(task, inputs, (seed,)) for seed in range(6)]
    read = inputs >= 0
    for one in made:
        assert one is not None
        assert (one != inputs).any()
        assert (task.categorise(one) == task.categorise(inputs)).all()
        assert task.oracle(tuple(one[read].tolist()), "stack")
    assert len({task.text(one) for one in made if one is not None}) > 1
