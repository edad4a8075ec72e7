"""Which pictures a step sees: balanced groups of a category, and others drawn at random.

A batch is a pure function of seed and step. That is all that exact resume needs.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from jaxtyping import Int64

from train.labels import Labels
from train.styles import styles


@dataclasses.dataclass(frozen=True, slots=True)
class BatchShape:
    """``uniform`` pictures drawn from all, then ``categories`` x ``each`` by category.

    The uniform ones and the first ``paired`` of each category are seen in two views (the twins);
    they come first in the batch. As many of the rest of each category are of the same styles as
    the paired ones, where those have other pictures. ``evenness`` says how categories are drawn:
    in proportion to their size to the power of 1 - ``evenness``.
    """

    uniform: int = 48
    categories: int = 20
    each: int = 5
    paired: int = 2
    evenness: float = 0.35

    def __post_init__(self) -> None:
        if not 0 <= self.paired <= self.each:
            raise ValueError(f"expected paired within 0 and {self.each}, got {self.paired}")

    @property
    def twins(self) -> int:
        return self.uniform + self.categories * self.paired

    @property
    def pictures(self) -> int:
        return self.uniform + self.categories * self.each

    @property
    def views(self) -> int:
        return self.pictures + self.twins


class Sampler:
    """Draws batches of record numbers."""

    def __init__(self, labels: Labels, shape: BatchShape, seed: int):
        style, _ = styles(labels)
        self._style, known = style, np.flatnonzero(style >= 0)
        self._by_style = known[np.argsort(style[known], kind="stable")]
        self._style_start = np.searchsorted(style[self._by_style], np.arange(style.max() + 2))
        self._count, self._shape, self._seed = len(labels), shape, seed
        codes = labels.codes["category"]
        order = np.argsort(codes, kind="stable")
        order = order[codes[order] >= 0]
        members = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(order) else []
        self._members = [group for group in members if len(group) >= 2]
        sizes = np.array([len(group) for group in self._members], float)
        sizes **= 1 - shape.evenness
        self._share = sizes / sizes.sum() if len(sizes) else sizes

    def batch(self, step: int) -> Int64[np.ndarray, " pictures"]:
        """The record numbers of a step's batch: the twins first."""
        shape, rng = self._shape, np.random.default_rng((self._seed, step))
        uniform = rng.choice(self._count, shape.uniform, replace=self._count < shape.uniform)
        if not self._members:
            more = rng.integers(0, self._count, shape.categories * shape.each)
            return np.concatenate([uniform.astype(np.int64), more])
        few = len(self._members) < shape.categories
        groups = rng.choice(len(self._members), shape.categories, replace=few, p=self._share)
        drawn = np.stack([self._some_of(self._members[group], rng) for group in groups])
        paired, single = drawn[:, : shape.paired], drawn[:, shape.paired :]
        return np.concatenate([uniform, paired.ravel(), single.ravel()]).astype(np.int64)

    def _some_of(self, members: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        shape = self._shape
        drawn = rng.choice(members, shape.each, replace=len(members) < shape.each)
        for place in range(min(shape.paired, shape.each - shape.paired)):
            style = self._style[drawn[place]]
            if style >= 0:
                start, end = self._style_start[style : style + 2]
                others = self._by_style[start:end]
                others = others[others != drawn[place]]
                if len(others):
                    drawn[shape.each - 1 - place] = rng.choice(others)
        return drawn
