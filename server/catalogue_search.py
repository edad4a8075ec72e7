"""One model version and one index that fit together: what a request is answered from.

A request takes one of these at its beginning and keeps it, so that all of its answer comes from
the same index whatever is loaded meanwhile.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from catalog.product import StoredProduct
from catalog.store import Catalog
from model.embedder import Embedder
from model.framing import MOST_FRAMINGS
from server.indexing import INDEX_FOLDER
from server.search.columns import Columns
from server.search.exact import ExactIndex
from server.search.folder import (
    DamagedIndexError,
    StoredIndex,
    StoredIndexError,
    instead,
    open_version,
    versions,
)


@dataclasses.dataclass(frozen=True)
class CatalogueSearch:
    """`notices` are lines that the operator should see. Of `catalogue` only the pictures are
    used: products are answered as they were when the index was made."""

    embedder: Embedder
    catalogue: Catalog
    stored: StoredIndex
    index: ExactIndex
    columns: Columns
    start: tuple[int, ...]
    notices: tuple[str, ...] = ()

    @classmethod
    def load(
        cls, home: Path, model: Path, *, checked: bool = False, batch: int = 1
    ) -> CatalogueSearch:
        """Load a model version, ready to embed 1 to `batch` pictures that ask, and a home's index;
        with `checked`, every byte of the index is checked.

        Raises `CatalogError` or `model.version.VersionError`: one line, with what to do.
        """
        embedder = Embedder.load(model)
        catalogue = Catalog(home)
        with ThreadPoolExecutor(1) as pool:
            # The network is compiled while the index comes from the disk.
            compiled = pool.submit(embedder.warm, batch * MOST_FRAMINGS)
            search = cls.sound(embedder, catalogue, checked=checked)
            compiled.result()
        if search.stored.manifest.catalogue_revision == catalogue.revision():
            return search
        changed = "the catalogue has changed since it was indexed: run `samevibe index`"
        return dataclasses.replace(search, notices=(*search.notices, changed))

    @classmethod
    def sound(
        cls,
        embedder: Embedder,
        catalogue: Catalog,
        *,
        checked: bool,
        stopped: Callable[[], bool] = lambda: False,
        other_than: Collection[str] = (),
    ) -> CatalogueSearch:
        """The live index, or where that is damaged the newest one that is not.

        Raises `StoredIndexError` where there is none, or the live one does not fit the model.
        """
        folder = catalogue.home / INDEX_FOLDER
        first: StoredIndexError | None = None
        for version in versions(folder):
            if version in other_than:
                continue
            try:
                search = cls.of(open_version(folder / version), embedder, catalogue)
                if checked:
                    search.stored.check(stopped)
            except StoredIndexError as fault:
                if first is None and not isinstance(fault, DamagedIndexError):
                    raise
                first = first or fault
                continue
            if first is None:
                return search
            return dataclasses.replace(search, notices=(instead(first, version),))
        raise first or StoredIndexError(f"there is no other index in {folder}")

    @classmethod
    def of(cls, stored: StoredIndex, embedder: Embedder, catalogue: Catalog) -> CatalogueSearch:
        """An opened index, brought to the device. Raises `StoredIndexError`."""
        manifest = stored.manifest
        if manifest.model_version != embedder.version:
            raise StoredIndexError(
                f"the index in {catalogue.home} was made with model {manifest.model_version}, "
                f"this is {embedder.version}: run `samevibe index` with this model, or serve "
                "the other"
            )
        if manifest.preprocessing != embedder.preprocessing_hash:
            raise StoredIndexError(
                f"the index in {catalogue.home} was made with other preprocessing "
                f"({manifest.preprocessing}, this is {embedder.preprocessing_hash}): "
                "run `samevibe index`"
            )
        if manifest.dim != embedder.layout.dim:
            raise StoredIndexError(
                f"the index in {catalogue.home} has {manifest.dim} dimensions, model "
                f"{embedder.version} has {embedder.layout.dim}: run `samevibe index`"
            )
        try:
            index = ExactIndex(stored.vectors, stored.items, version=manifest.version)
        except ValueError as error:
            raise DamagedIndexError(
                f"index {manifest.version} is damaged ({error}): "
                "run `samevibe index` to make it again"
            ) from error
        return cls(
            embedder=embedder,
            catalogue=catalogue,
            stored=stored,
            index=index,
            columns=_columns(stored),
            start=tuple(stored.start.tolist()),
        )

    @property
    def index_version(self) -> str:
        return self.stored.manifest.version

    def item_of(self, key: str) -> int | None:
        """The item of a product's public id."""
        return self.stored.products.item_of(key)

    def products(self, items: Sequence[int]) -> dict[int, StoredProduct]:
        """The products of items."""
        return {int(item): self.stored.products[int(item)] for item in items}

    def item_vector(self, item: int) -> np.ndarray:
        """An item as a query, float32 (dim,): its pictures averaged, each facet of unit length."""
        mean = self.index.item_vectors(item).mean(axis=0, dtype=np.float64).astype(np.float32)
        return self.embedder.layout.normalise(mean[None])[0]


def _columns(stored: StoredIndex) -> Columns:
    products = stored.products
    return Columns(
        category=products.column("category"),
        brand=products.column("brand"),
        wearer=products.column("gender"),
        availability=products.column("availability"),
        source=products.column("source"),
        reference_price=products.prices,
    )
