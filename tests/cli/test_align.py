"""`mannscope align`."""


def test_a_row_is_printed_for_each_number_of_dimensions(command, run) -> None:
    told = command("align", run, "--episodes", 4)
    assert told.code == 0, told.err
    assert [line.split()[0] for line in told.out.splitlines()[:3]] == ["dimensions", "1", "2"]
    assert "held-out swaps" in told.out.splitlines()[-1]


def test_an_unknown_algorithm_is_told(command, run) -> None:
    told = command("align", run, "--algorithm", "stak", "--json")
    assert (told.code, told.out) == (2, "")
    assert "Did you mean 'stack'?" in told.err
