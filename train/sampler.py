"""Which pictures a step sees: balanced groups of a category, and others drawn at random.

A batch is a pure function of seed and step. That is all that exact resume needs.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from jaxtyping import Int64

from train.labels import Labels


@dataclasses.dataclass(frozen=True, slots=True)
class BatchShape:
    """``categories`` x ``each`` pictures by category, after ``twins`` uniformly drawn ones.

    The twins come first in the batch and are seen in two views.
    """

    twins: int = 56
    categories: int = 20
    each: int = 6

    @property
    def pictures(self) -> int:
        return self.twins + self.categories * self.each

    @property
    def views(self) -> int:
        return self.pictures + self.twins


class Sampler:
    """Draws batches. Categories come in proportion to the root of their size."""

    def __init__(self, labels: Labels, shape: BatchShape, seed: int):
        self._count, self._shape, self._seed = len(labels), shape, seed
        codes = labels.codes["category"]
        order = np.argsort(codes, kind="stable")
        order = order[codes[order] >= 0]
        members = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(order) else []
        self._members = [group for group in members if len(group) >= 2]
        sizes = np.array([len(group) for group in self._members], float)
        self._share = np.sqrt(sizes) / np.sqrt(sizes).sum() if len(sizes) else sizes

    def batch(self, step: int) -> Int64[np.ndarray, " pictures"]:
        """The record numbers of a step's batch: twins first, then category by category."""
        rng = np.random.default_rng((self._seed, step))
        twins = rng.choice(self._count, self._shape.twins, replace=self._count < self._shape.twins)
        parts = [twins.astype(np.int64)]
        wanted = self._shape.categories
        if not self._members:
            more = rng.integers(0, self._count, wanted * self._shape.each)
            return np.concatenate([*parts, more])
        few = len(self._members) < wanted
        for group in rng.choice(len(self._members), wanted, replace=few, p=self._share):
            members = self._members[group]
            parts.append(
                rng.choice(members, self._shape.each, replace=len(members) < self._shape.each)
            )
        return np.concatenate(parts)
