"""The code of CONTRIBUTING.md as a module."""

import re
import textwrap
from functools import cache
from pathlib import Path
from types import ModuleType

GUIDE = Path(__file__).parents[1] / "CONTRIBUTING.md"


@cache
def read_guide() -> ModuleType:
    """Run the Python blocks of the guide: the memory that it adds, and the test that follows it."""
    text = GUIDE.read_text(encoding="utf-8")
    module = ModuleType("register")
    for _, block in re.findall(r"^( *)```python\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        exec(textwrap.dedent(block), module.__dict__)
    return module
