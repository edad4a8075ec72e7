"""From a catalogue and a model version to an index: every live picture embedded once.

Vectors are reused by picture hash: from the index before it (of the same model version and
preprocessing) and from what a stopped run had already embedded. So a changed price or title costs
no embedding, a new product costs its own, and a run killed at any moment is carried on by the
next. Vectors go from file to file in blocks; in memory are only the pictures' hashes and what
`server.search.products.ProductSpool` says, some 300 bytes a product at the peak, and for a while
the vectors of at most 100,000 products, to choose the ones to start from.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from tqdm import tqdm

from catalog.decoding import PictureError, decode_picture
from catalog.files import held_alone
from catalog.pictures import PictureStore
from catalog.store import Catalog
from model.embedder import Embedder
from server.embedded import Embedded, as_keys
from server.search.clusters import representative_items
from server.search.folder import (
    NewVersion,
    StoredIndex,
    StoredIndexError,
    current_version,
    new_version,
    read_current,
)
from server.search.products import ProductSpool

INDEX_FOLDER = "index"
_BATCH = 64
_BLOCK = 8192  # vectors copied at a time
_CLUSTERED = 100_000  # items that the ones to start from are chosen from

Progress = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run did. Pictures are counted once however many products show them: `embedded` by
    this run, `reused` from the index before or a stopped run; `removed` were in the index before
    and are in no product any more; `left_out` are missing or damaged in the store."""

    folder: Path
    products: int
    pictures: int
    embedded: int
    reused: int
    removed: int
    left_out: int


def build_index(home: Path, embedder: Embedder, progress: Progress | None = None) -> IndexReport:
    """Embed what is not embedded yet and make a new index the live one.

    `progress(done, total)` counts pictures; without it a bar is drawn. Where nothing changed
    since the live index, nothing is written. A picture that is missing or damaged in the store is
    left out (importing and indexing again brings it back). Raises `StoredIndexError` for a
    catalogue without pictures, a second run at the same time, or a disk that refuses;
    `CatalogError` for no catalogue.
    """
    folder = Path(home) / INDEX_FOLDER
    another = StoredIndexError(f"{folder} is being indexed by another process: wait for it")
    with Catalog(home) as catalogue, held_alone(folder / "LOCK", otherwise=another):
        revision = catalogue.revision()
        before = _sound(folder)
        reusable = before if before is not None and _same_model(before, embedder) else None
        kept = folder / f"embedded-{_name(embedder)}"
        if reusable is not None and _is_up_to_date(folder, reusable, revision):
            kept.unlink(missing_ok=True)  # killed between its last two steps
            return _nothing_to_do(reusable)
        with new_version(folder) as new:
            spool = ProductSpool(new.scratch)
            for product in catalogue.products():
                spool.add(product)
            wanted = _once_each(spool.pictures())
            embedded = Embedded(kept, embedder.layout.dim, reusable)
            missing = wanted[embedded.places(wanted) < 0]
            made = _embed(missing, len(wanted), catalogue.pictures, embedder, embedded, progress)
            products, pictures = _write_arrays(new, spool, embedded, embedder)
            if not products:
                raise StoredIndexError(
                    f"expected a catalogue with pictures in {home}, found none: "
                    "run `samevibe import` with a feed that has pictures first"
                )
            counts = {
                "products": products,
                "pictures": pictures,
                "left_out": len(missing) - made,
            }
            written = new.publish(
                None if before is None else before.manifest.version,
                model_version=embedder.version,
                preprocessing=embedder.preprocessing_hash,
                catalogue_revision=revision,
                dim=embedder.layout.dim,
                **counts,
            )
        embedded.forget()
    removed = 0 if before is None else _absent(_once_each(before.pictures), wanted)
    return IndexReport(
        written, embedded=made, reused=len(wanted) - len(missing), removed=removed, **counts
    )


