"""Retrieval by dot product and its measures, as functions of arrays: what each query found."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from jaxtyping import Bool, Float, Float32, Int, Shaped

NEIGHBOURS = 10
BLOCK = 512


@dataclasses.dataclass(frozen=True, eq=False)
class Search:
    """Queries that ask a gallery; of several vectors of one the closest counts. ``own`` is the
    gallery row that is the query itself, which is no answer to it; -1 where there is none."""

    queries: Float32[np.ndarray, "queries dim"] | Float32[np.ndarray, "queries several dim"]
    gallery: Float32[np.ndarray, "gallery dim"]
    own: Int[np.ndarray, " queries"]

    def blocks(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Some query numbers and their scores ``(numbers, gallery)``, until all have been."""
        for start in range(0, len(self.queries), BLOCK):
            rows = np.arange(start, min(start + BLOCK, len(self.queries)))
            queries = self.queries[rows]
            scores = queries.reshape(-1, queries.shape[-1]) @ self.gallery.T
            scores = scores.reshape(len(rows), -1, len(self.gallery)).max(axis=1)
            known = np.flatnonzero(self.own[rows] >= 0)
            scores[known, self.own[rows[known]]] = -np.inf
            yield rows, scores

    @property
    def answers(self) -> int:
        """How many gallery rows can answer a query."""
        return len(self.gallery) - int((self.own >= 0).any())

    @functools.cached_property
    def found(self) -> Int[np.ndarray, "queries k"]:
        """The 10 best answers of each query (fewer in a smaller gallery), ties by row."""
        k = min(NEIGHBOURS, self.answers)
        return np.concatenate([best(scores, k) for _, scores in self.blocks()])


def leave_one_out(vectors: Float[np.ndarray, "n dim"]) -> Search:
    """Every row asks all the others."""
    vectors = np.ascontiguousarray(vectors, np.float32)
    return Search(vectors, vectors, np.arange(len(vectors)))


def best(scores: Float32[np.ndarray, "queries n"], k: int) -> Int[np.ndarray, "queries k"]:
    """The columns with the ``k`` highest scores, best first, ties by column."""
    count = scores.shape[1]
    columns = np.arange(count, dtype=np.int64)
    out = np.empty((len(scores), k), np.int64)
    for start in range(0, len(scores), 64):  # a piece that stays in the processor's cache
        bits = (scores[start : start + 64] + np.float32(0)).view(np.int32)  # -0 becomes 0
        rising = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))  # integers in the scores' order
        keys = ((~rising).astype(np.int64) << 32) | columns
        if k < count:
            keys.partition(k - 1, axis=1)
        out[start : start + 64] = np.sort(keys[:, :k], axis=1) & 0xFFFFFFFF
    return out


def precision_at(
    found: Int[np.ndarray, "queries k"],
    wanted: Int[np.ndarray, " queries"],
    labels: Int[np.ndarray, " gallery"],
    k: int,
) -> Float[np.ndarray, " known"]:
    """Share of the first ``k`` answers with the query's label; queries of unknown label (-1) are
    left out, and answers of unknown label count as wrong."""
    known = wanted >= 0
    right = labels[found[known][:, :k]] == wanted[known][:, None]
    return right.mean(axis=1)


def average_precision_at_r(
    search: Search,
    wanted: Mapping[str, Int[np.ndarray, " queries"]],
    labels: Mapping[str, Int[np.ndarray, " gallery"]],
) -> dict[str, Float[np.ndarray, " asked"]]:
    """For each label column, AP@R of each query: the mean over ranks 1..R of (precision up to the
    rank where that rank is right, else 0), with R the number of answers that have the query's
    label (Musgrave et al. 2020, arXiv:2003.08505). Queries with R = 0 are left out."""
    parts: dict[str, list[np.ndarray]] = {column: [] for column in wanted}
    sizes = {
        column: np.bincount(labels[column][labels[column] >= 0], minlength=1) for column in wanted
    }
    for rows, scores in search.blocks():
        order = best(scores, search.answers)
        for column, all_wanted in wanted.items():
            codes, labelled, own = all_wanted[rows], labels[column], search.own[rows]
            known = (codes >= 0) & (codes < len(sizes[column]))
            relevant = np.where(known, sizes[column][np.where(known, codes, 0)], 0)
            relevant -= (own >= 0) & known & (labelled[own] == codes)
            asked = np.flatnonzero(relevant > 0)
            if not asked.size:
                continue
            relevant, deep = relevant[asked], int(relevant[asked].max())
            place = np.arange(1, deep + 1)
            right = labelled[order[asked, :deep]] == codes[asked][:, None]
            right &= place <= relevant[:, None]
            precision = np.cumsum(right, axis=1) / place
            parts[column].append((precision * right).sum(axis=1) / relevant)
    return {column: np.concatenate(part) for column, part in parts.items() if part}


def first_ranks(
    search: Search,
    right: Callable[[np.ndarray], Bool[np.ndarray, "rows gallery"]],
    passed_over: Callable[[np.ndarray], Bool[np.ndarray, "rows gallery"]] | None = None,
) -> Int[np.ndarray, " queries"]:
    """The rank, from 1, of each query's first right answer.

    ``right(rows)`` says which gallery rows are right for these queries (one at least for each),
    ``passed_over(rows)`` which are taken out of the list, as neither right nor wrong.
    """
    out = np.empty(len(search.queries), np.int64)
    for rows, scores in search.blocks():
        good = right(rows) & np.isfinite(scores)
        if passed_over is not None:
            scores[passed_over(rows) & ~good] = -np.inf
        column = np.where(good, scores, -np.inf).argmax(axis=1)
        score = scores[np.arange(len(rows)), column][:, None]
        earlier = (scores == score) & (np.arange(scores.shape[1]) < column[:, None])
        out[rows] = 1 + ((scores > score) | earlier).sum(axis=1)
    return out


def answer_medians(
    found: Int[np.ndarray, "queries k"], log_price: Float[np.ndarray, " gallery"]
) -> Float[np.ndarray, " queries"]:
    """Median ln price of the priced answers; where none has a price, the median of the gallery."""
    near = log_price[found]
    usable = np.isfinite(near).any(axis=1)
    median = np.full(len(near), np.nanmedian(log_price), np.float64)
    median[usable] = np.nanmedian(near[usable], axis=1)
    return median


def category_medians(
    log_price: Float[np.ndarray, " n"], category: Int[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """Median ln price of the *other* priced products of each one's category: the guess that a
    price figure must beat. A product alone in its category meets the median of all."""
    out = np.full(len(log_price), np.nanmedian(log_price), np.float64)
    priced = np.flatnonzero(np.isfinite(log_price) & (category >= 0))
    for group in np.unique(category[priced]):
        members = priced[category[priced] == group]
        prices = log_price[members]
        if len(members) > 1:
            out[members] = [np.median(np.delete(prices, n)) for n in range(len(members))]
    return out


def times_found(
    found: Int[np.ndarray, "queries k"], gallery: int
) -> Shaped[np.ndarray, " gallery"]:
    """How many of the lists each gallery row is in."""
    return np.bincount(found.ravel(), minlength=gallery)
