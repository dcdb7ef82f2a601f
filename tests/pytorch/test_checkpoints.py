"""Weights of whole modules are read from files of every age, and nothing of theirs is run."""

import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from mannscope.errors import MannscopeError
from mannscope.pytorch import torch_weights

torch = pytest.importorskip("torch")


class Outer(torch.nn.Module):
    """A module of a class that the reader does not know."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.cell, self.table = torch.nn.LSTMCell(3, 4), torch.nn.Embedding(2, 3).double()
        self.register_buffer("steps", torch.arange(6).reshape(2, 3).T)
        self.tied = torch.nn.Linear(4, 4)
        self.again = self.tied  # one module by two names
        self.note = {"options": [1, "two"]}


def same(found: dict[str, Any], expected: dict[str, Any]) -> bool:
    return found.keys() == expected.keys() and all(
        torch.equal(found[name], tensor) and found[name].dtype == tensor.dtype
        for name, tensor in expected.items()
    )


@pytest.mark.parametrize("new", [True, False])
def test_weights_of_a_whole_module_are_those_of_its_state(new: bool, tmp_path: Path) -> None:
    module = Outer()
    torch.save(module, tmp_path / "whole.pt", _use_new_zipfile_serialization=new)
    assert same(torch_weights(tmp_path / "whole.pt"), module.state_dict())


@pytest.mark.parametrize("new", [True, False])
def test_a_dictionary_with_a_module_or_its_state_is_read_by_its_names(new: bool, tmp_path: Path) -> None:
    module = torch.nn.Linear(2, 2)
    whole = {"model": module, "state": module.state_dict(), "epoch": 3, "history": [torch.ones(2)]}
    torch.save(whole, tmp_path / "more.pt", _use_new_zipfile_serialization=new)
    found = torch_weights(tmp_path / "more.pt")
    assert list(found) == ["model.weight", "model.bias", "state.weight", "state.bias", "history.0"]
    assert torch.equal(found["model.weight"], module.weight)


class Trap:
    """Would write a file if it were unpickled as it asks."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> Any:
        return (open, (self.path, "w"))


@pytest.mark.parametrize("new", [True, False])
def test_no_code_of_a_file_is_run(new: bool, tmp_path: Path) -> None:
    trap = {"trap": Trap(tmp_path / "sprung"), "weight": torch.ones(2)}
    torch.save(trap, tmp_path / "trap.pt", _use_new_zipfile_serialization=new)
    assert torch_weights(tmp_path / "trap.pt")["weight"].tolist() == [1, 1]
    assert not (tmp_path / "sprung").exists()


def test_a_class_whose_source_was_saved_beside_it_is_read(tmp_path: Path) -> None:
    seen = []

    class Old(pickle.Pickler):
        def persistent_id(self, obj: Any) -> Any:
            if obj is not pickle.PickleError or seen:
                return None
            seen.append(obj)
            return ("module", obj, "net.py", "class Net: …")

    with (tmp_path / "old.pt").open("wb") as file:
        for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}):
            pickle.dump(part, file, 2)
        Old(file, 2).dump({"kind": pickle.PickleError})
        pickle.dump([], file, 2)
    with pytest.raises(MannscopeError, match="without a tensor"):
        torch_weights(tmp_path / "old.pt")


def cut(path: Path) -> None:
    torch.save(torch.ones(50), path, _use_new_zipfile_serialization=False)
    path.write_bytes(path.read_bytes()[:-8])


def outside(path: Path) -> None:
    """Make a tensor that looks beyond its storage."""
    torch.save(torch.ones(3), path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in parts if name.endswith("data.pkl"))
    assert b"K\x03\x85" in parts[name]  # the size (3,)
    parts[name] = parts[name].replace(b"K\x03\x85", b"K\x63\x85")
    with zipfile.ZipFile(path, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content)


def script(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/data.pkl", b"")
        archive.writestr("net/constants.pkl", b"")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (cut, "192 bytes where there should be 200"),
        (outside, "cannot be read: RuntimeError"),
        (script, "a TorchScript program"),
        (lambda path: path.write_bytes(b"hello"), "cannot be read"),
        (lambda path: path.write_bytes(pickle.dumps(3, 2) * 3), "begins otherwise"),
        (lambda path: zipfile.ZipFile(path, "w").close(), "an archive without data.pkl"),
        (lambda path: torch.save({"epoch": 1}, path), "without a tensor"),
        (lambda path: None, "a checkpoint must be a file"),
    ],
)
def test_what_is_no_checkpoint_is_refused(make: Any, told: str, tmp_path: Path) -> None:
    make(tmp_path / "file.pt")
    with pytest.raises(MannscopeError, match=told):
        torch_weights(tmp_path / "file.pt")


def test_a_big_endian_file_is_refused(tmp_path: Path) -> None:
    torch.save(torch.ones(2), tmp_path / "big.pt", _use_new_zipfile_serialization=False)
    raw = (tmp_path / "big.pt").read_bytes()
    at = raw.index(b"little_endian")
    (tmp_path / "big.pt").write_bytes(raw[:at] + raw[at:].replace(b"\x88", b"\x89", 1))
    with pytest.raises(MannscopeError, match="of a big-endian machine"):
        torch_weights(tmp_path / "big.pt")
    assert struct.pack("<f", 1.0) in raw
