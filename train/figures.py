"""A figure that still knows what each query gave to it: so it has an interval, and the difference
of two figures over the same queries has one too."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float, Float64, Shaped

DRAWS, SEED = 500, 0


@dataclasses.dataclass(frozen=True, eq=False)
class Figure:
    """``terms`` hold what each query adds up to; ``of`` makes the value from the sums.

    Intervals are 95% percentile bootstraps over the queries (500 draws, seeded: figures over the
    same number of queries share their draws).
    """

    terms: Float64[np.ndarray, "queries terms"]
    of: Callable[[np.ndarray], Any]  # sums (..., terms) -> values (...)

    @property
    def value(self) -> float:
        return float(self.of(self.terms.sum(axis=0)))

    def resampled(self) -> Float64[np.ndarray, " draws"]:
        """The value under each bootstrap draw."""
        return self.of(_times_drawn(len(self.terms)) @ self.terms)

    def interval(self) -> tuple[float, float]:
        low, high = np.percentile(self.resampled(), [2.5, 97.5])
        return float(low), float(high)

    def summary(self) -> dict[str, Any]:
        """``{"value", "low", "high", "queries"}``."""
        low, high = self.interval()
        return {"value": self.value, "low": low, "high": high, "queries": len(self.terms)}


Figures = dict[str, Figure]


def mean(values: Shaped[np.ndarray, " queries"]) -> Figure:
    """The mean over the queries."""
    terms = np.stack([np.asarray(values, np.float64), np.ones(len(values))], axis=1)
    return Figure(terms, _ratio)


def ratio(above: Float[np.ndarray, " queries"], below: Float[np.ndarray, " queries"]) -> Figure:
    """The mean of one quantity over the mean of another."""
    return Figure(np.stack([above, below], axis=1).astype(np.float64), _ratio)


def rank_correlation(
    first: Float[np.ndarray, " queries"], second: Float[np.ndarray, " queries"]
) -> Figure:
    """Spearman's, ties by their mean rank; 0 where one side is constant. Under resampling the
    ranks stay those of all queries."""
    a, b = ranks(first), ranks(second)
    a, b = a - a.mean(), b - b.mean()
    return Figure(np.stack([np.ones(len(a)), a, b, a * a, b * b, a * b], axis=1), _correlation)


def difference(first: Figure, second: Figure) -> dict[str, Any]:
    """``second`` minus ``first`` over the same queries, with the paired bootstrap's interval.

    Raises:
        ValueError: they are not over the same number of queries.
    """
    if len(first.terms) != len(second.terms):
        raise ValueError(
            "expected two figures over the same queries, got "
            f"{len(first.terms)} and {len(second.terms)}"
        )
    low, high = np.percentile(second.resampled() - first.resampled(), [2.5, 97.5])
    return {"value": second.value - first.value, "low": float(low), "high": float(high)}


def summaries(figures: Figures) -> dict[str, Any]:
    """Every figure as ``{"value", "low", "high", "queries"}``."""
    return {name: figure.summary() for name, figure in figures.items()}


def ranks(values: Shaped[np.ndarray, " n"]) -> Float64[np.ndarray, " n"]:
    """Ranks from 0, ties by their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((ends - counts + ends - 1) / 2.0)[inverse]


@functools.lru_cache(maxsize=8)
def _times_drawn(queries: int) -> Float64[np.ndarray, "draws queries"]:
    """How often each query is in each bootstrap draw."""
    rng = np.random.default_rng(SEED)
    times = [
        np.bincount(rng.integers(0, queries, queries), minlength=queries) for _ in range(DRAWS)
    ]
    return np.asarray(times, np.float64)


def _ratio(sums: np.ndarray) -> Any:
    return sums[..., 0] / sums[..., 1]


def _correlation(sums: np.ndarray) -> Any:
    count, a, b, aa, bb, ab = np.moveaxis(sums, -1, 0)
    spread = np.sqrt(np.maximum(aa - a * a / count, 0) * np.maximum(bb - b * b / count, 0))
    return np.where(spread > 1e-9, (ab - a * b / count) / np.maximum(spread, 1e-9), 0.0)
