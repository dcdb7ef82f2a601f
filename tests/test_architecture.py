"""The house stands: floors, sizes, docstrings, errors, and an import that costs nothing.

Every rule is first shown a small violation, so that it is known to see one.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import floors
import house_rules
import mannscope
from mannscope.memories import MEMORIES
from mannscope.tasks import TASKS

PACKAGE = Path(mannscope.__file__).parent
CAMPAIGN = Path(__file__).parent / "campaigns"
HEAVY = ["equinox", "jax", "matplotlib", "pandas", "sklearn", "torch", "xarray"]
FOLDERS_WITH_CONTENTS = ["memories", "tasks", "analyses"]

Rule = Callable[[str, str], list[str]]
RULES: list[Rule] = [
    floors.imports_upwards,
    floors.imports_by_name,
    floors.not_in_the_table,
    house_rules.too_long,
    house_rules.asserts,
    house_rules.raises_a_bare_error,
    house_rules.is_named_utils,
    house_rules.can_run_what_it_reads,
    house_rules.undocumented,
]

HABITS: list[Rule] = [
    house_rules.too_long,
    house_rules.asserts,
    house_rules.is_named_utils,
    house_rules.can_run_what_it_reads,
    house_rules.undocumented,
]
"""Rules that hold for the code that breaks the package, too."""

BODY = "\n".join(f"    x = {line}" for line in range(40))
VIOLATIONS = [
    (floors.imports_upwards, "traces/a.py", "from mannscope.memories import Stack"),
    (floors.imports_upwards, "traces/a.py", "import mannscope.models.model"),
    (floors.imports_upwards, "tasks/a.py", "def f():\n    from mannscope.models import Model"),
    (floors.imports_upwards, "tasks/a.py", "from ..models import Model"),
    (floors.imports_upwards, "analyses/a.py", "from mannscope.tasks import Reversal"),
    (floors.imports_upwards, "analyses/a.py", "import jax.numpy as jnp"),
    (floors.imports_upwards, "analyses/a.py", "from mannscope.models import record"),
    (floors.imports_upwards, "analyses/a.py", "from mannscope.training import train"),
    (floors.imports_upwards, "figures/a.py", "from mannscope import verify"),
    (floors.imports_upwards, "errors.py", "from mannscope.traces import load"),
    (floors.imports_by_name, "traces/a.py", "import_module('mannscope.explorer')"),
    (floors.imports_by_name, "traces/a.py", "importlib.import_module(f'mannscope.{name}')"),
    (floors.imports_by_name, "traces/a.py", "__import__(name)"),
    (floors.not_in_the_table, "attic/a.py", ""),
    (floors.not_in_the_table, "attic.py", ""),
    (house_rules.too_long, "tasks/a.py", "x = 0\n" * 301),
    (house_rules.too_long, "tasks/a.py", f"def f():\n{BODY}"),
    (house_rules.asserts, "tasks/a.py", "assert True"),
    (house_rules.raises_a_bare_error, "tasks/a.py", "raise ValueError('no')"),
    (house_rules.raises_a_bare_error, "tasks/a.py", "raise TypeError"),
    (house_rules.is_named_utils, "tasks/utils.py", ""),
    (house_rules.is_named_utils, "utils/a.py", ""),
    (house_rules.can_run_what_it_reads, "traces/a.py", "import pickle"),
    (house_rules.can_run_what_it_reads, "traces/a.py", "from joblib import load"),
    (house_rules.can_run_what_it_reads, "traces/a.py", "np.load(path, allow_pickle=True)"),
    (house_rules.can_run_what_it_reads, "traces/a.py", "eval(text)"),
    (house_rules.can_run_what_it_reads, "traces/a.py", "exec(text)"),
    (house_rules.undocumented, "tasks/a.py", "def f(): ..."),
    (house_rules.undocumented, "tasks/a.py", "class A: ..."),
    (house_rules.undocumented, "tasks/a.py", "class A:\n    'Doc.'\n    def f(self): ..."),
]


@cache
def sources() -> dict[str, str]:
    """Path below the package -> source text, of every module."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {file.relative_to(PACKAGE).as_posix(): file.read_text(encoding="utf-8") for file in files}


@pytest.mark.parametrize(("rule", "path", "source"), VIOLATIONS)
def test_a_planted_violation_is_seen(rule: Rule, path: str, source: str) -> None:
    assert rule(path, source)


