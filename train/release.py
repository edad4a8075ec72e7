"""From a finished run to a version: averaged weights, default weights of the facets, the card."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
from pathlib import Path
from typing import Any

import jax

from catalog.money import RATES_DATE
from catalog.product import CatalogError
from model.embedder import Embedder, fused_tensors, text_tensors
from model.facets import Facet, FacetLayout
from model.rounding import rounded
from model.version import Version
from train.card import write_card
from train.config import TrainConfig
from train.curves import plot_curves
from train.dataset import open_dataset
from train.judging import choose_weights, elsewhere_views, embed_records
from train.labels import Labels, largest_feed
from train.learner import Learner, State
from train.word_weights import choose_word_weights


def layout_of(config: TrainConfig) -> FacetLayout:
    """The facets of a run's vectors, with the config's weights."""
    return FacetLayout(tuple(Facet(f.name, f.dim, f.about, f.weight) for f in config.facets))


def release(
    learner: Learner,
    state: State,
    labels: Labels,
    home: Path,
    out: Path,
    begun: Version | None = None,
) -> Path:
    """Write the averaged weights as the version ``out/version``, with default weights chosen on
    val; returns its folder. ``begun`` is the version that the run began with, if any."""
    config, pupil, layout = learner.config, learner.pupil(state), layout_of(learner.config)
    tensors = fused_tensors(pupil.network)
    if pupil.text is not None:
        tensors |= text_tensors(pupil.text)
    tensors = rounded(tensors)
    details: dict[str, Any] = {
        "categories": list(labels.names["category"]),
        "sources": list(labels.sources),
        "currency_table_date": RATES_DATE,
        "pictures_seen": config.steps * config.batch.pictures,
        "views_seen": config.steps * config.batch.views,
        "training_hours": hours_of(out / "metrics.jsonl", config),
        "trained_on": f"{os.cpu_count()} CPU cores"
        if jax.default_backend() == "cpu"
        else f"{jax.device_count()} x {jax.devices()[0].device_kind}",
        "training_pictures": len(labels),
        "parameters": sum(array.size for array in tensors.values()),
        "jax": jax.__version__,
        "config": dataclasses.asdict(config),
    }
    if begun is not None:
        details["started_from"] = started_from(begun)
    if config.choose_weights:
        try:
            records = open_dataset(home, "val")
        except CatalogError:
            records = None  # too small a catalogue for a val split keeps the config's weights
        if records is not None:
            embedder = Embedder(Version("val", config.backbone, layout, tensors, {}, config.text))
            feed, records, val = largest_feed(records)
            vectors = embed_records(embedder, records)
            chosen, figure = choose_weights(
                vectors, val, layout, elsewhere=elsewhere_views(embedder, records)
            )
            layout = layout.with_weights(chosen)
            details["weights_chosen_on_val"] = {"weights": chosen, "overall": figure, "feed": feed}
            if embedder.has_text and (
                told := choose_word_weights(embedder.embed_texts, vectors, val, layout)
            ):
                chosen, figures = told
                layout = layout.with_weights(words=chosen)
                details["word_weights_chosen_on_val"] = {
                    "weights": chosen,
                    **figures,
                    "feed": feed,
                }
    name = f"{datetime.date.today().isoformat()}-new"
    version = Version(name, config.backbone, layout, tensors, details, config.text)
    Embedder(version).save(out / "version")
    plot_curves(out / "metrics.jsonl", out / "version" / "curves.png")
    write_card(out / "version")
    return out / "version"


def started_from(begun: Version) -> dict[str, Any]:
    """What a version that another began with had cost: its own pictures seen and hours, and those
    of all versions before it."""
    before = begun.details.get("started_from", {})
    return {"version": begun.name} | {
        key: begun.details.get(key, 0) + before.get(key, 0)
        for key in ("pictures_seen", "training_hours")
    }


def hours_of(metrics: Path, config: TrainConfig) -> float:
    """The hours that the steps of a run took, from their speeds; pauses between parts of a run
    are not in it."""
    rows = [json.loads(line) for line in metrics.read_text().splitlines()]
    seconds = sum(config.batch.views / row["views_per_second"] for row in rows)
    return round(seconds / 3600, 3)
