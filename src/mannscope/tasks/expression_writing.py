"""Writes a random expression symbol by symbol, in compiled code, with its values and variables."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int, PRNGKeyArray, PyTree, UInt32

from mannscope.arrays import PADDING
from mannscope.tasks.expression_trees import Node, Shape, split, uniform_integer


class Grammar(NamedTuple):
    """The alphabet of expressions: digits, operators, brackets and the end, in this order."""

    operators: str
    modulus: int

    @property
    def symbols(self) -> tuple[str, ...]:
        """Labels of the symbols; a digit's index is its value."""
        return (*map(str, range(self.modulus)), *self.operators, "(", ")", "=")

    def index(self, symbol: str) -> int:
        """Give the index of a symbol."""
        return self.symbols.index(symbol)

    def combine(
        self, left: Int[Array, ""], operator: Int[Array, ""], right: Int[Array, ""]
    ) -> Int[Array, ""]:
        """Give the value of a bracket, from 0 to modulus - 1; `operator` is an index into `operators`."""
        results = {"+": left + right, "-": left - right, "*": left * right}
        which = [operator == place for place in range(len(self.operators))]
        return jnp.select(which, [results[name] for name in self.operators]) % self.modulus


class Written(NamedTuple):
    """One position of an expression: the symbol, and the structural variables after reading it.

    Values are those of `Expressions.variables`; -1 where undefined.
    """

    symbol: Int[Array, "*step"]
    depth: Int[Array, "*step"]
    partial_value: Int[Array, "*step"]
    pending_operator: Int[Array, "*step"]
    waiting: Int[Array, "*step"]
    sign: Int[Array, "*step"]


class _Bracket(NamedTuple):
    """A bracket that is open: what is still to come in it, and what has been read."""

    right: Node
    operator: Int[Array, "*place"]  # -1 while the left side is being written
    left_value: Int[Array, "*place"]
    sign_before: Int[Array, "*place"]  # the sign at the opening bracket, which closing it brings back


class _Writer(NamedTuple):
    complete: Bool[Array, ""]  # whether a subexpression has just been completed
    value: Int[Array, ""]  # its value
    todo: Node  # otherwise the one to write next
    sign: Int[Array, ""]
    depth: Int[Array, ""]  # number of open brackets
    inner: _Bracket  # the innermost one
    outer: _Bracket  # those around it, outermost first; at place 0 the text outside of all brackets


class _Event(NamedTuple):
    """What one position writes; none of them is the end."""

    digit: Bool[Array, ""]
    operator: Bool[Array, ""]
    open: Bool[Array, ""]
    close: Bool[Array, ""]


def write_expression(
    key: PRNGKeyArray, size: Int[Array, ""] | int, *, largest: int, shape: Shape, grammar: Grammar
) -> Written:
    """Write a random expression of `size` operators, padded to `4 largest + 2` positions.

    Digits and operators are uniform and independent; the tree is drawn by `split`. One pass over the
    positions keeps the open brackets in a stack, and uses 32 random bits at each.
    """
    positions = 4 * largest + 2

    def step(writer: _Writer, bits: UInt32[Array, ""]) -> tuple[_Writer, Written]:
        return _write_symbol(writer, bits, shape, grammar)

    size = jnp.asarray(size, jnp.int32)
    start = _blank_page(size, largest if shape.height is None else shape.height, largest)
    if shape.height is not None:
        start = start._replace(todo=start.todo._replace(exact=jnp.asarray(True)))
    _, written = jax.lax.scan(step, start, jax.random.bits(key, (positions,)))
    inside = jnp.arange(positions) < 4 * size + 2
    return jax.tree.map(lambda column: jnp.where(inside, column, PADDING), written)


def _blank_page(size: Int[Array, ""], height: int, largest: int) -> _Writer:
    no, zero = jnp.asarray(False), jnp.asarray(0, jnp.int32)
    outside = _Bracket(Node(zero, zero, no), zero - 1, zero, zero)
    around = jax.tree.map(lambda part: jnp.broadcast_to(part, (largest,)), outside)
    return _Writer(no, zero, Node(size, zero + height, no), zero, zero, outside, around)


def _write_symbol(
    writer: _Writer, bits: UInt32[Array, ""], shape: Shape, grammar: Grammar
) -> tuple[_Writer, Written]:
    inner = writer.inner
    event = _next_event(writer)
    left, right = split(writer.todo, bits, shape.branching)
    digit = uniform_integer(bits, grammar.modulus)
    operator = uniform_integer(bits, len(grammar.operators))
    result = grammar.combine(inner.left_value, inner.operator, writer.value)
    value = jnp.where(event.digit, digit, jnp.where(event.close, result, writer.value))
    flip = event.operator & (operator == grammar.operators.find("-"))
    sign = jnp.where(event.close, inner.sign_before, writer.sign ^ flip)

    place = jnp.arange(writer.outer.operator.shape[0])
    opened = _Bracket(right, jnp.asarray(-1, jnp.int32), value, writer.sign)
    continued = inner._replace(
        operator=jnp.where(event.operator, operator, inner.operator),
        left_value=jnp.where(event.operator, value, inner.left_value),
    )
    around = _pick(writer.outer, place == writer.depth - 1)
    inside = _choose(event.open, opened, _choose(event.close, around, continued))
    outer = _choose(event.open & (place == writer.depth), inner, writer.outer)
    depth = writer.depth + event.open - event.close

    complete = ~event.open & ~event.operator
    page = _Writer(complete, value, _choose(event.open, left, inner.right), sign, depth, inside, outer)
    symbol = _symbol(event, digit, operator, grammar)
    operand = event.open | event.digit | event.close
    waiting = jnp.where(operand, _waiting(_choose(event.open, inner, inside), grammar), PADDING)
    return page, Written(symbol, depth, jnp.where(complete, value, PADDING), inside.operator, waiting, sign)


def _waiting(bracket: _Bracket, grammar: Grammar) -> Int[Array, ""]:
    waits = 1 + bracket.left_value + grammar.modulus * bracket.operator
    return jnp.where(bracket.operator < 0, 0, waits)


def _next_event(writer: _Writer) -> _Event:
    between = writer.complete & (writer.depth > 0)
    return _Event(
        digit=~writer.complete & (writer.todo.operators == 0),
        operator=between & (writer.inner.operator < 0),
        open=~writer.complete & (writer.todo.operators > 0),
        close=between & (writer.inner.operator >= 0),
    )


def _symbol(
    event: _Event, digit: Int[Array, ""], operator: Int[Array, ""], grammar: Grammar
) -> Int[Array, ""]:
    marks = jnp.where(event.open, grammar.index("("), grammar.index("="))
    marks = jnp.where(event.close, grammar.index(")"), marks)
    return jnp.where(event.digit, digit, jnp.where(event.operator, grammar.modulus + operator, marks))


def _choose(condition: Bool[Array, "*place"], yes: PyTree, no: PyTree) -> PyTree:
    return jax.tree.map(lambda one, other: jnp.where(condition, one, other), yes, no)


def _pick(brackets: _Bracket, where: Bool[Array, " place"]) -> _Bracket:
    """Read the one bracket at a place by a masked sum, which is faster in a batch than indexing."""
    return jax.tree.map(lambda part: jnp.sum(jnp.where(where, part, 0), dtype=part.dtype), brackets)
