"""Scores counted in buckets of equal width, in C where there is a compiler."""

from __future__ import annotations

import ctypes
import functools

import numpy as np
from jaxtyping import Bool, Float32, Int, Int64

from server.search import kernel

_MOST, _EACH = 1 << 16, 4  # buckets; scores that each has on average, where there are fewer
_BLOCK = 1 << 15  # scores worked on at a time: they stay within the caches


class Buckets:
    """The `number` of buckets of contiguous scores, by their distance from the `highest`; the `lowest`
    is less.

    A greater score never has a greater number, and of scores that differ by d the numbers differ by
    no more than d `per_score` + 1.
    """

    def __init__(self, scores: Float32[np.ndarray, " found"], highest: float, lowest: float):
        self._scores = scores
        self._highest = highest
        self.number = min(_MOST, max(len(scores) // _EACH, 4))
        self.per_score = (self.number - 2) / (highest - lowest)
        self._kernel = kernel.load()

    def counts(self) -> Int[np.ndarray, " buckets"]:
        """How many scores each bucket has."""
        if self._kernel is None:
            return np.bincount(self._numbers, minlength=self.number)
        counts = np.zeros(self.number, np.int32)
        self._kernel.count_scores(*self._described, counts.ctypes.data)
        return counts

    def places_in(self, wanted: Bool[np.ndarray, " buckets"]) -> Int64[np.ndarray, " few"]:
        """Where the scores of these buckets are, ascending."""
        if self._kernel is None:
            return np.flatnonzero(wanted[self._numbers])
        places = np.empty(len(self._scores) + 1, np.int64)
        found = self._kernel.pick_scores(*self._described, wanted.ctypes.data, places.ctypes.data)
        return places[:found].copy()

    @property
    def _described(self) -> tuple[int, int, ctypes.c_double, ctypes.c_double]:
        highest, per_score = ctypes.c_double(self._highest), ctypes.c_double(self.per_score)
        return self._scores.ctypes.data, len(self._scores), highest, per_score

    @functools.cached_property
    def _numbers(self) -> Int64[np.ndarray, " found"]:
        numbers = np.empty(len(self._scores), np.int64)
        for start in range(0, len(numbers), _BLOCK):
            part = self._scores[start : start + _BLOCK].astype(np.float64)
            numbers[start : start + _BLOCK] = (self._highest - part) * self.per_score
        return numbers
