"""Whitening: directions in which vectors vary much say less, those in which they hardly vary more.

Retrieval with principal components gains from it (Jégou and Chum, ECCV 2012): what all pictures of
a kind share says less then, and what is rare says more.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32, Int

# Of the greatest mean square: components below it are not made larger than one at it.
LEAST, LEAST_WITHIN = 1e-4, 1e-2
BETWEEN = 10.0  # how often what the means of classes contribute counts


def half_whitening(rows: Float32[np.ndarray, "n features"], dim: int) -> np.ndarray:
    """A kernel ``(features, dim)`` onto the ``dim`` strongest components of ``rows`` (zeros for
    those that there are not), each divided by the fourth root of its mean square."""
    squares, axes = _principal(_moments(rows), LEAST)
    squares, axes = squares[:dim], axes[:, :dim]
    kernel = np.zeros((rows.shape[1], dim), np.float32)
    kernel[:, : len(squares)] = axes * squares**-0.25
    return kernel


def whitening_within(
    rows: Float32[np.ndarray, "n features"], classes: Int[np.ndarray, " n"]
) -> np.ndarray:
    """A kernel ``(features, features)`` onto the components of ``rows``, each divided by its root
    mean square, in which the means of ``classes`` (-1: none) count ten times.

    So vectors say little of what the labels' facets say already, and fewer pictures are everyone's
    neighbours for lying in the middle of their class. It is nuisance attribute projection (Solomonoff
    et al., ICASSP 2005) made soft, as there are more classes than directions; that hubs go with
    the means of their surroundings is localised centring's finding (Hara et al., AAAI 2015).
    """
    known = classes >= 0
    _, numbers, counts = np.unique(classes[known], return_inverse=True, return_counts=True)
    means = np.zeros((len(counts), rows.shape[1]), np.float32)
    np.add.at(means, numbers, rows[known])
    means /= counts[:, None]
    weighed = means * np.sqrt(counts / len(rows))[:, None]
    between = weighed.T.astype(np.float64) @ weighed
    squares, axes = _principal(_moments(rows) + (BETWEEN - 1) * between, LEAST_WITHIN)
    return (axes * squares**-0.5).astype(np.float32)


def _moments(rows: np.ndarray) -> np.ndarray:
    return rows.T.astype(np.float64) @ rows / max(1, len(rows))


def _principal(moments: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """The mean squares along the principal axes, greatest first, and the axes as columns."""
    squares, axes = np.linalg.eigh(moments)
    squares, axes = squares[::-1], axes[:, ::-1]
    return np.maximum(squares, max(least * squares[0], 1e-12)), axes
