"""Exact ranking: a certified first pass finds the few items that matter, float64 decides them.

What is answered
----------------
*Canonical order.* An item's score is the float64 dot product (`canonical_scores`) of the query
with the stored float32 vector of its picture, the greatest of its pictures'; a question of
several vectors ("best of several") takes the greatest of theirs. Items stand in descending
score, ties by ascending item number. Weighted positives minus negatives and facet weights come
in as one vector that is already summed and scaled. Scores are returned as float32. Whatever path
runs, ids and order are those of the canonical order, always.

*Mask.* Only items of the mask are ranked; `Answer.passed` is their exact count. `columns.Filters`
makes masks.

*Strides.* The ranking of stride s is the items at ranks s, 2s, 3s... of what passed, at most
`limit` of them. Where those ranks run past the end there are fewer; `Ranking.deepest` says the
last rank looked at.

*Least similarity.* Items with a canonical score below `least` are as if they came after the end.
`passed` counts them all the same: they passed the filters.

*Folding.* With a `Fold`, the ranks of a stride are walked in order. An item whose main (first)
picture lies within the fold distance of one of the question's own pictures goes to `Answer.own`;
else one within the distance of an item already shown joins the first such, its head; else it is
shown.
The walk goes on until `limit` are shown, the end comes, or 16 ranks were walked for each result
of the page. Ranks are not renumbered. A group holds what was walked before the walk stopped.

*More.* `Ranking.more` is a cursor; a question that is the same but for `after` and has just that
stride goes on behind the last result, as if `limit` had been greater from the beginning (with
folding, too). A cursor of another index version, stride or question raises `CursorError`.

The certified bound
-------------------
A first pass gives each item i a score a_i and a width w_i with |a_i - c_i| <= w_i, c_i being the
canonical score. Let t be a number that at least k of the lower bounds a_i - w_i reach. Then the
k-th best canonical score is at least t, and an item with a_i + w_i < t is surely not among the k
best; the others are scored canonically. The rest is sorting.

*8 bits* (`native.py`, in C). A row is x = s c + r, c in int8, with ||r|| known; the query is
q = q' + p, q' in two steps of int8. As q.x - q'.(s c) = q.r + p.(s c),
    w_i = ||q|| ||r_i|| + ||p|| max ||s c|| + rounding            (Cauchy and Schwarz)
*float32* (`every.py`, in C, where many questions want deep ranks; `dense.py` and, for accelerators,
`blocks.py`, by JAX, on any device). w is the a priori bound of a float32 dot product
(`rounding_margins`). Around deep ranks it leaves few items to be scored canonically: see `order.py`.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import jax
import numpy as np
from jaxtyping import Bool, Float32, Float64, Int, Int64, Num

from server.search import kernel
from server.search.asked import Asked
from server.search.blocks import BlocksPass
from server.search.dense import DensePass
from server.search.folding import fold_walk
from server.search.native import NativePass
from server.search.order import items_at
from server.search.question import Answer, Cursor, CursorError, Question, Ranking
from server.search.spans import cores

__all__ = ["Answer", "CursorError", "ExactIndex", "Question", "Ranking"]

_DEEP = 1 << 17  # a rank from which on finding it takes longer than waking a thread
_FOLD_REACH = 16  # ranks walked for each result asked for, at most
_STORED = ("float32", "float16", "bfloat16", "int8", "uint8")  # all exact in float32


class ExactIndex:
    """The vectors of a catalogue, ready to be ranked as the module's docstring says.

    `vectors` holds one row a picture (unweighted unit facets), finite, in a dtype that float32
    holds exactly; `item_of_picture` names the item of each row: non-decreasing, every number from
    0 to items - 1 present. `version` goes into cursors. `first_pass` is what the machine does best
    unless said otherwise ("dense", "blocks", or instructions of `kernel.available`): every one
    gives the same answers. Calls may come from several threads.

    Raises `ValueError` for no rows, values that are not finite, another dtype, a gap in the
    items, or a first pass that this machine does not have.
    """

    def __init__(
        self,
        vectors: Num[np.ndarray, "pictures dim"],
        item_of_picture: Int[np.ndarray, " pictures"],
        *,
        version: str = "",
        first_pass: str = "best",
    ) -> None:
        if not len(vectors):
            raise ValueError(
                "expected at least one vector, got none: index a catalogue with pictures"
            )
        steps = np.diff(item_of_picture)
        if item_of_picture[0] != 0 or (steps < 0).any() or (steps > 1).any():
            raise ValueError("expected item numbers 0, 0, 1, 2, 2, ... without a gap")
        if vectors.dtype.name not in _STORED:
            raise ValueError(f"expected vectors of {', '.join(_STORED)}, got {vectors.dtype}")
        self.dim = vectors.shape[1]
        self.items = int(item_of_picture[-1]) + 1
        self.pictures = len(vectors)
        self.version = version
        self._first_picture = np.concatenate(
            ([0], np.flatnonzero(steps) + 1, [len(vectors)])
        ).astype(np.int64)
        self._one_picture_each = self.items == len(vectors)
        self._most_pictures = int(np.diff(self._first_picture).max())
        item_of = None if self._one_picture_each else item_of_picture.astype(np.int64)
        self._item_of = item_of
        self._pass = _chosen_pass(first_pass, np.ascontiguousarray(vectors, np.float32), item_of)
        self._vectors = self._pass.vectors
        self._finders = ThreadPoolExecutor(cores(), thread_name_prefix="ranks")

    @property
    def first_pass(self) -> str:
        """What the first pass runs on, for logs and benchmarks."""
        return self._pass.name

    @property
    def extra_bytes(self) -> int:
        """What the first pass keeps in memory beside the vectors."""
        return self._pass.extra_bytes

    def warm(self) -> None:
        """Compile whatever answering needs, so that no request waits for the compiler."""
        self._pass.warm()

    def item_vectors(self, item: int) -> Float32[np.ndarray, "shown dim"]:
        """The stored vectors of an item's pictures, the main picture first."""
        return np.asarray(self._vectors[self._first_picture[item] : self._first_picture[item + 1]])

    def search(
        self,
        queries: Float32[np.ndarray, "queries dim"],
        *,
        limit: int,
        strides: Sequence[int] = (1,),
        mask: Bool[np.ndarray, " items"] | None = None,
    ) -> list[Answer]:
        """`answer` for queries of one vector each that share their settings."""
        return self.answer(
            [Question(query[None], limit, tuple(strides), mask) for query in queries]
        )

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """The answers to a batch of questions, each with its own settings; one first pass for all.

        Raises `CursorError`, and `ValueError` for a limit or stride below 1, a query that is not
        finite, or shapes that do not fit.
        """
        masks: dict[int, _Passing] = {}  # a batch often has one for all
        walks = [self._plan(question, masks) for question in questions]
        answers: dict[int, Answer] = {}
        while left := [number for number in range(len(questions)) if number not in answers]:
            for number, found in zip(left, self._found([walks[n] for n in left]), strict=True):
                answer = self._answer(walks[number], *found)
                if answer is None:  # folding left too few: look deeper
                    walks[number] = walks[number].deeper()
                else:
                    answers[number] = answer
        return [answers[number] for number in range(len(questions))]

    def _found(self, walks: Sequence[_Walk]) -> Iterator[_Found]:
        """The items at each walk's ranks and their canonical scores. Deep ranks of several walks are
        looked for side by side, also while the scores of the next are made."""
        asked = [walk.asked() for walk in walks if walk.deepest]
        scored = self._pass.scored(asked) if asked else iter(())
        coming = collections.deque[Callable[[], _Found]]()
        for walk in walks:
            if not walk.deepest:
                coming.append(lambda: _NOTHING)
                continue
            canonical = functools.partial(self._canonical, vectors=walk.question.vectors)
            find = functools.partial(items_at, walk.ranks, next(scored), canonical)
            side_by_side = len(walks) > 1 and walk.deepest >= _DEEP
            coming.append(self._finders.submit(find).result if side_by_side else find)
            if len(coming) > cores():
                yield coming.popleft()()
        for each in coming:
            yield each()

    def _plan(self, question: Question, masks: dict[int, _Passing]) -> _Walk:
        if question.limit < 1 or not question.strides or min(question.strides) < 1:
            raise ValueError(
                f"expected limit >= 1 and strides >= 1, got {question.limit} and "
                f"{list(question.strides)}"
            )
        if question.vectors.ndim != 2 or question.vectors.shape[1] != self.dim:
            raise ValueError(
                f"expected queries of shape (several, {self.dim}), got {question.vectors.shape}"
            )
        if question.mask is not None and question.mask.shape != (self.items,):
            raise ValueError(f"expected a mask of shape ({self.items},), got {question.mask.shape}")
        norms = np.linalg.norm(question.vectors.astype(np.float64), axis=1)
        if not len(norms) or not norms.max() * self._pass.greatest_norm < 1e30:
            raise ValueError(
                "expected a finite query of moderate length, got one with NaN or infinity"
            )
        cursor = None
        if question.after is not None:
            cursor = Cursor.read(question.after)
            cursor.require(version=self.version, strides=question.strides)
        wanted = question.limit + (cursor.shown if cursor else 0)
        passing: _Passing = (self.items, None)
        if question.mask is not None:
            passing = masks.get(id(question.mask)) or self._passing(question.mask)
            masks[id(question.mask)] = passing
        reach = wanted + 1 if question.least is not None else wanted  # to know whether more follows
        if question.fold is not None:
            reach = wanted + wanted // 4 + 8
        return _Walk(question, cursor, wanted, reach, *passing, self._most_pictures)

    def _passing(self, mask: Bool[np.ndarray, " items"]) -> _Passing:
        rows = mask if self._item_of is None else mask[self._item_of]
        return int(np.count_nonzero(mask)), rows

    def _answer(
        self,
        walk: _Walk,
        items: Int64[np.ndarray, " ranks"],
        scores: Float64[np.ndarray, " ranks"],
    ) -> Answer | None:
        """`None` where folding left too few: the walk must go deeper."""
        rankings, own, ranks = [], set[int](), walk.ranks
        for stride in walk.question.strides:
            at = np.searchsorted(ranks, walk.ranks_of(stride))
            ranking = self._ranking(walk, stride, items[at], scores[at], own)
            if ranking is None:
                return None
            rankings.append(ranking)
        return Answer(tuple(rankings), walk.passed, np.array(sorted(own), np.int64))

    def _ranking(
        self,
        walk: _Walk,
        stride: int,
        items: Int64[np.ndarray, " ranks"],
        scores: Float64[np.ndarray, " ranks"],
        own: set[int],
    ) -> Ranking | None:
        question, cursor = walk.question, walk.cursor
        ranks, end = walk.ranks_of(stride), walk.passed // stride
        if question.least is not None and not (scores >= question.least).all():
            end = int((scores >= question.least).sum())
            ranks, items, scores = ranks[:end], items[:end], scores[:end]
        walked = min(len(ranks), walk.wanted)
        shown, members = list(range(walked)), None
        if question.fold is not None:
            mains = self._vectors[self._first_picture[items]].astype(np.float64)
            shown, members, near, walked = fold_walk(mains, question.fold, walk.wanted)
            if len(shown) < walk.wanted and walked < end and not walk.is_deepest:
                return None
            own.update(items[near].tolist())

        def place(number: int) -> tuple[int, int, str]:
            at = shown[number]
            return int(ranks[at]), int(items[at]), float(scores[at]).hex()

        before = 0 if cursor is None else cursor.shown
        if cursor is not None and (len(shown) < before or place(before - 1) != cursor.place):
            raise CursorError("the cursor is of another question: search again")
        more = None
        if shown and walked < end:
            more = Cursor(self.version, stride, walked, len(shown), *place(-1)).as_text()
        new = np.array(shown[before:], np.int64)
        return Ranking(
            stride=stride,
            ranks=ranks[new],
            items=items[new],
            scores=scores[new].astype(np.float32),
            deepest=int(ranks[walked - 1]) if walked else 0,
            folded=None if members is None else _groups(items, members[before:]),
            more=more,
        )

    def _canonical(
        self, items: Int64[np.ndarray, " items"], vectors: Float32[np.ndarray, "several dim"]
    ) -> Float64[np.ndarray, " items"]:
        """Of ascending items."""
        rows = items
        if not self._one_picture_each:
            rows = _ranges(self._first_picture[items], self._first_picture[items + 1])
        lists = [(rows, vector) for vector in vectors]
        pictures = np.maximum.reduce(self._pass.rescorer.scores(lists))
        if self._one_picture_each:
            return pictures
        shown = self._first_picture[items + 1] - self._first_picture[items]
        return np.maximum.reduceat(pictures, np.cumsum(shown) - shown)


