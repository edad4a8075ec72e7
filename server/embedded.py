"""The vectors at hand while indexing: those of the index before, and those just embedded.

New vectors are appended to a file, each with its picture's hash and a checksum of its own, so a
run that is killed at any moment loses at most the batch under way, and a damaged or half-written
vector is noticed and made again. Nothing but hashes is held in memory.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from server.search.folder import StoredIndex, StoredIndexError


class Embedded:
    """Vectors by picture hash: of `before` (an index of the same model) and of the file `path`.

    What a stopped run left in the file is taken over, as far as it is whole.
    """

    def __init__(self, path: Path, dim: int, before: StoredIndex | None = None) -> None:
        self._path = path
        self._dim = dim
        self._before = before
        self._record = np.dtype([("picture", "u1", 32), ("vector", "<f4", dim), ("check", "u1", 8)])
        self._whole = self._resume()

    def append(self, pictures: np.ndarray, vectors: np.ndarray) -> None:
        """Keep `vectors` (n, dim) float32 of `pictures` (n, 32) uint8.

        Raises `StoredIndexError` where the disk refuses.
        """
        records = np.zeros(len(pictures), self._record)
        records["picture"], records["vector"] = pictures, vectors
        checks = b"".join(_check(record.tobytes()) for record in records)
        records["check"] = np.frombuffer(checks, np.uint8).reshape(-1, 8)
        try:
            with self._path.open("ab") as file:
                file.write(records.tobytes())
        except OSError as error:
            raise StoredIndexError(
                f"vectors could not be kept in {self._path}: {error.strerror or error}; "
                "the live index is unchanged: make room and run it again, it will carry on"
            ) from error
        self._whole += b"\1" * len(records)

    def places(self, pictures: np.ndarray) -> np.ndarray:
        """Where each of `pictures` (n, 32) uint8 has its vector, int64 (n,); -1 for nowhere."""
        sources = [self._records()["picture"]]
        if self._before is not None:
            sources.insert(0, self._before.pictures)
        known = as_keys(np.concatenate(sources))
        usable = np.ones(len(known), bool)
        usable[len(known) - len(self._whole) :] = np.frombuffer(self._whole, bool)
        order = np.flatnonzero(usable)
        order = order[np.argsort(known[order], kind="stable")]
        if not len(order):
            return np.full(len(pictures), -1, np.int64)
        known, wanted = known[order], as_keys(pictures)
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[at] == wanted, order[at], -1)

    def vectors(self, places: np.ndarray) -> np.ndarray:
        """The vectors at `places`, float32 (n, dim)."""
        older = 0 if self._before is None else len(self._before.pictures)
        vectors = np.empty((len(places), self._dim), np.float32)
        is_older = places < older
        if self._before is not None:
            vectors[is_older] = self._before.vectors[places[is_older]]
        vectors[~is_older] = self._records()["vector"][places[~is_older] - older]
        return vectors

    def forget(self) -> None:
        """Remove the file: an index holds its vectors now."""
        self._path.unlink(missing_ok=True)

    def _records(self) -> np.ndarray:
        if not len(self._whole):
            return np.empty(0, self._record)
        return np.memmap(self._path, self._record, "r", shape=(len(self._whole),))

    def _resume(self) -> bytearray:
        """1 for each whole record of the file, else 0; a half-written one at its end is cut off."""
        size = self._record.itemsize
        try:
            with self._path.open("r+b") as file:
                count = file.seek(0, 2) // size
                file.truncate(count * size)
                file.seek(0)
                records = (file.read(size) for _ in range(count))
                return bytearray(_check(record) == record[-8:] for record in records)
        except FileNotFoundError:
            return bytearray()


def as_keys(pictures: np.ndarray) -> np.ndarray:
    """Hashes (n, 32) uint8 as (n,) values that numpy can sort and compare."""
    return np.ascontiguousarray(pictures).view("S32").ravel()


def _check(record: bytes) -> bytes:
    return hashlib.blake2b(record[:-8], digest_size=8).digest()
