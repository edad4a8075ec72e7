"""Rounded weights: what a version's file holds is exactly what was judged, in a fraction of the
space."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float32

LARGE = 4096  # arrays with as many numbers are kept in 8 bits
LEVELS = 127
KERNEL_LEVELS = 31  # of convolutions, most of all numbers: a quarter less once compressed
SCALE_BITS = 11  # of a scale's mantissa: times a level, float32 still holds it exactly
SCALE = ":scale"  # ends the name of the array of an 8-bit array's scales


def rounded(tensors: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The float32 arrays as few bits hold them: large ones by 255 levels (kernels of convolutions
    by 63), with a scale for each output channel (the last axis) that its largest number sets;
    others in half precision.

    Rounding twice changes nothing. Symmetric weights per channel are the usual form of 8-bit
    networks (Krishnamoorthi, arXiv:1806.08342); these are for the file alone, and are float32
    again once loaded.
    """
    return {
        name: _levels(array)[0] * _scales(array)
        if _is_large(array)
        else array.astype(np.float16).astype(np.float32)
        for name, array in tensors.items()
    }


def packed(tensors: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays to write: as int8 with scales beside them, or in half precision, where either
    loses nothing; float32 where both would."""
    out = {}
    for name, array in tensors.items():
        if _is_large(array):
            levels, exact = _levels(array)
            if exact:
                out[name], out[name + SCALE] = np.asarray(levels, np.int8, "C"), _scales(array)
                continue
        half = array.astype(np.float16)
        whole = half if np.array_equal(half.astype(array.dtype), array) else array
        out[name] = np.asarray(whole, order="C")
    return out


def unpacked(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The float32 arrays of what ``packed`` wrote.

    Raises:
        KeyError: an int8 array has no scales.
    """
    return {
        name: array.astype(np.float32) * arrays[name + SCALE]
        if array.dtype == np.int8
        else array.astype(np.float32)
        for name, array in arrays.items()
        if not name.endswith(SCALE)
    }


def _is_large(array: np.ndarray) -> bool:
    return array.ndim >= 2 and array.size >= LARGE and bool(np.isfinite(array).all())


def _scales(array: np.ndarray) -> Float32[np.ndarray, " outputs"]:
    largest = np.abs(array).max(axis=tuple(range(array.ndim - 1)))
    mantissa, exponent = np.frexp(largest.astype(np.float64) / _most(array))
    mantissa = np.round(mantissa * 2**SCALE_BITS) / 2**SCALE_BITS
    return np.ldexp(mantissa, exponent).astype(np.float32)


def _levels(array: np.ndarray) -> tuple[np.ndarray, bool]:
    """The whole numbers (float32) that times the scales are nearest to the array, and whether they
    are the array."""
    scales = _scales(array)
    safe = np.where(scales > 0, scales, 1)
    levels = np.clip(np.round(array / safe), -_most(array), _most(array)).astype(np.float32)
    return levels, bool(np.array_equal(levels * scales, array))


def _most(array: np.ndarray) -> int:
    return KERNEL_LEVELS if array.ndim == 4 else LEVELS
