"""Recogniser: words of every language, by hand and by enumeration."""

from collections.abc import Callable
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Recogniser
from mannscope.tasks.languages import LANGUAGES
from worked import asked, drawn, traced


def nests(word: str) -> bool:
    shorter = word.replace("()", "").replace("[]", "")
    return not word or (shorter != word and nests(shorter))


BELONGS: dict[str, Callable[[str], bool]] = {
    "dyck": nests,
    "marked_reversal": lambda word: word.count("#") == 1 and len(word) > 1 and word == word[::-1],
    "unmarked_reversal": lambda word: len(word) % 2 == 0 and word == word[::-1],
    "marked_copy": lambda word: word.count("#") == 1 and len(set(word.split("#"))) == 1 and len(word) > 1,
    "counting": lambda word: word == "a" * (len(word) // 2) + "b" * (len(word) // 2),
    "parity": lambda word: word.count("1") % 2 == 1,
    "even_pairs": lambda word: word[0] == word[-1],
}


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_word_belongs_if_the_plain_definition_says_so(name: str) -> None:
    task = Recogniser(of=name)
    letters = task.symbols[:-1]
    words = ["".join(word) for many in (1, 2, 3, 4) for word in product(letters, repeat=many)]
    padded = [[*map(letters.index, word), *[-1] * (4 - len(word))] for word in words]
    found = jax.jit(jax.vmap(LANGUAGES[name].has))(jnp.array(padded), jnp.array([*map(len, words)]))
    assert [word for word, one in zip(words, found.tolist(), strict=True) if one] == [
        word for word in words if BELONGS[name](word)
    ]


@pytest.mark.parametrize("name", LANGUAGES)
def test_half_of_the_words_belong_and_the_blank_comes_last(name: str) -> None:
    task = Recogniser(of=name)
    episodes = drawn(task, 5, 400)
    labels = episodes.targets[:, -1]
    assert abs(labels.mean() - 0.5) < 0.08
    for row, label in zip(episodes.inputs[:50], labels, strict=False):
        word = task.text(row)[:-1]
        assert len(word) == task.steps(5) - 1
        assert BELONGS[name](word) == bool(label)


def test_some_words_that_do_not_belong_are_nearly_of_the_language() -> None:
    episodes = drawn(Recogniser(of="counting"), 6, 400)
    outside = episodes.inputs[episodes.targets[:, -1] == 0][:, :-1]
    wrong = (outside != (np.arange(12) >= 6)).sum(axis=1)
    assert (wrong == 1).mean() > 0.15
    assert (wrong > 3).mean() > 0.3


def test_the_label_is_asked_for_at_the_end() -> None:
    assert asked(Recogniser(), "([)]") == ". . . . no"
    assert asked(Recogniser(), "([])") == ". . . . yes"


def test_a_stack_finds_what_does_not_match() -> None:
    assert traced(Recogniser(), "(]", "stack") == ["PUSH | (", "POP | ", "free |  > no"]
    assert traced(Recogniser(of="counting"), "aab", "stack")[-1] == "free | a > no"
    assert traced(Recogniser(of="marked_reversal"), "01#10", "stack")[-2:] == ["POP | ", "free |  > yes"]


def test_only_some_languages_have_an_algorithm() -> None:
    with_one = {name for name in LANGUAGES if Recogniser(of=name).oracles()}
    assert with_one == {"dyck", "marked_reversal", "counting"}


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(MannscopeError, match="language must be one of"):
        Recogniser(of="english")
