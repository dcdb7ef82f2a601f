"""Programs written by hand."""

from mannscope.programs import Program, Rule, Rules

TASK = {"name": "reversal", "alphabet": 2}
SYMBOLS = ("0", "1", "#", "_")


def reverser() -> Program:
    """Pushes symbols and pops at blanks; puts out what it read before the pop."""
    push = {symbol: Rules((), {(): Rule(("PUSH",), symbol, "q0")}) for symbol in "01"}
    idle, pop = Rule(("NO_OP",), None, "q0"), Rule(("POP",), None, "q0")
    steps = push | {"#": Rules((), {(): idle}), "_": Rules((), {(): pop})}
    told = Rules(("reading",), {("0",): "0", ("1",): "1"})
    contents = ("empty", "0", "1")
    return Program("hand", "", TASK, SYMBOLS, "stack", False, ("q0",), "q0", contents, steps, {"_": told})


def walker(reads_before_writing: bool = False) -> Program:
    """Walks right while it writes symbols, and back while it reads them; it stays at the delimiter."""
    forth = {symbol: Rules((), {(): Rule(("RIGHT", "RIGHT"), symbol, "out")}) for symbol in "01"}
    steps = forth | {
        "#": Rules((), {(): Rule(("STAY", "RIGHT"), None, "back")}),
        "_": Rules(
            ("state",),
            {
                ("back",): Rule(("STAY", "STAY"), None, "home"),
                ("home",): Rule(("LEFT", "STAY"), None, "home"),
            },
        ),
    }
    told = Rules(("next reading",), {("0",): "0", ("1",): "1"})
    states, contents = ("out", "back", "home"), ("empty", "0", "1")
    return Program(
        "hand", "", TASK, SYMBOLS, "tape", reads_before_writing, states, "out", contents, steps, {"_": told}
    )
