"""Verdicts on a run, with their counterexamples as episodes, its accuracy, and its program."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mannscope.explorer.run import COUNTEREXAMPLE, Group, Run, pad_together, record_group
from mannscope.explorer.watched import Watched, Work
from mannscope.hypotheses import Verification, derived, mined, verify
from mannscope.hypotheses.experiment import FAR, NEAR
from mannscope.hypotheses.verification import CONTROLS
from mannscope.programs.extraction import extract
from mannscope.training import evaluate
from mannscope.training.subject import Subject, sizes_of

TIMES = (1, 2, 5)
"""Sizes at which accuracy is measured, as multiples of the largest trained on."""

OBSERVED, COMPARED = 800, 64
"""Episodes that a program is made of, and those of each size and shape on which it is compared."""


def verified(run: Run, network: Subject, episodes: int, work: Work) -> Run:
    """Verify the derived hypotheses and the mined one, unless that is done, and measure accuracy.

    It is the quick look, while somebody waits: a verification that was made before is shown as it is. A
    network whose memory has no actors has accuracy alone.

    Raises:
        MannscopeError: if the work is to end before it is done.
    """
    watched = Watched(network, work.check)
    if run.verification is None and network.anatomy.actors:
        work.say("mining a policy")
        claims = [*derived(watched), mined(watched, episodes=episodes)]
        found = verify(watched, claims, episodes=episodes, quick=True, log=work.say)
        work.say("recording counterexamples")
        run = add_verification(run, replace(found, network=network))
    if run.accuracy is None:
        work.say("measuring accuracy")
        run = replace(run, accuracy=_accuracy(network, watched, episodes))
    return run


def extracted(run: Run, network: Any, work: Work) -> Run:
    """Extract a program, unless that is done. It is the quick look, while somebody waits.

    Raises:
        MannscopeError: if no program can be extracted from the network, or the work is to end before it is
            done.
    """
    if run.program is not None:
        return run
    work.say("extracting a program")
    found = extract(network, observed=OBSERVED, episodes=COMPARED, log=work.say)
    return replace(run, program=found.to_dict())


def add_verification(run: Run, verification: Verification) -> Run:
    """Add a verification to a run, with its counterexamples as episodes of their own."""
    plain = verification.to_dict()
    found = [example for verdict in plain["hypotheses"] for example in verdict["counterexamples"]]
    texts = list(dict.fromkeys(example["input"] for example in found))
    places = {text: run.episodes + place for place, text in enumerate(texts)}
    for example in found:
        example["episode"] = places[example["input"]]
    controls: dict[str, Any] = {name: _summarise(plain[name]) for name in CONTROLS}
    controls["others"] = {name: _summarise(of) for name, of in plain["others"].items()}
    groups = run.groups
    if texts and verification.network is not None:
        groups = (*groups, _counterexamples(verification.network, texts))
    return replace(run, groups=groups, verification=plain | controls)


def _counterexamples(network: Subject, texts: list[str]) -> Group:
    """Record episodes padded as they were when they were verified: to the largest of its smaller sizes, or of
    its larger ones.
    """
    found = [network.task.episode(text) for text in texts]
    longest = max(int(one.length) for one in found)
    near, far = (network.task.steps(sizes_of(network, times)[-1]) for times in (NEAR, (*NEAR, *FAR)))
    episodes = pad_together(found, near if longest <= near else far)
    return record_group(network, episodes, COUNTEREXAMPLE)


def _summarise(control: Mapping[str, Any]) -> dict[str, Any]:
    """Summarise a control: whether any hypothesis was judged on it, whether any holds, and which."""
    names = [verdict["name"] for verdict in control["hypotheses"] if verdict["holds"]]
    return {"judged": bool(control["hypotheses"]), "holds": control["holds"], "names": names}


def _accuracy(network: Subject, watched: Watched, episodes: int) -> list[dict[str, Any]]:
    """Measure accuracy on as many episodes of each size, an equal share of every shape."""
    first = [network.trained_shape] if network.trained_shape else []
    shapes = list(dict.fromkeys([*first, *network.task.shapes]))
    count = max(1, episodes // len(shapes))
    return [one.to_dict() for one in evaluate(watched, sizes_of(network, TIMES), shapes, episodes=count)]
