"""Word problems: the product of group elements so far."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.groups import Group, find_group
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.task import Algorithm, OracleStep


class WordProblem(AbstractFreshTask):
    """Read elements of a finite group, and give after each the product of all so far.

    An episode of size n has n uniform elements: n positions. All products must be right.

    Example, size 3, in the permutations of three things, where 120 sends 0 to 1, 1 to 2 and 2 to 0:

        input   120 102 021
        target  120 210 201

    Of two permutations the right one, which is read later, acts first.

    Source: Merrill et al. (2024). https://arxiv.org/abs/2404.08819

    Args:
        group: `z` and a number for a cyclic group, `s` a symmetric, `a` an alternating one; `a4xz5` is a
            product. Up to 360 elements.
    """

    NAME: ClassVar[str] = "word_problem"
    TITLE: ClassVar[str] = "Word problem"
    SEPARATOR: ClassVar[str] = " "
    FORM: ClassVar[str] = "an episode must be elements of the group, at least one"
    group: str = eqx.field(static=True, default="s3")

    def __check_init__(self) -> None:
        find_group(self.group)

    @property
    def _found(self) -> Group:
        return find_group(self.group)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: the identity, and the other elements."""
        identity, *others = self._found.elements
        return (Phase({"identity": (identity,), "other": others}),)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The elements."""
        return self._found.elements

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`product`: of all elements so far."""
        return {"product": len(self._found.elements)}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            f"The network reads elements of the group {self.group}, and has to output after each the product "
            "of all so far. The size of an episode is the number of elements."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: the size."""
        return size

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        drawn = jax.random.randint(key, (largest,), 0, len(self._found.elements))
        return jnp.where(jnp.arange(largest) < size, drawn, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        table = jnp.asarray(self._found.table)

        def step(product: Array, element: Array) -> tuple[Array, Array]:
            after = table[product, element]
            return after, after

        product = jax.lax.scan(step, jnp.int32(0), inputs)[1]
        return Described(product, {"product": product})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        return tokens or None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `register`, which holds the product."""
        policy = "write the product when it changes, else keep it"
        return {"register": Algorithm("register", policy, keeps="the product", variable="product")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, (elements, table) = OracleRun("register", replaced), self._found
        product = elements[0]
        for token in tokens:
            if token == elements[0]:
                run.act("KEEP")
            else:
                after = elements[table[elements.index(product), elements.index(token)]]
                product = run.act("WRITE", written=after)
            run.output(product)
        return run.steps
