"""Exact ranking: float32 scores find the neighbourhood of a rank, float64 scores decide it.

Canonical order: items by `canonical_scores` (float64 dot product of the stored float32 vectors
with the query; an item's score is the greatest of its pictures'), descending, ties by item
number. Every answer has just the ids of that order at the ranks asked for.

Why it is exact. Let c be the canonical scores, s the float32 ones, and |s - c| <= eps for every
item. For a dot product of length d in any order of summation, with or without fused
multiply-add, |fl(q.x) - q.x| <= gamma_d |q|.|x| <= gamma_d ||q|| ||x||, where
gamma_d = d u / (1 - d u) and u = 2^-24 (Higham, Accuracy and Stability of Numerical Algorithms,
2nd ed., 2002, section 3.1); the same with u = 2^-53 bounds the canonical sum, and a maximum over
pictures or an r-th largest value moves by no more than its arguments do. So, with t the r-th
largest s, the canonical score at rank r lies within eps of t; an item with s > t + 2 eps comes
surely before it, one with s < t - 2 eps surely after. What lies between, the window of rank r,
is scored canonically and sorted. Overlapping windows are sorted together, which keeps the
argument: what a merged window holds above or below a rank's own window is surely before or after.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float32, Float64, Int, Int64

from server.search.canonical import canonical_scores

_BATCHES = (1, 4, 16)  # queries are padded to one of these, so nothing compiles while serving


@dataclasses.dataclass(frozen=True, slots=True)
class Ranking:
    """The items at ranks stride, 2 stride, 3 stride... (ranks count from 1)."""

    stride: int
    ranks: Int64[np.ndarray, " results"]
    items: Int64[np.ndarray, " results"]
    scores: Float32[np.ndarray, " results"]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """One query's rankings, in the order of the strides asked, and how many items passed."""

    rankings: tuple[Ranking, ...]
    passed: int


