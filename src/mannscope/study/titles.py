"""Titles and descriptions of conditions, for the report, the page and the pictures."""

from mannscope.memories import MEMORIES
from mannscope.study.conditions import VARIANTS
from mannscope.tables import find
from mannscope.tasks import TASKS
from mannscope.training import Configuration


def condition_title(task: str, memory: str, variant: str) -> str:
    """Return the title of a condition: `Reversal with a stack`, and its variant if it is one."""
    title = f"{find('task', task, TASKS).TITLE} with {find('memory', memory, MEMORIES).TITLE}"
    if not variant:
        return title
    return f"{title}, {VARIANTS[variant].title if variant in VARIANTS else variant}"


def task_description(configuration: Configuration) -> str:
    """Describe the task."""
    return configuration.make_task().description