@pytest.mark.parametrize("rule", RULES[:-1], ids=lambda rule: rule.__name__)
def test_no_module_breaks_the_rule(rule: Rule) -> None:
    assert [violation for path, source in sources().items() for violation in rule(path, source)] == []


def test_everything_public_has_a_docstring() -> None:
    inherited = frozenset().union(*map(house_rules.abstract_methods, sources().values()))
    assert [
        violation
        for path, source in sources().items()
        for violation in house_rules.undocumented(path, source, inherited)
    ] == []


@pytest.mark.parametrize("rule", HABITS, ids=lambda rule: rule.__name__)
def test_the_campaign_keeps_the_habits_too(rule: Rule) -> None:
    files = {file.name: file.read_text(encoding="utf-8") for file in CAMPAIGN.glob("*.py")}
    assert files
    assert [violation for path, source in files.items() for violation in rule(path, source)] == []


def members() -> frozenset[str]:
    """Name the memories and tasks, their classes, their actions, and the variables that a memory alone has.

    Left out are words that mean something else as well: the site `memory`, a `table`, `actions`, `none`, a
    random `key`, what an oracle leaves `FREE`, the package `dnc` of others.
    """
    kinds = {**MEMORIES, **TASKS}
    names = {*kinds, *(kind.__name__ for kind in kinds.values())}
    names |= {name for kind in MEMORIES.values() for name in kind().dims}
    names |= {action for kind in MEMORIES.values() for actor in kind().actors for action in actor.labels}
    others = {"memory", "reading", "actions", "add", "none", "table", "Table", "key", "FREE", "dnc"}
    return frozenset(names - others)


@pytest.mark.parametrize(
    "source", ['x = "ntm"', "from mannscope.memories import Stack", 'y = trace["push_value"]', 'z == "PUSH"']
)
def test_a_member_that_is_named_above_is_seen(source: str) -> None:
    assert house_rules.names_a_member("figures/a.py", source, members())
    assert not house_rules.names_a_member("memories/a.py", source, members())
    assert not house_rules.names_a_member("figures/a.py", f"'''{source}'''", members())


def test_no_module_above_memories_and_tasks_names_a_member() -> None:
    assert [
        violation
        for path, source in sources().items()
        for violation in house_rules.names_a_member(path, source, members())
    ] == []


def test_a_method_that_fills_in_an_abstract_one_inherits_its_docstring() -> None:
    above = "class AbstractA:\n    @abstractmethod\n    def f(self):\n        'Doc.'"
    below = "class A(AbstractA):\n    'Doc.'\n    def f(self): ..."
    inherited = house_rules.abstract_methods(above)
    assert house_rules.undocumented("tasks/a.py", below, inherited) == []


def test_docstrings_comments_and_blank_lines_are_no_code() -> None:
    padded = "def f():\n    '''Doc.\n" + "\n" * 40 + "    '''\n    # why\n    return 0"
    assert house_rules.too_long("tasks/a.py", padded) == []


@pytest.mark.parametrize("folder", FOLDERS_WITH_CONTENTS)
def test_every_member_of_a_folder_is_in_its_table_of_contents(folder: str) -> None:
    files = {path: source for path, source in sources().items() if path.startswith(f"{folder}/")}
    contents = files.pop(f"{folder}/__init__.py", "")
    assert [
        violation
        for path, source in files.items()
        for violation in house_rules.missing_from_contents(path, source, contents, files.values())
    ] == []


@pytest.mark.parametrize("source", ["class Queue: ...", "def queue(): ..."])
def test_a_file_missing_from_the_table_of_contents_is_seen(source: str) -> None:
    contents = "from mannscope.memories.stack import Stack"
    assert house_rules.missing_from_contents("memories/queue.py", source, contents)
    assert not house_rules.missing_from_contents("memories/stack.py", source, contents)


def test_a_member_must_be_listed_and_a_file_that_serves_it_need_not() -> None:
    neighbours = ["from mannscope.tasks.trees import Tree"]
    serving, member = "class Tree: ...", "class Tree(AbstractTask): ..."
    assert not house_rules.missing_from_contents("tasks/trees.py", serving, "", neighbours)
    assert house_rules.missing_from_contents("tasks/trees.py", member, "", neighbours)


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = f"import mannscope, sys; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_check_of_heavy_imports_sees_one() -> None:
    program = f"import pandas, sys; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['pandas']"
