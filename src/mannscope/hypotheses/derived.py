"""Hypotheses derived from the task's textbook algorithms and the memory's realisations of their machines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import jax
import numpy as np

from mannscope.arrays import PADDING, START
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


class _Found(NamedTuple):
    """What an algorithm does on episodes of the task."""

    name: str
    algorithm: Algorithm
    rules: Rules
    turns: bool
    """Whether it takes nothing out before everything is in."""
    cue: str
    """The one situation that always stands between the two phases then; empty where there is none."""


def derived(subject: Subject) -> list[Hypothesis]:
    """State what each textbook algorithm of the task would do to the memory, if the network followed it.

    An algorithm is run on its ideal machine, and what it always does at a category is a rule. A realisation
    of the machine on the memory turns the rules into actions of the actors. There are none where no algorithm
    is known, the memory has no realisation of its machine that can do all that the algorithm does, or nothing
    is always done at a category.
    """
    groups: dict[str, list[_Found]] = {}
    if not any(one.machine in _machines(subject) for one in subject.task.oracles().values()):
        return []
    episodes = _episodes(subject)
    for name, algorithm in subject.task.oracles().items():
        found = _project(subject.task, name, algorithm, episodes)
        if found.rules:
            groups.setdefault(algorithm.policy, []).append(found)
    return [
        claim
        for group in groups.values()
        for realisation in subject.realisations
        for claim in _claims(subject.task, group, realisation, _contexts(subject.task, episodes))
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
    task: AbstractTask,
    name: str,
    algorithm: Algorithm,
    episodes: Sequence[tuple[tuple[int, ...], np.ndarray]],
) -> _Found:
    """Find what an algorithm always does at a category, and whether it takes out only after all is in."""
    machine = MACHINES[algorithm.machine]
    seen: dict[int, set[str]] = {}
    turns, cues = True, set[str]()
    for symbols, category in episodes:
        steps = task.oracle(symbols, name)
        for step, of in zip(steps, category.tolist(), strict=True):
            seen.setdefault(of, set()).add(step.actions[0])
        turns &= _takes_last(steps, machine.writing)
        cues |= _between(task, symbols, steps, machine.writing)
    rules = {
        task.categories[of]: next(iter(actions))
        for of, actions in sorted(seen.items())
        if len(actions) == 1 and FREE not in actions
    }
    return _Found(name, algorithm, rules, turns, cues.pop() if turns and len(cues) == 1 else "")


def _takes_last(steps: Sequence[OracleStep], writing: frozenset[str]) -> bool:
    done = [step.actions[0] for step in steps if step.actions[0] not in {FREE, *IDLE}]
    taken = [action not in writing for action in done]
    return taken == sorted(taken)


def _between(
    task: AbstractTask, symbols: tuple[int, ...], steps: Sequence[OracleStep], writing: frozenset[str]
) -> set[str]:
    """Give the situations that stand after all is in, and before anything is taken out."""
    acts = [place for place, step in enumerate(steps) if step.actions[0] not in {FREE, *IDLE}]
    last = max((place for place in acts if steps[place].actions[0] in writing), default=-1)
    first = next((place for place in acts if steps[place].actions[0] not in writing), len(steps))
    situations = task.situate(np.array([symbols]))[0]
    return {task.situation_labels[number] for number in situations[last + 1 : first].tolist()}


def _contexts(
    task: AbstractTask, episodes: Sequence[tuple[tuple[int, ...], np.ndarray]]
) -> dict[str, tuple[str, ...]]:
    """Give the situations that the task puts before each category."""
    labels, seen = task.situation_labels, {name: set[int]() for name in task.categories}
    for symbols, category in episodes:
        situations = task.situate(np.array([symbols]))[0].tolist()
        for before, of in zip([PADDING, *situations], category.tolist(), strict=False):
            seen[task.categories[of]].add(before)
    return {
        name: tuple(START if one == PADDING else labels[one] for one in sorted(_alike(task, before)))
        for name, before in seen.items()
    }


def _alike(task: AbstractTask, situations: set[int]) -> set[int]:
    """Add all situations of the same categories: what a few episodes lack of them can stand there too."""
    categories = {task.situations[one][1] for one in situations - {PADDING}}
    return situations | {one for one, (_, of) in enumerate(task.situations) if of in categories}


def _claims(
    task: AbstractTask,
    group: Sequence[_Found],
    realisation: Realisation,
    contexts: Mapping[str, tuple[str, ...]],
) -> Iterator[Hypothesis]:
    """State the policy that algorithms share: by category, by phase, in context; and what each writes."""
    first = group[0]
    fits = realisation.turns is None or realisation.turns == first.turns
    needed = set(first.rules.values()) - IDLE
    can_do = needed <= {action for moves in realisation.rules.values() for action in moves}
    if realisation.machine != first.algorithm.machine or not fits or not can_do:
        return
    by_category = _by_category(task, group, realisation)
    yield by_category
    puts, takes = _phases(first)
    if first.cue and puts and takes:
        yield _by_phase(task, by_category, first, realisation, (puts, takes))
    in_context = replace(
        by_category,
        name=f"{by_category.name} in context",
        after=dict(contexts),
        description=f"{by_category.description} Claimed only after symbols that the task puts there.",
    )
    yield in_context
    yield from _of_contents(in_context, group, realisation)


def _by_category(task: AbstractTask, group: Sequence[_Found], realisation: Realisation) -> Hypothesis:
    """State that what is done depends on the category alone."""
    algorithm, rules = group[0].algorithm, group[0].rules
    return Hypothesis(
        realisation.name.format(**_words(task, rules, algorithm.machine)) or algorithm.policy,
        task_categories(task),
        {
            actor: {category: moves[action] for category, action in rules.items() if action in moves}
            for actor, moves in realisation.rules.items()
        },
        (),
        realisation.description or algorithm.description,
        from_step=realisation.from_step,
        mirror=realisation.mirror,
        carries=tuple(one.name for one in group),
    )


def _of_contents(
    in_context: Hypothesis, group: Sequence[_Found], realisation: Realisation
) -> Iterator[Hypothesis]:
    """State what each algorithm writes."""
    algorithm, rules = group[0].algorithm, group[0].rules
    writing = MACHINES[algorithm.machine].writing
    at = tuple(category for category, action in rules.items() if action in writing)
    for one in group:
        if one.algorithm.keeps and realisation.contents:
            yield replace(
                in_context,
                name=f"{in_context.name}; the {realisation.store} keeps {one.algorithm.keeps}",
                contents=(Contents(realisation.contents, one.algorithm.variable, at),),
                algorithm=one.name,
                description=f"The policy of the {one.name} algorithm, and what that writes.",
            )


def _phases(found: _Found) -> tuple[str, str]:
    """Give what an algorithm does to put something in, and to take it out; empty where it never does."""
    writing = MACHINES[found.algorithm.machine].writing
    puts = next((action for action in found.rules.values() if action in writing), "")
    takes = (action for action in found.rules.values() if action not in {*writing, *IDLE})
    return puts, next(takes, "")


def _by_phase(
    task: AbstractTask,
    by_category: Hypothesis,
    found: _Found,
    realisation: Realisation,
    actions: tuple[str, str],
) -> Hypothesis:
    """State that what is done depends on whether the cue has been read, and on no other symbol."""
    puts, takes = actions
    before, cue, after = f"before {found.cue}", found.cue, f"after {found.cue}"
    labels = task.situation_labels
    name = (
        f"{by_category.name} by phase alone"
        if realisation.name
        else f"{puts.lower()} until {cue}, {takes.lower()} after"
    )
    return replace(
        by_category,
        name=name,
        categories={before: tuple(one for one in labels if one != cue), cue: (cue,), after: labels},
        during={before: (before,), cue: (before,), after: (after,)},
        states={before: {cue: after}, after: {}},
        policy={
            actor: {
                phase: moves[action] for phase, action in ((before, puts), (after, takes)) if action in moves
            }
            for actor, moves in realisation.rules.items()
        },
        description=f"What is done depends on whether {cue} has been read, and on no other symbol.",
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
