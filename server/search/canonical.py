"""The one definition of a score, which every faster path must reproduce in order.

The float32 factors have 24-bit significands, so each product is exact in float64; only the
additions round. Their order is fixed here (the halves of the vector are added to each other
until one number is left) and made of element-wise additions alone, so a row's score has the
same bits whichever other rows it is computed with. A BLAS product does not promise that.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32, Float64

_BLOCK = 2048  # rows worked on at a time: 2048 x 256 float64 stay within the caches


def canonical_scores(
    vectors: Float32[np.ndarray, "rows dim"], query: Float32[np.ndarray, " dim"]
) -> Float64[np.ndarray, " rows"]:
    """The float64 dot product of each row with the query, bit for bit the same on every call."""
    rows, dim = vectors.shape
    scores = np.empty(rows, np.float64)
    width = 1 << max(dim - 1, 0).bit_length()
    wide_query = query.astype(np.float64)
    for start in range(0, rows, _BLOCK):
        block = vectors[start : start + _BLOCK]
        terms = np.zeros((len(block), width), np.float64)
        np.multiply(block, wide_query, out=terms[:, :dim])
        half = width
        while half > 1:
            half //= 2
            terms[:, :half] += terms[:, half : 2 * half]
        scores[start : start + _BLOCK] = terms[:, 0]
    return scores
