"""One model version, one index and one catalogue that fit together: what a request is answered from.

A request takes one of these at its beginning and keeps it, so that all of its answer comes from
the same index whatever is loaded meanwhile.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from catalog.product import StoredProduct
from catalog.store import Catalog
from model.embedder import Embedder
from server.indexing import INDEX_FOLDER
from server.search.columns import Column, Columns
from server.search.exact import ExactIndex
from server.search.folder import StoredIndexError, read_current


@dataclasses.dataclass(frozen=True)
class CatalogueSearch:
    """`rows` are the catalogue's rows of the items; `item_of` the items of the products' keys."""

    embedder: Embedder
    catalogue: Catalog
    index: ExactIndex
    columns: Columns
    index_version: str
    rows: np.ndarray
    item_of: dict[str, int]
    start: tuple[int, ...]
    notices: tuple[str, ...]

    @classmethod
    def load(cls, home: Path, model: Path) -> CatalogueSearch:
        """Load and check all three. `notices` are lines that the operator should see.

        Raises `CatalogError` or `model.version.VersionError`: one line, with what to do.
        """
        embedder = Embedder.load(model)
        catalogue = Catalog(home)
        stored, damage = read_current(home / INDEX_FOLDER)
        manifest = stored.manifest
        if manifest.model_version != embedder.version:
            raise StoredIndexError(
                f"the index in {home} was made with model {manifest.model_version}, this is "
                f"{embedder.version}: run `samevibe index` with this model, or serve the other"
            )
        if manifest.preprocessing != embedder.preprocessing_hash:
            raise StoredIndexError(
                f"the index in {home} was made with other preprocessing "
                f"({manifest.preprocessing}, this is {embedder.preprocessing_hash}): "
                "run `samevibe index`"
            )
        if manifest.dim != embedder.layout.dim:
            raise StoredIndexError(
                f"the index in {home} has {manifest.dim} dimensions, model {embedder.version} has "
                f"{embedder.layout.dim}: run `samevibe index`"
            )
        notices = [] if damage is None else [damage]
        if manifest.catalogue_revision != catalogue.revision():
            notices.append("the catalogue has changed since it was indexed: run `samevibe index`")
        columns, item_of = _columns(catalogue, stored.rows)
        return cls(
            embedder=embedder,
            catalogue=catalogue,
            index=ExactIndex(stored.vectors, stored.items),
            columns=columns,
            index_version=manifest.version,
            rows=stored.rows,
            item_of=item_of,
            start=tuple(int(item) for item in stored.start),
            notices=tuple(notices),
        )

    def warm(self, batch: int) -> None:
        """Compile everything that requests will need: embedding 1 to `batch` pictures, scoring."""
        side = self.embedder.canvas
        for pictures in range(1, batch + 1):
            self.embedder.embed(np.zeros((pictures, side, side, 3), np.uint8))
        self.index.warm()

    def products(self, items: Sequence[int]) -> dict[int, StoredProduct]:
        """The products of items; one that left the catalogue this very moment is absent."""
        found = self.catalogue.products_by_row([int(self.rows[item]) for item in items])
        return {int(item): found[row] for item in items if (row := int(self.rows[item])) in found}

    def item_vector(self, item: int) -> np.ndarray:
        """An item as a query, float32 (dim,): its pictures averaged, each facet of unit length."""
        mean = self.index.item_vectors(item).mean(axis=0, dtype=np.float64).astype(np.float32)
        return self.embedder.layout.normalise(mean[None])[0]


def _columns(catalogue: Catalog, rows: np.ndarray) -> tuple[Columns, dict[str, int]]:
    item_of_row = {int(row): item for item, row in enumerate(rows)}
    categories: list[str | None] = [None] * len(rows)
    brands: list[str | None] = [None] * len(rows)
    sources: list[str | None] = [None] * len(rows)
    prices = np.full(len(rows), np.nan)
    present = np.zeros(len(rows), bool)
    item_of: dict[str, int] = {}
    for stored in catalogue.products():
        item = item_of_row.get(stored.row)
        if item is None:
            continue
        item_of[stored.key] = item
        categories[item] = stored.product.category
        brands[item] = stored.product.brand
        sources[item] = stored.source
        present[item] = True
        if stored.reference_price is not None:
            prices[item] = stored.reference_price
    columns = Columns(Column.of(categories), Column.of(brands), Column.of(sources), prices, present)
    return columns, item_of
