"""Languages: how a word of a length is drawn, and whether a word belongs."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.tasks.counting import Counting
from mannscope.tasks.dyck import CLOSING, OPENING, Dyck
from mannscope.tasks.fresh import AbstractFreshTask, Phase
from mannscope.tasks.language_reversal import MarkedReversal, UnmarkedReversal
from mannscope.tasks.sequences import first, follow_stack, take

Word = Int[Array, " step"]
Size = Int[Array, ""] | int


class Language(NamedTuple):
    """A language of words."""

    phases: tuple[Phase, ...]
    """The alphabet, with categories, as tasks have it."""
    slope: int
    """Symbols of a word for each unit of the size."""
    extra: int
    """Symbols of a word beside those."""
    draw: Callable[[PRNGKeyArray, Size, int], Word]
    """Draw a word of the language of some size, padded to the largest."""
    has: Callable[[Word, Int[Array, ""]], Bool[Array, ""]]
    """Whether a word of some length belongs. What stands beyond the length does not matter."""
    pushes: tuple[str, ...] = ()
    """Categories at which a stack takes the symbol up; empty where no algorithm on a stack is known."""
    pops: tuple[str, ...] = ()
    """Categories at which it takes the top off."""
    matches: Mapping[str, str] = MappingProxyType({})
    """Symbol that pops -> the symbol that must come off; others must be the same."""
    form: re.Pattern[str] = re.compile(".*")
    """What a finite automaton checks of a word, beside the stack."""


def _words_of(kind: type[AbstractFreshTask], slope: int, extra: int, has: Callable) -> Language:
    """Give the language of the episodes of a task with its usual options."""
    task = kind()  # pyright: ignore
    return Language(task.phases, slope, extra, task._draw, has)


def _is_dyck(word: Word, length: Int[Array, ""]) -> Bool[Array, ""]:
    place, kinds = jnp.arange(word.shape[0]), 2
    opens = (word < kinds) & (place < length)
    closes = (word >= kinds) & (place < length)
    depth, top = follow_stack(word, opens, closes)
    before = jnp.concatenate([jnp.full(1, PADDING, jnp.int32), top[:-1]])
    return jnp.all(~closes | (before == word - kinds)) & (depth[length - 1] == 0)


def _is_mirrored(word: Word, length: Int[Array, ""]) -> Bool[Array, ""]:
    place = jnp.arange(word.shape[0])
    return jnp.all((word == take(word, length - 1 - place)) | (place >= length))


def _is_palindrome(word: Word, length: Int[Array, ""]) -> Bool[Array, ""]:
    return (length % 2 == 0) & _is_mirrored(word, length)


def _has_middle(word: Word, length: Int[Array, ""], mark: int) -> Bool[Array, ""]:
    marks = (word == mark) & (jnp.arange(word.shape[0]) < length)
    return (length % 2 == 1) & (length > 1) & (jnp.sum(marks) == 1) & (first(word, mark) == length // 2)


def _is_marked(word: Word, length: Int[Array, ""]) -> Bool[Array, ""]:
    return _has_middle(word, length, 2) & _is_mirrored(word, length)


def _is_copied(word: Word, length: Int[Array, ""]) -> Bool[Array, ""]:
    place, half = jnp.arange(word.shape[0]), length // 2
    same = (word == take(word, place + half + 1)) | (place >= half)
    return _has_middle(word, length, 2) & jnp.all(same)


def _is_counted(word: Word, length: Int[Array, ""]) -> Bool[Array, ""]:
    place = jnp.arange(word.shape[0])
    right = word == (place >= length // 2)
    return (length % 2 == 0) & jnp.all(right | (place >= length))


def _is_odd(word: Word, length: Int[Array, ""]) -> Bool[Array, ""]:
    return jnp.sum(jnp.where(jnp.arange(word.shape[0]) < length, word, 0)) % 2 == 1


def _ends_alike(word: Word, length: Int[Array, ""]) -> Bool[Array, ""]:
    return word[0] == word[length - 1]


def _copied(key: PRNGKeyArray, size: Size, largest: int) -> Word:
    place = jnp.arange(2 * largest + 1)
    drawn = jax.random.randint(key, place.shape, 0, 2)
    word = jnp.where(place == size, 2, take(drawn, place % (jnp.asarray(size) + 1)))
    return jnp.where(place < 2 * size + 1, word, PADDING)


def _bits(key: PRNGKeyArray, size: Size, largest: int) -> Word:
    place = jnp.arange(largest)
    return jnp.where(place < size, jax.random.randint(key, place.shape, 0, 2), PADDING)


def _odd(key: PRNGKeyArray, size: Size, largest: int) -> Word:
    word = _bits(key, size, largest)
    even = 1 - jnp.sum(jnp.maximum(word, 0)) % 2
    return word.at[jnp.asarray(size) - 1].set(word[jnp.asarray(size) - 1] ^ even)


def _alike(key: PRNGKeyArray, size: Size, largest: int) -> Word:
    word = _bits(key, size, largest)
    return word.at[jnp.asarray(size) - 1].set(word[0])


_BIT_PHASE = (Phase({"zero": "0", "one": "1"}),)
_PAIRS = dict(zip(CLOSING, OPENING, strict=True))

LANGUAGES: Mapping[str, Language] = {
    "dyck": _words_of(Dyck, 2, 0, _is_dyck)._replace(pushes=("opening",), pops=("closing",), matches=_PAIRS),
    "marked_reversal": _words_of(MarkedReversal, 2, 1, _is_marked)._replace(
        pushes=("given",), pops=("taken",), form=re.compile("[01]+#[01]+")
    ),
    "counting": _words_of(Counting, 2, 0, _is_counted)._replace(
        pushes=("a",), pops=("b",), matches={"b": "a"}, form=re.compile("a+b+")
    ),
    "unmarked_reversal": _words_of(UnmarkedReversal, 2, 0, _is_palindrome),
    "marked_copy": Language((Phase({"symbol": "01", "mark": "#"}),), 2, 1, _copied, _is_copied),
    "parity": Language(_BIT_PHASE, 1, 0, _odd, _is_odd),
    "even_pairs": Language(_BIT_PHASE, 1, 0, _alike, _ends_alike),
}
"""The languages by name."""
