"""`mannscope verify`: hypotheses put to every test, and the test of the test."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from mannscope.cli.loading import load_network
from mannscope.cli.output import note, print_json, print_table, table
from mannscope.cli.parsing import Parser
from mannscope.errors import MannscopeError

LISTED = 3
"""Counterexamples that the terminal lists; JSON lists all of them."""


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "verify",
        "Put hypotheses about the strategy to every test, at several sizes and on every shape: on the "
        "network, on an untrained control, on the same network with answers from elsewhere, and for "
        "shuffled categories. A verdict holds, does not hold, or is undecided; then more episodes are drawn. "
        "The exit code is 0 in each case.",
        "mannscope verify runs/reversal --hypothesis mine.yaml",
    )
    made.add_run(needed=False)
    message = (
        "YAML file with name, categories and policy, may be repeated (default: those derived from task and "
        "memory)"
    )
    made.add_argument("--hypothesis", metavar="FILE", action="append", default=[], help=message)
    message = (
        "also rank a rival, by the evidence that separates them: a YAML file, `mined`, or `derived` for all"
    )
    made.add_argument("--against", metavar="RIVAL", action="append", default=[], help=message)
    message = (
        "also a control: another trained network, of which no hypothesis may hold, such as one of another "
        "task with the same symbols; may be repeated"
    )
    made.add_argument("--control", metavar="RUN", action="append", default=[], help=message)
    message = "held-out episodes of each size in the first look (default: 160, or 320 with --quick)"
    made.add_argument("--episodes", type=int, metavar="N", help=message)
    message = (
        "look once, at the largest size trained on and twice that, and at one control: a first answer in "
        "seconds"
    )
    made.add_argument("--quick", action="store_true", help=message)
    made.add_seed(0, "draws episodes, splits and permutations")
    message = "instead of RUN, judge networks whose strategy is known, and count how often verdicts are right"
    made.add_argument("--self-test", action="store_true", help=message)
    made.add_whole("--bases", 3, "networks of each kind, for --self-test")
    made.add_whole("--workers", 1, "processes, for --self-test")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Verify hypotheses and print the verdicts."""
    options = parser().read(arguments)
    if options.self_test:
        _self_test(options)
        return
    if options.run is None:
        raise MannscopeError("there must be a RUN to verify", "none", "Pass one, or --self-test")
    network = load_network(options.run)
    from mannscope.hypotheses import compare, gather_rivals, verify
    from mannscope.hypotheses.verification import CONTROLS

    claims = gather_rivals(network, options.hypothesis, options.against, options.episodes, options.seed)
    verification = verify(
        network,
        claims,
        controls=[load_network(control) for control in options.control],
        episodes=options.episodes,
        seed=options.seed,
        quick=options.quick,
        log=note,
    )
    found = verification.to_dict()
    ranked = compare(network, verification).to_dict() if options.against else None
    if options.json:
        print_json(found | ({"ranking": ranked} if ranked else {}))
        return
    for verdict in found["hypotheses"]:
        _print_verdict(verdict)
    said = {name: found[control] for control, name in CONTROLS.items()}
    for name, control in (said | {f"on {name}": of for name, of in found["others"].items()}).items():
        if control["hypotheses"]:
            print(f"{name}: {'HOLDS: no verdict can be trusted' if control['holds'] else 'none holds'}")
    if ranked:
        _print_ranking(ranked)


def _self_test(options: argparse.Namespace) -> None:
    from mannscope.hypotheses.verification import EPISODES
    from mannscope.self_test import rate_lines, run_self_test

    episodes = options.episodes or EPISODES
    test = run_self_test(options.bases, episodes, seed=options.seed, workers=options.workers, log=note)
    found = test.to_dict()
    if options.json:
        print_json(found)
        return
    rows = [
        (
            cell["kind"],
            cell["hypothesis"],
            "yes" if cell["true"] else "no",
            f"{cell['held']}/{cell['networks']}",
        )
        for cell in found["matrix"]
    ]
    print_table(table(("kind", "hypothesis", "true", "held"), rows))
    rows = [
        (piece, ", ".join(kinds["needed"]) or "none", ", ".join(kinds["alone"]) or "none")
        for piece, kinds in found["evidence"].items()
    ]
    print_table(table(("evidence", "would hold without it", "it alone failed"), rows))
    print("\n".join(rate_lines(found)))


def _print_verdict(verdict: Mapping[str, Any]) -> None:
    print(f"{verdict['name']}: {verdict['says']}")
    rows = [
        (
            str(piece["kind"]),
            str(piece["outcome"]) if piece["decides"] else "beside",
            _number(piece["score"]),
            " to ".join(map(_number, piece["interval"] or ())),
            _number(piece["threshold"]) if piece["decides"] else "",
            _number(piece["control"]),
            _worst(piece["worst"]),
        )
        for piece in verdict["evidence"]
    ]
    print_table(table(("evidence", "says", "score", "interval", "at least", "control", "worst part"), rows))
    for counterexample in verdict["counterexamples"][:LISTED]:
        print("counterexample: " + ", ".join(f"{name} {value}" for name, value in counterexample.items()))
    print()


def _print_ranking(ranked: Mapping[str, Any]) -> None:
    print()
    rows = [
        (
            str(place),
            entry["name"],
            f"{entry['passed']} of {entry['evidence']}",
            "yes" if entry["holds"] else "no",
        )
        for place, entry in enumerate(ranked["order"], start=1)
    ]
    print_table(table(("rank", "hypothesis", "passed", "holds"), rows))
    for pair in ranked["pairs"]:
        print(f"{pair['one']} / {pair['other']}: {pair['outcome']}")


def _worst(part: Mapping[str, Any] | None) -> str:
    return "" if part is None else f"{_number(part['score'])} at {part['name']}"


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "" if value is None else str(value)
