"""Train memory-augmented networks, record their memory, and verify which strategy they learned.

The names of this page are the public surface. Each is imported when it is first used, so that
`import mannscope` is instant and the command line answers before JAX has loaded.
"""

import sys
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same names as in _EXPORTS, for editors and type checkers
    from mannscope.errors import MannscopeError as MannscopeError
    from mannscope.errors import UnknownNameError as UnknownNameError

    __version__: str

_EXPORTS: dict[str, str] = {
    # errors
    "MannscopeError": "mannscope.errors",
    "UnknownNameError": "mannscope.errors",
}
"""Public name -> the module it is imported from."""


def __getattr__(name: str) -> object:
    if name == "__version__":
        return version("mannscope")
    if name not in _EXPORTS:
        message = f"module 'mannscope' has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=sys.modules[__name__])
    member = getattr(import_module(_EXPORTS[name]), name)
    globals()[name] = member
    return member


def __dir__() -> list[str]:
    return sorted([*_EXPORTS, "__version__"])
