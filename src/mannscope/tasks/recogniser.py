"""Recogniser: say whether a word belongs to a language."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import UnknownNameError
from mannscope.tasks.automata import with_blank
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.languages import LANGUAGES, Language, Word
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import BLANK, first
from mannscope.tasks.task import FREE, Algorithm, OracleStep

YES, NO = "yes", "no"
TRIES, MOST_EDITS = 16, 8
"""Candidates for a word that does not belong, and the most edits of one."""


class Recogniser(AbstractFreshTask):
    """Say at the end of a word whether it belongs to a language.

    An episode of size n has a word of the length that a word of size n has, and a blank, at which the label
    is the target. Half of the words are drawn from the language. The others are, with equal chance, uniform,
    or words of the language with K edits, where K is 1 with chance 1/2, 2 with 1/4, and so on; an edit
    replaces a symbol, or takes one out and puts one in elsewhere. What belongs by chance is drawn again, up
    to 16 times, and the label is always true. All words of a size are equally long, so that the length tells
    nothing.

    Example, `of="dyck"`, size 2:

        input   ( [ ) ] _
        target  . . . . no

    Source: Butoi et al. (2025), where lengths vary within a range. https://arxiv.org/abs/2411.07107

    Args:
        of: The language: `dyck` (two kinds of brackets), `marked_reversal`, `unmarked_reversal`,
            `marked_copy`, `counting` (a^n b^n), `parity` (an odd number of ones), `even_pairs` (ends as
            it begins).
    """

    NAME: ClassVar[str] = "recogniser"
    TITLE: ClassVar[str] = "Recogniser"
    SEPARATOR: ClassVar[str] = ""
    FORM: ClassVar[str] = "an episode must be a word, of at least one symbol, alone or with one blank _"
    outputs: ClassVar[tuple[str, ...]] = (NO, YES)
    of: str = eqx.field(static=True, default="dyck")

    def __check_init__(self) -> None:
        if self.of not in LANGUAGES:
            raise UnknownNameError("language", self.of, LANGUAGES)

    @property
    def language(self) -> Language:
        """The language that is recognised."""
        return LANGUAGES[self.of]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Those of the language, and the blank."""
        *before, last = self.language.phases
        return (*before, last._replace(categories={**last.categories, "blank": (BLANK,)}))

    @property
    def variables(self) -> Mapping[str, int | None]:
        """None: they would be those of one algorithm, and of words that belong."""
        return {}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            f"The network reads a word, and has to output at the blank (_) after it whether it belongs to "
            f"the language {self.of}. The size of an episode is that of a word of the language."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: those of the word, and one."""
        return self.language.slope * size + self.language.extra + 1

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        label, positive, negative = jax.random.split(key, 3)
        language, place = self.language, jnp.arange(self.steps(largest))
        length = jnp.asarray(language.slope * size + language.extra, jnp.int32)
        inside = language.draw(positive, size, largest)
        candidates = jax.vmap(lambda one: self._candidate(one, size, largest))(
            jax.random.split(negative, TRIES)
        )
        belongs = jax.vmap(lambda word: language.has(word, length))(candidates)
        word = jnp.where(jax.random.bernoulli(label), inside, candidates[jnp.argmin(belongs)])
        word = jnp.concatenate([word, jnp.full(1, PADDING, word.dtype)])
        return jnp.where(place < length, word, jnp.where(place == length, len(self.symbols) - 1, PADDING))

    def _candidate(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Word:
        which, word, uniform, many, edits = jax.random.split(key, 5)
        language, letters = self.language, len(self.symbols) - 1
        length = jnp.asarray(language.slope * size + language.extra, jnp.int32)
        drawn = language.draw(word, size, largest).astype(jnp.int32)
        count = jnp.minimum(jax.random.geometric(many, 0.5), MOST_EDITS)

        def edit(word: Array, now: tuple[Array, Array]) -> tuple[Array, None]:
            number, key = now
            return jnp.where(number < count, _edit(key, word, length, letters), word), None

        edited = jax.lax.scan(edit, drawn, (jnp.arange(MOST_EDITS), jax.random.split(edits, MOST_EDITS)))[0]
        anything = jax.random.randint(uniform, drawn.shape, 0, letters)
        return jnp.where(jax.random.bernoulli(which), anything, edited)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        end = first(inputs, len(self.symbols) - 1)
        belongs = self.language.has(inputs, end)
        return Described(jnp.where(jnp.arange(inputs.shape[0]) == end, belongs, PADDING))

    def _complete(self, tokens: list[str]) -> list[str] | None:
        return with_blank(tokens)

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm, `stack`, of the languages that have one."""
        if not self.language.pushes:
            return {}
        pushes, pops = (" and ".join(names) for names in (self.language.pushes, self.language.pops))
        policy, said = f"push at {pushes}, pop at {pops}", "What is popped must match, and nothing be left."
        return {"stack": Algorithm("stack", policy, said, keeps="the symbols", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        language, run = self.language, OracleRun("stack", replaced)
        matches = language.form.fullmatch("".join(tokens[:-1])) is not None
        for token, name in zip(tokens, self._names(tokens), strict=True):
            top = run.reading
            if name in language.pushes:
                run.act("PUSH", written=token)
            elif name in language.pops:
                run.act("POP")
                matches &= top == language.matches.get(token, token)
            else:
                run.act(FREE)
        run.output(YES if matches and not run.contents else NO)
        return run.steps

    def _names(self, tokens: tuple[str, ...]) -> list[str]:
        inputs = np.array([self.symbols.index(token) for token in tokens])
        return [self.categories[of] for of in self.categorise(inputs).tolist()]


def _edit(key: PRNGKeyArray, word: Word, length: Int[Array, ""], letters: int) -> Word:
    """Replace a symbol, or take one out and put one in elsewhere, so that the length stays."""
    kind, out, into, what = jax.random.split(key, 4)
    place = jnp.arange(word.shape[0])
    gone, new = (jax.random.randint(one, (), 0, length) for one in (out, into))
    new = jnp.where(jax.random.bernoulli(kind), new, gone)
    behind = (place >= gone) & (place < new)
    ahead = (place > new) & (place <= gone)
    moved = word[jnp.clip(place + behind - ahead, 0, word.shape[0] - 1)]
    return jnp.where(place == new, jax.random.randint(what, (), 0, letters), moved)
