"""The facets of a vector: which dimensions are about what, and how a query turns the dials.

A vector is the concatenation of unit-length facets. The similarity of a query and a picture is
the weighted sum of the facets' cosines, with weights that sum to 1; scaling the query's facets
by the weights keeps it one matrix product.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float32

EPSILON = 1e-12


class FacetError(ValueError):
    """Weights or vectors that do not fit the facets; the message lists the facets there are."""


@dataclasses.dataclass(frozen=True, slots=True)
class Facet:
    """One facet: ``dim`` dimensions about ``about``, with ``weight`` in the default ranking, and
    ``words`` (None: the same) where words alone ask."""

    name: str
    dim: int
    about: str
    weight: float
    words: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class FacetLayout:
    """The facets of a vector in their order. Weights are relative; they are used as shares."""

    facets: tuple[Facet, ...]

    def __post_init__(self) -> None:
        names = self.names
        if not names or len(set(names)) != len(names):
            raise FacetError(f"expected facets with distinct names, got {list(names)}")
        for facet in self.facets:
            if facet.dim < 1 or not facet.weight >= 0:
                raise FacetError(f"facet {facet.name}: expected dim >= 1 and weight >= 0")
            if facet.words is not None and not facet.words >= 0:
                raise FacetError(f"facet {facet.name}: expected a weight for words of 0 or more")
        for weights in (
            [facet.weight for facet in self.facets],
            [facet.weight if facet.words is None else facet.words for facet in self.facets],
        ):
            if not sum(weights) > 0:
                raise FacetError("expected at least one facet with a weight above 0")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(facet.name for facet in self.facets)

    @property
    def dim(self) -> int:
        return sum(facet.dim for facet in self.facets)

    @property
    def slices(self) -> dict[str, slice]:
        slices, start = {}, 0
        for facet in self.facets:
            slices[facet.name] = slice(start, start + facet.dim)
            start += facet.dim
        return slices

    @property
    def default_weights(self) -> dict[str, float]:
        """The default share of each facet; the shares sum to 1."""
        return self.shares({})

    @property
    def for_words(self) -> FacetLayout:
        """The same facets with the weights for a query of words alone."""
        return self.with_weights({f.name: f.words for f in self.facets if f.words is not None})

    def with_weights(
        self,
        weights: Mapping[str, float] | None = None,
        *,
        words: Mapping[str, float] | None = None,
    ) -> FacetLayout:
        """The same facets with other default weights, and others for words alone; those not named
        stay."""
        weights, words = weights or {}, words or {}
        return FacetLayout(
            tuple(
                dataclasses.replace(
                    facet,
                    weight=weights.get(facet.name, facet.weight),
                    words=words.get(facet.name, facet.words),
                )
                for facet in self.facets
            )
        )

    def shares(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Each facet's share (they sum to 1); a facet not named in ``weights`` has its default.

        Raises:
            FacetError: an unknown facet, a weight that is negative or not finite, or all zero.
        """
        unknown = sorted(set(weights) - set(self.names))
        if unknown:
            raise FacetError(f"unknown facets {unknown}; this version has {list(self.names)}")
        merged = {facet.name: float(weights.get(facet.name, facet.weight)) for facet in self.facets}
        if not all(np.isfinite(value) and value >= 0 for value in merged.values()):
            raise FacetError(f"expected finite weights of 0 or more, got {dict(weights)}")
        total = sum(merged.values())
        if total <= 0:
            raise FacetError("expected at least one weight above 0, got only zeros")
        return {name: value / total for name, value in merged.items()}

    def scale(self, factors: Mapping[str, float]) -> Float32[np.ndarray, " dim"]:
        """One factor a dimension, from one factor a facet."""
        parts = [np.full(facet.dim, factors[facet.name], np.float32) for facet in self.facets]
        return np.concatenate(parts)

    def weigh_query(
        self,
        unit_vectors: Float32[np.ndarray, "n dim"],
        weights: Mapping[str, float] | None = None,
    ) -> Float32[np.ndarray, "n dim"]:
        """Scale each facet of the queries by its share: the dot product is then the score."""
        self._check(unit_vectors)
        return unit_vectors * self.scale(self.shares(weights or {}))

    def weigh_both(
        self,
        unit_vectors: Float32[np.ndarray, "n dim"],
        weights: Mapping[str, float] | None = None,
    ) -> Float32[np.ndarray, "n dim"]:
        """Scale each facet by the root of its share: rows have unit length, dots are scores."""
        self._check(unit_vectors)
        shares = self.shares(weights or {})
        return unit_vectors * self.scale({name: share**0.5 for name, share in shares.items()})

    def normalise(self, vectors: Float32[np.ndarray, "n dim"]) -> Float32[np.ndarray, "n dim"]:
        """Give every facet of every row unit length (an all-zero facet stays zero)."""
        self._check(vectors)
        out = np.empty_like(vectors)
        for part in self.slices.values():
            length = np.linalg.norm(vectors[:, part], axis=1, keepdims=True)
            out[:, part] = vectors[:, part] / np.maximum(length, EPSILON)
        return out

    def _check(self, vectors: np.ndarray) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:
            raise FacetError(f"expected vectors of shape (n, {self.dim}), got {vectors.shape}")

    def as_list(self) -> list[dict[str, Any]]:
        return [dataclasses.asdict(facet) for facet in self.facets]

    @classmethod
    def from_list(cls, items: list[dict[str, Any]]) -> FacetLayout:
        return cls(tuple(Facet(**item) for item in items))
