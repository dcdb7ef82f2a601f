"""Hypotheses derived from the task's textbook algorithms and the memory's realisations of their machines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import jax
import numpy as np

from mannscope.arrays import PADDING
from mannscope.hypotheses.hypothesis import Contents, Hypothesis
from mannscope.machines import IDLE, MACHINES
from mannscope.memories.realisations import Realisation
from mannscope.tasks import FREE, Algorithm, OracleStep
from mannscope.tasks.task import AbstractTask
from mannscope.training.subject import Subject

EPISODES = 64
"""Episodes, of each shape trained on, on which an algorithm is run to see what it does at each category."""

Rules = dict[str, str]
"""Category -> the action of the ideal machine."""


def derived(subject: Subject) -> list[Hypothesis]:
    """State what each textbook algorithm of the task would do to the memory, if the network followed it.

    An algorithm is run on its ideal machine, and what it always does at a category is a rule. A realisation
    of the machine on the memory turns the rules into actions of the actors. There are none where no algorithm
    is known, or the memory has no realisation of its machine.
    """
    groups: dict[str, list[tuple[str, Algorithm, Rules, bool]]] = {}
    if not any(one.machine in _machines(subject) for one in subject.task.oracles().values()):
        return []
    episodes = _episodes(subject)
    for name, algorithm in subject.task.oracles().items():
        rules, turns = _project(subject.task, name, episodes)
        groups.setdefault(algorithm.policy, []).append((name, algorithm, rules, turns))
    return [
        claim
        for group in groups.values()
        for realisation in subject.realisations
        for claim in _claims(subject.task, group, realisation)
    ]


def task_categories(task: AbstractTask) -> dict[str, tuple[str, ...]]:
    """Give the situations of each category of a task, by its name."""
    labels = task.situation_labels
    return {
        name: tuple(label for label, (_, of) in zip(labels, task.situations, strict=True) if of == number)
        for number, name in enumerate(task.categories)
    }


def _machines(subject: Subject) -> set[str]:
    return {realisation.machine for realisation in subject.realisations}


def _episodes(subject: Subject) -> list[tuple[tuple[int, ...], np.ndarray]]:
    """Draw episodes: their symbols, and the category of each."""
    drawn = subject.sample(0, EPISODES, subject.trained_size, subject.trained_shape)
    inputs, category = jax.tree.map(np.asarray, (drawn.inputs, drawn.category))
    return [
        (tuple(row[row != PADDING].tolist()), of[row != PADDING])
        for row, of in zip(inputs, category, strict=True)
    ]


def _project(
    task: AbstractTask, name: str, episodes: Sequence[tuple[tuple[int, ...], np.ndarray]]
) -> tuple[Rules, bool]:
    """Find what an algorithm always does at a category, and whether it takes out only after all is in."""
    machine = MACHINES[task.oracles()[name].machine]
    seen: dict[int, set[str]] = {}
    turns = True
    for symbols, category in episodes:
        steps = task.oracle(symbols, name)
        for step, of in zip(steps, category.tolist(), strict=True):
            seen.setdefault(of, set()).add(step.actions[0])
        turns &= _takes_last(steps, machine.writing)
    rules = {
        task.categories[of]: next(iter(actions))
        for of, actions in sorted(seen.items())
        if len(actions) == 1 and FREE not in actions
    }
    return rules, turns


def _takes_last(steps: Sequence[OracleStep], writing: frozenset[str]) -> bool:
    done = [step.actions[0] for step in steps if step.actions[0] not in {FREE, *IDLE}]
    taken = [action not in writing for action in done]
    return taken == sorted(taken)


def _claims(
    task: AbstractTask, group: Sequence[tuple[str, Algorithm, Rules, bool]], realisation: Realisation
) -> Iterator[Hypothesis]:
    """State the policy that algorithms share, and for each of them what is written."""
    _, algorithm, rules, turns = group[0]
    fits = realisation.turns is None or realisation.turns == turns
    if realisation.machine != algorithm.machine or not fits:
        return
    policy = Hypothesis(
        realisation.name.format(**_words(task, rules, algorithm.machine)) or algorithm.policy,
        task_categories(task),
        {
            actor: {category: moves[action] for category, action in rules.items() if action in moves}
            for actor, moves in realisation.rules.items()
        },
        (),
        realisation.description or algorithm.description,
        from_step=realisation.from_step,
    )
    yield policy
    writing = MACHINES[algorithm.machine].writing
    at = tuple(category for category, action in rules.items() if action in writing)
    for name, one, _, _ in group:
        if one.keeps and realisation.contents:
            yield replace(
                policy,
                name=f"{policy.name}; the {realisation.store} keeps {one.keeps}",
                contents=(Contents(realisation.contents, one.variable, at),),
                algorithm=name,
                description=f"The policy of the {name} algorithm, and what that writes.",
            )


def _words(task: AbstractTask, rules: Rules, machine: str) -> Mapping[str, str]:
    """Give, for each action of a machine, the categories at which it is done, and their symbols, in words."""
    categories = task_categories(task)
    words = {}
    for action in MACHINES[machine].actions[0]:
        found = [category for category, done in rules.items() if done == action]
        plural = [f"{category}s" for category in found]
        short = [
            categories[one][0] if len(categories[one]) == 1 else many
            for one, many in zip(found, plural, strict=True)
        ]
        words |= {action: " and ".join(plural), f"{action}_symbols": " and ".join(short)}
    return words
