"""Order statistics without sorting everything: the items at a few ranks of many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Float, Float32, Float64, Int64

from server.search.asked import Asked, Scored
from server.search.buckets import Buckets

_SORT = 4096  # where so few are left, sorting is quicker


def rounding_margins(
    queries: Float32[np.ndarray, "queries dim"], greatest_norm: float, roundings: int
) -> Float64[np.ndarray, " queries"]:
    """How far a float32 dot product can lie from the canonical score of a row of at most that norm,
    if none of its terms is rounded more often than so, in whatever order they are summed.

    |fl(q.x) - q.x| <= gamma_n |q|.|x| <= gamma_n ||q|| ||x||, gamma_n = n u / (1 - n u), u = 2^-24
    (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, section 3.1); to it comes
    the same for the canonical sum (u = 2^-53), and room for underflow and for the norms' own
    rounding. An accelerator may flush subnormal factors, products and sums to zero; each of those
    moves the result by less than 2^-126 times 1, |q_i| or |x_i|.
    """
    dim = queries.shape[1]
    norms = np.linalg.norm(queries.astype(np.float64), axis=1)
    rounding = (_gamma(roundings, 2.0**-24) + _gamma(dim, 2.0**-53)) * (1 + 1e-9)
    underflow = dim * 2.0**-125 * (1 + norms + greatest_norm)
    return rounding * norms * greatest_norm + underflow


def _gamma(terms: int, unit: float) -> float:
    return terms * unit / (1 - terms * unit)


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


def first_pictures(
    item_of_picture: Int64[np.ndarray, " pictures"] | None,
) -> Int64[np.ndarray, " items"] | None:
    """Each item's first picture; `None` where every picture is an item."""
    if item_of_picture is None:
        return None
    return np.flatnonzero(np.diff(item_of_picture, prepend=-1))


def selected(
    asked: Sequence[Asked],
    products: Float32[np.ndarray, "queries pictures"],
    margins: Float64[np.ndarray, " queries"],
    begins: Int64[np.ndarray, " items"] | None,
) -> Iterator[Scored]:
    """The items that can be among the best of each question, from every picture's product with each
    vector of all the questions, one after the other, and how far those may be off. `begins` are
    the `first_pictures`."""
    at = 0
    for each in asked:
        mine = slice(at, at := at + len(each.vectors))
        yield _selected(each, products[mine], float(margins[mine].max()), begins)


def _selected(
    asked: Asked,
    products: Float32[np.ndarray, "several pictures"],
    margin: float,
    begins: Int64[np.ndarray, " items"] | None,
) -> Scored:
    scores = products[0] if len(products) == 1 else products.max(axis=0)
    passes = asked.mask
    if begins is not None:
        scores = np.maximum.reduceat(scores, begins)
        passes = None if passes is None else passes[begins]  # masks are by item
    items = None if passes is None else np.flatnonzero(passes)
    if items is not None:
        scores = scores[items]
    floor = least_of_best(scores, asked.need) - 2 * margin
    if floor > -np.inf:
        kept = np.flatnonzero(scores >= np.nextafter(np.float32(floor), np.float32(-np.inf)))
        items = kept if items is None else items[kept]
        scores = scores[kept]
    return Scored(items, scores, margin)


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
