from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from server.search import kernel
from server.search.canonical import canonical_scores
from server.search.exact import ExactIndex, Question
from server.search.scratch import Scratch
from tests.server.search_oracle import make_vectors


def test_memory_is_kept_for_the_next_unless_most_rows_survived() -> None:
    scratch = Scratch(rows=1000)
    rows, upper = first = scratch.taken(4)
    assert rows.shape == upper.shape == (4, 1000)
    assert rows.dtype == np.int32 and upper.dtype == np.float32
    rows[3, 999], upper[0, 0] = 7, 0.5
    other = scratch.taken(2)  # while the first is in use
    assert not any(np.shares_memory(a, b) for a, b in zip(first, other, strict=True))
    scratch.give_back(first, most=250)
    again = scratch.taken(4)
    assert again[0] is rows and again[0][3, 999] == 7
    scratch.give_back(again, most=251)  # too much to keep
    assert scratch.taken(2)[0] is not rows
    scratch.give_back(other, most=0)
    other = scratch.taken(1)  # fewer will do
    assert len(other[0]) == 2
    scratch.give_back(other, most=0)
    assert len(scratch.taken(3)[0]) == 3  # the one kept has only two slots


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells")
def test_memory_is_taken_where_it_is_written() -> None:
    def resident() -> int:
        (line,) = [x for x in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in x]
        return int(line.split()[1]) * 1024

    before = resident()
    rows, upper = Scratch(rows=4_000_000).taken(32)
    rows[:, 0], upper[:, 0] = 1, 1
    assert resident() - before < 8e6  # 64 pages; in pages of 2 MB it would be 134 MB


@pytest.mark.skipif(not kernel.available(), reason="needs a C compiler")
def test_questions_at_the_same_time_do_not_write_over_each_other() -> None:
    rng = np.random.default_rng(0)
    vectors = make_vectors("clustered", 20_000, 24, rng)
    index = ExactIndex(vectors, np.arange(len(vectors)))
    queries = vectors[rng.integers(len(vectors), size=40)]
    scores = [canonical_scores(vectors, query) for query in queries]
    expected = [np.argsort(-each, kind="stable")[:900] for each in scores]

    def asked(number: int) -> np.ndarray:
        (answer,) = index.answer([Question(queries[number][None], 900)])
        return answer.rankings[0].items

    with ThreadPoolExecutor(8) as pool:
        for found, wanted in zip(pool.map(asked, range(40)), expected, strict=True):
            np.testing.assert_array_equal(found, wanted)
