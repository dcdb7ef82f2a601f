import json

import numpy as np
import pytest

from mannscope.analyses import Probe
from mannscope.errors import MannscopeError, UnknownNameError


@pytest.fixture
def counting(make_trace, draw_inputs):
    """A hidden state that holds the depth and the symbol, with noise, and no coin."""
    inputs = draw_inputs(60, 20)
    generator = np.random.default_rng(0)
    depth = generator.integers(0, 5, (60, 1)) + np.zeros_like(inputs)
    hidden = np.concatenate([np.eye(5)[depth], np.eye(10)[inputs]], axis=-1)
    trace = make_trace(inputs, hidden=hidden + 0.1 * generator.normal(size=hidden.shape))
    plane = ("episode", "step")
    trace["variable_depth"] = plane, np.where(inputs < 0, -1, depth)
    trace["variable_coin"] = plane, generator.integers(0, 2, inputs.shape)
    return trace


def test_a_variable_that_the_site_holds_is_read_selectively(counting):
    result = Probe("hidden", "depth")(counting)
    assert result.accuracy > 0.99
    assert result.selectivity > 0.2
    assert result.control == "symbol and depth"


def test_bits_that_nobody_asks_for_change_nothing_else(counting):
    counted, bare = (Probe("hidden", "depth", counts_bits=bits)(counting).to_dict() for bits in (True, False))
    lengths = ("description_length", "control_description_length")
    assert all(
        np.isfinite(counted.pop(name)) and not np.isfinite(bare.pop(name) or np.nan) for name in lengths
    )
    assert counted == bare


def test_a_variable_that_the_site_does_not_hold_is_read_at_the_base_rate(counting):
    result = Probe("hidden", "coin")(counting)
    assert result.accuracy == pytest.approx(result.base_rate, abs=0.08)
    assert result.selectivity < 0


def test_the_interval_holds_the_accuracy(counting):
    result = Probe("hidden", "coin")(counting)
    low, high = result.interval
    assert low < result.accuracy < high < low + 0.2


def test_a_probe_that_can_memorise_every_type_is_not_selective(counting):
    types = counting["input"].values * 5 + counting["variable_depth"].values
    memorised = counting.drop_vars("hidden").assign(hidden=(("episode", "step", "hidden"), np.eye(60)[types]))
    result = Probe("hidden", "depth")(memorised)
    assert result.accuracy > 0.95
    assert result.selectivity < 0.15


def test_the_symbol_is_a_variable(counting):
    assert Probe("hidden", "input")(counting).accuracy == 1.0


def test_what_the_symbol_alone_tells_is_reported(counting):
    told = Probe("hidden", "parity")(counting.assign(variable_parity=abs(counting["input"]) % 2))
    assert told.symbol_rate == 1.0
    assert Probe("hidden", "coin")(counting).symbol_rate == pytest.approx(0.5, abs=0.08)


def test_without_a_depth_the_control_goes_by_the_symbol_before(counting):
    result = Probe("hidden", "input")(counting.drop_vars("variable_depth"))
    assert result.control == "symbol and symbol before"
    assert result.control_types > 90


def test_positions_where_the_variable_is_undefined_are_dropped(counting):
    late = counting["variable_coin"].where(counting["step"] >= 10, -1)
    result = Probe("hidden", "coin")(counting.assign(variable_coin=late))
    assert result.available == int(np.sum(counting["input"].values[:, 10:] >= 0))


def test_a_site_that_does_not_vary_is_read_at_the_base_rate(counting):
    flat = counting.assign(hidden=counting["hidden"] * 0 + 0.1)
    result = Probe("hidden", "depth")(flat)
    assert result.accuracy == result.base_rate


def test_a_variable_of_one_value_is_read_without_selectivity(counting):
    flat = counting.assign(variable_coin=counting["variable_coin"] * 0)
    result = Probe("hidden", "coin")(flat)
    assert (result.accuracy, result.selectivity, result.values) == (1.0, 0.0, 1)


def test_a_variable_that_the_site_holds_takes_fewer_bits_than_the_control(counting):
    result = Probe("hidden", "depth")(counting)
    assert result.uniform_length == pytest.approx(np.log2(5))
    assert result.description_length < 0.8 < 1.5 < result.control_description_length


def test_a_variable_that_the_site_does_not_hold_takes_the_bits_of_the_uniform_code(counting):
    result = Probe("hidden", "coin")(counting)
    assert result.uniform_length == 1.0
    assert 1.0 < result.description_length < 1.3


def test_a_probe_without_a_control_task_is_refused(counting):
    with pytest.raises(MannscopeError, match="controls of Probe"):
        Probe("hidden", "coin", controls=0)(counting)


def test_one_episode_is_too_few(counting):
    with pytest.raises(MannscopeError, match="at least 2 episodes"):
        Probe("hidden", "depth")(counting.isel(episode=[0]))


def test_an_unknown_variable_is_answered_with_the_nearest(counting):
    with pytest.raises(UnknownNameError, match="Did you mean 'depth'"):
        Probe("hidden", "dept")(counting)


def test_the_result_is_json(counting):
    assert json.loads(json.dumps(Probe("hidden", "coin")(counting).to_dict()))["variable"] == "coin"
