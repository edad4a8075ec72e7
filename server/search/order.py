"""Order statistics without sorting everything: the items at a few ranks of many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float64, Int64

from server.search.asked import Scored
from server.search.buckets import Buckets

_SORT = 4096  # where so few are left, sorting is quicker


def items_at(
    ranks: Int64[np.ndarray, " ranks"],
    scored: Scored,
    canonical: Callable[[Int64[np.ndarray, " some"]], Float64[np.ndarray, " some"]],
) -> tuple[Int64[np.ndarray, " ranks"], Float64[np.ndarray, " ranks"]]:
    """The items at the ranks (from 1, ascending, none beyond `scored`) and their canonical scores.

    With t the r-th largest score, the canonical score at rank r lies within the margin of t, so
    items more than twice the margin above t come surely before it and those as much below surely
    after: only those between are scored canonically and sorted by (score, item), the ones around
    all ranks together; what lies outside of one's reach is then above or below it.
    """
    few, before = _around(ranks, scored)
    items, scores = scored.items_of(few), scored.scores[few].astype(np.float64)
    rising = np.argsort(scores)
    of_rank = len(scores) - ranks + before  # in rising order
    sorted_scores, reach = scores[rising], 2.001 * scored.margin  # the rest is for rounding
    wanted = sorted_scores[of_rank]
    near = _marked(
        np.searchsorted(sorted_scores, wanted - reach, side="left"),
        np.searchsorted(sorted_scores, wanted + reach, side="right"),
        len(scores),
    )
    chosen = np.sort(rising[near])
    items, scores = items[chosen], scores[chosen]
    exact = canonical(items) if scored.margin else scores
    order = np.lexsort((items, -exact))
    # From the end, as there the best are: those of the rank's place that are not near come before.
    place = len(chosen) - 1 - (np.cumsum(near) - near)[of_rank]
    return items[order[place]], exact[order[place]]


def _around(
    ranks: Int64[np.ndarray, " ranks"], scored: Scored
) -> tuple[slice | Int64[np.ndarray, " few"], Int64[np.ndarray, " ranks"]]:
    """Where the items are that can be at the ranks, ascending, and how many others lie before
    each rank. The scores are counted in buckets of equal width; those in reach of a rank's are
    taken whole."""
    scores = np.ascontiguousarray(scored.scores, np.float32)  # rounding keeps them in order
    highest, lowest = scores.max(), scores.min()
    if len(scores) <= _SORT or len(ranks) * 8 > len(scores) or highest == lowest:
        return slice(None), np.zeros_like(ranks)
    buckets = Buckets(scores, float(highest), float(lowest))
    counts = buckets.counts()
    before = np.concatenate(([0], np.cumsum(counts)))
    of_rank = np.searchsorted(before, ranks, side="left") - 1
    reach = 0
    if scored.margin:
        rounding = np.spacing(max(highest, -lowest))  # of the scores; the buckets' is less than one
        reach = int(
            min((2.001 * scored.margin + 2 * rounding) * buckets.per_score + 2, buckets.number)
        )
    wanted = _marked(
        np.maximum(of_rank - reach, 0),
        np.minimum(of_rank + reach + 1, buckets.number),
        buckets.number,
    )
    left_out = np.concatenate(([0], np.cumsum(np.where(wanted, 0, counts))))
    return buckets.places_in(wanted), left_out[of_rank]


def _marked(
    starts: Int64[np.ndarray, " ranges"], ends: Int64[np.ndarray, " ranges"], length: int
) -> Bool[np.ndarray, " length"]:
    """What lies in any of the ranges."""
    edge = np.zeros(length + 1, np.int32)
    np.add.at(edge, starts, 1)
    np.add.at(edge, ends, -1)
    return np.cumsum(edge[:-1]) > 0