class ExactIndex:
    """The vectors of a catalogue on the device, ready to be ranked.

    `vectors` holds one row a picture (unweighted unit facets); `item_of_picture` names the item
    of each row: non-decreasing, every number from 0 to items - 1 present.
    Raises `ValueError` for no rows, values that are not finite, or a gap in the items.
    """

    def __init__(
        self,
        vectors: Float32[np.ndarray, "pictures dim"],
        item_of_picture: Int[np.ndarray, " pictures"],
    ) -> None:
        if not len(vectors):
            raise ValueError(
                "expected at least one vector, got none: index a catalogue with pictures"
            )
        steps = np.diff(item_of_picture)
        if item_of_picture[0] != 0 or (steps < 0).any() or (steps > 1).any():
            raise ValueError("expected item numbers 0, 0, 1, 2, 2, ... without a gap")
        self.dim = vectors.shape[1]
        self.items = int(item_of_picture[-1]) + 1
        self.pictures = len(vectors)
        self._vectors = vectors
        self._first_picture = np.concatenate(
            ([0], np.flatnonzero(steps) + 1, [len(vectors)])
        ).astype(np.int64)
        self._one_picture_each = self.items == len(vectors)
        self._greatest_norm = _greatest_norm(vectors)
        self._matrix = jax.device_put(vectors)

    def warm(self) -> None:
        """Compile every batch size, so that no request waits for the compiler."""
        for size in _BATCHES:
            self.scores(np.zeros((size, self.dim), np.float32))

    def item_vectors(self, item: int) -> Float32[np.ndarray, "shown dim"]:
        """The stored vectors of an item's pictures, the main picture first."""
        return np.asarray(self._vectors[self._first_picture[item] : self._first_picture[item + 1]])

    def search(
        self,
        queries: Float32[np.ndarray, "queries dim"],
        *,
        limit: int,
        strides: Sequence[int] = (1,),
        mask: Bool[np.ndarray, " items"] | None = None,
    ) -> list[Answer]:
        """Rank the items that pass `mask` for each query: at most `limit` ranks a stride."""
        return [
            self.rank(scores, query, limit=limit, strides=strides, mask=mask)
            for scores, query in zip(self.scores(queries), queries, strict=True)
        ]

    def scores(
        self, queries: Float32[np.ndarray, "queries dim"]
    ) -> Float32[np.ndarray, "queries items"]:
        """The float32 scores of every item: what `rank` starts from. Device work, batched."""
        parts = []
        for start in range(0, len(queries), _BATCHES[-1]):
            part = queries[start : start + _BATCHES[-1]]
            size = next(size for size in _BATCHES if size >= len(part))
            padded = np.zeros((size, self.dim), np.float32)
            padded[: len(part)] = part
            parts.append(np.asarray(_product(jnp.asarray(padded), self._matrix))[: len(part)])
        pictures = np.concatenate(parts) if len(parts) != 1 else parts[0]
        if self._one_picture_each:
            return pictures
        return np.maximum.reduceat(pictures, self._first_picture[:-1], axis=1)

    def rank(
        self,
        scores: Float32[np.ndarray, " items"],
        query: Float32[np.ndarray, " dim"],
        *,
        limit: int,
        strides: Sequence[int] = (1,),
        mask: Bool[np.ndarray, " items"] | None = None,
    ) -> Answer:
        """The exact rankings of one query from its row of `scores`. Host work.

        Raises `ValueError` for a limit or stride below 1, or a query that is not finite.
        """
        if limit < 1 or not strides or min(strides) < 1:
            raise ValueError(
                f"expected limit >= 1 and strides >= 1, got {limit} and {list(strides)}"
            )
        passing = None if mask is None else np.flatnonzero(mask)
        passed = self.items if passing is None else len(passing)
        per_stride = [
            np.arange(1, min(limit, passed // stride) + 1, dtype=np.int64) * stride
            for stride in strides
        ]
        ranks = np.unique(np.concatenate(per_stride))
        if not len(ranks):
            nothing = np.empty(0, np.int64)
            return Answer(
                tuple(Ranking(s, nothing, nothing, nothing.astype(np.float32)) for s in strides),
                passed,
            )
        margin = 2 * self._error_bound(query)
        order = _descending(scores if passing is None else scores[passing], int(ranks[-1]), margin)
        if passing is not None:
            order = passing[order]
        items, exact = self._settle(order, scores[order], ranks, query, margin)
        return Answer(
            tuple(
                Ranking(stride, wanted, items[at], exact[at].astype(np.float32))
                for stride, wanted in zip(strides, per_stride, strict=True)
                for at in [np.searchsorted(ranks, wanted)]
            ),
            passed,
        )

    def _settle(
        self,
        order: Int64[np.ndarray, " candidates"],
        sorted_scores: Float32[np.ndarray, " candidates"],
        ranks: Int64[np.ndarray, " ranks"],
        query: Float32[np.ndarray, " dim"],
        margin: float,
    ) -> tuple[Int64[np.ndarray, " ranks"], Float64[np.ndarray, " ranks"]]:
        """The items truly at `ranks` (ascending), and their canonical scores."""
        rising = -sorted_scores.astype(np.float64)
        at_rank = rising[ranks - 1]
        starts = np.searchsorted(rising, at_rank - margin, "left")
        ends = np.searchsorted(rising, at_rank + margin, "right")
        # Both rise with the rank, so windows overlap exactly where one starts before the last ends.
        apart = np.flatnonzero(starts[1:] >= ends[:-1])
        starts = starts[np.concatenate(([0], apart + 1))]
        ends = ends[np.concatenate((apart, [len(ends) - 1]))]
        positions = _ranges(starts, ends)
        window = np.repeat(np.arange(len(starts)), ends - starts)
        items = order[positions]
        exact = self._canonical(items, query)
        settled = np.lexsort((items, -exact, window))
        at = settled[np.searchsorted(positions, ranks - 1)]
        return items[at], exact[at]

    def _canonical(
        self, items: Int64[np.ndarray, " asked"], query: Float32[np.ndarray, " dim"]
    ) -> Float64[np.ndarray, " asked"]:
        """Canonical item scores, some thousand rows gathered at a time."""
        result = np.empty(len(items), np.float64)
        for start in range(0, len(items), 8192):
            part = items[start : start + 8192]
            first, last = self._first_picture[part], self._first_picture[part + 1]
            pictures = canonical_scores(np.asarray(self._vectors[_ranges(first, last)]), query)
            begins = np.concatenate(([0], np.cumsum(last - first)[:-1]))
            result[start : start + 8192] = np.maximum.reduceat(pictures, begins)
        return result

    def _error_bound(self, query: Float32[np.ndarray, " dim"]) -> float:
        """eps of the module's docstring, with room for underflow and for the norms' own rounding.

        An accelerator may flush subnormal factors, products and sums to zero; each of those
        moves the result by less than 2^-126 times 1, |q_i| or |x_i|.
        """
        norm = float(np.linalg.norm(query.astype(np.float64)))
        if not norm * self._greatest_norm < 1e30:
            raise ValueError(
                "expected a finite query of moderate length, got one with NaN or infinity"
            )
        rounding = (_gamma(self.dim, 2.0**-24) + _gamma(self.dim, 2.0**-53)) * (1 + 1e-9)
        underflow = self.dim * 2.0**-125 * (1 + norm + self._greatest_norm)
        return rounding * norm * self._greatest_norm + underflow


@jax.jit
def _product(
    queries: Float32[Array, "batch dim"], matrix: Float32[Array, "pictures dim"]
) -> Float32[Array, "batch pictures"]:
    # HIGHEST: an accelerator's shortened float32 (TF32) would break the bound above.
    return jnp.dot(queries, matrix.T, precision=jax.lax.Precision.HIGHEST)


def _gamma(terms: int, unit: float) -> float:
    return terms * unit / (1 - terms * unit)


def _greatest_norm(vectors: Float32[np.ndarray, "pictures dim"]) -> float:
    greatest = 0.0
    for start in range(0, len(vectors), 65536):
        block = np.asarray(vectors[start : start + 65536]).astype(np.float64)
        squares = np.einsum("nd,nd->n", block, block)
        if not np.isfinite(squares).all():
            row = start + int(np.flatnonzero(~np.isfinite(squares))[0])
            raise ValueError(f"expected finite vectors, row {row} is not: build the index again")
        greatest = max(greatest, float(squares.max()))
    return float(np.sqrt(greatest))


def _descending(
    scores: Float32[np.ndarray, " items"], deepest: int, margin: float
) -> Int64[np.ndarray, " candidates"]:
    """Positions by descending float32 score; where `deepest` is shallow, only those that matter."""
    if deepest * 8 < len(scores):
        least = np.partition(scores, len(scores) - deepest)[len(scores) - deepest]
        floor = np.nextafter(np.float32(float(least) - margin), np.float32(-np.inf))
        candidates = np.flatnonzero(scores >= floor)
        return candidates[np.argsort(-scores[candidates])]
    return np.argsort(-scores)


def _ranges(
    starts: Int64[np.ndarray, " ranges"], ends: Int64[np.ndarray, " ranges"]
) -> Int64[np.ndarray, " positions"]:
    """start, start + 1, ..., end - 1 of every range, one after the other; no range is empty."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(starts - before, lengths)
