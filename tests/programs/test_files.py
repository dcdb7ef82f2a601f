"""Programs on disk: what is written is read again, and what is no program is refused by its entry."""

import json
from pathlib import Path
from typing import Any

import pytest

from mannscope.errors import MannscopeError
from mannscope.programs import Program, read_program, write_program
from mannscope.programs.files import from_plain, to_plain
from programs.machines import reverser, walker


@pytest.mark.parametrize("program", [reverser(), walker()], ids=["stack", "tape"])
def test_a_written_program_is_read_again(program: Program, tmp_path: Path) -> None:
    assert read_program(write_program(program, tmp_path / "new" / "program.json")) == program


def changed(path: str, value: Any) -> dict[str, Any]:
    """Change one entry of the reverser's file, or remove it (None)."""
    plain = json.loads(json.dumps(to_plain(reverser())))
    *parents, last = path.split("/")
    inner = plain
    for name in parents:
        inner = inner[int(name) if isinstance(inner, list) else name]
    if value is None:
        del inner[last]
    else:
        inner[int(last) if isinstance(inner, list) else last] = value
    return plain


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("schema_version", 1, "schema_version of x must be 2. Got 1"),
        ("states", None, "x must have 'states'"),
        ("states", ["q0", "q0"], "states of x must be a list of different texts"),
        ("machine", "heap", "machine of x must be one of stack, tape, queue, two queues, register"),
        ("start", "q7", "start of x must be one of q0"),
        ("contents", ["0", "1"], "contents of x must be a list with 'empty'"),
        ("reads_before_writing", 1, "must be true or false"),
        ("task", "reversal", "task of x must be an object"),
        ("extra", 1, "must have known entries only. Got 'extra'"),
        ("steps/2", {}, "a symbol in steps of x must be one of 0, 1, #, _"),
        ("steps/0/by", ["weather"], "must be one of state, reading"),
        ("steps/0/rules/0/do", ["LEFT"], "item 0 of do of item 0 of rules of 0 of steps of x must be one of"),
        ("steps/0/rules/0/do", [], "do of item 0 of rules of 0 of steps of x must be a list of 1"),
        ("steps/0/rules/0/write", "7", "write of item 0 of rules of 0 of steps of x must be one of"),
        ("steps/_/rules/0/write", "1", "must be a content at PUSH and REPLACE, and null elsewhere"),
        ("steps/0/rules/0/next", 3, "next of item 0 of rules of 0 of steps of x must be text"),
        ("outputs/_/rules/1/when", ["0"], "must be a rule for another case than those before it"),
        ("outputs/_/rules/0/when", [], "when of item 0 of rules of _ of outputs of x must be a list of 1"),
        ("outputs/_/rules/0/output", 3, "must be text"),
    ],
)
def test_an_entry_that_is_wrong_is_named(path: str, value: Any, message: str) -> None:
    with pytest.raises(MannscopeError) as refusal:
        from_plain(changed(path, value), "x")
    assert message in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"3", b"null"])
def test_a_file_that_is_no_program_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "program.json"
    path.write_bytes(content)
    with pytest.raises(MannscopeError, match="must be"):
        read_program(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match="a program must be an existing JSON file"):
        read_program(tmp_path / "no.json")
