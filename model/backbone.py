"""The backbone: a small residual CNN without normalisation layers.

Normaliser-free residual blocks with scaled weight standardisation (Brock et al., "Characterizing
signal propagation to close the performance gap in unnormalized ResNets", arXiv:2101.08692): no
layer depends on the batch, and the standardised kernels are plain convolutions once fused.

Three short ways lead past the convolutions to the heads (``model/shallow.py``): what colours the
product has, a thumbnail, and where its edges lie. They are what a colour histogram and raw pixels
know, which holds in any shop, while deep features hold best in the shop they were learned in.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx
from jaxtyping import Array, Float, UInt8

from model.layers import mean_pool
from model.prototypes import Posterior
from model.shallow import Palette, edges, thumbnail

# (x, kernel, stride) -> y with ``SAME`` padding: ``xla_convolve``, or another of its meaning
Convolve = Callable[[Array, Array, int], Array]

PALETTE_STRIDE = 4  # the palette looks at the mean colours of 4 x 4 pixels
EXPANSION = 4  # of the channels inside an inverted bottleneck
RELU_GAIN = 1.7139588594436646  # keeps the variance of relu(x) at 1 for a standard normal x


@dataclasses.dataclass(frozen=True, slots=True)
class BackboneConfig:
    """``widths[i]`` channels and ``blocks[i]`` blocks at stride ``patch * 2 ** i``.

    The stem takes squares of ``patch`` x ``patch`` pixels as places. ``block`` names a kind of
    ``BLOCKS``. A version's config that does not name an option means its default here.
    ``middle`` pools the stage before the last too. ``palette`` is the number of reference colours
    of the palette and ``looks`` the number of attention maps it is pooled with; ``thumbnail`` is
    the side of the thumbnail in pixels. ``hidden`` is the number of units between the features and
    the heads of the facets but for those named in ``direct``. ``edges`` is the side of the grid of
    edge strengths, which the facets named in ``edged``, and no others, are read from. 0 leaves a
    part out. ``posterior`` says which facets settle on their classes.
    """

    canvas: int = 64
    widths: tuple[int, ...] = (32, 64, 160, 320)
    blocks: tuple[int, ...] = (0, 1, 2, 2)
    alpha: float = 0.2
    middle: bool = False
    palette: int = 0
    looks: int = 3
    thumbnail: int = 0
    patch: int = 2
    block: str = "residual"
    hidden: int = 0
    direct: tuple[str, ...] = ()
    edges: int = 0
    edged: tuple[str, ...] = ("outline",)
    posterior: tuple[Posterior, ...] = ()

    def __post_init__(self) -> None:
        if len(self.widths) != len(self.blocks) or not self.widths:
            raise ValueError(f"expected as many widths as blocks, got {self.widths}, {self.blocks}")
        if self.block not in BLOCKS:
            raise ValueError(f"no block {self.block!r}; there are {', '.join(BLOCKS)}")
        stride = self.patch * 2 ** (len(self.widths) - 1)
        if self.canvas % stride:
            raise ValueError(f"canvas {self.canvas} is no multiple of {stride}")
        if self.edges % 2 or (self.edges and self.canvas % self.edges):
            raise ValueError(
                f"expected an even number of edge cells a side that divides {self.canvas}, "
                f"got {self.edges}"
            )
        if 0 in self.blocks[1:]:
            raise ValueError(
                f"expected a block at least in every stage but the first: {self.blocks}"
            )
        if (self.middle or self.palette) and len(self.widths) < 3:
            raise ValueError("a middle stage or a palette needs three stages at least")

    @property
    def parts(self) -> tuple[int, ...]:
        """Features of each part: the mean and the maximum of the last stage and of the middle one,
        the palette, the thumbnail."""
        sizes = (
            2 * self.widths[-1],
            2 * self.widths[-2] if self.middle else 0,
            self.palette * (self.looks + 1),
            3 * self.thumbnail**2,
        )
        return tuple(size for size in sizes if size)

    @property
    def from_edges(self) -> tuple[str, ...]:
        """The facets that are read from the edges, of which words say nothing."""
        return self.edged if self.edges else ()

    @property
    def features(self) -> int:
        """Features of a picture, all parts together but for the edges, which come after them."""
        return sum(self.parts)

    @property
    def outputs(self) -> int:
        """The features and the edges."""
        return self.features + self.edges**2 // 2


def activation(x: Array) -> Array:
    return jax.nn.relu(x) * RELU_GAIN


def xla_convolve(
    x: Float[Array, "n h w i"], kernel: Float[Array, "k k i o"], stride: int
) -> Float[Array, "n h2 w2 o"]:
    """XLA's own convolution, with ``SAME`` padding."""
    return jax.lax.conv_general_dilated(
        x, kernel, (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def standardised(
    kernel: Float[Array, "h w i o"], gain: Float[Array, " o"]
) -> Float[Array, "h w i o"]:
    """Each output channel's kernel with mean 0 and norm ``gain``."""
    mean = kernel.mean(axis=(0, 1, 2), keepdims=True)
    variance = kernel.var(axis=(0, 1, 2), keepdims=True)
    fan_in = kernel.shape[0] * kernel.shape[1] * kernel.shape[2]
    return (kernel - mean) * jax.lax.rsqrt(jnp.maximum(variance * fan_in, 1e-4)) * gain


class Convolution(nnx.Module):
    """3x3 or 1x1 convolution whose kernel is standardised per output channel, then scaled."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        size: int,
        stride: int = 1,
        *,
        rngs: nnx.Rngs,
        dtype: Any = jnp.float32,
        convolve: Convolve = xla_convolve,
    ):
        shape = (size, size, inputs, outputs)
        self.kernel = nnx.Param(
            jax.random.normal(rngs.params(), shape) / (size * size * inputs) ** 0.5
        )
        self.gain = nnx.Param(jnp.ones((outputs,)))
        self.bias = nnx.Param(jnp.zeros((outputs,)))
        self.stride, self.dtype, self.fused, self.convolve = stride, dtype, False, convolve

    def standardised(self) -> Float[Array, "h w i o"]:
        return standardised(self.kernel[...], self.gain[...])

    def fuse(self) -> None:
        """Put the standardised kernel in place, once, for inference."""
        if not self.fused:
            self.kernel[...] = self.standardised()
            self.mark_fused()

    def mark_fused(self) -> None:
        """Take ``kernel`` as standardised."""
        self.fused = True

    def __call__(self, x: Float[Array, "n h w i"]) -> Float[Array, "n h2 w2 o"]:
        kernel = self.kernel[...] if self.fused else self.standardised()
        x = self.convolve(x.astype(self.dtype), kernel.astype(self.dtype), self.stride)
        return x + self.bias[...].astype(self.dtype)


class Branches(Convolution):
    """A 3x3 kernel, a 1x1 kernel and, where input and output have one shape, the identity, side by
    side and with equal shares at the start (RepVGG: Ding et al., arXiv:2101.03697).

    No layer stands between the branches and their sum, so they are one 3x3 kernel in training
    already; ``fuse`` leaves only that.
    """

    PARTS = ("point", "point_gain", "straight")

    def __init__(self, inputs: int, outputs: int, stride: int, *, rngs: nnx.Rngs, **options: Any):
        super().__init__(inputs, outputs, 3, stride, rngs=rngs, **options)
        same = stride == 1 and inputs == outputs
        share = (3 if same else 2) ** -0.5
        self.gain[...] = jnp.full((outputs,), share)
        self.point = nnx.Param(
            jax.random.normal(rngs.params(), (1, 1, inputs, outputs)) / inputs**0.5
        )
        self.point_gain = nnx.Param(jnp.full((outputs,), share))
        # Less the activation's gain: what goes straight keeps its mean, which would add up.
        self.straight = nnx.Param(jnp.full((outputs,), share / RELU_GAIN)) if same else None

    def standardised(self) -> Float[Array, "h w i o"]:
        centre = standardised(self.point[...], self.point_gain[...])[0, 0]
        if self.straight is not None:
            centre += jnp.diag(self.straight[...])
        return super().standardised().at[1, 1].add(centre)

    def mark_fused(self) -> None:
        super().mark_fused()
        for part in self.PARTS:
            setattr(self, part, None)


class Block(nnx.Module):
    """``x + alpha * skip_gain * f(x / beta)``; ``beta`` is the expected deviation of ``x``.

    ``f`` is two 3x3 convolutions; with ``expansion``, a 3x3 convolution to that many times the
    channels and a 1x1 convolution back (the fused inverted bottleneck of Tan and Le,
    arXiv:2104.00298).
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        stride: int,
        alpha: float,
        beta: float,
        *,
        expansion: int = 0,
        **options: Any,
    ):
        inner = outputs * (expansion or 1)
        self.first = Convolution(inputs, inner, 3, stride, **options)
        self.second = Convolution(inner, outputs, 1 if expansion else 3, **options)
        changes = stride != 1 or inputs != outputs
        self.shortcut = Convolution(inputs, outputs, 1, **options) if changes else None
        self.skip_gain = nnx.Param(jnp.zeros(()))
        self.alpha, self.beta, self.stride = alpha, beta, stride

    def __call__(self, x: Float[Array, "n h w i"]) -> Float[Array, "n h2 w2 o"]:
        inside = activation(x) / self.beta
        if self.shortcut is not None:
            x = self.shortcut(mean_pool(inside, self.stride))
        inside = self.second(activation(self.first(inside)))
        return x + self.alpha * self.skip_gain[...].astype(inside.dtype) * inside


class PlainBlock(nnx.Module):
    """An activation and ``Branches``, without a way around them; the size of the signal stays by
    itself, so ``alpha`` and ``beta`` are not needed."""

    def __init__(
        self, inputs: int, outputs: int, stride: int, alpha: float, beta: float, **options: Any
    ):
        self.branches = Branches(inputs, outputs, stride, **options)

    def __call__(self, x: Float[Array, "n h w i"]) -> Float[Array, "n h2 w2 o"]:
        return self.branches(activation(x))


BLOCKS: dict[str, Callable[..., nnx.Module]] = {
    "residual": Block,
    "inverted": functools.partial(Block, expansion=EXPANSION),
    "branches": PlainBlock,
}


class Backbone(nnx.Module):
    """Canvas to features, the edges last: ``UInt8 (n, S, S, 3)`` to ``Float32 (n, outputs)``."""

    def __init__(
        self,
        config: BackboneConfig,
        *,
        rngs: nnx.Rngs,
        dtype: Any = jnp.float32,
        convolve: Convolve = xla_convolve,
    ):
        self.config = config
        options = {"rngs": rngs, "dtype": dtype, "convolve": convolve}
        self.stem = Convolution(3 * config.patch**2, config.widths[0], 3, **options)
        blocks, inputs, variance = [], config.widths[0], 1.0
        for stage, (width, count) in enumerate(zip(config.widths, config.blocks, strict=True)):
            for index in range(count):
                stride = 2 if index == 0 and stage > 0 else 1
                block = BLOCKS[config.block]
                blocks.append(block(inputs, width, stride, config.alpha, variance**0.5, **options))
                # A changed shortcut starts the variance anew (arXiv:2101.08692, section 3).
                changed = stride != 1 or inputs != width
                variance = (1.0 if changed else variance) + config.alpha**2
                inputs = width
        self.blocks = nnx.List(blocks)
        self.palette = (
            Palette(config.palette, config.looks, config.widths[-2], rngs=rngs)
            if config.palette
            else None
        )
        sizes = config.parts
        self.norm = nnx.LayerNorm(sizes[0], rngs=rngs)
        self.norms = nnx.List([nnx.LayerNorm(size, rngs=rngs) for size in sizes[1:]])

    def __call__(self, canvases: UInt8[Array, "n S S 3"]) -> Float[Array, "n outputs"]:
        config = self.config
        pixels = canvases.astype(jnp.float32) / 127.5 - 1.0
        n, size, _, channels = pixels.shape
        # p x p pixels become channels: (n, S, S, 3) -> (n, S/p, S/p, 3 p^2)
        p, side = config.patch, size // config.patch
        x = pixels.reshape(n, side, p, side, p, channels)
        x = x.transpose(0, 1, 3, 2, 4, 5).reshape(n, side, side, p * p * channels)
        x = middle = self.stem(x)
        last = len(self.blocks) - config.blocks[-1]
        for index, block in enumerate(self.blocks):
            if index == last:
                middle = activation(x).astype(jnp.float32)
            x = block(x)
        parts = [_pooled(activation(x).astype(jnp.float32))]
        if config.middle:
            parts.append(_pooled(middle))
        if self.palette is not None:
            parts.append(self.palette(mean_pool(pixels, PALETTE_STRIDE), middle))
        if config.thumbnail:
            parts.append(thumbnail(pixels, config.thumbnail))
        norms = (self.norm, *self.norms)
        parts = [norm(part) for norm, part in zip(norms, parts, strict=True)]
        if config.edges:
            parts.append(edges(pixels, config.edges))
        return jnp.concatenate(parts, axis=-1)


def _pooled(x: Float[Array, "n h w c"]) -> Float[Array, "n 2*c"]:
    """Mean and maximum over the places."""
    return jnp.concatenate([x.mean(axis=(1, 2)), x.max(axis=(1, 2))], axis=-1)
