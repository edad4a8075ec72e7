"""Memory that a scan writes survivors to, kept from one scan to the next."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np

Arrays = tuple[np.ndarray, np.ndarray]  # rows int32 and upper bounds float32, (slots, rows) each


class Scratch:
    """Room for all rows in every slot, of which only what is written is taken from the system.

    It is taken in small pages: by ``np.empty`` Linux would take, and clear, 2 MB for each slot that
    one survivor is in, 128 MB for 16 questions and two threads. And it is kept, as fresh pages cost
    more than what is written to them, the more so on a virtual machine that hands free memory back
    to its host. What is kept is bounded: the memory of one scan, and of none in which more than a
    quarter of the rows survived in a slot.
    """

    def __init__(self, rows: int):
        self._rows = rows
        self._kept: list[Arrays] = []

    def taken(self, slots: int) -> Arrays:
        """Arrays of at least so many slots, with anything in them. Safe from several threads."""
        try:
            kept = self._kept.pop()
        except IndexError:
            return self._new(slots)
        return kept if len(kept[0]) >= slots else self._new(slots)

    def give_back(self, arrays: Arrays, most: int) -> None:
        """They are used no more; no slot holds more than ``most`` survivors."""
        if 4 * most <= self._rows and not self._kept:
            self._kept.append(arrays)

    def _new(self, slots: int) -> Arrays:
        return self._untouched(slots, np.int32), self._untouched(slots, np.float32)

    def _untouched(self, slots: int, dtype: Any) -> np.ndarray:
        memory = mmap.mmap(-1, slots * self._rows * np.dtype(dtype).itemsize)
        if hasattr(mmap, "MADV_NOHUGEPAGE"):
            memory.madvise(mmap.MADV_NOHUGEPAGE)
        return np.frombuffer(memory, dtype).reshape(slots, self._rows)
