"""The first pass in float32 by JAX: every score, on whatever devices there are, certified.

The rows are spread over all devices of the machine; each scores its own, in whatever order of
summation it likes (`rounding_margins`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from jaxtyping import Array, Float32, Int64

from server.search.asked import Asked, Scored
from server.search.rescoring import Rescorer
from server.search.scores import first_pictures, rounding_margins, selected

BATCHES = (1, 4, 16)  # queries are padded to one of these, so nothing compiles while serving


class DensePass:
    """See `certified bound` in exact.py. Keeps the matrix on the devices.

    Raises `ValueError` for rows that are not finite.
    """

    def __init__(
        self,
        vectors: Float32[np.ndarray, "pictures dim"],
        item_of_picture: Int64[np.ndarray, " pictures"] | None,
    ) -> None:
        devices = jax.devices()
        self.name = f"float32 ({len(devices)} x {devices[0].platform})"
        self.greatest_norm = _greatest_norm(vectors)
        self._pictures, self._dim = vectors.shape
        self._item_of = item_of_picture
        self._begins = first_pictures(item_of_picture)
        self.vectors = vectors
        self._mesh = Mesh(np.array(devices), ("rows",))
        self._shared = len(devices) == 1 and devices[0].platform == "cpu"
        if len(devices) == 1:
            self._matrix = jax.device_put(vectors)  # on a CPU the vectors themselves where aligned
            if self._shared:
                self.vectors = np.asarray(self._matrix)  # where not, the caller's need not stay
        else:
            filled = np.zeros((-self._pictures % len(devices), self._dim), np.float32)
            self._matrix = jax.device_put(
                np.concatenate([vectors, filled]), NamedSharding(self._mesh, PartitionSpec("rows"))
            )

        self.rescorer = Rescorer(self.vectors)

    @property
    def extra_bytes(self) -> int:
        """What it keeps on the devices beside `vectors`."""
        return 0 if self._shared else self._matrix.nbytes

    def warm(self) -> None:
        """Compile every batch size, so that no request waits for the compiler."""
        for size in BATCHES:
            self._products(np.zeros((size, self._dim), np.float32))

    def scored(self, asked: Sequence[Asked]) -> Iterator[Scored]:
        """The items that can be among the `need` best of each question, in float32."""
        vectors = np.concatenate([each.vectors for each in asked])
        margins = self._margins(vectors)
        products = self._products(vectors)
        return selected(asked, products, margins, self._begins)

    def _products(
        self, queries: Float32[np.ndarray, "queries dim"]
    ) -> Float32[np.ndarray, "queries pictures"]:
        parts = [np.asarray(dot_products(batch, self._matrix)) for batch in in_batches(queries)]
        products = np.concatenate(parts) if len(parts) != 1 else parts[0]
        return products[: len(queries), : self._pictures]

    def _margins(self, queries: Float32[np.ndarray, "queries dim"]) -> np.ndarray:
        return rounding_margins(queries, self.greatest_norm, self._dim)


def in_batches(
    queries: Float32[np.ndarray, "queries dim"],
) -> Iterator[Float32[np.ndarray, "batch dim"]]:
    """The queries in batches of the sizes there are, the last filled up with zeros."""
    for start in range(0, len(queries), BATCHES[-1]):
        part = queries[start : start + BATCHES[-1]]
        size = next(size for size in BATCHES if size >= len(part))
        batch = np.zeros((size, queries.shape[1]), np.float32)
        batch[: len(part)] = part
        yield batch


@jax.jit
def dot_products(
    queries: Float32[Array, "batch dim"], matrix: Float32[Array, "pictures dim"]
) -> Float32[Array, "batch pictures"]:
    # HIGHEST: an accelerator's shortened float32 (TF32) would break the bound above.
    return jnp.dot(queries, matrix.T, precision=jax.lax.Precision.HIGHEST)


def _greatest_norm(vectors: Float32[np.ndarray, "pictures dim"]) -> float:
    greatest = 0.0
    for start in range(0, len(vectors), 65536):
        block = np.asarray(vectors[start : start + 65536]).astype(np.float64)
        squares = np.einsum("nd,nd->n", block, block)
        if not np.isfinite(squares).all():
            row = start + int(np.flatnonzero(~np.isfinite(squares))[0])
            raise ValueError(f"expected finite vectors, row {row} is not: build the index again")
        greatest = max(greatest, float(squares.max()))
    return float(np.sqrt(greatest))