@dataclasses.dataclass(frozen=True, slots=True)
class _Walk:
    """A question made ready: how many results are wanted since the beginning, how many ranks of
    each stride are looked at for them, and the mask by pictures."""

    question: Question
    cursor: Cursor | None
    wanted: int
    reach: int
    passed: int
    mask: np.ndarray | None
    most_pictures: int

    @property
    def _most(self) -> int:
        before = 0 if self.cursor is None else self.cursor.walked
        return before + _FOLD_REACH * self.question.limit

    def _length(self, stride: int) -> int:
        return min(self.reach, self._most, self.passed // stride)

    def ranks_of(self, stride: int) -> Int64[np.ndarray, " ranks"]:
        return np.arange(1, self._length(stride) + 1, dtype=np.int64) * stride

    @property
    def ranks(self) -> Int64[np.ndarray, " ranks"]:
        if len(self.question.strides) == 1:
            return self.ranks_of(self.question.strides[0])
        return np.unique(np.concatenate([self.ranks_of(each) for each in self.question.strides]))

    @property
    def deepest(self) -> int:
        return max(self._length(each) * each for each in self.question.strides)

    @property
    def is_deepest(self) -> bool:
        return self.reach >= self._most

    def deeper(self) -> _Walk:
        return dataclasses.replace(self, reach=2 * self.reach)

    def asked(self) -> Asked:
        deepest, shown = self.deepest, self.most_pictures
        return Asked(self.question.vectors, deepest, self.mask, self.passed, shown)


_Passing = tuple[int, np.ndarray | None]  # how many items pass, and the mask by pictures
_Found = tuple[Int64[np.ndarray, " ranks"], Float64[np.ndarray, " ranks"]]
_NOTHING: _Found = np.empty(0, np.int64), np.empty(0, np.float64)


def _chosen_pass(
    name: str, vectors: np.ndarray, item_of: np.ndarray | None
) -> NativePass | DensePass:
    if name == "best":
        name = _best_pass(vectors.shape[1])
    if name == "dense":
        return DensePass(vectors, item_of)
    if name == "blocks":
        return BlocksPass(vectors, item_of)
    return NativePass(vectors, item_of, path=name)


def _best_pass(dim: int) -> str:
    if jax.default_backend() != "cpu":
        return "blocks"
    return kernel.available()[-1] if dim <= kernel.MOST_DIM and kernel.available() else "dense"


def _groups(
    items: Int64[np.ndarray, " ranks"], members: Sequence[list[int]]
) -> tuple[Int64[np.ndarray, " members"], ...]:
    """The items of each group by their places; most groups are empty and need no looking up."""
    none = items[:0]
    return tuple(items[places] if places else none for places in members)


def _ranges(
    starts: Int64[np.ndarray, " ranges"], ends: Int64[np.ndarray, " ranges"]
) -> Int64[np.ndarray, " positions"]:
    """start, start + 1, ..., end - 1 of every range, one after the other; no range is empty."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(starts - before, lengths)
