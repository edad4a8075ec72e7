"""``samevibe evaluate``: a version's figures on a split, each facet alone, and the baselines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from catalog.product import CatalogError
from model.embedder import Embedder
from model.version import load_version
from train.baselines import HistogramAndPixels
from train.contact_sheet import draw_answers, draw_neighbours
from train.evaluators.cross_domain import read_mapping
from train.evaluators.price import price_guesses
from train.figures import summaries
from train.judging import Gallery, Judged, Strangers, judge, judge_embedder, open_gallery
from train.metrics import Search, leave_one_out
from train.plots import plot_figures, plot_prices, plot_robustness
from train.tables import as_table
from train.weights import overall

Figures = dict[str, Any]
Progress = Callable[[int], None]


def evaluate(
    version: Path,
    home: Path,
    split: str = "test",
    out: Path | None = None,
    *,
    source: str | None = None,
    queries_source: str | None = None,
    mapping: Path | None = None,
    baselines: bool = True,
    progress: Progress | None = None,
) -> Figures:
    """Judge a version on one split of a catalogue, or on one feed (``source``) of it.

    Every picture is a query in turn against all the others. With ``queries_source`` and
    ``mapping`` the pictures of that feed ask too, judged by the mapping's categories.

    Returns ``{"version", "split", "source", "queries_source", "pictures", "weights",
    "word_weights", "overall", "columns": {name: {figure: {"value", "low", "high", "queries"}}},
    "robustness": {name: {condition: {figure: ...}}}}`` where a column is the whole vector
    (``"version"``), a facet alone, or a baseline. With ``out``, writes ``figures.json``,
    ``table.md``, plots and contact sheets there.

    Raises:
        VersionError, CatalogError: what is wrong with the version, the catalogue, the split or
            the mapping.
    """
    embedder = Embedder.load(version)
    gallery, strangers = open_judging(home, split, source, queries_source, mapping)
    judged = [judge_embedder(embedder, gallery, strangers=strangers, progress=progress)]
    if baselines:
        histogram = HistogramAndPixels()
        random = Embedder.untrained(
            backbone=load_version(version).backbone, facets=embedder.layout.facets
        )
        for name, encoder, reading in (
            (histogram.name, histogram, lambda vectors: vectors),
            ("untrained", random, random.layout.weigh_both),
        ):
            judged.append(judge(encoder, {name: reading}, gallery, strangers=strangers))
    columns = {name: figures for each in judged for name, figures in each.columns.items()}
    result: Figures = {
        "version": embedder.version,
        "split": split,
        "source": source,
        "queries_source": queries_source,
        "pictures": len(gallery),
        "weights": embedder.layout.default_weights,
        "word_weights": embedder.layout.for_words.default_weights if embedder.has_text else None,
        "overall": {
            name: overall({row: figure.value for row, figure in figures.items()})
            for name, figures in columns.items()
        },
        "columns": {name: summaries(figures) for name, figures in columns.items()},
        "robustness": {
            next(iter(each.columns)): {
                condition: summaries(figures) for condition, figures in each.robustness.items()
            }
            for each in judged
        },
    }
    if out is not None:
        write_judgement(Path(out), result, judged[0], gallery, strangers)
    return result


def open_judging(
    home: Path, split: str, source: str | None, queries_source: str | None, mapping: Path | None
) -> tuple[Gallery, Strangers | None]:
    """The gallery, and who else asks it.

    Raises:
        CatalogError: what is missing, or a feed for queries without a mapping or the reverse.
    """
    if (queries_source is None) != (mapping is None):
        raise CatalogError(
            "a feed for queries and a mapping of its categories belong together: give both "
            "--queries-source and --mapping, or neither"
        )
    if queries_source is None or mapping is None:
        return open_gallery(home, split, source)[0], None
    table = read_mapping(mapping)
    gallery, asking = open_gallery(home, split, source, queries_source)
    return gallery, Strangers(asking, table)


def write_judgement(
    out: Path, result: Figures, judged: Judged, gallery: Gallery, strangers: Strangers | None
) -> None:
    """Figures, table, plots and contact sheets of an evaluation, into the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "figures.json").write_text(json.dumps(result, indent=1) + "\n")
    (out / "table.md").write_text(as_table(result))
    plot_figures(result, out / "figures.png")
    plot_robustness(result, out / "robustness.png")
    search = leave_one_out(judged.vectors)
    if gallery.labels.has("price"):
        plot_prices(price_guesses(search, gallery.labels), out / "prices.png")
    draw_neighbours(gallery, search.found, out)
    if strangers is not None and judged.strangers is not None:
        own = np.full(len(judged.strangers), -1)
        draw_answers(
            strangers,
            gallery,
            Search(judged.strangers, judged.vectors, own).found,
            out / f"{result['queries_source']}.jpg",
        )
