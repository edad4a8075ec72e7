"""The same figures when the query was altered on its way, the gallery as it is."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from jaxtyping import Float32, Int
from PIL import Image

from train.evaluators.alterations import ALTERATIONS, Alteration
from train.evaluators.labels import label_figures
from train.evaluators.price import price_figures
from train.evaluators.same_product import same_product_figures
from train.figures import Figures, mean
from train.labels import Labels
from train.loader import decoded
from train.metrics import Search, first_ranks

QUERIES, SEED = 2000, 0
FOUND_AGAIN = "same picture found again R@1"
CLEAN = "clean"
# To vectors (n, dim), or (n, framings, dim) of which the closest counts.
Encode = Callable[[list[Image.Image]], np.ndarray]


@dataclasses.dataclass(frozen=True, eq=False)
class AlteredViews:
    """What ``Encode`` made of altered pictures, and the rows of the records they were made from."""

    rows: Int[np.ndarray, " n"]
    vectors: np.ndarray


def altered(record: dict[str, Any], alteration: Alteration, seed: int = SEED) -> Image.Image | None:
    """The altered picture of a record: the same one for the same seed, whatever the split."""
    key = record["key"]
    key = key if isinstance(key, bytes) else str(key).encode()
    rng = np.random.default_rng((seed, zlib.crc32(key), zlib.crc32(alteration.__name__.encode())))
    return alteration(decoded(record["picture"]), rng)


def altered_views(
    encode: Encode, records: Any, rows: Int[np.ndarray, " n"], alteration: Alteration
) -> AlteredViews:
    """The vectors of those of ``rows`` that the alteration applies to."""
    kept: list[int] = []
    vectors: list[np.ndarray] = []
    waiting: list[Image.Image] = []

    def encoded() -> Iterator[np.ndarray]:
        if waiting:
            yield encode(waiting)
            waiting.clear()

    for row in rows:
        image = altered(records[int(row)], alteration)
        if image is None:
            continue
        kept.append(int(row))
        waiting.append(image)
        if len(waiting) == 256:
            vectors.extend(encoded())
    vectors.extend(encoded())
    return AlteredViews(
        np.array(kept, np.int64),
        np.concatenate(vectors) if vectors else np.empty((0, 0), np.float32),
    )


def asked_rows(pictures: int) -> Int[np.ndarray, " n"]:
    """The rows that are asked again altered: all, or 2,000 drawn by seed."""
    return np.sort(np.random.default_rng(SEED).permutation(pictures)[:QUERIES])


def robustness_figures(
    encode: Encode,
    records: Any,
    gallery: Float32[np.ndarray, "n dim"],
    labels: Labels,
    *,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Figures]:
    """For the clean pictures and for each alteration, the figures of at most 2,000 queries among
    all the other, clean pictures, and ``found_again``."""
    rows = asked_rows(len(gallery))
    out = {CLEAN: _figures(AlteredViews(rows, gallery[rows]), gallery, labels)}
    for name, alteration in ALTERATIONS.items():
        views = altered_views(encode, records, rows, alteration)
        if not len(views.rows):
            continue
        out[name] = {**found_again(views, gallery), **_figures(views, gallery, labels)}
        if progress:
            progress(len(views.rows))
    return out


def found_again(views: AlteredViews, gallery: Float32[np.ndarray, "n dim"]) -> Figures:
    """How often the first answer among all pictures, the query's own clean one included, is the
    very picture that the query was made from."""
    search = Search(views.vectors, gallery, np.full(len(views.rows), -1))
    everyone = np.arange(len(gallery))
    rank = first_ranks(search, lambda asked: views.rows[asked][:, None] == everyone[None, :])
    return {FOUND_AGAIN: mean(rank == 1)}


def _figures(views: AlteredViews, gallery: np.ndarray, labels: Labels) -> Figures:
    search = Search(views.vectors, gallery, views.rows)
    return {
        **label_figures(search, labels.part(views.rows), labels),
        **price_figures(search, labels),
        **same_product_figures(search, labels),
    }
