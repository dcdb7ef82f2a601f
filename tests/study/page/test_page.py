"""The page of results says what the data give, and nothing else."""

from pathlib import Path

import pytest

from mannscope.errors import MannscopeError
from mannscope.parquet import write_rows
from mannscope.study import check_page, fill
from mannscope.study.data import read_data, tabulate
from mannscope.study.page import BLOCKS
from mannscope.study.page.markdown_tables import generalises
from study.rows import MACHINE, MINED, result, row

NONE = {"hypotheses": []}
FAILURES = {
    "size": 80,
    "shape": "left",
    "episodes": 4,
    "wrong": 2,
    "causes": {"policy": 2, "precision": 0, "content": 0},
    "exact_noisy": {"0.1": 0.5},
}


def block(name: str, rows: list[dict]) -> list[list[str]]:
    """Compute a table and cut it into cells."""
    lines = [line for line in BLOCKS[name](rows).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_a_row_has_accuracies_by_size_and_shape_and_the_worst_of_them() -> None:
    found = row(1, exact=0.5)
    assert (found["exact 10x left"], found["exact 10x random"], found["discretised 10x left"]) == (0.5, 1, 1)
    assert (found["worst 10x"], found["worst 5x"], found["base rate 1x left"]) == (0.5, 1, 0.25)


@pytest.mark.parametrize(
    ("holds", "strategy"), [(True, "push and pop"), (False, "PUSH at open, digit; POP at close")]
)
def test_the_strategy_is_the_first_that_holds_or_the_mined_one(holds: bool, strategy: str) -> None:
    assert (row(1, holds=holds)["strategy"], row(1, holds=holds)["strategy holds"]) == (strategy, holds)


def test_a_mined_strategy_of_several_actors_names_each() -> None:
    policy = {"read head 0": {"open": "LEFT"}, "write head 0": {"open": "RIGHT"}}
    verdict = {
        "hypotheses": [MINED | {"hypothesis": {"policy": policy}}],
        "untrained": NONE,
        "elsewhere": NONE,
        "shuffled": NONE,
    }
    assert (
        row(1, verification=verdict)["strategy"] == "read head 0: LEFT at open | write head 0: RIGHT at open"
    )


def test_rows_of_different_tasks_have_the_same_columns() -> None:
    failing = result(2, first_failures=FAILURES)
    rows = tabulate([result(1), failing], MACHINE)
    assert list(rows[0]) == list(rows[1])
    assert (rows[0]["fails at"], rows[1]["fails at"], rows[1]["policy errors"]) == (None, "80 left", 1)


def test_data_survive_the_file(tmp_path: Path) -> None:
    rows = tabulate([result(1), result(2, first_failures=FAILURES)], MACHINE)
    write_rows(tmp_path / "data.parquet", rows)
    assert read_data(tmp_path / "data.parquet") == rows


def test_data_that_are_missing_or_truncated_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    with pytest.raises(MannscopeError, match="must be a Parquet file"):
        read_data(path)
    write_rows(path, [row(1)])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(MannscopeError, match="must be a complete Parquet file"):
        read_data(path)


@pytest.mark.parametrize(("exact", "good"), [(0.98, True), (0.979, False)])
def test_a_network_generalises_if_its_worst_shape_does(exact: float, good: bool) -> None:
    assert generalises(row(1, exact=exact)) == good


def test_accuracy_is_the_worst_shapes_over_the_seeds() -> None:
    (line,) = block("accuracy", [row(1), row(2, exact=0.5)])
    assert line[4] == "0.750 [0.500, 1.000]"
    assert line[-1] == "1 of 2"


def test_every_seed_has_its_strategy_and_verdict() -> None:
    lines = block("seeds", [row(1), row(2, exact=0.5, holds=False)])
    assert [line[1] for line in lines] == ["1", "2"]
    assert [line[6:8] for line in lines] == [["push and pop", "holds"], ["", "none holds"]]


def test_a_variant_stands_beside_the_recipe_on_the_same_seeds() -> None:
    changed = row(1, exact=0.5, variant="modulus-5", condition="expressions-stack-modulus-5")
    lines = block("variants", [row(1), row(2, exact=0.0), changed])
    assert [(line[1], line[5], line[6]) for line in lines] == [
        ("as it is", "1.000 [1.000, 1.000]", "1 of 1"),
        ("modulo 5", "0.500 [0.500, 0.500]", "0 of 1"),
    ]


def test_failures_are_counted_by_cause() -> None:
    (line,) = block("failures", [row(1), row(2, exact=0.5, first_failures=FAILURES)])
    assert line[1:] == ["2", "80 left", "0.500", "1.000", "0.000", "0.000", "0.500"]


def test_the_findings_count_seeds_budgets_and_controls() -> None:
    broken = {"hypotheses": [MINED], "elsewhere": NONE, "shuffled": NONE}
    broken["untrained"] = {"hypotheses": [{"holds": True}]}
    slow = {"steps": 1, "seconds": 999.0, "loss": 0.1}
    text = BLOCKS["findings"]([row(1), row(2, exact=0.5), row(3, verification=broken, training=slow)])
    assert "2 of 3 seeds generalise; not seed 2 (0.500 at 10x)." in text
    assert "2 of 3 were trained within 240 s." in text
    assert "hold on controls: untrained control 1, answers from elsewhere 0, shuffled categories 0." in text


def test_the_loss_by_discretising_is_the_largest_of_those_that_generalise() -> None:
    worse = tuple(found._replace(exact_discrete=0.99) for found in result(1).evaluations)
    text = BLOCKS["findings"]([row(1, evaluations=worse), row(2)])
    assert "loses at most 0.010" in text


PAGE = "# Results\n\n<!-- begin: accuracy -->\n<!-- end -->\n\nWords.\n\n<!-- begin: cost -->\n<!-- end -->\n"


def test_filling_a_page_twice_changes_nothing_and_keeps_the_words() -> None:
    once = fill(PAGE, [row(1)])
    assert fill(once, [row(1)]) == once
    assert "\n\nWords.\n\n" in once
    assert "1,234" in once


def test_only_the_part_that_is_wrong_is_named(tmp_path: Path) -> None:
    write_rows(tmp_path / "data.parquet", [row(1)])
    (tmp_path / "page.md").write_text(fill(PAGE, [row(1)]).replace("1,234", "1,235"))
    assert check_page(tmp_path / "page.md", tmp_path / "data.parquet") == ["cost"]


@pytest.mark.parametrize("page", ["nothing", "<!-- begin: costs -->\n<!-- end -->"])
def test_a_page_without_known_parts_is_refused(page: str) -> None:
    with pytest.raises(MannscopeError, match="must be among findings, accuracy"):
        fill(page, [row(1)])


def test_a_missing_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match="the page must be a file"):
        check_page(tmp_path / "page.md", tmp_path / "data.parquet")
