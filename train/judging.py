"""From pictures to the figures of one set of vectors."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from catalog.product import CatalogError
from model.embedder import Embedder
from train.asking import Encoder, embed_queries, read_queries
from train.dataset import Selected, open_dataset
from train.evaluators.alterations import elsewhere
from train.evaluators.cross_domain import CategoryMapping, cross_domain_figures
from train.evaluators.hubness import hub_figures
from train.evaluators.labels import label_figures
from train.evaluators.price import price_figures
from train.evaluators.robustness import (
    AlteredViews,
    altered_views,
    asked_rows,
    found_again,
    robustness_figures,
)
from train.evaluators.same_product import same_product_figures, same_style_figures
from train.evaluators.text import (
    name_figures,
    named_categories,
    telling_titles,
    text_figures,
    titles_of,
)
from train.figures import Figures
from train.labels import Labels, read_labels
from train.loader import decoded
from train.metrics import Search, leave_one_out
from train.weights import choose_weights, elsewhere_views

__all__ = ["choose_weights", "elsewhere_views"]  # with what is defined here

Progress = Callable[[int], None]
LEAST = 12  # pictures: fewer than a query and ten neighbours say nothing

Reading = Callable[[np.ndarray], np.ndarray]  # from what ``embed`` gives to the vectors to judge


@dataclasses.dataclass(frozen=True, eq=False)
class Gallery:
    """Pictures that are judged together, with what is known of them."""

    records: Any
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)


def open_gallery(home: Path, split: str, *sources: str | None) -> tuple[Gallery, ...]:
    """One gallery for each feed named (None: all feeds), all in the same label codes.

    Raises:
        CatalogError: no such split or feed, or fewer than 12 pictures in one.
    """
    records = open_dataset(home, split)
    labels = read_labels(records)
    galleries = []
    for source in sources or (None,):
        gallery = Gallery(records, labels)
        if source is not None:
            if source not in labels.sources:
                raise CatalogError(
                    f"no feed {source!r} in split {split!r}; there are {', '.join(labels.sources)}"
                )
            rows = np.flatnonzero(labels.source == labels.sources.index(source))
            gallery = part_of(gallery, rows)
        if len(gallery) < LEAST:
            raise CatalogError(
                f"{source or 'split'} {split!r} has {len(gallery)} pictures; {LEAST} at least are "
                "needed"
            )
        galleries.append(gallery)
    return tuple(galleries)


def part_of(gallery: Gallery, rows: np.ndarray) -> Gallery:
    """Some of a gallery's pictures, in the same label codes."""
    return Gallery(Selected(gallery.records, rows.tolist()), gallery.labels.part(rows))


def embed_records(
    encoder: Encoder, records: Any, progress: Progress | None = None
) -> Float32[np.ndarray, "n dim"]:
    """Vectors of every record of a split, in order: unit facets where ``encoder`` is an embedder."""

    def canvas(index: int) -> np.ndarray:
        return encoder.prepare(decoded(records[index]["picture"]))

    out = []
    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(records), 512):
            numbers = range(start, min(start + 512, len(records)))
            out.append(encoder.embed(np.stack(list(pool.map(canvas, numbers)))))
            if progress:
                progress(len(numbers))
    return np.concatenate(out)


def gallery_figures(vectors: Float[np.ndarray, "n dim"], gallery: Gallery) -> Figures:
    """Every figure that needs only the pictures' vectors (dot product = score): each picture of
    the gallery asks all the others."""
    search, labels = leave_one_out(vectors), gallery.labels
    return {
        **label_figures(search, labels, labels),
        **price_figures(search, labels),
        **same_product_figures(search, labels),
        **same_style_figures(search, labels),
        **hub_figures(search),
    }


@dataclasses.dataclass(frozen=True, eq=False)
class Strangers:
    """Pictures of another feed that ask the gallery, and which categories answer which."""

    gallery: Gallery
    mapping: CategoryMapping


