"""The AMX convolution against lax's, in float32 on operands that bfloat16 holds exactly."""

from __future__ import annotations

import functools
import logging
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from model.backbone import BackboneConfig, xla_convolve
from model.network import Network
from train.amx import convolution
from train.amx.convolution import UnavailableError, available, convolve

needs_amx = pytest.mark.skipif(
    not available(), reason="no AMX convolution here (the log line of available() says why)"
)


def operands(
    n: int, size: int, channels: tuple[int, int], kernel: int, stride: int
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """x, kernel and a cotangent, all rounded to bfloat16."""
    random = np.random.default_rng([n, size, *channels, kernel, stride])
    after = -(-size // stride)
    shapes = (
        (n, size, size, channels[0]),
        (kernel, kernel, *channels),
        (n, after, after, channels[1]),
    )
    return tuple(
        jnp.asarray(random.standard_normal(shape), jnp.bfloat16).astype(jnp.float32)
        for shape in shapes
    )


@functools.partial(jax.jit, static_argnums=(0, 4))
def forward_and_gradients(function, x, kernel, cotangent, stride):
    y, pull = jax.vjp(lambda x, kernel: function(x, kernel, stride), x, kernel)
    return y, *pull(cotangent)


def assert_close(actual, expected) -> None:
    # Products are exact; only the order of float32 sums differs.
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=2e-6 * float(jnp.abs(other).max()))


CASES = [
    *((size, (12, 32), 3, stride) for size in (3, 4, 6, 8, 12, 16, 24, 32) for stride in (1, 2)),
    *((8, widths, 3, 1) for widths in ((32, 64), (64, 160), (160, 160), (320, 320))),
    *((size, (64, 160), 3, 2) for size in (6, 7, 16)),
    *((size, (160, 320), 1, 1) for size in (3, 8)),
    (5, (7, 17), 3, 2),  # odd counts of everything
    (5, (7, 17), 1, 2),
    (1, (16, 48), 3, 2),
]


@needs_amx
@pytest.mark.parametrize(("size", "channels", "kernel", "stride"), CASES)
def test_forward_and_gradients_are_lax_s(size, channels, kernel, stride) -> None:
    arrays = operands(5, size, channels, kernel, stride)
    assert_close(
        forward_and_gradients(convolve, *arrays, stride),
        forward_and_gradients(xla_convolve, *arrays, stride),
    )


@needs_amx
@pytest.mark.parametrize("n", [1, 2, 3, 33, 71])
@pytest.mark.parametrize("stride", [1, 2])
def test_any_batch_size(n: int, stride: int) -> None:
    arrays = operands(n, 6, (32, 48), 3, stride)
    assert_close(
        forward_and_gradients(convolve, *arrays, stride),
        forward_and_gradients(xla_convolve, *arrays, stride),
    )


@needs_amx
def test_an_oblong_picture_and_an_empty_batch() -> None:
    x, kernel, _ = operands(2, 12, (16, 32), 3, 2)
    oblong = x[:, :, :7]
    assert_close([convolve(oblong, kernel, 2)], [xla_convolve(oblong, kernel, 2)])
    assert convolve(x[:0], kernel, 2).shape == (0, 6, 6, 32)
    gradient = jax.grad(lambda k: convolve(x[:0], k, 2).sum())(kernel)
    np.testing.assert_array_equal(gradient, np.zeros(kernel.shape))


@needs_amx
def test_operands_are_rounded_to_bfloat16() -> None:
    x, kernel, _ = operands(2, 4, (32, 32), 3, 1)
    fine = x * (1 + 2.0**-12)  # less than half a bfloat16 step away
    np.testing.assert_array_equal(convolve(fine, kernel, 1), convolve(x, kernel, 1))


@needs_amx
@pytest.mark.parametrize(("size", "channels", "stride"), [(8, (160, 160), 1), (16, (64, 160), 2)])
def test_the_same_bits_twice(size, channels, stride) -> None:
    arrays = operands(37, size, channels, 3, stride)
    first = forward_and_gradients(convolve, *arrays, stride)
    for _ in range(5):
        for one, other in zip(forward_and_gradients(convolve, *arrays, stride), first, strict=True):
            np.testing.assert_array_equal(one, other)


@needs_amx
def test_a_training_step_with_donated_weights() -> None:
    config = BackboneConfig(canvas=16, widths=(16, 32), blocks=(0, 1))
    canvases = jnp.asarray(np.random.default_rng(0).integers(0, 256, (9, 16, 16, 3)), jnp.uint8)

    def train(function) -> list[float]:
        network = Network(config, {"kind": 8}, rngs=nnx.Rngs(0), convolve=function)
        graph, weights = nnx.split(network)

        def loss(weights):
            return (nnx.merge(graph, weights)(canvases)[:, 0] - 0.5).__pow__(2).mean()

        @functools.partial(jax.jit, donate_argnums=0)
        def step(weights):
            value, gradient = jax.value_and_grad(loss)(weights)
            return jax.tree.map(lambda w, g: w - 0.3 * g, weights, gradient), value

        losses = []
        for _ in range(6):
            weights, value = step(weights)
            losses.append(float(value))
        return losses

    ours, theirs = train(convolve), train(xla_convolve)
    assert ours[-1] < 0.7 * ours[0]
    np.testing.assert_allclose(ours, theirs, rtol=2e-2)  # bfloat16 against float32
    assert ours == train(convolve)


@needs_amx
def test_what_does_not_fit_is_refused() -> None:
    x, kernel, _ = operands(1, 4, (16, 16), 3, 1)
    with pytest.raises(TypeError, match="float32"):
        convolve(x.astype(jnp.bfloat16), kernel, 1)
    with pytest.raises(ValueError, match="stride 3"):
        convolve(x, kernel, 3)
    with pytest.raises(ValueError, match="1x1 or 3x3"):
        convolve(x, jnp.zeros((5, 5, 16, 16)), 1)


@pytest.fixture
def asked_anew():
    """``available()`` as in a new process, before and after."""
    for remembered in (available, convolution._register):
        remembered.cache_clear()
    yield
    for remembered in (available, convolution._register):
        remembered.cache_clear()


def test_without_amx_xla_convolves(
    asked_anew, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cpuinfo").write_text("flags : fpu avx2\n")
    monkeypatch.setattr(convolution, "CPU_INFO", tmp_path / "cpuinfo")
    with caplog.at_level(logging.INFO):
        assert not available()
    assert "amx_tile" in caplog.text
    arrays = operands(2, 4, (16, 16), 3, 1)
    with pytest.raises(UnavailableError, match="available"):
        convolve(*arrays[:2], 1)
    network = Network(
        BackboneConfig(canvas=16, widths=(16, 32), blocks=(0, 1)),
        {"kind": 8},
        rngs=nnx.Rngs(0),
        convolve=convolve if available() else xla_convolve,
    )
    assert network(jnp.zeros((2, 16, 16, 3), jnp.uint8)).shape == (2, 8)


def test_without_a_compiler(
    asked_anew, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    cpu = tmp_path / "cpuinfo"
    cpu.write_text("flags : " + " ".join(sorted(convolution.NEEDED)))
    monkeypatch.setattr(convolution, "CPU_INFO", cpu)
    with caplog.at_level(logging.INFO):
        assert not available()
    assert "no compiler found" in caplog.text
