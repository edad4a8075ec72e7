"""Facets that settle on classes: a vector becomes the prototype that is to be expected.

A class facet learns by a softmax over its prototypes. Where vectors are compared, what that softmax
says tells more than where between the prototypes a vector lies: pictures that are surely of one
class are alike whatever else they are, and doubtful ones lie between. This is the prediction of the
class as an embedding (classemes: Torresani et al., ECCV 2010), in the dimensions of the facet. A
facet may settle in part, and keep some of what tells pictures of one class apart.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import jax
from flax import nnx
from jaxtyping import Array, Float

from model.layers import unit

TEMPERATURE = 0.05  # of the softmax, in training as in use
SPREAD = 0.05  # of the prototypes' numbers at the start


def new_prototypes(classes: int, dim: int, *, rngs: nnx.Rngs) -> nnx.Param:
    """Prototypes to begin with, float32 ``(classes, dim)``."""
    return nnx.Param(jax.random.normal(rngs.params(), (classes, dim)) * SPREAD)


def expected_prototype(
    vectors: Float[Array, "n dim"], prototypes: Float[Array, "classes dim"]
) -> Float[Array, "n dim"]:
    """The mean of the prototypes by the softmax over their cosines with a vector, at unit length.

    ``vectors`` have unit length, ``prototypes`` any.
    """
    directions = unit(prototypes)
    share = jax.nn.softmax(vectors @ directions.T / TEMPERATURE, axis=-1)
    return unit(share @ directions)


@dataclasses.dataclass(frozen=True, slots=True)
class Posterior:
    """That the facet ``name`` settles on its ``classes`` by a ``share`` (above 0, 1 is wholly)."""

    name: str
    classes: int
    share: float

    def __post_init__(self) -> None:
        if self.classes < 1 or not 0 < self.share <= 1:
            raise ValueError(
                f"facet {self.name}: expected a class or more and a share above 0, at most 1, "
                f"got {self.classes} and {self.share}"
            )


def settled(
    facets: Mapping[str, Array], prototypes: Mapping[str, Array], posteriors: Sequence[Posterior]
) -> dict[str, Array]:
    """The facets by name, of unit length; those that ``posteriors`` names are their vectors and
    their expected prototypes, mixed by the share."""
    out = dict(facets)
    for each in posteriors:
        vectors = facets[each.name]
        expected = expected_prototype(vectors, prototypes[each.name])
        out[each.name] = unit((1 - each.share) * vectors + each.share * expected)
    return out