def _write_arrays(
    new: NewVersion, spool: ProductSpool, embedded: Embedded, embedder: Embedder
) -> tuple[int, int]:
    """Write all files of the version; how many products and pictures have a vector, and are in it."""
    places = embedded.places(spool.pictures())
    found = places >= 0
    kept, mains, items = np.unique(
        spool.product_of_picture()[found], return_index=True, return_inverse=True
    )
    places, dim = places[found], embedder.layout.dim
    if not len(kept):
        return 0, 0
    blocks = range(0, len(places), _BLOCK)
    vectors = (embedded.vectors(places[start : start + _BLOCK]) for start in blocks)
    new.array("vectors", (len(places), dim), np.float32, vectors)
    arrays = {
        "items": items.astype(np.int32),
        "pictures": spool.pictures()[found],
        "rows": spool.rows()[kept],
        "start": _start(places[mains], embedded, embedder),
        **spool.arrays(kept),
    }
    for name, values in arrays.items():
        new.array(name, values.shape, values.dtype.type, [values])
    new.file("products.jsonl", spool.records(kept))
    new.file("names.json", [spool.names()])
    return len(kept), len(places)


def _start(mains: np.ndarray, embedded: Embedded, embedder: Embedder) -> np.ndarray:
    """The items to show before the first search, chosen by the products' main pictures."""
    drawn = np.arange(len(mains))
    if len(drawn) > _CLUSTERED:
        drawn = np.sort(np.random.default_rng(0).choice(drawn, _CLUSTERED, replace=False))
    vectors = embedder.layout.weigh_both(embedded.vectors(mains[drawn]))
    return drawn[representative_items(vectors)]


def _embed(
    missing: np.ndarray,
    total: int,
    store: PictureStore,
    embedder: Embedder,
    embedded: Embedded,
    progress: Progress | None,
) -> int:
    """Embed the pictures `missing` (n, 32) uint8 as far as they can be read; how many could."""

    def prepared(picture: np.ndarray) -> np.ndarray | None:
        with suppress(KeyError, PictureError):
            return embedder.prepare(decode_picture(store.read(picture.tobytes().hex())))
        return None

    done, made = total - len(missing), 0
    batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
    with _shown(progress, total) as show, ThreadPoolExecutor(os.cpu_count()) as pool:
        show(done, total)
        # The next batch is decoded while the device embeds this one.
        ahead = [pool.submit(prepared, picture) for picture in batches[0]] if batches else []
        for number, batch in enumerate(batches):
            canvases = [future.result() for future in ahead]
            following = batches[number + 1] if number + 1 < len(batches) else missing[:0]
            ahead = [pool.submit(prepared, picture) for picture in following]
            good = {at: canvas for at, canvas in enumerate(canvases) if canvas is not None}
            if good:
                vectors = embedder.embed(np.stack(list(good.values())))
                embedded.append(batch[list(good)], vectors)
                made += len(good)
            done += len(batch)
            show(done, total)
    return made


def _once_each(pictures: np.ndarray) -> np.ndarray:
    """Each hash of (n, 32) uint8 once, in the order of first appearance."""
    _, first = np.unique(as_keys(pictures), return_index=True)
    return pictures[np.sort(first)]


def _absent(pictures: np.ndarray, among: np.ndarray) -> int:
    return int((~np.isin(as_keys(pictures), as_keys(among))).sum())


def _sound(folder: Path) -> StoredIndex | None:
    """The live index, or the newest sound one where it is damaged, or nothing."""
    try:
        return read_current(folder)[0]
    except StoredIndexError:
        return None


def _same_model(stored: StoredIndex, embedder: Embedder) -> bool:
    made_with = stored.manifest.model_version, stored.manifest.preprocessing
    return made_with == (embedder.version, embedder.preprocessing_hash)


def _is_up_to_date(folder: Path, stored: StoredIndex, revision: int) -> bool:
    manifest = stored.manifest
    is_live = manifest.version == current_version(folder)
    return is_live and manifest.catalogue_revision == revision and not manifest.left_out


def _nothing_to_do(stored: StoredIndex) -> IndexReport:
    manifest = stored.manifest
    return IndexReport(
        stored.folder,
        products=manifest.products,
        pictures=manifest.pictures,
        embedded=0,
        reused=len(_once_each(stored.pictures)),
        removed=0,
        left_out=0,
    )


def _name(embedder: Embedder) -> str:
    return re.sub(r"[^\w.-]", "_", f"{embedder.version}-{embedder.preprocessing_hash}")


@contextmanager
def _shown(progress: Progress | None, total: int) -> Iterator[Progress]:
    if progress is not None:
        yield progress
        return
    with tqdm(total=total, unit="picture", desc="embedding", disable=None) as bar:
        yield lambda done, _: bar.update(done - bar.n) and None
