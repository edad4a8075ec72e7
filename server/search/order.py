"""Order statistics without sorting everything: the items at a few ranks of many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Float64, Int64

from server.search.asked import Scored

_BUCKETS = 1 << 16
_BLOCK = 1 << 15  # scores worked on at a time: they stay within the caches
_SORT = 4096  # where so few are left, sorting is quicker


def least_of_best(scores: Float[np.ndarray, " found"], need: int) -> float:
    """A number that at least `need` of the scores reach, close to the need-th; -inf for few.

    `need` blocks have a maximum of at least the need-th largest maximum, and as many scores.
    """
    block = min(256, len(scores) // (4 * need))
    if block < 2:
        return -np.inf
    whole = len(scores) // block * block
    maxima = scores[:whole].reshape(-1, block).max(axis=1)
    return float(np.partition(maxima, len(maxima) - need)[len(maxima) - need])


def items_at(
    ranks: Int64[np.ndarray, " ranks"],
    scored: Scored,
    canonical: Callable[[Int64[np.ndarray, " some"]], Float64[np.ndarray, " some"]],
) -> tuple[Int64[np.ndarray, " ranks"], Float64[np.ndarray, " ranks"]]:
    """The items at the ranks (from 1, ascending, none beyond `scored`) and their canonical scores.

    The scores are counted in buckets of equal width. With t the r-th largest, the canonical score
    at rank r lies within the margin of t, so items more than twice the margin above t come surely
    before it and those as much below surely after: only the buckets between, the window of the
    rank, are scored canonically and sorted by (score, item). Windows that touch are sorted
    together; what lies above or below the whole is then above or below each.
    """
    scores, margin = scored.scores, scored.margin
    highest, lowest = float(scores.max()), float(scores.min())
    buckets_per_score = (_BUCKETS - 2) / max(highest - lowest, 1e-300)
    if len(scores) <= _SORT or len(ranks) * 8 > len(scores) or highest == lowest:
        items, exact = _sorted(scored, slice(None), canonical)
        return items[ranks - 1], exact[ranks - 1]
    bucket = np.empty(len(scores), np.int64)
    for start in range(0, len(scores), _BLOCK):
        part = scores[start : start + _BLOCK].astype(np.float64)
        bucket[start : start + _BLOCK] = (highest - part) * buckets_per_score
    before = np.concatenate(([0], np.cumsum(np.bincount(bucket, minlength=_BUCKETS))))
    of_rank = np.searchsorted(before, ranks, side="left") - 1
    reach = 0
    if margin:  # one more for the rounding of the lines above
        reach = int(min(2 * margin * buckets_per_score + 2, _BUCKETS))
    edge = np.zeros(_BUCKETS + 1, np.int32)
    np.add.at(edge, np.maximum(of_rank - reach, 0), 1)
    np.add.at(edge, np.minimum(of_rank + reach, _BUCKETS - 1) + 1, -1)
    wanted = np.cumsum(edge[:-1]) > 0
    items, exact = _sorted(scored, np.flatnonzero(wanted[bucket]), canonical)
    # Of the items sorted, those before a rank's own are all before it but for whole buckets left out.
    left_out = np.concatenate(([0], np.cumsum(np.where(wanted, 0, np.diff(before)))))
    place = ranks - 1 - left_out[of_rank]
    return items[place], exact[place]


def _sorted(
    scored: Scored,
    chosen: slice | np.ndarray,
    canonical: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    items, scores = scored.items[chosen], scored.scores[chosen]
    exact = canonical(items) if scored.margin else scores.astype(np.float64)
    order = np.lexsort((items, -exact))
    return items[order], exact[order]
