"""The first pass for accelerators: the float32 pass of dense.py, of which most scores stay there.

Of each device's blocks of 32 rows those with the largest maxima come back, of all the others not a
score (`_best_blocks`). At least k rows reach the k-th of the maxima that came back, so no row below
it by more than the bound's two sides can be among the k best; and a row that is not so far below
lies in a block whose maximum isn't either. So nothing is missing if the least maximum that each
device sent is so far below. Where it isn't (hundreds of near-ties), and where many items are
wanted, all scores come back.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec
from jaxtyping import Array, Bool, Float32, Int32, Int64

from server.search.asked import Asked, Scored
from server.search.dense import BATCHES, DensePass, dot_products, in_batches

_BLOCK = 32  # rows
_BLOCKS = 1024  # that come back from each device for a query, twice what may be wanted


class BlocksPass(DensePass):
    """See `certified bound` in exact.py. Keeps the matrix on the devices, and most scores.

    Raises `ValueError` for rows that are not finite.
    """

    @functools.cached_property
    def _on_every_device(self) -> Callable[..., tuple[Array, Array]]:
        """`_best_blocks`: from (queries, matrix, masks or None) to the blocks of the first device, of
        the second and so on."""
        return jax.jit(
            jax.shard_map(
                _best_blocks,
                mesh=self._mesh,
                in_specs=(PartitionSpec(), PartitionSpec("rows"), PartitionSpec(None, "rows")),
                out_specs=PartitionSpec(None, "rows"),
            )
        )

    def warm(self) -> None:
        """Compile every batch size, so that no request waits for the compiler."""
        super().warm()
        mask = np.ones(self._pictures, bool)
        for size in BATCHES:
            queries, others = np.zeros((size, self._dim), np.float32), [None] * (size - 1)
            for masks in ([None, *others], [mask] * size, [mask, *others]):
                self._blocks(queries, masks)

    def scored(self, asked: Sequence[Asked]) -> Iterator[Scored]:
        """The items that can be among the `need` best of each question, in float32."""
        few = [each for each in asked if each.need * each.most_pictures <= _BLOCKS // 2]
        chosen = zip(few, self._of_few(few), strict=True) if few else ()
        found = {id(each): scored for each, scored in chosen if scored is not None}
        left = [each for each in asked if id(each) not in found]
        if left:
            found |= zip(map(id, left), super().scored(left), strict=True)
        return iter([found[id(each)] for each in asked])

    def _of_few(self, asked: Sequence[Asked]) -> Iterator[Scored | None]:
        """`None` where what came back from the devices may not be all."""
        vectors = np.concatenate([each.vectors for each in asked])
        margins = self._margins(vectors)
        masks = [each.mask for each in asked for _ in each.vectors]
        firsts, scores = self._blocks(vectors, masks)
        at = 0
        for each in asked:
            mine = slice(at, at := at + len(each.vectors))
            yield self._chosen(each, firsts[mine], scores[mine], float(margins[mine].max()))

    def _chosen(
        self,
        asked: Asked,
        firsts: Int64[np.ndarray, "several blocks"],
        scores: Float32[np.ndarray, "several blocks 32"],
        margin: float,
    ) -> Scored | None:
        maxima = scores.max(axis=2)
        of_device = maxima.reshape(len(maxima), self._mesh.size, -1)
        least = of_device.min(axis=2)  # that each device sent
        rows = firsts[:, :, None] + np.arange(_BLOCK)
        scores = np.where(rows < self._pictures, scores, -np.inf)
        maxima = scores.max(axis=2)
        wanted, reached = asked.need * asked.most_pictures, -np.inf
        if wanted <= maxima.shape[1]:
            reached = float(np.partition(maxima, -wanted, axis=1)[:, -wanted].max())
        floor = np.nextafter(np.float32(reached - 2 * margin), np.float32(-np.inf))
        all_came = maxima.shape[1] == self._mesh.size * -(-self._rows_each // _BLOCK)
        if not all_came and ((least >= floor) & (least > -np.inf)).any():
            return None
        kept = (scores >= floor) & (scores > -np.inf)
        items, scores = rows[kept], scores[kept]
        if self._item_of is not None:
            items = self._item_of[items]
        order = np.argsort(items, kind="stable")
        items, scores = items[order], scores[order]
        begins = np.flatnonzero(np.diff(items, prepend=-1))
        return Scored(items[begins], np.maximum.reduceat(scores, begins), margin)

    def _blocks(
        self, queries: Float32[np.ndarray, "queries dim"], masks: Sequence[np.ndarray | None]
    ) -> tuple[Int64[np.ndarray, "queries blocks"], Float32[np.ndarray, "queries blocks 32"]]:
        """The blocks that come back: the row that each begins with, and the scores of its rows."""
        parts, at = [], 0
        for batch in in_batches(queries):
            passes = self._masks(masks[at : at + len(batch)], len(batch))
            parts.append(jax.device_get(self._on_every_device(batch, self._matrix, passes)))
            at += len(batch)
        numbers, scores = (
            np.concatenate(each)[: len(queries)] for each in zip(*parts, strict=True)
        )
        device = np.arange(numbers.shape[1]) // (numbers.shape[1] // self._mesh.size)
        return numbers.astype(np.int64) * _BLOCK + device * self._rows_each, scores

    @property
    def _rows_each(self) -> int:
        return len(self._matrix) // self._mesh.size

    def _masks(self, masks: Sequence[np.ndarray | None], size: int) -> Array | None:
        """On the devices, one mask for all queries or one for each; `None` where all rows pass."""
        if len(different := {id(mask): mask for mask in masks}) == 1:
            masks, size = list(different.values()), 1
            if masks[0] is None:
                return None
        passes = np.zeros((size, len(self._matrix)), bool)
        for row, mask in zip(passes, masks, strict=False):
            row[: self._pictures] = True if mask is None else mask
        return jax.device_put(passes, NamedSharding(self._mesh, PartitionSpec(None, "rows")))


def _best_blocks(
    queries: Float32[Array, "batch dim"],
    matrix: Float32[Array, "rows dim"],
    passes: Bool[Array, "#batch rows"] | None,
) -> tuple[Int32[Array, "batch blocks"], Float32[Array, "batch blocks 32"]]:
    """On one device: the numbers of its blocks of rows with the largest maxima, and the scores of
    their rows (-inf for those that do not pass, and behind the last)."""
    scores = dot_products(queries, matrix)
    if passes is not None:
        scores = jnp.where(passes, scores, -jnp.inf)
    behind = -len(matrix) % _BLOCK
    scores = jnp.pad(scores, ((0, 0), (0, behind)), constant_values=-jnp.inf)
    blocks = scores.reshape(len(queries), -1, _BLOCK)
    _, best = jax.lax.top_k(blocks.max(axis=2), min(_BLOCKS, blocks.shape[1]))
    return best, jnp.take_along_axis(blocks, best[:, :, None], axis=1)
