"""Half whitening: components divided by the fourth root of their variance.

Retrieval with principal components gains from it (Jégou and Chum, ECCV 2012): what all pictures of
a kind share says less then, and what is rare says more.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

LEAST = 1e-4  # of the greatest variance: components below it are not made larger than this one


def half_whitening(rows: Float32[np.ndarray, "n features"], dim: int) -> np.ndarray:
    """A kernel ``(features, dim)`` onto the ``dim`` strongest components of ``rows`` (zeros for
    those that there are not), each divided by the fourth root of its mean square."""
    moments = rows.T.astype(np.float64) @ rows / max(1, len(rows))
    squares, axes = np.linalg.eigh(moments)
    squares, axes = squares[::-1][:dim], axes[:, ::-1][:, :dim]
    least = max(LEAST * squares[0], 1e-12)
    kernel = np.zeros((rows.shape[1], dim), np.float32)
    kernel[:, : len(squares)] = axes * np.maximum(squares, least) ** -0.25
    return kernel
