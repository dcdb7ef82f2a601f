"""Numbers are rounded, but only what is all or nothing is rounded to that."""

import pytest

from mannscope.study.number_formats import format_number, format_percent, format_share


def test_a_percentage_is_all_or_nothing_only_where_it_is() -> None:
    shares = (1.0, 0.9999, 0.5, 0.0001, 0.0)
    assert [format_percent(share) for share in shares] == ["100%", "99.9%", "50.0%", "0.1%", "0%"]


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1.000"), (0.9999, "0.999"), (0.5, "0.500"), (0.0001, "0.001"), (0.0, "0.000")]
)
def test_a_share_is_all_or_nothing_only_where_it_is(value: float, text: str) -> None:
    assert format_share(value) == text


def test_a_missing_number_is_a_dash() -> None:
    assert format_number(None) == "–"
