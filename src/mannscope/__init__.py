"""Train memory-augmented networks, record their memory, and verify which strategy they learned.

The names of this page are the public surface. Each is imported when it is first used, so that
`import mannscope` is instant and the command line answers before JAX has loaded.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same names as in _EXPORTS, for editors and type checkers
    from mannscope.errors import MannscopeError as MannscopeError
    from mannscope.errors import UnknownNameError as UnknownNameError
    from mannscope.memories import NTM as NTM
    from mannscope.memories import AbstractMemory as AbstractMemory
    from mannscope.memories import Field as Field
    from mannscope.memories import NoMemory as NoMemory
    from mannscope.memories import Stack as Stack
    from mannscope.models import AbstractController as AbstractController
    from mannscope.models import AbstractIntervention as AbstractIntervention
    from mannscope.models import Model as Model
    from mannscope.models import record as record
    from mannscope.models import replay as replay

    __version__: str

_EXPORTS: dict[str, str] = {
    # errors
    "MannscopeError": "mannscope.errors",
    "UnknownNameError": "mannscope.errors",
    # memories
    "AbstractMemory": "mannscope.memories",
    "Field": "mannscope.memories",
    "NTM": "mannscope.memories",
    "NoMemory": "mannscope.memories",
    "Stack": "mannscope.memories",
    # models
    "AbstractController": "mannscope.models",
    "AbstractIntervention": "mannscope.models",
    "Model": "mannscope.models",
    "record": "mannscope.models",
    "replay": "mannscope.models",
}
"""Public name -> the module it is imported from."""


if not TYPE_CHECKING:  # so that a type checker refuses a name that is not above

    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version  # most of what this page would cost to import

            return version("mannscope")
        if name not in _EXPORTS:
            message = f"module 'mannscope' has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=sys.modules[__name__])
        member = getattr(import_module(_EXPORTS[name]), name)
        globals()[name] = member
        return member


def __dir__() -> list[str]:
    return sorted([*_EXPORTS, "__version__"])
