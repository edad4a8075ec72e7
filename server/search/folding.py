"""Near-duplicates become one result: greedily, in canonical order, exactly."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Bool, Float64

from server.search.question import Fold

_CLOSE_CALL = 1e-9  # relative to the squared norms: far above float64's rounding


def fold_walk(
    vectors: Float64[np.ndarray, "visited dim"], fold: Fold, limit: int
) -> tuple[list[int], list[list[int]], list[int], int]:
    """Walk the visited items in order until `limit` heads are shown.

    The places of the heads, the places folded into each, the places folded into the question's
    own picture, and how many items were visited.
    """
    weights = np.ones(vectors.shape[1]) if fold.weights is None else fold.weights.astype(np.float64)
    heads: list[int] = []
    members: list[list[int]] = []
    own: list[int] = []
    if fold.picture is not None:
        near_own = _near(vectors, fold.picture[None].astype(np.float64), weights, fold.distance)[
            :, 0
        ]
    near = _near(vectors, vectors, weights, fold.distance)
    for place in range(len(vectors)):
        if len(heads) == limit:
            return heads, members, own, place
        if fold.picture is not None and near_own[place]:
            own.append(place)
            continue
        to_heads = near[place, heads]
        if to_heads.any():
            members[int(to_heads.argmax())].append(place)  # the first shown of those near
        else:
            heads.append(place)
            members.append([])
    return heads, members, own, len(vectors)


def _near(
    some: Float64[np.ndarray, "some dim"],
    others: Float64[np.ndarray, "others dim"],
    weights: Float64[np.ndarray, " dim"],
    distance: float,
) -> Bool[np.ndarray, "some others"]:
    """Whether the squared distance of each pair is at most `distance`.

    A matrix product tells all but the close calls; those are summed without rounding, so that
    the answer does not depend on which pairs are looked at together.
    """
    squares = (weights * some**2).sum(axis=1)[:, None] + (weights * others**2).sum(axis=1)
    squared = squares - 2.0 * ((some * weights) @ others.T)
    near = squared <= distance
    for at, of in np.argwhere(np.abs(squared - distance) <= _CLOSE_CALL * (squares + distance)):
        near[at, of] = math.fsum(weights * (some[at] - others[of]) ** 2) <= distance
    return near
