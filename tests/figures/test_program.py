"""The table of a program's rules."""

from mannscope.figures import program
from programs.machines import reverser, walker


def texts(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_a_program_of_one_state_shows_what_is_written() -> None:
    ax = program(reverser())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0", "1", "#", "_"]
    assert texts(ax) == ["0", "1", "", ""]


def test_a_cell_shows_the_next_state_and_a_missing_rule_leaves_it_empty() -> None:
    drawn = texts(program(walker()))
    assert drawn[:3] == ["0→out"] * 3
    assert drawn[-2:] == ["home", "home"]
    assert len(drawn) == 11


def test_cells_are_as_grey_as_their_actions() -> None:
    shades = program(reverser()).images[0].get_array()[:, 0].tolist()
    assert shades[0] == shades[1] != shades[2] != shades[3]


def test_the_legend_lists_the_actions_of_every_actor() -> None:
    legend = program(walker()).get_legend()
    labels = [text.get_text() for text in legend.get_texts()]
    assert "read head LEFT, write head STAY" in labels
    assert len(labels) == 4
