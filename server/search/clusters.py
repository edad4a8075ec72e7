"""A few items that stand for the whole catalogue: k-means, and the item nearest each centre."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32, Int64

_SAMPLE = 100_000
_ROUNDS = 25


def representative_items(
    vectors: Float32[np.ndarray, "items dim"], clusters: int = 24, seed: int = 0
) -> Int64[np.ndarray, " chosen"]:
    """At most `clusters` different items, those of the largest clusters first.

    Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii, SODA 2007) on at most
    100,000 items drawn without replacement. The same vectors and seed give the same items.
    """
    rng = np.random.default_rng(seed)
    drawn = np.arange(len(vectors))
    if len(drawn) > _SAMPLE:
        drawn = np.sort(rng.choice(drawn, _SAMPLE, replace=False))
    sample = vectors[drawn]
    centres = _seeds(sample, clusters, rng)
    nearest = np.full(len(sample), -1)
    for _ in range(_ROUNDS):
        before, nearest = nearest, _squared_distances(sample, centres).argmin(axis=1)
        if (before == nearest).all():
            break
        for cluster in np.unique(nearest):
            centres[cluster] = sample[nearest == cluster].mean(axis=0, dtype=np.float64)
    distances = _squared_distances(sample, centres)
    nearest = distances.argmin(axis=1)
    counts = np.bincount(nearest, minlength=len(centres))
    chosen = []
    for cluster in np.argsort(-counts, kind="stable"):
        members = np.flatnonzero(nearest == cluster)
        if len(members):
            chosen.append(drawn[members[distances[members, cluster].argmin()]])
    return np.array(chosen, np.int64)


def _seeds(
    sample: Float32[np.ndarray, "items dim"], clusters: int, rng: np.random.Generator
) -> Float32[np.ndarray, "centres dim"]:
    """k-means++: each next centre is drawn with probability as its squared distance to the rest."""
    chosen = [int(rng.integers(len(sample)))]
    distance = _squared_distances(sample, sample[chosen])[:, 0]
    while len(chosen) < clusters and distance.sum() > 0:
        chosen.append(int(rng.choice(len(sample), p=distance / distance.sum())))
        distance = np.minimum(distance, _squared_distances(sample, sample[chosen[-1:]])[:, 0])
        distance[chosen] = 0.0
    return sample[chosen].copy()


def _squared_distances(
    sample: Float32[np.ndarray, "items dim"], centres: Float32[np.ndarray, "centres dim"]
) -> np.ndarray:
    squares = np.einsum("nd,nd->n", sample, sample)[:, None] + np.einsum(
        "kd,kd->k", centres, centres
    )
    return np.maximum(squares - 2.0 * (sample @ centres.T), 0.0).astype(np.float64)
