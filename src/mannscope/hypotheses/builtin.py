"""The hypotheses that come with the package, by task and memory."""

from collections.abc import Callable
from dataclasses import replace

from mannscope.hypotheses.hypothesis import Contents, Hypothesis
from mannscope.training import Network


def builtin(network: Network) -> list[Hypothesis]:
    """Give the hypotheses stated for a network's task and memory; none for others."""
    configuration = network.configuration
    make = _BUILTIN.get((configuration.task["name"], configuration.memory["name"]))
    return [] if make is None else make(network)


def _categories(network: Network) -> dict[str, tuple[str, ...]]:
    task = network.task
    return {
        name: tuple(s for s, of in zip(task.symbols, task.symbol_categories, strict=True) if of == number)
        for number, name in enumerate(task.categories)
    }


def _every_actor(network: Network, rules: dict[str, str]) -> dict[str, dict[str, str]]:
    return dict.fromkeys(network.model.memory.actors, rules)


def _reversal_on_a_stack(network: Network) -> list[Hypothesis]:
    policy = Hypothesis(
        "push symbols, pop blanks",
        _categories(network),
        _every_actor(network, {"symbol": "PUSH", "blank": "POP"}),
        (),
        "The textbook policy; what is done at the delimiter is left free.",
    )
    contents = replace(
        policy,
        name="push symbols, pop blanks; the stack keeps the symbols",
        contents=(Contents("push_value", "input", ("symbol",)),),
        algorithm="stack",
        description="The textbook strategy: the policy, and that every symbol is kept on its own.",
    )
    return [policy, contents]


def _reversal_on_a_tape(network: Network) -> list[Hypothesis]:
    memory = network.model.memory
    heads = [actor for actor in memory.actors if actor.startswith("read")]
    policies = [
        Hypothesis(
            f"walk {forth.lower()} over symbols, {back.lower()} over blanks",
            _categories(network),
            {actor: {"symbol": forth} for actor in memory.actors if actor not in heads}
            | {actor: {"symbol": forth, "blank": back} for actor in heads},
            (),
            "Heads lay the symbols out one after the other; the read head walks back over them. "
            "The first step is left free: there a head may start where it is.",
            from_step=1,
        )
        for forth, back in (("RIGHT", "LEFT"), ("LEFT", "RIGHT"))
    ]
    contents = [
        replace(
            policy,
            name=f"{policy.name}; the tape keeps the symbols",
            contents=(Contents("add", "input", ("symbol",)),),
            algorithm="stack",
        )
        for policy in policies
    ]
    return [claim for pair in zip(policies, contents, strict=True) for claim in pair]


def _expressions_on_a_stack(network: Network) -> list[Hypothesis]:
    brackets = {"open": "PUSH", "close": "POP"}
    quiet = Hypothesis(
        "brackets push and pop, operands stay off",
        _categories(network),
        _every_actor(network, brackets | {"digit": "NO_OP", "operator": "NO_OP"}),
        (),
        "At ( what is pending is pushed, at ) it is popped; the hidden state keeps digits and operators.",
    )
    busy = Hypothesis(
        "brackets and digits push, operators pop",
        _categories(network),
        _every_actor(network, brackets | {"digit": "PUSH", "operator": "POP"}),
        (),
        "A digit is put on top of the stack, and the operator after it takes it off again.",
    )
    signs = _keeping(quiet, "the stack keeps signs", "cumulative", "sign", ("open",))
    return [
        quiet,
        _keeping(quiet, "the stack keeps what waits", "recursive", "waiting", ("open",)),
        *([signs] if "cumulative" in network.task.oracles() else []),
        busy,
        _keeping(busy, "the stack keeps what waits", "pushing", "waiting", ("open", "digit")),
    ]


def _keeping(policy: Hypothesis, told: str, algorithm: str, variable: str, at: tuple[str, ...]) -> Hypothesis:
    """Add to a policy on a stack the claim of what is pushed."""
    return replace(
        policy,
        name=f"{policy.name}; {told}",
        contents=(Contents("push_value", variable, at),),
        algorithm=algorithm,
        description=f"The policy of the {algorithm} algorithm, and what that pushes.",
    )


def _expressions_on_a_tape(network: Network) -> list[Hypothesis]:
    return [
        Hypothesis(
            f"write heads move {forth.lower()} at (, {back.lower()} at )",
            _categories(network),
            {
                actor: {"open": forth, "close": back}
                for actor in network.model.memory.actors
                if "write" in actor
            },
            (),
            "The tape as a stack: the head walks out at an opening bracket and back at a closing one.",
        )
        for forth, back in (("RIGHT", "LEFT"), ("LEFT", "RIGHT"))
    ]


_BUILTIN: dict[tuple[str, str], Callable[[Network], list[Hypothesis]]] = {
    ("reversal", "stack"): _reversal_on_a_stack,
    ("reversal", "ntm"): _reversal_on_a_tape,
    ("expressions", "stack"): _expressions_on_a_stack,
    ("expressions", "ntm"): _expressions_on_a_tape,
}
