"""Facets that settle on classes: a vector becomes the prototype that is to be expected.

A class facet learns by a softmax over its prototypes. Where vectors are compared, what that softmax
says tells more than where between the prototypes a vector lies: pictures that are surely of one
class are alike whatever else they are, and doubtful ones lie between. This is the prediction of the
class as an embedding (classemes: Torresani et al., ECCV 2010), in the dimensions of the facet. A
facet may settle in part, and keep some of what tells pictures of one class apart.

Hundreds of classes are told apart better in more dimensions than a facet should take. A facet that
settles wholly may therefore have a head as wide as that (``Posterior.width``), whose softmax speaks,
and a code for each class, a random direction of few dimensions: what a picture surely is not has no
part in its vector, so few dimensions keep apart what is left (Johnson and Lindenstrauss, 1984).
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
    vectors: Float[Array, "n width"],
    prototypes: Float[Array, "classes width"],
    codes: Float[Array, "classes dim"] | None = None,
) -> Float[Array, "n dim"]:
    """The mean of the classes' ``codes`` (of the prototypes themselves, where there are none) by the
    softmax over the prototypes' cosines with a vector, at unit length.

    ``vectors`` have unit length, ``prototypes`` and ``codes`` any.
    """
    directions = unit(prototypes)
    share = jax.nn.softmax(vectors @ directions.T / TEMPERATURE, axis=-1)
    return unit(share @ (directions if codes is None else unit(codes)))


@dataclasses.dataclass(frozen=True, slots=True)
class Posterior:
    """That the facet ``name`` settles on its ``classes`` by a ``share`` (above 0, 1 is wholly).

    With a ``width`` above 0 it tells them apart in so many dimensions, and settles wholly.
    """

    name: str
    classes: int
    share: float
    width: int = 0

    def __post_init__(self) -> None:
        if self.width < 0 or (self.width and self.share != 1):
            raise ValueError(
                f"facet {self.name}: expected a width of 0 or more, and a share of 1 beside any "
                f"other than 0, got {self.width} and {self.share}"
            )
        if self.classes < 1 or not 0 < self.share <= 1:
            raise ValueError(
                f"facet {self.name}: expected a class or more and a share above 0, at most 1, "
                f"got {self.classes} and {self.share}"
            )


def head_dims(dims: Mapping[str, int], posteriors: Sequence[Posterior]) -> dict[str, int]:
    """How many dimensions the head of each facet has: the facet's own, or its ``width``."""
    return {**dims, **{each.name: each.width for each in posteriors if each.width}}


def settled(
    facets: Mapping[str, Array],
    prototypes: Mapping[str, Array],
    codes: Mapping[str, Array],
    posteriors: Sequence[Posterior],
) -> dict[str, Array]:
    """The facets by name, of unit length; those that ``posteriors`` names are what their heads give
    and their expected prototypes, mixed by the share, or the codes that are to be expected."""
    out = dict(facets)
    for each in posteriors:
        vectors = facets[each.name]
        expected = expected_prototype(vectors, prototypes[each.name], codes.get(each.name))
        if not each.width:
            expected = unit((1 - each.share) * vectors + each.share * expected)
        out[each.name] = expected
    return out
