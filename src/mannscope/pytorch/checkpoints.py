"""Read the weights of checkpoints that hold whole modules, without running code of theirs.

`torch.load(path, weights_only=True)` refuses a module that was pickled whole, as `torch.save(module, path)`
does, and without it the file may run any code. Here a class or function that the file names is never looked
up: an empty stand-in takes its place, and only tensors and the names under which modules hold them are read.
"""

import io
import pickle  # only through an unpickler that looks nothing up
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mannscope.errors import MannscopeError
from mannscope.pytorch.library import load_torch

_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
_TYPES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
}
REMEDY = "Load it with torch.load where you trust it, and save module.state_dict()"


class _Storage(NamedTuple):
    """The numbers that tensors look into."""

    key: str
    type: str
    number: int


class Unknown:
    """Stands for an object of a class of the file, with the attributes that were pickled."""

    kind = ""

    def __new__(cls, *_: Any, **__: Any) -> "Unknown":
        """Take any arguments, and keep none."""
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        """Do nothing."""

    def __setstate__(self, state: Any) -> None:
        """Keep attributes, if there are any."""
        own = state[0] if isinstance(state, tuple) and state else state
        if isinstance(own, dict):
            self.__dict__.update(own)


class _Reader(pickle.Unpickler):
    """Builds tensors, containers and stand-ins."""

    def __init__(self, file: Any, tensor: Callable[..., Any]) -> None:
        super().__init__(file, encoding="latin1")
        self.tensor, self.storages = tensor, {}

    def find_class(self, module: str, name: str) -> Any:
        """Look nothing up: give what tensors are made by, or a stand-in."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch._utils" and name in ("_rebuild_tensor", "_rebuild_tensor_v2"):
            return self.tensor
        if module == "torch._utils" and name in ("_rebuild_parameter", "_rebuild_parameter_with_state"):
            return lambda tensor, *_: tensor
        return type(name, (Unknown,), {"kind": f"{module}.{name}"})

    def persistent_load(self, pid: Any) -> Any:
        """Give a storage, or the class of a module whose source was saved beside it."""
        if isinstance(pid, tuple) and pid[:1] == ("module",):
            return pid[1]
        if not isinstance(pid, tuple) or pid[:1] != ("storage",):
            raise _refused(f"a reference to {pid!r}")
        kind = getattr(pid[1], "kind", str(pid[1])).rpartition(".")[2]
        if kind not in _TYPES:
            raise _refused(f"numbers of the type {kind}")
        return _Storage(str(pid[2]), _TYPES[kind], int(pid[4]))


def torch_weights(path: str | Path) -> dict[str, Any]:
    """Read all tensors of a checkpoint by their names, as `module.state_dict()` has them.

    The file may hold a module, its weights, or a dictionary with either among other things, in the present
    format of PyTorch or the one before version 1.6. Of a module, parameters and buffers are read; names of a
    dictionary's own entries come first, as in ``model.encoder.weight``. No code of the file is run, and
    what is neither a tensor nor holds one is left out.

    Raises:
        MannscopeError: if there is no such file, it is of another format or damaged, or has no tensors.
    """
    path = Path(path)
    if not path.is_file():
        raise MannscopeError("a checkpoint must be a file", str(path), "Correct the path")
    try:
        whole = _zipped(path) if zipfile.is_zipfile(path) else _old(path)
        found = dict(_tensors(whole, "", set()))
    except MannscopeError:
        raise
    except Exception as problem:  # whatever a damaged pickle makes the unpickler do
        raise _refused(f"{path.name}, which cannot be read: {type(problem).__name__}: {problem}") from problem
    if not found:
        raise _refused(f"{path.name}, without a tensor")
    return found


def _old(path: Path) -> Any:
    """Read the format before PyTorch 1.6: a header, one pickle, and the storages one after the other."""
    waiting: list[tuple[Any, ...]] = []
    with path.open("rb") as file:
        header = [_Reader(file, _no_tensor).load() for _ in range(2)]
        if header != [_MAGIC, _PROTOCOL]:
            raise _refused(f"{path.name}, which begins otherwise")
        if not _Reader(file, _no_tensor).load().get("little_endian", True):
            raise _refused(f"{path.name}, of a big-endian machine")
        place = _Places(waiting)
        whole = _Reader(file, place).load()
        keys, sizes = _Reader(file, _no_tensor).load(), place.storages()
        data = {}
        for key in map(str, keys):
            number = struct.unpack("<q", file.read(8))[0]
            data[key] = _numbers(file, sizes[key], number)
    place.fill(data)
    return whole


def _zipped(path: Path) -> Any:
    """Read the present format: an archive with one pickle, and a file for each storage."""
    with zipfile.ZipFile(path) as archive:
        names = {name.partition("/")[2]: name for name in archive.namelist()}
        if "constants.pkl" in names:
            raise MannscopeError(
                "a checkpoint must hold weights", f"{path.name}, a TorchScript program", REMEDY
            )
        if "data.pkl" not in names:
            raise _refused(f"{path.name}, an archive without data.pkl")
        if "byteorder" in names and archive.read(names["byteorder"]) != b"little":
            raise _refused(f"{path.name}, of a big-endian machine")
        place = _Places([])
        whole = _Reader(io.BytesIO(archive.read(names["data.pkl"])), place).load()
        data = {
            key: _numbers(io.BytesIO(archive.read(names[f"data/{key}"])), storage, storage.number)
            for key, storage in place.storages().items()
        }
    place.fill(data)
    return whole


class _Tensor:
    """A tensor whose numbers come later in the file."""

    def __init__(
        self, storage: _Storage, offset: int, size: tuple[int, ...], stride: tuple[int, ...]
    ) -> None:
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride
        self.value: Any = None


class _Places:
    """Makes tensors while a pickle is read, and fills them afterwards."""

    def __init__(self, made: list[Any]) -> None:
        self.made = made

    def __call__(self, storage: _Storage, offset: int, size: Any, stride: Any, *_: Any) -> _Tensor:
        self.made.append(_Tensor(storage, int(offset), tuple(size), tuple(stride)))
        return self.made[-1]

    def storages(self) -> dict[str, _Storage]:
        return {tensor.storage.key: tensor.storage for tensor in self.made}

    def fill(self, data: Mapping[str, Any]) -> None:
        for one in self.made:  # PyTorch refuses a view that leaves its storage
            one.value = data[one.storage.key].as_strided(one.size, one.stride, one.offset).clone()


def _numbers(file: Any, storage: _Storage, number: int) -> Any:
    torch = load_torch()
    kind = getattr(torch, storage.type)
    raw = file.read(number * kind.itemsize)
    if len(raw) != number * kind.itemsize:
        raise _refused(f"{len(raw)} bytes where there should be {number * kind.itemsize}")
    return torch.frombuffer(bytearray(raw), dtype=kind) if number else torch.zeros(0, dtype=kind)


def _tensors(thing: Any, name: str, above: set[int]) -> list[tuple[str, Any]]:
    """List the tensors of modules and containers by their names."""
    if isinstance(thing, _Tensor):
        return [(name, thing.value)]
    if id(thing) in above:
        return []
    parts: Mapping[Any, Any] = {}
    if isinstance(thing, Unknown):
        own = vars(thing)
        groups = (own.get(group) for group in ("_parameters", "_buffers", "_modules"))
        parts = {key: part for group in groups if isinstance(group, dict) for key, part in group.items()}
    elif isinstance(thing, dict):
        parts = thing
    elif isinstance(thing, list | tuple):
        parts = dict(enumerate(thing))
    found = []
    for key, part in parts.items():
        found += _tensors(part, f"{name}.{key}" if name else str(key), above | {id(thing)})
    return found


def _no_tensor(*_: Any) -> Any:
    raise _refused("a tensor in its header")


def _refused(got: str) -> MannscopeError:
    return MannscopeError("a checkpoint must be a file of torch.save, of tensors", got, REMEDY)
