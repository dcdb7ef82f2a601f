"""The verbs, and the first page of help."""

from collections.abc import Mapping
from typing import Final

VERBS: Final[Mapping[str, str]] = {
    "train": "train a network, or several seeds of it",
    "evaluate": "measure accuracy at sizes and shapes never trained on",
    "history": "find out when a network learned what it does",
    "explain": "say on one screen what a network does, and what holds of it",
    "show": "run one input and show it step by step: symbol, actions, output",
    "record": "keep every memory operation of many episodes as a trace",
    "explore": "step through runs in the browser, and try inputs of your own",
    "report": "write runs, with all there is to look at, to one HTML file",
    "project": "draw what every part of a network holds, coloured by category, with scores",
    "mine": "mine a policy from the recorded actions",
    "verify": "put a hypothesis about the strategy to every test",
    "align": "find the subspace of what is written that carries an algorithm's content",
    "extract": "extract a program that runs without the network, and hold it against the network",
    "run-program": "run an extracted program on one input, step by step",
    "study": "do all of this for every task and memory, and report it",
    "atlas": "train every task with every memory, and map which learns which, and how",
    "sweep": "search the options of a training, and keep the log",
    "bench": "measure how fast it is",
}
"""Verb -> what it does. Each is the module of its name in this folder."""


def module(verb: str) -> str:
    """Name the module of a verb."""
    return verb.replace("-", "_")


def page() -> str:
    """Write the page that `mannscope --help` prints."""
    table = "\n".join(f"  {verb:13}{message}" for verb, message in VERBS.items())
    return f"""usage: mannscope VERB [options]

Train memory-augmented neural networks (a controller with a stack, a queue, a tape, fast weights, …), record
every operation on the memory as a trace, and verify hypotheses about the strategy that was learned.

verbs:
{table}

examples:
  mannscope train --task reversal --memory stack --out runs/reversal
  mannscope show runs/reversal --input "3 1 4 1 5"

RUN is the folder that train wrote, or the name of a network that comes with the package.
Every verb takes --json (one JSON document on standard output) and --debug (tracebacks).

  mannscope VERB --help    options of a verb, with defaults
  mannscope --version      the version"""
