"""Inputs that are broken at random: text and bytes, values in documents, weights, and traces."""

import copy
import json
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

SECRET = "the content of a file outside"
"""Stands in a file that no input may lead to."""
OUTSIDE = "outside.txt"
EXECUTED = "executed"
"""File that exists if something of an input was executed."""
TERABYTES = 2**43

DEEP = json.loads("[" * 300 + "]" * 300)
NASTY: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 2**31, 10**12, 10**30, -(2**63), 1e308, float("nan"), float("inf"), 0.5),
    *(
        "",
        "x",
        "a" * 5000,
        "../../../etc/passwd",
        "/dev/zero",
        "rows:" + "0" * 32,
        "<script>alert(1)</script>",
    ),
    *("\x00", "\ud800", "🙂", "1e9", "null", "__class__", "%s%n", "$(touch executed)", "`touch executed`"),
    *([], {}, [1, "a", None], {"name": "stack"}, {"name": {}}, [[]] * 50, list(range(3000)), DEEP),
)
TAGS = (
    "!!python/object/apply:os.system ['touch executed']",
    "!!python/object/new:subprocess.Popen [['touch', 'executed']]",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/tuple [1, 2]",
    "!!binary aGVsbG8=",
    "!!set {a, b}",
    "!!timestamp 2001-01-01",
    "!unknown x",
    "&a [*a]",
    "*missing",
    "{<<: *missing}",
    "? [a, b]\n: c",
    "[" * 3000,
    "{a: " * 3000,
)


def broken_bytes(content: bytes, drawn: random.Random) -> bytes:
    """Flip bits, cut, repeat, insert, or exchange some bytes."""
    data = bytearray(content)
    for _ in range(drawn.choice((1, 1, 2, 5, 20))):
        place = drawn.randrange(len(data) + 1)
        match drawn.randrange(6):
            case 0 if data:
                data[place % len(data)] ^= 1 << drawn.randrange(8)
            case 1:
                del data[place:]
            case 2:
                del data[place : place + drawn.randrange(1, 40)]
            case 3:
                data[place:place] = drawn.randbytes(drawn.randrange(1, 40))
            case 4:
                data[place:place] = data[place : place + drawn.randrange(1, 200)]
            case _:
                data[place : place + 8] = struct.pack("<Q", drawn.choice((0, 1, 2**31, 2**62, 2**64 - 1)))
    return bytes(data)


def broken_value(plain: Any, drawn: random.Random) -> Any:
    """Put something odd somewhere into a document of plain values, take something away, or add something."""
    plain = copy.deepcopy(plain)
    for _ in range(drawn.choice((1, 1, 1, 2, 4))):
        places = list(_places(plain))
        if not places:
            break
        owner, key = drawn.choice(places)
        match drawn.randrange(6):
            case 0:
                del owner[key]
            case 1 if isinstance(owner, dict):
                owner[drawn.choice(("x", "name", "__init__", "größe", "", 7, None))] = _nasty(drawn)
            case 2 if isinstance(owner, list):
                owner.insert(0, _nasty(drawn))
            case 3:
                other, place = drawn.choice(places)
                owner[key] = copy.deepcopy(other[place]) if _has(other, place) else None
            case _:
                owner[key] = _nasty(drawn)
    return plain


def _nasty(drawn: random.Random) -> Any:
    return copy.deepcopy(drawn.choice(NASTY))


def _has(owner: Any, key: Any) -> bool:
    return key in owner if isinstance(owner, dict) else key < len(owner)


def _places(plain: Any) -> Any:
    keys = list(plain) if isinstance(plain, dict) else range(len(plain)) if isinstance(plain, list) else ()
    for key in keys:
        yield plain, key
        yield from _places(plain[key])


def broken_json(plain: Any, drawn: random.Random) -> bytes:
    """Break a document of JSON: its values, or its bytes."""
    text = json.dumps(broken_value(plain, drawn), default=str)
    content = text.encode("utf-8", "surrogatepass")
    return broken_bytes(content, drawn) if drawn.random() < 0.25 else content


def broken_yaml(plain: Any, drawn: random.Random) -> bytes:
    """Break a document of YAML, which is one of JSON too, or add tags, aliases and bombs to it."""
    if drawn.random() < 0.6:
        return broken_json(plain, drawn)
    if drawn.random() < 0.2:
        return _bomb(drawn.choice((9, 12, 30))).encode()
    text = json.dumps(plain, indent=1)
    lines = text.split("\n")
    place = drawn.randrange(len(lines))
    head, colon, _ = lines[place].partition(":")
    lines[place] = f"{head}{colon} {drawn.choice(TAGS)}," if colon else drawn.choice(TAGS)
    return "\n".join(lines).encode()


