"""Float32 scores of every picture: how far they may be off, and which items can be the best by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64

from server.search.asked import Asked, Scored


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
