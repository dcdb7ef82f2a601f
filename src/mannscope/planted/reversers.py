"""Planted networks that reverse a sequence, or do as if."""

from mannscope.planted.machine import EMPTY, READING, Machine, Rule

ALPHABET, LARGEST = 4, 4
SYMBOLS = tuple(str(number) for number in range(ALPHABET))
DELIMITER, BLANK = "#", "_"
EVERYTHING = (*SYMBOLS, DELIMITER, BLANK)
TASK = {"name": "reversal", "alphabet": ALPHABET}
STACK = "stack 0"
PUSH, POP, NO_OP = "PUSH", "POP", "NO_OP"
MARK = "#"
"""The content that is written at the delimiter, so that the first blank uncovers the last symbol."""


def reverser() -> Machine:
    """Pushes symbols, pops at blanks, and outputs the top: the textbook strategy."""
    return _on_a_stack("reverser", dict.fromkeys((*SYMBOLS, DELIMITER), PUSH) | {BLANK: POP})


def symbol_specific_reverser() -> Machine:
    """Pushes the symbols 0 and 1 only: it monitors single symbols, not their category."""
    acts = dict.fromkeys(SYMBOLS[:2], PUSH) | dict.fromkeys(SYMBOLS[2:], NO_OP)
    return _on_a_stack("symbol-specific reverser", acts | {DELIMITER: PUSH, BLANK: POP})


def always_push() -> Machine:
    """Pushes at blanks too, and so cannot reverse anything."""
    return _on_a_stack("always-push", dict.fromkeys(EVERYTHING, PUSH))


def scrambling_reverser() -> Machine:
    """Does what the reverser does, and writes every second symbol as another one, which its outputs undo.

    The hidden state counts symbols and blanks as odd and even, and so knows at a blank which of the two the
    symbol on top was. Nothing is pushed at the delimiter: the answer is made of what was read before the pop.
    """
    turns = {"even": "odd", "odd": "even"}
    rules = [*_acting(dict.fromkeys(SYMBOLS, PUSH) | {DELIMITER: NO_OP, BLANK: POP})]
    rules += [Rule("turn", "odd", SYMBOLS, {"turn": (EMPTY,)})]
    rules += [Rule("turn", after, SYMBOLS, {"turn": (before,)}) for before, after in turns.items()]
    rules += [Rule("turn", turn, (DELIMITER,), {"turn": (turn,)}) for turn in turns]
    rules += [Rule("turn", after, (BLANK,), {"turn": (before,)}) for before, after in turns.items()]
    for place, symbol in enumerate(SYMBOLS):
        moved = SYMBOLS[(place + 1) % ALPHABET]
        rules.append(Rule("content", symbol, (symbol,), {"turn": (EMPTY, "even")}))
        rules.append(Rule("content", moved, (symbol,), {"turn": ("odd",)}))
        rules.append(Rule("answer", symbol, (BLANK,), {"turn": ("odd",)}, (symbol,)))
        rules.append(Rule("answer", symbol, (BLANK,), {"turn": ("even",)}, (moved,)))
    outputs = {("answer", symbol): symbol for symbol in SYMBOLS}
    registers = {"turn": ("even", "odd"), "content": (*SYMBOLS, MARK), "answer": SYMBOLS}
    return _machine("scrambling reverser", rules, registers, outputs)


def unused_stack() -> Machine:
    """Does with the stack what the reverser does, and never looks: its hidden state has the whole sequence.

    There is no room for more than 4 symbols.
    """
    registers = {f"register {place}": SYMBOLS for place in range(LARGEST)}
    rules = [*_acting(dict.fromkeys((*SYMBOLS, DELIMITER), PUSH) | {BLANK: POP}), *_contents()]
    for symbol in SYMBOLS:
        rules.append(Rule("register 0", symbol, (symbol,)))
        for place in range(1, LARGEST):
            above = {f"register {place - 1}": (symbol,)}
            rules.append(Rule(f"register {place}", symbol, SYMBOLS, above))
    for place in range(LARGEST):
        for symbol in SYMBOLS:
            rules.append(Rule(f"register {place}", symbol, (DELIMITER,), {f"register {place}": (symbol,)}))
            if place + 1 < LARGEST:
                rules.append(
                    Rule(f"register {place}", symbol, (BLANK,), {f"register {place + 1}": (symbol,)})
                )
    rules += [Rule("answer", symbol, (BLANK,), {"register 0": (symbol,)}) for symbol in SYMBOLS]
    outputs = {("answer", symbol): symbol for symbol in SYMBOLS}
    return _machine(
        "unused-stack", rules, registers | {"content": (*SYMBOLS, MARK), "answer": SYMBOLS}, outputs
    )


def walker(forth: str = "RIGHT", back: str = "LEFT") -> Machine:
    """Walks one way along the tape while it writes, and back while it reads."""
    read, write = "read head 0", "write head 0"
    rules = [Rule("way", "forth", (*SYMBOLS, DELIMITER)), Rule("way", "back", (BLANK,))]
    rules += [Rule("content", symbol, (symbol,)) for symbol in SYMBOLS]
    return Machine(
        f"walker to the {forth.lower()}",
        TASK,
        "ntm",
        {"way": ("forth", "back"), "content": SYMBOLS},
        tuple(rules),
        contents=SYMBOLS,
        acts={("way", "forth"): {read: forth, write: forth}, ("way", "back"): {read: back, write: back}},
        writes={("content", symbol): symbol for symbol in SYMBOLS},
        outputs={(READING, symbol): symbol for symbol in SYMBOLS},
        largest=LARGEST,
    )


def _on_a_stack(name: str, acts: dict[str, str]) -> Machine:
    """Take a given action at each symbol, and output the top of the stack."""
    outputs = {(READING, symbol): symbol for symbol in SYMBOLS}
    return _machine(name, [*_acting(acts), *_contents()], {"content": (*SYMBOLS, MARK)}, outputs)


def _acting(acts: dict[str, str]) -> list[Rule]:
    return [Rule("action", action, (symbol,)) for symbol, action in acts.items()]


def _contents() -> list[Rule]:
    return [Rule("content", symbol, (symbol,)) for symbol in (*SYMBOLS, MARK)]


def _machine(
    name: str,
    rules: list[Rule],
    registers: dict[str, tuple[str, ...]],
    outputs: dict[tuple[str, str], str] | None = None,
) -> Machine:
    return Machine(
        name,
        TASK,
        "stack",
        {"action": (PUSH, POP, NO_OP), **registers},
        tuple(rules),
        contents=(*SYMBOLS, MARK),
        acts={("action", action): {STACK: action} for action in (PUSH, POP, NO_OP)},
        writes={("content", content): content for content in (*SYMBOLS, MARK)},
        outputs=outputs or {},
        largest=LARGEST,
    )
