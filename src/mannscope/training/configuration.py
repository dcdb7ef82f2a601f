"""A run's whole configuration, from which task and model are built."""

import dataclasses
import hashlib
import inspect
import json
from dataclasses import dataclass, field
from typing import Any

import jax

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.memories import MEMORIES
from mannscope.models import CONTROLLERS, Model
from mannscope.tables import find, require_kind
from mannscope.tasks import TASKS
from mannscope.tasks.task import AbstractTask
from mannscope.training.options import Training

SCHEMA_VERSION = 1

PARTS = {"task": TASKS, "memory": MEMORIES, "controller": CONTROLLERS}
LATER = {
    "training": frozenset({"restart_at", "restart_above"}),
    "controller": frozenset({"window", "feeds_back"}),
    "memory": frozenset({"addressing"}),
    "task": frozenset({"delimiter"}),
}
"""Options that came after networks were first published with a fingerprint."""
GIVEN = {"symbols", "readings", "key"}
"""Constructor arguments that are computed, and so are no options."""


@dataclass(frozen=True)
class Configuration:
    """What a run is: task, memory and controller, each a name with options; interface; training; seed."""

    task: dict[str, Any]
    memory: dict[str, Any]
    controller: dict[str, Any] = field(default_factory=lambda: {"name": "lstm"})
    interface: str = "hidden"
    """What the interface sees: "hidden", "hidden+symbol", or "symbol"."""
    policy_gain: float = 1.0
    """What the numbers that decide an action are multiplied by, so that actions are learned faster."""
    training: Training = field(default_factory=Training)
    seed: int = 0

    def __post_init__(self) -> None:
        """Settle the largest size, which may depend on the task."""
        if not self.training.largest:
            finite = self.make_task().finite
            settled = self.training.settled(None if finite is None else finite.longest_trained)
            object.__setattr__(self, "training", settled)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON, every option spelled out."""
        plain: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
        for kind in PARTS:
            plain[kind] = complete(kind, getattr(self, kind))
        training = {name: list(v) if isinstance(v, tuple) else v for name, v in vars(self.training).items()}
        return plain | {
            "interface": self.interface,
            "policy_gain": self.policy_gain,
            "training": training,
            "seed": self.seed,
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any], source: str = "the configuration") -> "Configuration":
        """Read plain values, as `to_dict` gives them.

        Raises:
            MannscopeError: if the version, a name or an option is not known here.
        """
        plain = dict(plain)
        version = plain.pop("schema_version", SCHEMA_VERSION)
        if version != SCHEMA_VERSION:
            must = f"schema_version of {source} must be {SCHEMA_VERSION}"
            raise MannscopeError(must, repr(version), "Use the version of mannscope that wrote it")
        known = {entry.name for entry in dataclasses.fields(cls)}
        for name in plain.keys() - known:
            raise UnknownNameError("option", name, known)
        for name in {"task", "memory"} - plain.keys():
            raise MannscopeError(
                f"{source} must name a {name}", "none", f"Add a {name}, for instance {name}: {{name: …}}"
            )
        for name, value in plain.items():
            allowed = dict | str if name in PARTS else dict
            if name in (*PARTS, "training") and not isinstance(value, allowed):
                remedy = f"Write {name}: {{option: value}}"
                raise MannscopeError(f"{name} in {source} must be a mapping", repr(value), remedy)
        options = dict(plain.pop("training", {}))
        for name in options.keys() - {entry.name for entry in dataclasses.fields(Training)}:
            raise UnknownNameError(
                "training option", name, (entry.name for entry in dataclasses.fields(Training))
            )
        options |= {name: tuple(value) for name, value in options.items() if isinstance(value, list)}
        parts = {kind: complete(kind, plain.pop(kind)) for kind in PARTS if kind in plain}
        return cls(**parts, **plain, training=Training(**options))

    def make_task(self) -> AbstractTask:
        """Build the task."""
        return make("task", self.task)

    def make_model(self, task: AbstractTask, seed: int | None = None) -> Model:
        """Build the model with fresh weights, from the configuration's own seed unless another is given."""
        controller = dict(complete("controller", self.controller))
        return Model(
            len(task.symbols),
            len(task.outputs),
            make("memory", self.memory),
            find("controller", controller.pop("name"), CONTROLLERS),
            controller,
            interface_input=self.interface,  # pyright: ignore[reportArgumentType]
            policy_gain=self.policy_gain,
            key=jax.random.key(self.seed if seed is None else seed),
        )

    def digest(self) -> str:
        """Give a short hash of every option.

        Options that came later are left out at their defaults, so that what was hashed before keeps its hash.
        """
        plain = self.to_dict()
        defaults = {
            "training": vars(Training()),
            **{kind: options(kind, plain[kind]["name"]) for kind in ("controller", "memory", "task")},
        }
        for part, later in LATER.items():
            plain[part] = {
                name: value
                for name, value in plain[part].items()
                if name not in later or value != defaults[part][name]
            }
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def options(kind: str, name: str) -> dict[str, Any]:
    """List the options of a task, memory or controller with their defaults (`Parameter.empty`: none)."""
    parameters = inspect.signature(find(kind, name, PARTS[kind]).__init__).parameters
    return {
        key: parameter.default
        for key, parameter in parameters.items()
        if key not in GIVEN and key not in ("self", "args")
    }


def complete(kind: str, part: dict[str, Any] | str) -> dict[str, Any]:
    """Spell out the defaults of a part, and check its options.

    Raises:
        MannscopeError: if an option is unknown, or one without a default is missing.
    """
    part = {"name": part} if isinstance(part, str) else dict(part)
    if "name" not in part:
        raise MannscopeError(
            f"{kind} must have a name", repr(part), f"Add it, for instance name: {next(iter(PARTS[kind]))}"
        )
    name = part.pop("name")
    known = options(kind, name)
    for option in part.keys() - known.keys():
        raise UnknownNameError(f"option of {kind} {name}", option, known)
    filled = {option: part.get(option, default) for option, default in known.items()}
    for option, value in filled.items():
        require_kind(f"{kind}.{option}", value, known[option])
        if value is inspect.Parameter.empty:
            raise MannscopeError(
                f"{kind} {name} must be given {option}", "nothing", f"Pass --{kind}.{option}"
            )
    return {"name": name, **filled}


def make(kind: str, part: dict[str, Any]) -> Any:
    """Build a task or a memory from its name and options."""
    filled = complete(kind, part)
    return find(kind, filled.pop("name"), PARTS[kind])(**filled)