@dataclasses.dataclass(frozen=True, eq=False)
class Judged:
    """Of one encoder: ``columns`` the figures of each reading, ``robustness`` those of each
    condition for the first reading, ``vectors`` float32 ``(n, dim)`` by that reading, and the
    strangers' ``(m, framings, dim)``."""

    columns: dict[str, Figures]
    robustness: dict[str, Figures]
    vectors: np.ndarray
    strangers: np.ndarray | None


def readings(embedder: Embedder) -> dict[str, Reading]:
    """The whole vector by the default weights, and each facet alone."""
    alone = {
        f"{name} alone": lambda facets, part=part: np.ascontiguousarray(facets[:, part])
        for name, part in embedder.layout.slices.items()
    }
    return {"version": embedder.layout.weigh_both, **alone}


def judge_embedder(
    embedder: Embedder,
    gallery: Gallery,
    *,
    alone: bool = True,
    strangers: Strangers | None = None,
    robustness: bool = True,
    progress: Progress | None = None,
) -> Judged:
    """Every figure of the whole vector by the default weights (by those for words where titles
    ask), and with ``alone`` of each facet; otherwise as ``judge``."""
    whole: dict[str, Reading] = {"version": embedder.layout.weigh_both}
    return judge(
        embedder,
        readings(embedder) if alone else whole,
        gallery,
        by_words=embedder.layout.for_words.weigh_both,
        strangers=strangers,
        robustness=robustness,
        progress=progress,
    )


def judge(
    encoder: Encoder,
    read: dict[str, Reading],
    gallery: Gallery,
    *,
    strangers: Strangers | None = None,
    by_words: Reading | None = None,
    robustness: bool = True,
    progress: Progress | None = None,
) -> Judged:
    """Every figure of an encoder on a gallery; words ask where it has ``embed_texts``, and
    ``by_words`` is how the first reading's vectors are read for them, if not as for pictures.

    Without ``robustness`` the queries are altered in no way but ``elsewhere``, which is quicker.
    """
    raw = embed_records(encoder, gallery.records, progress)
    foreign = None
    if strangers is not None:
        records = strangers.gallery.records
        asking = (decoded(records[row]["picture"]) for row in range(len(records)))
        foreign = embed_queries(encoder, asking, progress)
    asked, titles = telling_titles(gallery.labels), titles_of(gallery.labels)
    named, names = named_categories(gallery.labels), gallery.labels.names["category"]
    texts = None
    if getattr(encoder, "has_text", False) and len(asked):
        words = [titles[row] for row in asked] + [names[code] for code in named]
        texts = encoder.embed_texts(words)  # type: ignore[attr-defined]
    views = altered_views(
        lambda pictures: embed_queries(encoder, pictures),
        gallery.records,
        asked_rows(len(gallery)),
        elsewhere,
    )
    columns, first = {}, next(iter(read.values()))
    for name, reading in read.items():
        vectors = reading(raw)
        figures = gallery_figures(vectors, gallery)
        if texts is not None:
            told = by_words if reading is first and by_words is not None else reading
            of_titles, of_names = np.split(told(texts), [len(asked)])
            figures |= text_figures(of_titles, asked, told(raw), gallery.labels)
            figures |= name_figures(of_names, named, told(raw), gallery.labels)
        if strangers is not None and foreign is not None:
            search = Search(read_queries(reading, foreign), vectors, np.full(len(foreign), -1))
            labels = strangers.gallery.labels, gallery.labels
            figures |= cross_domain_figures(search, *labels, strangers.mapping)
        figures |= found_again(
            AlteredViews(views.rows, read_queries(reading, views.vectors)), vectors
        )
        columns[name] = figures
    altered = {}
    if robustness:
        altered = robustness_figures(
            lambda pictures: read_queries(first, embed_queries(encoder, pictures)),
            gallery.records,
            first(raw),
            gallery.labels,
            progress=progress,
        )
    asked_by = None if foreign is None else read_queries(first, foreign)
    return Judged(columns, altered, first(raw), asked_by)
