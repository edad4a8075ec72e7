"""kernel.c for Python: compiled on first use, loaded, its structures and functions declared.

The system's C compiler makes it, into the user's cache folder, under a name made of its text. A
machine without a compiler gets one line in the log and the pass in dense.py, which gives the same
answers. docs/search.md says why it is not built when the package is installed.
"""

from __future__ import annotations

import ctypes
import functools
import logging
from pathlib import Path

from model.native import NativeError, compiled

logger = logging.getLogger("samevibe.server")

PATHS = ("plain", "avx2", "vnni", "amx")  # instructions, as kernel.c numbers them
GROUP, BUCKETS, MOST_DIM, MOST_QUERIES = 16, 4096, 1024, 16
_SOURCE = Path(__file__).with_name("kernel.c")
_FLAGS = ("-O3", "-std=gnu11")


class Query(ctypes.Structure):
    """One query vector, quantised, with its bounds."""

    _fields_ = [
        *[(name, ctypes.c_void_p) for name in ("coarse", "fine", "mask")],
        ("need", ctypes.c_int64),
        *[(name, ctypes.c_int32) for name in ("coarse_128", "fine_128")],
        *[(name, ctypes.c_float) for name in ("step", "alpha", "beta", "lowest", "per_bucket")],
    ]


class Rescore(ctypes.Structure):
    """Rows to be scored canonically with one query."""

    _fields_ = [
        *[(name, ctypes.c_void_p) for name in ("query", "rows", "scores")],
        *[(name, ctypes.c_int64) for name in ("next", "end")],
    ]


class Found(ctypes.Structure):
    """What one thread has found for one query."""

    _fields_ = [
        *[(name, ctypes.c_void_p) for name in ("rows", "upper", "buckets")],
        *[(name, ctypes.c_int64) for name in ("count", "fresh")],
        ("threshold", ctypes.c_float),
    ]


class Scan(ctypes.Structure):
    """The rows, and who reads them."""

    _fields_ = [
        *[(name, ctypes.c_void_p) for name in ("codes", "scale", "error")],
        *[(n, ctypes.c_int64) for n in ("rows", "padded_dim", "queries", "threads", "path")],
    ]


@functools.cache
def load() -> ctypes.CDLL | None:
    """The compiled kernel, or `None` (and a line in the log) where it can't be had."""
    try:
        library = ctypes.CDLL(str(compiled(_SOURCE, ("cc", "gcc", "clang"), _FLAGS, ("-lm",))))
    except (OSError, NativeError) as error:
        logger.warning(
            "search: no native first pass (%s); searching in float32 with JAX: the same answers, "
            "more slowly. A C compiler (`cc`) on the path is all it takes",
            error,
        )
        return None
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    library.best_path.restype = number
    library.best_path.argtypes = []
    library.quantise.restype = ctypes.c_double
    library.quantise.argtypes = [pointer, *[number] * 4, *[pointer] * 3, number]
    library.rescore.restype = None
    library.rescore.argtypes = [pointer, number, pointer, number, number]
    library.scan.restype = None
    library.scan.argtypes = [pointer, pointer, pointer, number, number, number]
    library.score.restype = None
    library.score.argtypes = [pointer, *[number] * 2, pointer, *[number] * 3, pointer, number]
    real = ctypes.c_double
    library.count_scores.restype = None
    library.count_scores.argtypes = [pointer, number, real, real, pointer]
    library.pick_scores.restype = number
    library.pick_scores.argtypes = [pointer, number, real, real, pointer, pointer]
    library.keep_above.restype = number
    library.keep_above.argtypes = [pointer, pointer, number, ctypes.c_float, pointer, pointer]
    library.final_threshold.restype = ctypes.c_float
    library.final_threshold.argtypes = [pointer, pointer, pointer, number]
    return library


def available() -> tuple[str, ...]:
    """The instructions that this machine can run, the fastest last; none without the kernel."""
    library = load()
    return () if library is None else PATHS[: int(library.best_path()) + 1]
