"""Near-duplicates become one result: greedily, in canonical order, exactly."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from jaxtyping import Bool, Float64

from server.search.question import Fold

_BLOCK = 512  # visited items compared at once: memory grows with the results, not their square
_CLOSE_CALL = 1e-9  # relative to the squared norms: far above float64's rounding


def fold_walk(
    vectors: Float64[np.ndarray, "visited dim"], fold: Fold, limit: int
) -> tuple[list[int], list[list[int]], list[int], int]:
    """Walk the visited items in order until `limit` heads are shown.

    The places of the heads, the places folded into each, the places folded into the question's
    own pictures, and how many items were visited.
    """
    heads: list[int] = []
    members: list[list[int]] = []
    own: list[int] = []
    pictures = vectors[:0] if fold.pictures is None else fold.pictures.astype(np.float64)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        near = _Near.of(np.concatenate((pictures, vectors[heads], block)), len(block), fold)
        first_item = len(pictures) + len(heads)  # of the block, among the others
        counts = np.ones(first_item + len(block), bool)  # the question's pictures, and heads
        counts[first_item:] = False
        earlier = np.tri(len(block), len(counts), first_item - 1, dtype=bool)
        alone = ~(near.maybe & earlier).any(axis=1)
        for at in range(len(block)):
            if len(heads) == limit:
                return heads, members, own, start + at
            of = None if alone[at] else near.first(at, counts)
            if of is None:
                heads.append(start + at)
                members.append([])
                counts[first_item + at] = True
            elif of < len(pictures):
                own.append(start + at)
            else:
                members[int(counts[len(pictures) : of].sum())].append(start + at)
    return heads, members, own, len(vectors)


@dataclasses.dataclass(frozen=True, slots=True)
class _Near:
    """Which pairs lie within the fold distance.

    A matrix product tells all but the close calls; those are summed without rounding when they
    are asked about, so that the answer does not depend on which pairs are looked at together.
    """

    some: Float64[np.ndarray, "some dim"]
    others: Float64[np.ndarray, "others dim"]
    weights: Float64[np.ndarray, " dim"]
    distance: float
    surely: Bool[np.ndarray, "some others"]
    maybe: Bool[np.ndarray, "some others"]

    @classmethod
    def of(
        cls,
        others: Float64[np.ndarray, "others dim"],
        last: int,
        fold: Fold,
    ) -> _Near:
        """Pairs of the `last` of the others with all of them."""
        dim, begins = others.shape[1], len(others) - last
        weights = np.ones(dim) if fold.weights is None else fold.weights.astype(np.float64)
        weighted = others * weights
        norms = np.einsum("nd,nd->n", weighted, others)
        squares = norms[begins:, None] + norms
        squared = squares - 2.0 * (weighted[begins:] @ others.T)
        slack = _CLOSE_CALL * (squares + fold.distance)
        surely, maybe = squared < fold.distance - slack, squared <= fold.distance + slack
        return cls(others[begins:], others, weights, fold.distance, surely, maybe)

    def first(self, at: int, among: Bool[np.ndarray, " others"]) -> int | None:
        """The first of the others (`among` some of them) that `some[at]` is near to."""
        for of in np.flatnonzero(self.maybe[at] & among).tolist():
            if self.surely[at, of] or self._is_within(at, of):
                return of
        return None

    def _is_within(self, at: int, of: int) -> bool:
        return math.fsum(self.weights * (self.some[at] - self.others[of]) ** 2) <= self.distance
