"""`mannscope verify`: hypotheses put to every test."""

from collections.abc import Sequence
from typing import Any

from mannscope.cli.loading import load_network
from mannscope.cli.output import note, print_json, print_table, table
from mannscope.cli.parsing import Parser

LISTED = 3
"""Counterexamples that the terminal lists; JSON lists all of them."""


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "verify",
        "Put hypotheses about the strategy to every test, on the network, on an untrained twin and for "
        "shuffled categories. The exit code is 0 whether they hold or not.",
        "mannscope verify runs/reversal --hypothesis mine.yaml",
    )
    made.add_run()
    told = "YAML file with name, categories and policy (default: the built-in ones of task and memory)"
    made.add_argument("--hypothesis", metavar="FILE", help=told)
    made.add_whole("--episodes", 256, "held-out episodes of each size")
    made.add_seed(0, "draws episodes, splits and permutations")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Verify hypotheses and print the verdicts."""
    options = parser().read(arguments)
    network = load_network(options.run)
    from mannscope.hypotheses import read_hypothesis, verify

    path = options.hypothesis
    claims = [read_hypothesis(path, network.model.memory.actors)] if path else None
    found = verify(network, claims, episodes=options.episodes, seed=options.seed, log=note).to_dict()
    if options.json:
        print_json(found)
        return
    for verdict in found["hypotheses"]:
        _print_verdict(verdict)
    for control, told in (("untrained", "on an untrained network"), ("shuffled", "for shuffled categories")):
        print(
            f"{told}: {'HOLDS, so that the test is broken' if found[control]['holds'] else 'does not hold'}"
        )


def _print_verdict(verdict: dict[str, Any]) -> None:
    print(f"{verdict['name']}: {'holds' if verdict['holds'] else 'does not hold'}")
    rows = [
        (
            str(piece["kind"]),
            _number(piece["score"]),
            _number(piece["control"]),
            _number(piece["threshold"]),
            "yes" if piece["passed"] else "no",
        )
        for piece in verdict["evidence"]
    ]
    print_table(table(("evidence", "score", "control", "threshold", "passed"), rows))
    for counterexample in verdict["counterexamples"][:LISTED]:
        print("counterexample: " + ", ".join(f"{name} {value}" for name, value in counterexample.items()))
    print()


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "" if value is None else str(value)
