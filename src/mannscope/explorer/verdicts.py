"""What is claimed of a run, and how well it does: verdicts with their counterexamples, and accuracy."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mannscope.explorer.run import COUNTEREXAMPLE, Group, Run, batch, record_group
from mannscope.hypotheses import Verification, builtin, mined, verify
from mannscope.training import Network, evaluate

TIMES = (1, 2, 5)
"""Sizes at which accuracy is measured, as multiples of the largest trained on."""


def verified(run: Run, network: Network, episodes: int) -> Run:
    """Verify the built-in hypotheses and the mined one, unless that is done, and measure accuracy.

    A network whose memory nobody acts on has accuracy alone.
    """
    if run.verification is None and network.model.memory.actors:
        claims = [*builtin(network), mined(network, episodes=episodes)]
        run = told(run, verify(network, claims, episodes=episodes))
    return run if run.accuracy is not None else replace(run, accuracy=_accuracy(network, episodes))


def told(run: Run, verification: Verification) -> Run:
    """Add a verification to a run, with its counterexamples as episodes of their own."""
    plain = verification.to_dict()
    found = [example for verdict in plain["hypotheses"] for example in verdict["counterexamples"]]
    texts = list(dict.fromkeys(example["input"] for example in found))
    places = {text: run.episodes + place for place, text in enumerate(texts)}
    for example in found:
        example["episode"] = places[example["input"]]
    controls = {name: _shortened(plain[name]) for name in ("untrained", "shuffled")}
    groups = run.groups
    if texts and verification.network is not None:
        groups = (*groups, _counterexamples(verification.network, texts))
    return replace(run, groups=groups, verification=plain | controls)


def _counterexamples(network: Network, texts: list[str]) -> Group:
    """Record episodes as they were when they were verified: in batches of twice the largest size."""
    training = network.configuration.training
    episodes = batch([network.task.episode(text) for text in texts], network.task.steps(2 * training.largest))
    return record_group(network, episodes, COUNTEREXAMPLE)


def _shortened(control: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of a control whether anything holds, and what."""
    names = [verdict["name"] for verdict in control["hypotheses"] if verdict["holds"]]
    return {"holds": control["holds"], "names": names}


def _accuracy(network: Network, episodes: int) -> list[dict[str, Any]]:
    """Measure accuracy on as many episodes of each size, an equal share of every shape."""
    training = network.configuration.training
    shapes = list(dict.fromkeys([*training.shapes[:1], *network.task.shapes]))
    sizes = [times * training.largest for times in TIMES]
    found = evaluate(network, sizes, shapes, episodes=max(1, episodes // len(shapes)))
    return [one.to_dict() for one in found]
