"""Files written in a stream, brought to the disk itself, and checked in a stream.

No file is ever held in memory as a whole: a matrix of millions of rows goes by in blocks.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

_CHUNK = 4 << 20


def write_stream(path: Path, chunks: Iterable[bytes | memoryview]) -> str:
    """Write the chunks one after the other and bring them to the disk; their SHA-256.

    Raises `OSError`.
    """
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def array_stream(
    shape: tuple[int, ...], dtype: type, blocks: Iterable[np.ndarray]
) -> Iterator[bytes | memoryview]:
    """A .npy file of an array that comes in blocks of its first axis."""
    header = io.BytesIO()
    description = np.lib.format.dtype_to_descr(np.dtype(dtype))
    np.lib.format.write_array_header_1_0(
        header, {"descr": description, "fortran_order": False, "shape": shape}
    )
    yield header.getvalue()
    rows = 0
    for block in blocks:
        rows += len(block)
        yield np.ascontiguousarray(block, dtype).data.cast("B")
    if rows != shape[0]:
        raise ValueError(f"expected {shape[0]} rows, the blocks had {rows}")


def checksum(path: Path, stopped: Callable[[], bool] = lambda: False) -> str | None:
    """A file's SHA-256, or `None` where `stopped()` became true before its end. Raises `OSError`."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        buffer = memoryview(bytearray(_CHUNK))
        while count := file.readinto(buffer):
            if stopped():
                return None
            digest.update(buffer[:count])
    return digest.hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a small file and bring it to the disk. Raises `OSError`."""
    write_stream(path, [text.encode()])


def folder_to_disk(folder: Path) -> None:
    """Bring a folder's list of names to the disk. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
