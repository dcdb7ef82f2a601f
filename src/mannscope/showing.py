"""The way up to the explorer, so that what is made below it can show itself.

Imports go down only. A network, a verification and a trace are shown by the explorer, which stands above all
of them; they find it by its name when somebody looks at them, and depend on it in nothing else.
"""

from importlib import import_module
from typing import Any


def shown(subject: Any) -> Any:
    """Give the exploration of a network, a verification or a trace."""
    return import_module("mannscope.explorer.exploration").explore(subject)
