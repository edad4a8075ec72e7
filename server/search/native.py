"""The first pass in C: 8-bit codes read once, certified, and the survivors scored canonically."""

from __future__ import annotations

import ctypes
import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float32, Float64, Int64

from server.search import kernel
from server.search.asked import Asked, Scored
from server.search.every import EveryScore
from server.search.rescoring import Rescorer
from server.search.scratch import Scratch
from server.search.spans import Spans

_FEW = 4096  # rows, of which a first pass costs nothing
_SPARSE = 64  # where one row of so many passes, fetching those takes less time than scanning all
_ROUNDING = 32 * 2.0**-24  # more than all float32 steps from integer sums to bounds can lose
_UNDERFLOW = 1e-35


class NativePass:
    """See `certified bound` in exact.py. Keeps 8 bits a dimension and 8 bytes a row.

    Raises `ValueError` for rows that are not finite, or a `path` that is not `available`.
    """

    def __init__(
        self,
        vectors: Float32[np.ndarray, "pictures dim"],
        item_of_picture: Int64[np.ndarray, " pictures"] | None,
        *,
        threads: int | None = None,
        path: str | None = None,
    ) -> None:
        library = kernel.load()
        if library is None or (path is not None and path not in kernel.available()):
            raise ValueError(f"expected a path of {kernel.available()}, got {path}")
        self._kernel = library
        self._path = kernel.PATHS.index(path or kernel.available()[-1])
        self.vectors = np.ascontiguousarray(vectors)
        self._item_of = item_of_picture
        rows, self._dim = vectors.shape
        self._padded = -(-self._dim // 64) * 64
        groups = -(-rows // kernel.GROUP)
        self._spans = Spans(groups, threads)
        self._codes = np.zeros(groups * kernel.GROUP * self._padded, np.uint8)
        self._scale = np.zeros(groups * kernel.GROUP, np.float32)
        self._error = np.zeros(groups * kernel.GROUP, np.float32)
        self._scratch = Scratch(rows)
        squares = self._spans.each(self._quantise)
        if min(squares) < 0:
            row = int(-1 - min(squares))
            raise ValueError(f"expected finite vectors, row {row} is not: build the index again")
        self.greatest_norm = float(np.sqrt(max(squares)))
        self._greatest_error = float(self._error.max())
        self.rescorer = Rescorer(self.vectors, self._spans, self._path)
        self._every = EveryScore(
            library, self._path, self.vectors, item_of_picture, self.greatest_norm, self._spans
        )

    @property
    def name(self) -> str:
        return f"int8 ({kernel.PATHS[self._path]})"

    @property
    def extra_bytes(self) -> int:
        """What it keeps in memory beside the vectors."""
        return self._codes.nbytes + self._scale.nbytes + self._error.nbytes

    def warm(self) -> None:
        """Nothing is compiled while answering."""

    def scored(self, asked: Sequence[Asked]) -> Iterator[Scored]:
        """The items that can be among the `need` best of each question."""
        much = self._much_is_wanted(asked)
        every = self._every.scored([each for each, deep in zip(asked, much, strict=True) if deep])
        others = iter(
            self._of_survivors([each for each, deep in zip(asked, much, strict=True) if not deep])
        )
        for deep in much:
            yield next(every if deep else others)

    def _much_is_wanted(self, asked: Sequence[Asked]) -> list[bool]:
        """Which questions want so many rows, together, that making every score of all of them at
        once takes less time than finding each one's: no fewer than a 16th of the rows each, more
        than half as many as there are in all."""
        rows = len(self.vectors)
        wanted = [q.need * q.most_pictures * len(q.vectors) for q in asked]
        much = [16 * count > rows > _FEW for count in wanted]
        return much if 2 * sum(itertools.compress(wanted, much)) > rows else [False] * len(asked)

    def _of_survivors(self, asked: Sequence[Asked]) -> list[Scored]:
        """Of each question those that the first pass leaves, canonically scored."""
        if not asked:
            return []
        everything = [self._without_a_scan(question) for question in asked]
        vectors = [
            (number, vector)
            for number, question in enumerate(asked)
            for vector in question.vectors
            if everything[number] is None
        ]
        survivors: list[list[_Survivors]] = [[] for _ in asked]
        for start in range(0, len(vectors), kernel.MOST_QUERIES):
            part = vectors[start : start + kernel.MOST_QUERIES]
            found = self._scan([(vector, asked[number]) for number, vector in part])
            for (number, _), each in zip(part, found, strict=True):
                survivors[number].append(each)
        rows = [
            _union(found) if whole is None else whole
            for found, whole in zip(survivors, everything, strict=True)
        ]
        scores = iter(
            self.rescorer.scores(
                [
                    (of, vector)
                    for of, question in zip(rows, asked, strict=True)
                    for vector in question.vectors
                ]
            )
        )
        return [
            self._by_item(of, np.maximum.reduce([next(scores) for _ in question.vectors]))
            for of, question in zip(rows, asked, strict=True)
        ]

    def _by_item(
        self, rows: Int64[np.ndarray, " rows"], scores: Float64[np.ndarray, " rows"]
    ) -> Scored:
        if self._item_of is None or not len(rows):
            return Scored(rows, scores, 0.0)
        items = self._item_of[rows]
        begins = np.flatnonzero(np.diff(items, prepend=-1))
        return Scored(items[begins], np.maximum.reduceat(scores, begins), 0.0)

    def _without_a_scan(self, asked: Asked) -> Int64[np.ndarray, " rows"] | None:
        """All rows that pass, where a first pass would not pay: where few pass, or most are needed."""
        rows = len(self.vectors)
        most_are_needed = 2 * asked.need >= asked.passed >= _FEW
        if asked.passed * _SPARSE > rows and not most_are_needed:
            return None
        return np.arange(rows) if asked.mask is None else np.flatnonzero(asked.mask)

    def _scan(self, parts: Sequence[tuple[np.ndarray, Asked]]) -> list[_Survivors]:
        count = len(parts)
        rows = len(self.vectors)
        queries, found = (kernel.Query * count)(), (kernel.Found * (count * self._spans.threads))()
        keep: list[Any] = []  # what the structures point to
        norms = []
        for query, (vector, asked) in zip(queries, parts, strict=True):
            norms.append(self._describe(query, vector, keep))
            query.need = asked.need * asked.most_pictures
            if asked.mask is not None:
                mask = np.ascontiguousarray(asked.mask)
                keep.append(mask)
                query.mask = mask.ctypes.data
        places, uppers = memory = self._scratch.taken(count * self._spans.threads)
        buckets = np.zeros((count * self._spans.threads, kernel.BUCKETS), np.int32)
        for number, each in enumerate(found):
            each.rows = places[number].ctypes.data
            each.upper = uppers[number].ctypes.data
            each.buckets = buckets[number].ctypes.data
            each.threshold = -np.inf
        scan = kernel.Scan(
            self._codes.ctypes.data,
            self._scale.ctypes.data,
            self._error.ctypes.data,
            rows,
            self._padded,
            count,
            self._spans.threads,
            self._path,
        )

        def work(first: int, last: int, thread: int) -> tuple[int, list[tuple[int, int, int]]]:
            """Where what this call finds is, for each query."""
            slots = range(thread * count, (thread + 1) * count)
            before = [found[slot].count for slot in slots]
            self._kernel.scan(ctypes.byref(scan), queries, found, thread, first, last)
            ends = [found[slot].count for slot in slots]
            return first, list(zip(slots, before, ends, strict=True))

        by_span = sorted(self._spans.each(work))
        answers = []
        for number, (_, asked) in enumerate(parts):
            threshold = float(
                self._kernel.final_threshold(ctypes.byref(scan), queries, found, number)
            )
            pieces = [of_query[number] for _, of_query in by_span]
            found_rows = np.empty(sum(end - start for _, start, end in pieces) + 1, np.int64)
            upper = np.empty(len(found_rows), np.float32)
            kept = 0
            for slot, start, end in pieces:
                kept += self._kernel.keep_above(
                    places[slot, start:].ctypes.data,
                    uppers[slot, start:].ctypes.data,
                    end - start,
                    threshold,
                    found_rows[kept:].ctypes.data,
                    upper[kept:].ctypes.data,
                )
            found_rows, upper = found_rows[:kept], upper[:kept]
            query = queries[number]
            survivors = _Survivors(found_rows, upper, threshold, norms[number])
            if asked.need < len(found_rows) <= 65536:
                width = 2 * (self._error[found_rows] * np.float64(query.alpha) + query.beta)
                survivors = survivors.tightened(width, asked.need, self._item_of)
            answers.append(survivors)
        self._scratch.give_back(memory, max(each.count for each in found))
        return answers

    def _describe(self, query: kernel.Query, vector: np.ndarray, keep: list[Any]) -> float:
        """Fill in the quantised unit vector and its bounds; the vector's norm."""
        norm = float(np.linalg.norm(vector.astype(np.float64)))
        unit = vector.astype(np.float64) / (norm or 1.0)
        step = float(np.abs(unit).max()) / 127 / 254 or 1.0
        coarse = np.rint(unit / (254 * step))
        fine = np.clip(np.rint(unit / step - 254 * coarse), -127, 127)
        step = float(np.float32(step))
        lost = float(np.linalg.norm(unit - step * (254 * coarse + fine))) + 1e-15
        codes = np.zeros((2, self._padded), np.int8)
        codes[0, : self._dim], codes[1, : self._dim] = coarse, fine
        keep.append(codes)
        query.coarse, query.fine = codes[0].ctypes.data, codes[1].ctypes.data
        query.coarse_128 = 128 * int(codes[0].sum(dtype=np.int64))
        query.fine_128 = 128 * int(codes[1].sum(dtype=np.int64))
        query.step = step
        alpha = 1 + 1e-6
        longest = self.greatest_norm * (1 + 1e-6) + self._greatest_error  # of scale times codes
        size = 2 * longest + alpha * self._greatest_error
        beta = lost * longest + _ROUNDING * size + self._dim * 2.0**-52 * longest + _UNDERFLOW
        query.alpha = np.nextafter(np.float32(alpha), np.float32(2))
        query.beta = np.nextafter(np.float32(beta), np.float32(np.inf))
        query.lowest = -size - 2 * beta
        query.per_bucket = 2 * (size + 2 * beta) / kernel.BUCKETS
        return norm

    def _quantise(self, first: int, last: int, _: int) -> float:
        return self._kernel.quantise(
            self.vectors.ctypes.data,
            self._dim,
            self._padded,
            first * kernel.GROUP,
            min(last * kernel.GROUP, len(self.vectors)),
            self._codes.ctypes.data,
            self._scale.ctypes.data,
            self._error.ctypes.data,
            self._path,
        )


def _union(found: list[_Survivors]) -> Int64[np.ndarray, " _"]:
    """The rows that can matter to a question of these vectors.

    A row's score is its greatest over the vectors, so the greatest of their thresholds holds for
    it, and a row above that is above it for one of them.
    """
    if len(found) == 1:
        return found[0].rows
    known = [each.norm * each.threshold for each in found if each.threshold > -np.inf]
    threshold = max(known, default=-np.inf)
    upper = [each.norm * each.upper.astype(np.float64) for each in found]
    kept = [each.rows[bound >= threshold] for each, bound in zip(found, upper, strict=True)]
    return np.unique(np.concatenate(kept))


@dataclasses.dataclass(frozen=True, slots=True)
class _Survivors:
    """Rows (ascending) of one query vector, the upper bounds of their scores with it, brought to
    unit length, and the threshold below which nothing matters."""

    rows: Int64[np.ndarray, " found"]
    upper: Float32[np.ndarray, " found"]
    threshold: float
    norm: float

    def tightened(self, width: np.ndarray, need: int, item_of: np.ndarray | None) -> _Survivors:
        """With the threshold from the lower bounds themselves, an item's being its best row's."""
        lower = self.upper - width
        if item_of is not None:
            begins = np.flatnonzero(np.diff(item_of[self.rows], prepend=-1))
            lower = np.maximum.reduceat(lower, begins)
        if len(lower) <= need:
            return self
        threshold = max(self.threshold, float(np.partition(lower, -need)[-need]))
        kept = self.upper.astype(np.float64) >= threshold
        return _Survivors(self.rows[kept], self.upper[kept], threshold, self.norm)
