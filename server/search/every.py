"""Every score in float32, in C, for many questions at once that want deep ranks.

A lone question of deep ranks is answered sooner from its survivors (native.py); but sixteen of them
would fetch most rows sixteen times. Here a row comes from memory once for all.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float32, Int64

from server.search import kernel
from server.search.asked import Asked, Scored
from server.search.scores import first_pictures, rounding_margins, selected
from server.search.spans import Spans

_GROUPS = 64  # of rows, that take long enough to wake a thread for
_SHARE = 16  # the scores of a batch take no more than a 16th of the vectors' memory


class EveryScore:
    """Scores of all pictures, within the bound of `rounding_margins`."""

    def __init__(
        self,
        library: ctypes.CDLL,
        path: int,
        vectors: Float32[np.ndarray, "pictures dim"],
        item_of_picture: Int64[np.ndarray, " pictures"] | None,
        greatest_norm: float,
        spans: Spans,
    ) -> None:
        self._kernel = library
        self._path = path
        self._vectors = vectors
        self._greatest_norm = greatest_norm
        self._spans = spans
        self._begins = first_pictures(item_of_picture)

    def scored(self, asked: Sequence[Asked]) -> Iterator[Scored]:
        """The items that can be among the `need` best of each question, a batch at a time."""
        dim = self._vectors.shape[1]
        most = min(max(dim // _SHARE, 1), kernel.MOST_QUERIES)
        batch: list[Asked] = []
        for number, each in enumerate(asked):
            batch.append(each)
            coming = asked[number + 1].vectors if number + 1 < len(asked) else ()
            if not len(coming) or sum(len(q.vectors) for q in batch) + len(coming) > most:
                yield from self._batch(batch)
                batch = []

    def _batch(self, asked: Sequence[Asked]) -> Iterator[Scored]:
        vectors = np.concatenate([each.vectors for each in asked])
        roundings = -(-vectors.shape[1] // 16) + 17  # see dots_floats in kernel.c
        margins = rounding_margins(vectors, self._greatest_norm, roundings)
        return selected(asked, self._products(vectors), margins, self._begins)

    def _products(
        self, queries: Float32[np.ndarray, "queries dim"]
    ) -> Float32[np.ndarray, "queries pictures"]:
        scores = np.empty((len(queries), len(self._vectors)), np.float32)
        for start in range(0, len(queries), kernel.MOST_QUERIES):
            end = start + kernel.MOST_QUERIES
            self._write_products(queries[start:end], scores[start:end])
        return scores

    def _write_products(
        self,
        queries: Float32[np.ndarray, "queries dim"],
        scores: Float32[np.ndarray, "queries pictures"],
    ) -> None:
        rows, dim = self._vectors.shape
        lanes = np.zeros((dim, kernel.MOST_QUERIES), np.float32)
        lanes[:, : len(queries)] = queries.T

        def work(first: int, last: int, _: int) -> None:
            self._kernel.score(
                self._vectors.ctypes.data,
                dim,
                rows,
                lanes.ctypes.data,
                len(queries),
                first,
                last,
                scores.ctypes.data,
                self._path,
            )

        self._spans.each(work, least=_GROUPS)
