"""Make the networks that come with the package, and write a card for each.

Usage: python scripts/make_checkpoints.py --study STUDY [NAME ...]
       python scripts/make_checkpoints.py --verdicts [NAME ...]

A network that a finished study has is taken from it: the first seed, whatever it reached, with what the study
found over all seeds. Others are trained here. `--verdicts` leaves the networks and the rest of their cards
as they are, and judges them anew.
"""

import argparse
import os
import shutil
import time
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

from mannscope.hypotheses import Outcome, verify
from mannscope.study.data import DATA, Row, read_data
from mannscope.study.network_result import STANDARD
from mannscope.study.page.markdown_tables import count
from mannscope.training import Network, Progress, evaluate, load, train
from mannscope.training.recipes import read_recipe, recipes
from mannscope.training.store import CONFIGURATION, WEIGHTS, save_network

TARGET = Path(__file__).parents[1] / "src" / "mannscope" / "checkpoints"
WORDS = {Outcome.PASSED: "holds", Outcome.FAILED: "does not hold", Outcome.UNDECIDED: "undecided"}
HEADING = "| hypothesis | verdict | untrained | elsewhere | shuffled | failed |"


def main() -> None:
    """Make every network named, or all that come with the package."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--study", type=Path)
    source.add_argument("--verdicts", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    rows = [] if options.verdicts else read_data(options.study / DATA)
    for name in options.names or [name for name in recipes() if (TARGET / name).exists()]:
        began = time.perf_counter()
        if options.verdicts:
            judge_anew(name)
            print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
            continue
        of_condition = [row for row in rows if row["condition"] == name]
        made = take(options.study, name, of_condition) if of_condition else make(name)
        (TARGET / name / "README.md").write_text(card(load_as(name), made))
        print(f"{name}: {time.perf_counter() - began:.0f} s, {TARGET / name}", flush=True)


def take(study: Path, name: str, rows: list[Row]) -> str:
    """Copy the first seed's network out of a study, and describe all seeds."""
    folder = study / name / f"seed-{rows[0]['seed']}"
    (TARGET / name).mkdir(exist_ok=True)
    for file in (CONFIGURATION, WEIGHTS):
        shutil.copy(folder / file, TARGET / name / file)
    steps, seconds = rows[0]["steps"], rows[0]["training seconds"]
    seeds = ", ".join(str(row["seed"]) for row in rows)
    return (
        "The first seed of the study that [the results](../../../../docs/results.md) are of, trained in "
        f"{steps:,} steps and {seconds:.0f} s on one core. Seeds tried: {seeds}, of which {count(rows)} "
        "generalise to ten times the size trained on. Which strategies they have is "
        "[judged anew](../../../../docs/judged-anew.md)."
    )


def make(name: str) -> str:
    """Train a network, and say how long it took."""
    began = time.perf_counter()
    trained = train(read_recipe(name), report=show)
    shutil.rmtree(TARGET / name, ignore_errors=True)
    save_network(trained, TARGET / name)
    seconds = time.perf_counter() - began
    return f"Trained in {seconds:.0f} s on one core; no other seed was tried with this recipe."


def load_as(name: str) -> Network:
    """Load the network just made, by the name that it will have."""
    found = load(TARGET / name)
    return Network(name, found.configuration, found.task, found.model)


def show(progress: Progress) -> None:
    """Print where training is, where it was measured."""
    if progress.exact:
        print(f"  step {progress.step}: loss {progress.loss:.4f}, exact {progress.exact}", flush=True)


def card(network: Network, made: str) -> str:
    """Write what the network is, how exact it is, and what the evidence says about its strategy."""
    configuration = network.configuration
    training, largest = configuration.training, configuration.training.largest
    task = ", ".join(f"{option} {value}" for option, value in configuration.task.items() if option != "name")
    episodes = max(1, STANDARD.evaluated // len(network.task.shapes))
    rows = evaluate(network, [n * largest for n in STANDARD.times], network.task.shapes, episodes=episodes)
    lines = [
        f"# {network.name}",
        "",
        f"Task: {configuration.task['name']} ({task}). Sizes trained on: {training.smallest} to {largest}. "
        f"Recipe: `recipes/{network.name}.yaml`, seed {configuration.seed}. "
        f"Fingerprint `{network.fingerprint}`.",
        "",
        made,
        "",
        f"Exact accuracy on {episodes} fresh episodes each:",
        "",
        "| size | shape | soft | 95% interval | discretised | base rate |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.size} | {r.shape} | {r.exact:.3f} | {r.interval[0]:.3f} to {r.interval[1]:.3f} "
        f"| {r.exact_discrete:.3f} | {r.base_rate:.3f} |"
        for r in rows
    ]
    return "\n".join([*lines, "", *verdicts(network), ""])


def verdicts(network: Network) -> list[str]:
    """Write the verdict on every derived hypothesis, and how it fares on the controls."""
    found = verify(network)
    lines = [HEADING, "|---" * HEADING.count(" | ") + "|---|"]
    for own, *controls in zip(found.hypotheses, *found.controls.values(), strict=True):
        failed = ", ".join(own.failed) or ", ".join(own.undecided) or "nothing"
        outcomes = [WORDS[verdict.outcome] for verdict in (own, *controls)]
        lines.append(f"| {own.hypothesis.name} | {' | '.join(outcomes)} | {failed} |")
    sizes = sorted({size for verdict in found.hypotheses for size in verdict.sizes})
    tested = f"Tested at sizes {', '.join(map(str, sizes))}"
    return [*lines, "", f"{tested}; see [the evidence](../../../../docs/hypothesis.md#the-evidence)."]


def judge_anew(name: str) -> None:
    """Put the verdicts of now into the card of a network."""
    page = TARGET / name / "README.md"
    before, _, _ = page.read_text(encoding="utf-8").partition("| hypothesis |")
    page.write_text("\n".join([before + "\n".join(verdicts(load_as(name))), ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
