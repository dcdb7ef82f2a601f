"""The textbook algorithms for expressions, with the ideal stack drawn at each step."""

from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mannscope.errors import MannscopeError
from mannscope.tasks import FREE, Expressions, OracleStep

TASK = Expressions("+-")


def run(text: str, algorithm: str) -> tuple[OracleStep, ...]:
    return TASK.oracle(tuple(TASK.episode(text).inputs.tolist()), algorithm)


def moves(text: str, algorithm: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((step.actions[0], step.memory) for step in run(text, algorithm))


def test_the_recursive_stack_holds_what_waits_for_a_bracket() -> None:
    assert moves("(9-(2+4))", "recursive") == (
        ("PUSH", ("·",)),  # (   | ·        nothing waits outside
        ("NO_OP", ("·",)),  # 9   | ·
        ("NO_OP", ("·",)),  # -   | ·        9- is in the state
        ("PUSH", ("·", "9-")),  # (   | · 9-
        ("NO_OP", ("·", "9-")),  # 2   | · 9-
        ("NO_OP", ("·", "9-")),  # +   | · 9-
        ("NO_OP", ("·", "9-")),  # 4   | · 9-
        ("POP", ("·",)),  # )   | ·        9- is back in the state, with 6
        ("POP", ()),  # )   |
        (FREE, ()),  # =   |
    )


def test_the_cumulative_stack_holds_the_sign_before_each_bracket() -> None:
    assert moves("(9-(2-4))", "cumulative") == (
        ("PUSH", ("+",)),  # (   | +        sign +, total 0
        ("NO_OP", ("+",)),  # 9   | +        sign +, total 9
        ("NO_OP", ("+",)),  # -   | +        sign -
        ("PUSH", ("+", "-")),  # (   | + -      sign -
        ("NO_OP", ("+", "-")),  # 2   | + -      sign -, total 7
        ("NO_OP", ("+", "-")),  # -   | + -      sign +
        ("NO_OP", ("+", "-")),  # 4   | + -      sign +, total 11
        ("POP", ("+",)),  # )   | +        sign -
        ("POP", ()),  # )   |          sign +
        (FREE, ()),  # =   |
    )


def test_the_pushing_stack_holds_what_waits_for_every_operand() -> None:
    assert moves("(9-(2+4))", "pushing") == (
        ("PUSH", ("·",)),  # (   | ·
        ("PUSH", ("·", "·")),  # 9   | · ·      nothing waits for 9
        ("POP", ("·",)),  # -   | ·
        ("PUSH", ("·", "9-")),  # (   | · 9-
        ("PUSH", ("·", "9-", "·")),  # 2   | · 9- ·
        ("POP", ("·", "9-")),  # +   | · 9-
        ("PUSH", ("·", "9-", "2+")),  # 4   | · 9- 2+
        ("POP", ("·", "9-")),  # )   | · 9-     2+ is applied to 4
        ("POP", ("·",)),  # )   | ·        9- is applied to 6
        (FREE, ("·",)),  # =   | ·
    )


@pytest.mark.parametrize(
    ("algorithm", "place", "content", "value"),
    [
        ("recursive", 3, "5+", "1"),  # (9-(2+4)) becomes 5+(2+4)
        ("pushing", 3, "5+", "1"),
        ("pushing", 6, "3-", "0"),  # 9-(3-4)
        ("cumulative", 3, "+", "3"),  # the sign comes back only after the bracket, where nothing follows
        ("cumulative", 0, "-", "3"),
    ],
)
def test_what_is_pushed_instead_changes_the_value(
    algorithm: str, place: int, content: str, value: str
) -> None:
    inputs = tuple(TASK.episode("(9-(2+4))").inputs.tolist())
    assert TASK.oracle(inputs, algorithm)[-1].output == "3"
    assert TASK.oracle(inputs, algorithm, {place: content})[-1].output == value


def test_a_sign_pushed_instead_counts_from_the_closing_bracket_on() -> None:
    inputs = tuple(TASK.episode("((9-2)-4)").inputs.tolist())
    assert TASK.oracle(inputs, "cumulative", {1: "-"})[-1].output == "1"  # 9 - 2 + 4


@pytest.mark.parametrize("algorithm", TASK.oracles())
def test_every_algorithm_gives_the_value(algorithm: str) -> None:
    episode = TASK.episode("((3-4)-((2+9)-1))")
    steps = TASK.oracle(tuple(episode.inputs.tolist()), algorithm)
    assert steps[-1].output == str(int(episode.targets[-1]))


@pytest.mark.parametrize("algorithm", ["recursive", "pushing"])
def test_these_algorithms_have_the_value_of_every_bracket(algorithm: str) -> None:
    episode = TASK.episode("((3-4)-((2+9)-1))")
    steps = TASK.oracle(tuple(episode.inputs.tolist()), algorithm)
    asked = [(step.output, str(int(t))) for step, t in zip(steps, episode.targets, strict=True) if t >= 0]
    assert all(output == target for output, target in asked)
    assert len(asked) == 5


def test_the_variable_waiting_is_what_the_pushing_stack_holds() -> None:
    text = "((3-4)-((2+9)-1))"
    waiting = TASK.episode(text).variables["waiting"].tolist()
    for step, number in zip(run(text, "pushing"), waiting, strict=True):
        if step.actions[0] == "PUSH":
            named = "·" if number == 0 else f"{(number - 1) % 10}{TASK.operators[(number - 1) // 10]}"
            assert step.memory[-1] == named


def test_a_bracket_on_the_left_waits_again_with_its_value() -> None:
    tops = [step.memory[-1] for step in run("((3+4)-(2-9))", "recursive")[:-2]]
    assert tops == ["·"] * 7 + ["7-"] * 4 + ["·"]


expressions = st.recursive(
    st.integers(0, 9).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-"), inner).map(lambda parts: f"({''.join(parts)})"),
    max_leaves=8,
)


@given(expressions)
@settings(deadline=None, max_examples=25)
def test_both_algorithms_move_the_stack_alike(text: str) -> None:
    recursive, cumulative = run(text, "recursive"), run(text, "cumulative")
    assert [step.actions for step in recursive] == [step.actions for step in cumulative]


@given(expressions)
@settings(deadline=None, max_examples=25)
def test_the_value_of_a_bracket_is_what_waited_combined_with_it(text: str) -> None:
    values = TASK.episode(text).variables["partial_value"].tolist()
    steps = run(text, "recursive")
    for place in range(1, len(steps)):
        if steps[place].actions[0] == "PUSH" and (waiting := steps[place].memory[-1]) != "·":
            close = next(
                later
                for later in range(place, len(steps))
                if len(steps[later].memory) < len(steps[place].memory)
            )
            assert eval(f"{waiting}{values[close]}") % 10 == values[close + 1]


@given(expressions)
@settings(deadline=None, max_examples=25)
def test_the_sign_on_the_stack_is_that_of_minuses_to_the_left_of_open_brackets(text: str) -> None:
    waiting = [step.memory for step in run(text, "recursive")]
    signs = [step.memory for step in run(text, "cumulative")]
    for frames, stack in zip(waiting, signs, strict=True):
        flips = [frame.endswith("-") for frame in frames]
        expected = [
            reduce(lambda sign, flip: sign ^ flip, flips[: place + 1], False) for place in range(len(flips))
        ]
        assert [sign == "-" for sign in stack] == expected


def test_multiplication_leaves_no_cumulative_algorithm() -> None:
    assert list(Expressions().oracles()) == ["recursive", "pushing"]
    with pytest.raises(MannscopeError, match="algorithm must be one of pushing, recursive"):
        Expressions().oracle((1, 15), "cumulative")


@pytest.mark.parametrize("algorithm", TASK.oracles())
def test_an_expression_that_does_not_end_is_refused(algorithm: str) -> None:
    with pytest.raises(MannscopeError, match=r"must end with '='. Got '3'"):
        TASK.oracle((3,), algorithm)
