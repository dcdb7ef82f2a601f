"""Mined policies leave open what varies and does not matter, and nothing else."""

import numpy as np

from mannscope.hypotheses import Experiment, Policy, mined, stated
from mannscope.hypotheses.observational import agreement
from mannscope.planted import Machine, Rule, compile_machine
from mannscope.planted.machine import EMPTY
from mannscope.planted.reversing import ANSWERS, BLANK, DELIMITER, SYMBOLS, answering, writing

BITS = ("0", "1")


def littering_copier() -> Machine:
    """Dequeues at every blank, and now and then enqueues a symbol too, which nobody reaches."""
    acts = ("ENQUEUE", "DEQUEUE", "REPLACE")
    return Machine(
        "littering copier",
        {"name": "copy", "alphabet": len(SYMBOLS)},
        "stratification_queue",
        {"action": acts, "content": SYMBOLS, "answer": SYMBOLS},
        (
            Rule("action", "ENQUEUE", SYMBOLS),
            Rule("action", "REPLACE", (BLANK,), reading=SYMBOLS[:2]),
            Rule("action", "DEQUEUE", (BLANK,), reading=(EMPTY, *SYMBOLS[2:])),
            *writing(SYMBOLS),
            Rule("content", "3", (BLANK,)),
            *answering(),
        ),
        contents=SYMBOLS,
        acts={("action", one): {"queue": one} for one in acts},
        writes={("content", one): one for one in SYMBOLS},
        outputs=ANSWERS,
    )


def pusher_at_the_end() -> Machine:
    """Pops at the mark and at what is taken, and pushes once nothing is left."""
    after = {"phase": ("after",)}
    said = (*BITS, "end")
    return Machine(
        "pusher at the end",
        {"name": "marked_reversal"},
        "stack",
        {"action": ("PUSH", "POP"), "content": BITS, "phase": ("after",), "answer": said},
        (
            Rule("phase", "after", (DELIMITER,)),
            Rule("phase", "after", BITS, after),
            Rule("action", "PUSH", BITS, {"phase": (EMPTY,)}),
            Rule("action", "POP", (DELIMITER,)),
            Rule("action", "POP", BITS, after, BITS),
            Rule("action", "PUSH", BITS, after, (EMPTY,)),
            *(Rule("content", one, (one,)) for one in BITS),
            *(Rule("answer", one, (*BITS, DELIMITER), reading=(one,)) for one in BITS),
            Rule("answer", "end", BITS, after, (EMPTY,)),
        ),
        contents=BITS,
        acts={("action", one): {"stack 0": one} for one in ("PUSH", "POP")},
        writes={("content", one): one for one in BITS},
        outputs={("answer", one): one for one in said},
    )


def test_it_is_left_open_whether_what_takes_out_also_puts_in() -> None:
    network = compile_machine(littering_copier())
    claim = mined(network)
    assert claim.alike == {"queue": {"REPLACE": "DEQUEUE"}}
    experiment = Experiment(network, 320, quick=True)
    assert experiment.works
    policy = Policy(claim, experiment.symbols, experiment.actors)
    # what is done at blanks is claimed, and both count as dequeuing; nothing else is said of symbols
    assert agreement(experiment, policy).passed
    labels = experiment.actors[0].labels
    done = np.arange(len(labels))[:, None]
    counted = [labels[one] for one in policy.counted(done)[:, 0]]
    assert counted == ["DEQUEUE" if one == "REPLACE" else one for one in labels]
    assert stated(claim.to_dict(), ["queue"]) == claim


def test_it_is_left_open_what_is_done_once_nothing_is_left() -> None:
    network = compile_machine(pusher_at_the_end())
    claim = mined(network)
    assert "taken" in claim.tops
    assert not claim.alike
    experiment = Experiment(network, 320, quick=True)
    assert experiment.works
    found = agreement(experiment, Policy(claim, experiment.symbols, experiment.actors))
    assert found.passed, found