def _bomb(levels: int) -> str:
    """A few hundred characters that stand for ten to the power of the levels values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, levels)]
    return "\n".join([*lines, f"task: *a{levels - 1}", "memory: stack", f"name: *a{levels - 1}"])


def broken_weights(content: bytes, drawn: random.Random) -> bytes:
    """Break a file of safetensors: its bytes, or what its header claims."""
    if drawn.random() < 0.3:
        return broken_bytes(content, drawn)
    length = struct.unpack("<Q", content[:8])[0]
    header, rest = json.loads(content[8 : 8 + length]), content[8 + length :]
    if drawn.random() < 0.2:
        return struct.pack("<Q", drawn.choice((2**62, 2**40, 0, length + 1, 10**8))) + content[8:]
    entries = [name for name in header if name != "__metadata__"]
    entry = header[drawn.choice(entries)]
    match drawn.randrange(5):
        case 0:
            entry["shape"] = [TERABYTES, *entry["shape"]]
        case 1:
            entry["data_offsets"] = [0, drawn.choice((TERABYTES, -1, 0, 2**63))]
        case 2:
            entry["dtype"] = drawn.choice(("F64", "I8", "BOOL", "X", "", "BF16", "U64"))
        case 3:
            entry["shape"], entry["data_offsets"] = [TERABYTES], [0, 4 * TERABYTES]
        case _:
            header = broken_value(header, drawn)
    text = json.dumps(header, default=str).encode("utf-8", "replace")
    return struct.pack("<Q", len(text)) + text + rest


def broken_trace(whole: Path, path: Path, drawn: random.Random) -> None:
    """Break a trace: its bytes, or what the file says, in ways that HDF5 knows."""
    content = whole.read_bytes()
    if drawn.random() < 0.4:
        path.write_bytes(broken_bytes(content, drawn))
        return
    path.write_bytes(content)
    with h5py.File(path, "r+") as opened:
        stored: Any = opened
        name = drawn.choice([name for name in stored if stored[name].ndim >= 1])
        drawn.choice(TRACE_EDITS)(stored, name, drawn)


def _external_link(stored: Any, name: str, drawn: random.Random) -> None:
    del stored[name]
    stored[name] = h5py.ExternalLink(drawn.choice(("../whole.nc", "/etc/passwd", "missing.nc")), f"/{name}")


def _soft_link(stored: Any, name: str, drawn: random.Random) -> None:
    del stored[name]
    stored[name] = h5py.SoftLink(drawn.choice((f"/{name}", "/missing", "/hidden")))


def _external_storage(stored: Any, name: str, drawn: random.Random) -> None:
    shape = stored[name].shape
    attributes = dict(stored[name].attrs)
    del stored[name]
    outside = str(Path(stored.filename).parent.parent / OUTSIDE)
    made = stored.create_dataset(name, shape, "i1", external=[(outside, 0, h5py.h5f.UNLIMITED)])
    for key in ("_Netcdf4Dimid", "_Netcdf4Coordinates"):
        if key in attributes:
            made.attrs[key] = attributes[key]


def _virtual(stored: Any, name: str, drawn: random.Random) -> None:
    shape = stored[name].shape
    del stored[name]
    layout = h5py.VirtualLayout(shape, "f4")
    layout[...] = h5py.VirtualSource("../whole.nc", name, shape)
    stored.create_virtual_dataset(name, layout)


def _huge(stored: Any, name: str, drawn: random.Random) -> None:
    rank, kind = max(1, stored[name].ndim), stored[name].dtype
    del stored[name]
    shape = [TERABYTES, *[1] * (rank - 1)]
    drawn.shuffle(shape)
    stored.create_dataset(name, shape, kind if kind.kind in "fiub" else "f4", chunks=(1,) * rank)


def _other_values(stored: Any, name: str, drawn: random.Random) -> None:
    data = stored[name]
    if data.dtype.kind in "iub":
        data[...] = drawn.choice((0, 1, 100)) if data.dtype.kind == "b" else drawn.choice((-5, 99, 127))
    elif data.dtype.kind == "f":
        data[...] = drawn.choice((np.nan, np.inf, -np.inf, 1e38, 0.0))


def _other_kind(stored: Any, name: str, drawn: random.Random) -> None:
    shape = stored[name].shape
    del stored[name]
    stored.create_dataset(name, shape, drawn.choice(("f8", "i8", "S3", "c8", "u1", "f2")))


def _other_attribute(stored: Any, name: str, drawn: random.Random) -> None:
    owner = drawn.choice((stored, stored[name]))
    known = list(owner.attrs) or ["x"]
    key = drawn.choice([*known, "anatomy", "schema_version", "symbols", "_FillValue", "scale_factor"])
    value = drawn.choice(
        (0, -1, 2, 3.5, "x", "[]", "{}", "[" * 500, "a" * 60000, [1, 2], "NaN", b"\xff", 10**12)
    )
    owner.attrs[key] = value


def _gone(stored: Any, name: str, drawn: random.Random) -> None:
    del stored[name]


def _one_more(stored: Any, name: str, drawn: random.Random) -> None:
    stored.create_group("group")["x"] = np.zeros(3)
    stored.create_dataset("extra", (2, 2), "i4")


TRACE_EDITS: tuple[Callable[[Any, str, random.Random], None], ...] = (
    *(_external_link, _soft_link, _external_storage, _virtual, _huge),
    *(_other_values, _other_kind, _other_attribute, _other_attribute, _gone, _one_more),
)


def broken_table(content: bytes, drawn: random.Random) -> tuple[str, bytes]:
    """Break a table, under an ending that may be another one's."""
    ending = drawn.choice((".jsonl", ".csv", ".parquet", ".jsonl.gz", ".csv.gz", ".JSONL", ".txt", ""))
    if drawn.random() < 0.4 and content.startswith(b"{"):
        lines = content.splitlines()
        place = drawn.randrange(len(lines))
        lines[place] = broken_json(json.loads(lines[place]), drawn)
        return ".jsonl", b"\n".join(lines)
    return ending if drawn.random() < 0.5 else "", broken_bytes(content, drawn)
