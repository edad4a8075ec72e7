"""Convolution in bfloat16 with float32 sums on Intel AMX tiles, where the processor has them.

``convolution.cc`` is compiled with the system's ``c++`` on first use, into
``$XDG_CACHE_HOME/samevibe`` (``~/.cache/samevibe``). Without a compiler, without AMX, off Linux or
where JAX computes on something other than the processor, ``available()`` is False and says why in
the log; XLA's own convolution serves then.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import platform
from pathlib import Path

import jax
import numpy as np
from jaxtyping import Array, Float

from model.native import NativeError, compiled

log = logging.getLogger(__name__)

SOURCE = Path(__file__).with_name("convolution.cc")
FLAGS = (
    *("-std=c++17", "-O3", "-DNDEBUG", "-pthread"),
    *("-mavx512f", "-mavx512bw", "-mavx512vl", "-mavx512dq", "-mavx512bf16"),
    *("-mamx-tile", "-mamx-bf16"),
)
NEEDED = {"amx_tile", "amx_bf16", "avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_bf16"}
CPU_INFO = Path("/proc/cpuinfo")
# The name XLA calls each by, and the library's symbol.
TARGETS = {
    "samevibe_convolution": "ConvolutionForward",
    "samevibe_convolution_input_gradient": "ConvolutionInputGradient",
    "samevibe_convolution_kernel_gradient": "ConvolutionKernelGradient",
}


class UnavailableError(RuntimeError):
    """This machine can't convolve on AMX tiles; the message says why."""


@functools.cache
def available() -> bool:
    """Whether ``convolve`` works here. Compiles on the first call (seconds), then remembers."""
    try:
        _register()
    except UnavailableError as why:
        log.info("convolutions are XLA's: %s", why)
        return False
    return True


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def convolve(
    x: Float[Array, "n h w i"], kernel: Float[Array, "k k i o"], stride: int
) -> Float[Array, "n h2 w2 o"]:
    """Convolve with lax's ``SAME`` padding; both operands are rounded to bfloat16.

    ``x`` and ``kernel`` are float32, ``k`` is 1 or 3, ``stride`` 1 or 2; the result is float32 with
    ``h2 = ceil(h / stride)``. Gradients round the cotangent to bfloat16 too and sum in float32.
    Equal calls give equal bits on one machine: the order of sums depends on its count of cores.

    Raises ``TypeError`` for other dtypes, ``ValueError`` for other shapes or strides and
    ``UnavailableError`` where ``available()`` is False.
    """
    _check(x, kernel, stride)
    n, h, w, _ = x.shape
    shape = (n, -(-h // stride), -(-w // stride), kernel.shape[-1])
    return _call("samevibe_convolution", shape, x, kernel, stride)


def _forward(x: Array, kernel: Array, stride: int) -> tuple[Array, tuple[Array, Array]]:
    return convolve(x, kernel, stride), (x, kernel)


def _backward(stride: int, saved: tuple[Array, Array], gradient: Array) -> tuple[Array, Array]:
    x, kernel = saved
    # Two calls, so that the one whose result nobody needs (the stem's input) is left out.
    return (
        _call("samevibe_convolution_input_gradient", x.shape, gradient, kernel, stride),
        _call("samevibe_convolution_kernel_gradient", kernel.shape, x, gradient, stride),
    )


convolve.defvjp(_forward, _backward)


def _call(target: str, shape: tuple[int, ...], a: Array, b: Array, stride: int) -> Array:
    result = jax.ShapeDtypeStruct(shape, np.float32)
    return jax.ffi.ffi_call(target, result)(a, b, stride=np.int64(stride))


def _check(x: Array, kernel: Array, stride: int) -> None:
    if x.dtype != np.float32 or kernel.dtype != np.float32:
        raise TypeError(f"expected float32, got x {x.dtype} and kernel {kernel.dtype}")
    if x.ndim != 4 or kernel.ndim != 4 or kernel.shape[2] != x.shape[3]:
        raise ValueError(
            f"expected x (n, h, w, i) and kernel (k, k, i, o), got {x.shape} and {kernel.shape}"
        )
    if kernel.shape[:2] not in ((1, 1), (3, 3)) or stride not in (1, 2):
        raise ValueError(
            f"expected a 1x1 or 3x3 kernel and stride 1 or 2, got {kernel.shape}, stride {stride}"
        )
    if not available():
        raise UnavailableError(
            "no AMX convolution here: ask available() first, its log line says why"
        )


@functools.cache
def _register() -> None:
    """Let XLA call the compiled handlers; raises ``UnavailableError``."""
    if platform.system() != "Linux" or jax.default_backend() != "cpu":
        raise UnavailableError(f"needs Linux and JAX's cpu backend, not {jax.default_backend()}")
    missing = NEEDED - set(CPU_INFO.read_text().split())
    if missing:
        raise UnavailableError(f"the processor lacks {', '.join(sorted(missing))}")
    made_for = f"-DMADE_FOR_JAX={jax.__version__}"  # another version's headers, another library
    flags = (*FLAGS, made_for, f"-I{jax.ffi.include_dir()}")
    try:
        library = ctypes.CDLL(str(compiled(SOURCE, ("c++", "g++", "clang++"), flags)))
    except (OSError, NativeError) as error:
        raise UnavailableError(str(error)) from error
    library.AllowTiles.restype = ctypes.c_int64
    if library.AllowTiles() != 0:
        raise UnavailableError(
            "the system doesn't let this process use AMX tiles (Linux >= 5.16 does)"
        )
    for target, symbol in TARGETS.items():
        handler = jax.ffi.pycapsule(getattr(library, symbol))
        jax.ffi.register_ffi_target(target, handler, platform="cpu")
