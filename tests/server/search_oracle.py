"""The exact search held against a float64 oracle, on catalogues made to trip it up.

    python -m tests.server.search_oracle dense 40      # prints what was checked, as JSON

Run as a program by the tests that need another set of devices.
"""

from __future__ import annotations

import collections
import contextlib
import json
import sys
from unittest import mock

import numpy as np

from server.search import blocks, native
from server.search.canonical import canonical_scores
from server.search.exact import ExactIndex, Question

KINDS = (
    "random",
    "clustered",
    "tight",
    "duplicates",
    "near_ties",
    "permuted",
    "equal",
    "quantised",
    "uneven",
)
DTYPES = ("float32", "float16", "bfloat16", "int8", "uint8")
# Few shapes, as JAX compiles for each; tiles of 16, 64, 512 and 4096 rows divide none of them but 512.
SHAPES = ((1, 16), (5, 3), (37, 64), (150, 256), (512, 17), (700, 61), (1203, 64), (6007, 32))


def make_vectors(kind: str, rows: int, dim: int, rng: np.random.Generator) -> np.ndarray:
    """Unit rows of one kind; `near_ties` differ in their last bits only, `permuted` only in the
    order of their numbers, so that a query of one value has the same exact score with all."""
    if kind == "equal":
        vectors = np.repeat(rng.normal(size=(1, dim)), rows, axis=0)
    elif kind == "permuted":
        vectors = rng.permuted(np.repeat(rng.normal(size=(1, dim)), rows, axis=0), axis=1)
    elif kind == "duplicates":
        vectors = rng.normal(size=(max(rows // 5, 1), dim))[
            rng.integers(0, max(rows // 5, 1), rows)
        ]
    elif kind in ("clustered", "tight"):
        noise = rng.uniform(0.05, 0.5) if kind == "clustered" else 0.01
        centres = rng.normal(size=(max(rows // 40, 1), dim))
        vectors = centres[rng.integers(0, len(centres), rows)]
        vectors = vectors + noise * rng.normal(size=(rows, dim)) / dim**0.5
    elif kind == "quantised":
        vectors = rng.integers(-2, 3, (rows, dim)) + 0.0
        vectors[:, 0] = 3.0
        return vectors.astype(np.float32)
    elif kind == "uneven":  # norms of many sizes, and rows of one great number among small ones
        vectors = rng.normal(size=(rows, dim)) * 10 ** rng.uniform(-3, 2, (rows, 1))
        vectors[:, rng.integers(dim)] *= 100
        return vectors.astype(np.float32)
    else:
        vectors = rng.normal(size=(rows, dim))
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    vectors = vectors.astype(np.float32)
    if kind == "near_ties":
        base = np.repeat(vectors[:1], rows, axis=0)
        nudges = rng.integers(-2, 3, (rows, dim)).astype(np.int32)
        vectors = (base.view(np.int32) + nudges).view(np.float32)
    return vectors


def as_stored(vectors: np.ndarray, dtype: str) -> np.ndarray:
    if dtype in ("int8", "uint8"):
        scaled = np.clip(vectors * 127 / np.abs(vectors).max(), -127, 127)
        return (np.rint(scaled) + (128 if dtype == "uint8" else 0)).astype(dtype)
    if dtype == "bfloat16":
        import ml_dtypes

        return vectors.astype(ml_dtypes.bfloat16)
    return vectors.astype(dtype)


def oracle(
    vectors: np.ndarray, item_of_picture: np.ndarray, queries: np.ndarray, mask: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Every passing item in canonical order, and its float64 score, by brute force."""
    best = np.full(int(item_of_picture[-1]) + 1, -np.inf)
    wide = vectors.astype(np.float32)
    for query in queries:
        np.maximum.at(best, item_of_picture, canonical_scores(wide, query))
    passing = np.arange(len(best)) if mask is None else np.flatnonzero(mask)
    order = passing[np.lexsort((passing, -best[passing]))]
    return order, best[order]


def check(index: ExactIndex, vectors, item_of_picture, questions: list[Question]) -> int:
    """Compare every ranking with the oracle; returns how many ranks were compared."""
    compared = 0
    for question, answer in zip(questions, index.answer(questions), strict=True):
        order, scores = oracle(vectors, item_of_picture, question.vectors, question.mask)
        assert answer.passed == len(order)
        assert tuple(ranking.stride for ranking in answer.rankings) == question.strides
        for ranking in answer.rankings:
            expected = np.arange(ranking.stride, len(order) + 1, ranking.stride)[: question.limit]
            np.testing.assert_array_equal(ranking.ranks, expected)
            np.testing.assert_array_equal(ranking.items, order[expected - 1])
            np.testing.assert_array_equal(ranking.scores, scores[expected - 1].astype(np.float32))
            assert ranking.deepest == (expected[-1] if len(expected) else 0)
            compared += len(expected)
    return compared


def prove(first_pass: str, *, catalogues: int, queries: int, seed: int) -> collections.Counter[str]:
    """Check `queries` questions of each of so many catalogues; how much was checked. These
    catalogues are small: of the blocks of "blocks" only 16 come back, so that it has to choose, and
    with "every " before its name the native pass makes every score for whatever is asked."""
    instructions = first_pass.removeprefix("every ")
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(blocks, "_BLOCKS", 16))
        if instructions != first_pass:
            stack.enter_context(
                mock.patch.object(
                    native.NativePass, "_much_is_wanted", lambda _, asked: [True] * len(asked)
                )
            )
        return _prove(instructions, catalogues=catalogues, queries=queries, seed=seed)


def _prove(
    first_pass: str, *, catalogues: int, queries: int, seed: int
) -> collections.Counter[str]:
    checked: collections.Counter[str] = collections.Counter()
    rng = np.random.default_rng(seed)
    for number in range(catalogues):
        pictures, dim = SHAPES[number % len(SHAPES)]
        kind, dtype = KINDS[number % len(KINDS)], DTYPES[number % 2 and number // 2 % len(DTYPES)]
        vectors = as_stored(make_vectors(kind, pictures, dim, rng), dtype)
        several = number % 3 == 2
        starts = np.ones(pictures, bool) if not several else rng.random(pictures) < 0.6
        starts[0] = True
        item_of_picture = np.cumsum(starts) - 1
        items = int(item_of_picture[-1]) + 1
        index = ExactIndex(vectors, item_of_picture, first_pass=first_pass)
        wide = vectors.astype(np.float32)
        questions = []
        for at in range(queries):
            count = 1 if at % 5 else int(rng.integers(2, 4))
            rows = wide[rng.integers(0, pictures, count)]
            if at % 4 == 1:
                rows = np.full_like(rows, rng.choice([1.0, -0.25]))
            elif at % 4:
                nudge = rng.normal(size=rows.shape) * rng.choice([1e-7, 0.01, 0.3])
                rows = (rows + nudge * np.abs(rows).max()).astype(np.float32)
            passing = rng.choice([1.0, 0.5, 0.1, 0.0])
            strides = rng.choice([1, 2, 3, 16, 64, 500, 4096], rng.integers(1, 4), replace=False)
            questions.append(
                Question(
                    rows,
                    limit=int(rng.choice([1, 7, 60, 10_000], p=[0.2, 0.3, 0.4, 0.1])),
                    strides=tuple(strides.tolist()),
                    mask=None if passing == 1 else rng.random(items) < passing,
                )
            )
        checked["ranks"] += check(index, vectors, item_of_picture, questions)
        checked["queries"] += len(questions)
        checked["catalogues"] += 1
    return checked


if __name__ == "__main__":
    import jax

    counts = prove(sys.argv[1], catalogues=int(sys.argv[2]), queries=int(sys.argv[3]), seed=8)
    print(json.dumps({**counts, "devices": len(jax.devices())}))
