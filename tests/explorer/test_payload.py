"""Payloads: what is written is what is read."""

import numpy as np
import pytest
from safetensors.numpy import save

from mannscope.errors import MannscopeError
from mannscope.explorer.payload import Payload, half, whole


def again(payload: Payload) -> Payload:
    return Payload.from_bytes(payload.to_bytes())


def test_arrays_and_description_come_back_as_they_were() -> None:
    arrays = {
        "output": np.array([[1, -1]], np.int16),
        "norm": np.array([0.5], np.float16),
        "none": np.zeros((3, 0), np.int8),
    }
    payload = again(Payload({"kind": "run", "text": "<script> ∑ \n"}, arrays))
    assert payload.meta == {"kind": "run", "text": "<script> ∑ \n"}
    assert {name: (array.dtype, array.tolist()) for name, array in payload.arrays.items()} == {
        name: (array.dtype, array.tolist()) for name, array in arrays.items()
    }


def test_an_array_that_is_cut_crosswise_comes_back() -> None:
    crosswise = np.arange(12, dtype=np.int32).reshape(3, 4).T[::2]
    np.testing.assert_array_equal(again(Payload({}, {"a": crosswise})).arrays["a"], crosswise)


def test_numbers_that_json_has_not_become_null() -> None:
    meta = {"token": float("nan"), "interval": (0.0, float("inf")), "deep": [{"x": -float("inf")}]}
    assert again(Payload(meta, {})).meta == {"token": None, "interval": [0.0, None], "deep": [{"x": None}]}


@pytest.mark.parametrize("data", [b"", b"nonsense", b"\xff" * 40, save({"a": np.zeros(2)})])
def test_what_is_not_a_payload_is_refused(data: bytes) -> None:
    with pytest.raises(MannscopeError, match="a payload must be safetensors with a description"):
        Payload.from_bytes(data)


def test_numbers_too_large_for_16_bits_take_32() -> None:
    assert half(np.array([1e5, 0.5])).tolist() == [1e5, 0.5]
    assert half(np.array([0.5, -2.0])).dtype == np.float16


def test_numbers_that_are_none_stay_so_in_16_bits() -> None:
    found = half(np.array([np.nan, np.inf, 1.0]))
    assert found.dtype == np.float16
    assert np.isnan(found[0])
    assert np.isinf(found[1])


def test_whole_numbers_take_as_little_as_they_need() -> None:
    assert whole(np.array([-1, 5])).dtype == np.int16
    assert whole(np.array([-1, 5]), small=True).dtype == np.int8
    assert whole(np.array([200]), small=True).dtype == np.int16
    assert whole(np.array([40_000])).dtype == np.int32
    assert whole(np.zeros(0, int)).dtype == np.int16
