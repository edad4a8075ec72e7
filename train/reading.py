"""Reading a category off an embedding, as one judges an embedding by a classifier's figures."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32, Int

BLOCK = 500  # queries at a time


def nearest_mean(
    gallery: Float32[np.ndarray, "n dim"],
    categories: Int[np.ndarray, " n"],
    queries: Float32[np.ndarray, "m dim"],
) -> Int[np.ndarray, " m"]:
    """The category whose mean vector has the greatest cosine with each query.

    Rows have unit length; ``categories`` are 0, 1, ... and each has a row at least.
    """
    means = np.stack([gallery[categories == c].mean(axis=0) for c in range(categories.max() + 1)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return np.argmax(queries @ means.T, axis=1)


def nearest_vote(
    gallery: Float32[np.ndarray, "n dim"],
    categories: Int[np.ndarray, " n"],
    queries: Float32[np.ndarray, "m dim"],
    k: int = 5,
) -> Int[np.ndarray, " m"]:
    """The category that most of the ``k`` nearest rows by cosine have; of those with equally
    many, the one with the greater sum of cosines."""
    found = np.empty(len(queries), np.int64)
    for start in range(0, len(queries), BLOCK):
        scores = queries[start : start + BLOCK] @ gallery.T
        nearest = np.argpartition(-scores, k - 1, axis=1)[:, :k]
        cosines = np.take_along_axis(scores, nearest, axis=1)
        voted = categories[nearest][:, :, None] == np.arange(categories.max() + 1)
        # A vote weighs more than all cosines together can.
        weighed = (voted * (2 * k + cosines[:, :, None])).sum(axis=1)
        found[start : start + BLOCK] = np.argmax(weighed, axis=1)
    return found
