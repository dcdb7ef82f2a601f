"""The command line: one verb a file. Nothing heavy is imported before the verb is known.

- `train`, `evaluate`, `history`, `show`, `record`, `explore`, `report`, `project`, `mine`, `verify`,
  `extract`, `run_program`, `study`, `sweep`, `bench`: the verbs
- `verbs`: their table, and the first page of help
- `failures`, `interruption`: what a failure says and exits with; Ctrl-C
- `environment`: what is set before JAX is imported
- `parsing`, `configure`, `config_files`: options, and a training configuration made of them
- `seeds`, `runs`, `progress`, `tensorboard`: what `train` needs besides
- `pools`: where many networks are worked on
- `early`, `loading`, `output`: inputs and networks in, results out
"""

import os
import sys
from importlib import import_module

from mannscope.cli.failures import guard
from mannscope.cli.verbs import VERBS, module, page
from mannscope.errors import UnknownNameError

DEBUG = "--debug"


def main(argv: list[str] | None = None) -> int:
    """Run one command, and give its exit code.

    0 is success, also where a verdict does not hold; 2 is an input that cannot be used; 130 an interruption.

    Args:
        argv: The arguments after `mannscope`; those of the process unless given.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = DEBUG in arguments or os.environ.get("MANNSCOPE_DEBUG", "0") not in ("", "0")
    return guard(lambda: _run([word for word in arguments if word != DEBUG]), debug=debug)


def _run(arguments: list[str]) -> int | None:
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("--help", [])
    if verb in ("-h", "--help"):
        print(page())
        return None
    if verb == "--version":
        from importlib.metadata import version

        print(f"mannscope {version('mannscope')}")
        return None
    if verb not in VERBS:
        raise UnknownNameError("verb", verb, VERBS)
    from mannscope.cli.environment import prepare

    prepare()
    return import_module(f"mannscope.cli.{module(verb)}").run(rest)
