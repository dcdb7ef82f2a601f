"""Vectors as symbols: named, looked up, encoded, and read off sigmoid and real outputs."""

from typing import Any

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.pytorch import Patterns, Place, TorchNetwork, record_torch

BITS = Patterns.bits(2)
NAN = np.nan


def test_all_patterns_of_some_bits_are_listed_as_binary_numbers() -> None:
    assert BITS.names == ("00", "01", "10", "11")
    assert BITS.vectors.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_different_vectors_are_symbols_and_a_nan_is_padding() -> None:
    vectors = np.array([[[0.5, -1], [2, 0]], [[2, 0], [NAN, NAN]]])
    patterns = Patterns.of(vectors)
    assert patterns.names == ("0.5 -1", "2 0")
    assert patterns.symbols(vectors).tolist() == [[0, 1], [1, -1]]
    np.testing.assert_array_equal(patterns.encode(patterns.symbols(vectors)), np.nan_to_num(vectors))
    assert Patterns.of(vectors, ["left", "right"]).names == ("left", "right")


def test_the_most_probable_pattern_is_that_of_the_rounded_bits() -> None:
    outputs = np.random.default_rng(0).random((3, 5, 2))
    found = BITS.by_bits(outputs)
    np.testing.assert_allclose(np.exp(found).sum(-1), 1, rtol=1e-5)
    np.testing.assert_array_equal(found.argmax(-1), np.round(outputs) @ [2, 1])
    assert BITS.by_bits(np.array([[0.0, 1.0]])).argmax() == 1


def test_the_nearest_pattern_is_put_out_of_real_values() -> None:
    patterns = Patterns(("low", "high"), np.array([[-1.0], [3]]))
    assert patterns.by_distance(np.array([[0.9], [1.1]])).tolist() == pytest.approx(
        np.array([[-3.61, -4.41], [-4.41, -3.61]])
    )


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: BITS.symbols(np.array([[[0.0, 0.5]]])),
            r"one of the 4 patterns.* \(0.0, 0.5\) in episode 0",
        ),
        (lambda: BITS.by_bits(np.array([[1.5, 0]])), r"in \[0, 1\].* Got 0 to 1.5"),
        (
            lambda: Patterns(("a",), np.array([[2.0]])).by_bits(np.array([[0.5]])),
            "patterns of zeros and ones",
        ),
        (lambda: Patterns.of(np.eye(2), ["a"]), "must name the 2 different vectors"),
    ],
)
def test_what_is_no_pattern_is_refused(call: Any, told: str) -> None:
    with pytest.raises(MannscopeError, match=told):
        call()


def test_a_network_of_bits_is_recorded_in_symbols() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(2, 4, batch_first=True)
    readout = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Sigmoid())

    def step(rows: Any, state: Any) -> tuple[Any, Any]:
        hidden, state = lstm(rows[:, None], state)
        return readout(hidden[:, 0]), state

    network = TorchNetwork(
        lstm,
        {"hidden": Place("state[0][0]", ("episode", "hidden"))},
        step=step,
        whole=lambda rows: readout(lstm(rows)[0]),
        encode=BITS.encode,
        decode=BITS.by_bits,
    )
    vectors = np.array([[[0, 1], [1, 1]], [[1, 0], [NAN, NAN]]])
    trace = record_torch(network, BITS.symbols(vectors), symbols=BITS.names, outputs=BITS.names)
    assert trace["symbol"].values.tolist() == [["01", "11"], ["10", ""]]
    np.testing.assert_array_equal(trace["output"], np.round(trace["output_vector"].values) @ [2, 1])
    with torch.no_grad():
        expected = readout(lstm(torch.tensor(vectors[:1]).float())[0])
    np.testing.assert_allclose(trace["output_vector"][:1], expected, rtol=1e-5)


def test_real_rows_are_recorded_beside_the_symbols_that_mark_them() -> None:
    torch = pytest.importorskip("torch")
    gru = torch.nn.GRU(2, 3, batch_first=True)
    rows = np.random.default_rng(0).random((2, 4, 2)).astype(np.float32)
    network = TorchNetwork(gru, {"hidden": Place("state[0]", ("episode", "hidden"))})
    marks = (rows[..., 1] > 0.5).astype(int)
    trace = record_torch(network, marks, symbols=["unmarked", "marked"], rows=rows)
    np.testing.assert_array_equal(trace["input_vector"], rows)
    with torch.no_grad():
        np.testing.assert_allclose(trace["hidden"], gru(torch.tensor(rows))[0], rtol=1e-5, atol=1e-6)
    with pytest.raises(MannscopeError, match=r"rows must be a vector for each symbol, \(2, 3, feature\)"):
        record_torch(network, marks[:, :3], symbols=["unmarked", "marked"], rows=rows)
