"""The text tower: a title or a query in words becomes a vector of the same facets as a picture.

Words are hashed into a table of rows that are learned (the hashing trick: Weinberger et al.,
arXiv:0902.2206); their sum goes through one hidden layer (as in fastText, arXiv:1607.01759, where
word order counts for little too). Any word has a row, so no vocabulary ships with a version.
"""

from __future__ import annotations

import dataclasses
import re
import zlib

import jax
import numpy as np
from flax import nnx
from jaxtyping import Array, Float, Int, Int32

from model.layers import unit

_WORD = re.compile(r"[^\W_]+")
_STEM = 4  # the first letters of a word are a second token: "print" in "printed"


@dataclasses.dataclass(frozen=True, slots=True)
class TextConfig:
    """``buckets`` rows of ``width`` numbers, ``hidden`` units, at most ``tokens`` tokens a text."""

    buckets: int = 4096
    width: int = 64
    hidden: int = 256
    tokens: int = 24


def has_words(text: str) -> bool:
    """Whether there is anything in ``text`` to embed: a letter or a digit of any script."""
    return _WORD.search(text) is not None


def tokens_of(text: str, config: TextConfig) -> Int32[np.ndarray, " tokens"]:
    """Each word and each word's beginning as the number of its row; 0 fills up and means nothing.

    Case is folded; words past the limit are left out.
    """
    numbers = []
    for word in _WORD.findall(text.casefold()):
        word = word.removesuffix("s") if len(word) > 3 else word
        numbers.append(_bucket(word, config))
        if len(word) > _STEM:
            numbers.append(_bucket(word[:_STEM] + "-", config))
    out = np.zeros(config.tokens, np.int32)
    out[: len(numbers)] = numbers[: config.tokens]
    return out


def _bucket(token: str, config: TextConfig) -> int:
    return 1 + zlib.crc32(token.encode()) % (config.buckets - 1)


class TextTower(nnx.Module):
    """Tokens to facets of unit length, in the layout of the pictures."""

    def __init__(self, config: TextConfig, facet_dims: dict[str, int], *, rngs: nnx.Rngs):
        self.table = nnx.Param(
            jax.random.normal(rngs.params(), (config.buckets, config.width)) * 0.3
        )
        self.norm = nnx.LayerNorm(config.width, rngs=rngs)
        self.hidden = nnx.Linear(config.width, config.hidden, rngs=rngs)
        self.heads = nnx.Dict(
            {
                name: nnx.Linear(config.hidden, dim, use_bias=False, rngs=rngs)
                for name, dim in facet_dims.items()
            }
        )
        self.names = tuple(facet_dims)

    def __call__(self, tokens: Int[Array, "n tokens"]) -> dict[str, Float[Array, "n dim"]]:
        rows = self.table[...][tokens] * (tokens > 0)[..., None]
        hidden = jax.nn.relu(self.hidden(self.norm(rows.sum(axis=1))))
        return {name: unit(self.heads[name](hidden)) for name in self.names}
