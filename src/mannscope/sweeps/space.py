"""What a sweep searches: a configuration, the options that vary in it, and how a trial is scored."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mannscope.errors import MannscopeError, UnknownNameError, refusing
from mannscope.files import read_mapping
from mannscope.training import Configuration
from mannscope.training.recipes import read_recipe

if TYPE_CHECKING:
    import optuna

KEYS = ("name", "recipe", "options", "space", "start", "sizes", "shapes", "episodes")
RANGE = ("low", "high", "log", "step")
FIRST_SEED = 1001
"""Seed of the first trial; each trial has its own, so that no option is chosen for one lucky seed."""


@dataclass(frozen=True)
class Space:
    """A space of configurations."""

    name: str
    configuration: Configuration
    """What every trial starts from."""
    options: Mapping[str, Mapping[str, Any]]
    """Option, such as `training.learning_rate`, -> its `choices`, or its range: `low`, `high`, and optionally
    `log` or `step`."""
    start: tuple[Mapping[str, Any], ...]
    """Options that are tried first."""
    sizes: tuple[int, ...]
    """Sizes of the episodes that a trial is scored on."""
    shapes: tuple[str, ...]
    """Their shapes."""
    episodes: int = 256

    def draw(self, trial: "optuna.Trial") -> dict[str, Any]:
        """Let a trial choose a value for each option."""
        return {name: _suggest(trial, name, values) for name, values in self.options.items()}

    def configure(self, chosen: Mapping[str, Any], number: int | None = None) -> Configuration:
        """Return the configuration with the chosen values, and with the seed of the trial of this number.

        Raises:
            MannscopeError: if there is no such option.
        """
        plain = self.configuration.to_dict()
        for name, value in chosen.items():
            _put(plain, name, value)
        if number is not None:
            plain["seed"] = FIRST_SEED + number
        return Configuration.from_dict(plain, f"the space {self.name}")


def read_space(path: Path) -> Space:
    """Read a space from a YAML file.

    Raises:
        MannscopeError: if it is missing, is no YAML, or states no space.
    """
    plain = read_mapping("space", path, remedy := "See docs/sweep.md for one")
    with refusing("a space must be as docs/sweep.md describes it", path, remedy):
        return _read(plain, path, remedy)


def _read(plain: Mapping[Any, Any], path: Path, remedy: str) -> Space:
    for key in plain:
        if key not in KEYS:
            raise UnknownNameError(f"option of {path}", str(key), KEYS)
    for key in ("recipe", "space", "sizes"):
        if key not in plain:
            raise MannscopeError(f"the space {path} must state {key}", "none", remedy)
    space = Space(
        str(plain.get("name", path.stem)),
        read_recipe(plain["recipe"]),
        _options(plain["space"], path),
        tuple(plain.get("start", ())),
        tuple(plain["sizes"]),
        tuple(plain.get("shapes", ())),
        int(plain.get("episodes", 256)),
    )
    return _checked(space, plain.get("options", {}))


def _checked(space: Space, options: Mapping[str, Any]) -> Space:
    """Apply the fixed options, and try a value of every varied one, so that errors show here."""
    fixed = Space(**{**vars(space), "configuration": space.configure(options)})
    fixed.configure(
        {name: values.get("low", values.get("choices", [None])[0]) for name, values in space.options.items()}
    )
    if not space.sizes or not all(isinstance(size, int) and size >= 1 for size in space.sizes):
        must = f"sizes must be whole numbers from 1 in the space {space.name}"
        raise MannscopeError(must, repr(list(space.sizes)), "Write sizes: [17]")
    task = fixed.configuration.make_task()
    for shape in space.shapes:
        task.require_shape(shape)
    for chosen in space.start:
        fixed.configure(chosen)
        for name in chosen:
            if name not in space.options:
                raise UnknownNameError("option that varies", name, space.options)
    return fixed


def _options(plain: Any, path: Path) -> dict[str, dict[str, Any]]:
    remedy = "Write {low: 0.001, high: 0.01, log: true}, or {choices: [1, 2]}"
    if not isinstance(plain, dict) or not plain:
        raise MannscopeError(f"space in {path} must be a mapping of options", repr(plain), remedy)
    for name, values in plain.items():
        keys = set(values) if isinstance(values, dict) else set()
        listed = keys == {"choices"} and isinstance(values["choices"], list) and values["choices"]
        if not (listed or {"low", "high"} <= keys <= set(RANGE)):
            raise MannscopeError(f"{name} in {path} must have low and high, or choices", repr(values), remedy)
    return plain


def _suggest(trial: "optuna.Trial", name: str, values: Mapping[str, Any]) -> Any:
    if "choices" in values:
        return trial.suggest_categorical(name, values["choices"])
    low, high, log = values["low"], values["high"], values.get("log", False)
    if isinstance(low, int) and isinstance(high, int):
        return trial.suggest_int(name, low, high, step=values.get("step", 1), log=log)
    return trial.suggest_float(name, low, high, step=values.get("step"), log=log)


def _put(plain: dict[str, Any], name: str, value: Any) -> None:
    *parents, last = name.split(".")
    inner = plain
    for parent in parents:
        if not isinstance(inner.get(parent), dict):
            raise UnknownNameError("part of a configuration", parent, plain)
        inner = inner[parent]
    if last not in inner:
        raise UnknownNameError(f"option of {'.'.join(parents) or 'a configuration'}", last, inner)
    inner[last] = value
