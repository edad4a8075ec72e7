"""The search against a float64 oracle: the same ids at the same ranks, on every way of computing."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.search import kernel
from server.search.canonical import canonical_scores
from server.search.exact import ExactIndex, Question
from server.search.rescoring import Rescorer
from tests.server.search_oracle import KINDS, check, make_vectors, oracle, prove

PASSES = ("dense", "blocks", *kernel.available())


EVERY = tuple(f"every {path}" for path in kernel.available())


@pytest.mark.parametrize("first_pass", dict.fromkeys(["dense", "blocks", PASSES[-1], *EVERY[-1:]]))
def test_ten_thousand_queries_over_two_hundred_catalogues(first_pass):
    checked = prove(first_pass, catalogues=208, queries=49, seed=1)
    print(f"{first_pass}: {dict(checked)}")
    assert checked["queries"] >= 10_000
    assert checked["catalogues"] >= 200
    assert checked["ranks"] > checked["queries"]


@pytest.mark.parametrize("first_pass", ["dense", "blocks"])
def test_ten_thousand_queries_on_a_mesh_of_eight_devices(project, first_pass):
    done = subprocess.run(
        [sys.executable, "-m", "tests.server.search_oracle", first_pass, "208", "49"],
        cwd=project,
        env={
            **os.environ,
            "XLA_FLAGS": "--xla_force_host_platform_device_count=8",
            "JAX_PLATFORMS": "cpu",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    checked = json.loads(done.stdout)
    print(f"mesh: {checked}")
    assert checked["devices"] == 8
    assert checked["queries"] >= 10_000
    assert checked["catalogues"] >= 200


@pytest.mark.parametrize("first_pass", [*PASSES[2:-1], *EVERY[:-1]])
def test_slower_instructions_find_the_same(first_pass):
    assert prove(first_pass, catalogues=24, queries=33, seed=2)["queries"] == 24 * 33


@pytest.mark.parametrize("kind", KINDS)
def test_deep_ranks_of_every_kind(kind):
    # 128 x 128 rows are wanted of 40,000: the first pass has to find them, and more survive.
    vectors = make_vectors(kind, 40_000, 16, np.random.default_rng(13))
    assert_exact(vectors, np.arange(40_000), vectors[:3], limit=128, strides=(1, 16, 128))


def assert_exact(vectors, item_of_picture, queries, *, limit, strides, mask=None) -> int:
    """On every first pass; how many ranks were compared on one of them."""
    questions = [Question(query[None], limit, tuple(strides), mask) for query in queries]
    for first_pass in PASSES:
        index = ExactIndex(vectors, item_of_picture, first_pass=first_pass)
        compared = check(index, vectors, item_of_picture, questions)
    return compared


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    items=st.integers(1, 400),
    dim=st.sampled_from([1, 3, 16, 61, 256]),
    pictures=st.integers(1, 3),
    limit=st.sampled_from([1, 2, 7, 60, 1000]),
    strides=st.lists(
        st.sampled_from([1, 2, 3, 4, 16, 64, 500]), min_size=1, max_size=5, unique=True
    ),
    passing=st.sampled_from([None, 0.0, 0.02, 0.5, 1.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_rank_is_the_oracles(kind, items, dim, pictures, limit, strides, passing, seed):
    rng = np.random.default_rng(seed)
    shown = rng.integers(1, pictures + 1, items)
    item_of_picture = np.repeat(np.arange(items), shown)
    vectors = make_vectors(kind, len(item_of_picture), dim, rng)
    queries = np.concatenate([vectors[rng.integers(0, len(vectors), 2)], vectors[:1] * 0.3])
    queries += np.float32(0.01) * rng.normal(size=queries.shape).astype(np.float32)
    mask = None if passing is None else rng.random(items) < passing
    index = ExactIndex(vectors, item_of_picture)
    questions = [Question(query[None], limit, tuple(strides), mask) for query in queries]
    check(index, vectors, item_of_picture, questions)


@pytest.mark.parametrize("noise", [0.01, 0.1, 0.5])
def test_large_clusters_where_float32_alone_is_wrong(noise):
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(20, 256))
    vectors = centres[rng.integers(0, 20, 20_000)] + noise * rng.normal(size=(20_000, 256))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    queries = vectors[:5] + np.float32(0.001)
    compared = assert_exact(
        vectors, np.arange(20_000), queries, limit=128, strides=(1, 16, 64, 256, 4096)
    )
    assert compared == 5 * (3 * 128 + 78 + 4)


@pytest.mark.parametrize("order", ["ascending", "descending", "shuffled"])
def test_many_spans_whatever_order_the_rows_lie_in(order):
    # The threshold of the native pass rises as it reads, and its threads take spans in turn.
    rng = np.random.default_rng(11)
    rows = 150_007
    vectors = rng.normal(size=(rows, 12)).astype(np.float32)
    if order != "shuffled":
        vectors = vectors[np.argsort(vectors[:, 0] * (1 if order == "ascending" else -1))]
    queries = np.zeros((5, 12), np.float32)
    queries[:, 0] = 1.0
    queries[1:] += rng.normal(size=(4, 12)).astype(np.float32) * 0.1
    mask = rng.random(rows) < 0.1
    assert_exact(vectors, np.arange(rows), queries, limit=128, strides=(1, 64, 900))
    assert_exact(vectors, np.arange(rows), queries[:3], limit=128, strides=(1, 64, 500))
    assert_exact(vectors, np.arange(rows), queries[:3], limit=60, strides=(1, 16), mask=mask)


@pytest.mark.parametrize("first_pass", kernel.available())
@pytest.mark.parametrize(
    "passing",
    ["one of 100", "one of 30", "stretches", "the first", "the last", "all but one in 17"],
)
def test_masks_that_leave_out_whole_groups_of_rows(first_pass, passing):
    # Of 64 groups of 16 rows, those where no row passes are left out where they are most of them.
    rng = np.random.default_rng(12)
    rows = 60_007
    vectors = rng.normal(size=(rows, 12)).astype(np.float32)
    index = ExactIndex(vectors, np.arange(rows), first_pass=first_pass)
    number = np.arange(rows)
    mask = {
        "one of 100": rng.random(rows) < 0.01,
        "one of 30": rng.random(rows) < 0.033,
        "stretches": (number % 3_000 < 1_100) & (rng.random(rows) < 0.5),
        "the first": number < 300,
        "the last": number >= rows - 300,
        "all but one in 17": number % 17 != 0,
    }[passing]
    questions = [Question(query[None], 7, (1, 3), mask) for query in vectors[:40:20]]
    assert check(index, vectors, np.arange(rows), questions) == 2 * 2 * 7


def test_the_oracle_differs_from_plain_float32_on_near_ties():
    # Otherwise the tests above could not tell an exact search from a sort of float32 scores.
    rng = np.random.default_rng(0)
    vectors = make_vectors("near_ties", 500, 256, rng)
    query = vectors[0]
    order, _ = oracle(vectors, np.arange(500), query[None], None)
    assert (np.lexsort((np.arange(500), -(vectors @ query))) != order).any()


def test_one_item():
    vectors = np.ones((1, 4), np.float32)
    [answer] = ExactIndex(vectors, np.zeros(1, np.int64)).search(vectors, limit=60, strides=(1, 2))
    assert answer.rankings[0].items.tolist() == [0]
    assert answer.rankings[1].items.tolist() == []
    assert answer.rankings[1].deepest == 0


@pytest.mark.parametrize("first_pass", PASSES)
def test_all_equal_vectors_across_several_rescoring_blocks(first_pass):
    vectors = np.full((20_000, 8), 0.5, np.float32)
    [answer] = ExactIndex(vectors, np.arange(20_000), first_pass=first_pass).search(
        vectors[:1], limit=5, strides=(1, 4000)
    )
    assert answer.rankings[0].items.tolist() == [0, 1, 2, 3, 4]
    assert answer.rankings[1].items.tolist() == [3999, 7999, 11999, 15999, 19999]


@pytest.mark.parametrize("size", [1e-22, 1e-40, 1e9])
def test_tiny_subnormal_and_great_values_are_ranked_too(size):
    rng = np.random.default_rng(3)
    vectors = (rng.normal(size=(300, 16)) * size).astype(np.float32)
    vectors[7] = 0
    for scale in (1e-20, 1, 10):
        queries = np.concatenate([vectors[:2] * np.float32(scale), np.zeros((1, 16), np.float32)])
        assert_exact(vectors, np.arange(300), queries, limit=300, strides=(1,))


@pytest.mark.parametrize("dim", [1, 2, 5, 64, 255, 256, 300, 1024])
def test_a_canonical_score_has_the_same_bits_in_any_company(dim, monkeypatch):
    rng = np.random.default_rng(dim)
    vectors = rng.normal(size=(5000, dim)).astype(np.float32)
    query = rng.normal(size=dim).astype(np.float32)
    together = canonical_scores(vectors, query)
    for row in (0, 1, 2047, 2048, 4999):
        assert canonical_scores(vectors[row : row + 1], query)[0] == together[row]
    some = rng.permutation(5000)[:777]
    np.testing.assert_array_equal(canonical_scores(vectors[some], query), together[some])
    reference = vectors.astype(np.float64) @ query.astype(np.float64)
    np.testing.assert_allclose(together, reference, rtol=0, atol=1e-11)
    rising = np.sort(some)
    lists = [(rising, query), (rising[::7], query), (rising[:0], query)]
    rescorers = [Rescorer(vectors, path=path) for path in range(len(kernel.available()))]
    monkeypatch.setattr(kernel, "load", lambda: None)
    for rescorer in [*rescorers, Rescorer(vectors)]:
        for (rows, _), scores in zip(lists, rescorer.scores(lists), strict=True):
            np.testing.assert_array_equal(scores, together[rows])


def test_more_dimensions_than_the_kernel_counts_in_32_bits_are_searched_by_jax():
    vectors = np.random.default_rng(5).normal(size=(40, 1500)).astype(np.float32)
    index = ExactIndex(vectors, np.arange(40))
    assert index.first_pass.startswith("float32")
    check(index, vectors, np.arange(40), [Question(vectors[:1], 7)])


def test_memory_beside_the_vectors_is_at_most_35_percent():
    vectors = np.random.default_rng(5).normal(size=(5000, 256)).astype(np.float32)
    for first_pass in PASSES:
        index = ExactIndex(vectors, np.arange(5000), first_pass=first_pass)
        assert index.extra_bytes <= 0.35 * vectors.nbytes


@pytest.mark.parametrize(
    ("vectors", "items", "complaint"),
    [
        (np.empty((0, 4), np.float32), np.empty(0, np.int64), "at least one vector"),
        (np.ones((3, 4), np.float32), np.array([0, 2, 3]), "without a gap"),
        (np.ones((3, 4), np.float32), np.array([1, 2, 3]), "without a gap"),
        (np.ones((3, 4), np.float32), np.array([0, 1, 0]), "without a gap"),
        (np.full((3, 4), np.nan, np.float32), np.arange(3), "row 0 is not"),
        (np.array([[1.0], [np.inf]], np.float32), np.arange(2), "row 1 is not"),
        (np.ones((3, 4), np.float64), np.arange(3), "got float64"),
    ],
)
@pytest.mark.parametrize("first_pass", PASSES)
def test_vectors_that_cannot_be_searched_are_refused(vectors, items, complaint, first_pass):
    with pytest.raises(ValueError, match=complaint):
        ExactIndex(vectors, items, first_pass=first_pass)


def test_a_first_pass_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="abacus"):
        ExactIndex(np.ones((3, 4), np.float32), np.arange(3), first_pass="abacus")


@pytest.mark.parametrize(
    ("limit", "strides", "query"),
    [(0, (1,), 1.0), (5, (), 1.0), (5, (0,), 1.0), (5, (1,), np.nan), (5, (1,), np.inf)],
)
def test_questions_without_an_answer_are_refused(limit, strides, query):
    index = ExactIndex(np.ones((3, 4), np.float32), np.arange(3))
    with pytest.raises(ValueError):
        index.search(np.full((1, 4), query, np.float32), limit=limit, strides=strides)


@pytest.mark.parametrize(
    ("shape", "mask", "said"), [((1, 5), None, "shape"), ((1, 4), np.ones(4, bool), "mask")]
)
def test_shapes_that_do_not_fit_are_refused(shape, mask, said):
    index = ExactIndex(np.ones((3, 4), np.float32), np.arange(3))
    with pytest.raises(ValueError, match=said):
        index.answer([Question(np.ones(shape, np.float32), mask=mask)])


def test_without_a_compiler_the_answers_are_the_same_and_a_line_says_so(
    monkeypatch, tmp_path, caplog
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    kernel.load.cache_clear()
    try:
        vectors = make_vectors("clustered", 300, 32, np.random.default_rng(0))
        index = ExactIndex(vectors, np.arange(300))
        assert index.first_pass.startswith("float32")
        assert "no compiler found" in caplog.text
        check(index, vectors, np.arange(300), [Question(vectors[:1], 20, (1, 3))])
    finally:
        kernel.load.cache_clear()


@pytest.mark.skipif(not kernel.available(), reason="needs a C compiler")
def test_the_kernel_is_compiled_once_into_the_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kernel.load.cache_clear()
    try:
        assert kernel.load() is not None
        [made] = (tmp_path / "samevibe").iterdir()
        before = made.stat().st_mtime_ns
        kernel.load.cache_clear()
        assert kernel.load() is not None
        assert made.stat().st_mtime_ns == before
    finally:
        kernel.load.cache_clear()
