"""Canonical scores of chosen rows: in C where there is a compiler, else by numpy, the same bits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32, Float64, Int64

from server.search import kernel
from server.search.canonical import canonical_scores
from server.search.spans import Spans

_BLOCK = 8192  # rows copied at a time where numpy scores
_ENOUGH = 4096  # rows, that take long enough to wake a thread for


class Rescorer:
    """Scores rows of `vectors`. `path` numbers the instructions as kernel.c does: the machine's
    best where not given."""

    def __init__(
        self,
        vectors: Float32[np.ndarray, "pictures dim"],
        spans: Spans | None = None,
        path: int | None = None,
    ) -> None:
        self._vectors = vectors
        self._kernel = kernel.load() if vectors.shape[1] <= kernel.MOST_DIM else None
        self._path = len(kernel.available()) - 1 if path is None else path
        self._spans = spans or Spans(-(-len(vectors) // kernel.GROUP))

    def scores(
        self, lists: Sequence[tuple[Int64[np.ndarray, " _"], Float32[np.ndarray, " dim"]]]
    ) -> list[Float64[np.ndarray, " _"]]:
        """`canonical_scores` of ascending rows, bit for bit, for each list and its query."""
        library = self._kernel
        if library is None:
            return [self._by_numpy(rows, query) for rows, query in lists]
        wide = [query.astype(np.float64) for _, query in lists]
        rows = [np.ascontiguousarray(each, np.int64) for each, _ in lists]
        scores = [np.empty(len(each), np.float64) for each in rows]
        threads = max(1, min(self._spans.threads, sum(map(len, rows)) // _ENOUGH))
        edges = [len(self._vectors) * each // threads for each in range(threads + 1)]
        cuts = [np.searchsorted(each, edges).tolist() for each in rows]

        def work(at: int) -> None:
            jobs = [
                kernel.Rescore(
                    wide[of].ctypes.data,
                    rows[of].ctypes.data,
                    scores[of].ctypes.data,
                    cuts[of][at],
                    cuts[of][at + 1],
                )
                for of in range(len(lists))
            ]
            several = (kernel.Rescore * len(jobs))(*jobs)
            library.rescore(
                self._vectors.ctypes.data, self._vectors.shape[1], several, len(jobs), self._path
            )

        self._spans.run(work, range(threads))
        return scores

    def _by_numpy(
        self, rows: Int64[np.ndarray, " rows"], query: Float32[np.ndarray, " dim"]
    ) -> Float64[np.ndarray, " rows"]:
        parts = [rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK)]
        each = [canonical_scores(self._vectors[part], query) for part in parts]
        return np.concatenate(each) if each else np.empty(0)
