"""A small catalogue of drawn discs and squares, quick to make and easy to learn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.store import Catalog
from train.config import TrainConfig
from train.dataset import LABEL_COLUMNS, open_dataset
from train.labels import Labels, read_labels
from train.learner import Learner, fit_to
from train.loader import Batches

COLOURS = {"red": (200, 30, 30), "green": (30, 160, 60), "blue": (30, 60, 200)}


def write_shapes(folder: Path, count: int, *, seed: int = 0, **fixed: object) -> Path:
    """A folder feed of ``count`` products; large ones cost more. ``fixed`` overrides fields."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    rows = []
    for number in range(count):
        shape = ("disc", "square", "cross")[number % 3]
        colour = list(COLOURS)[int(rng.integers(3))]
        radius = int(rng.integers(8, 26))
        image = Image.new("RGB", (64, 64), "white")
        brush = ImageDraw.Draw(image)
        box = (32 - radius, 32 - radius, 32 + radius, 32 + radius)
        if shape == "disc":
            brush.ellipse(box, fill=COLOURS[colour])
        elif shape == "square":
            brush.rectangle(box, fill=COLOURS[colour])
        else:
            brush.line(box, fill=COLOURS[colour], width=6)
        image.save(folder / "images" / f"{number}.png")
        row = {
            "id": str(number),
            "image": f"{number}.png",
            "title": f"{colour} {shape}",
            "category": shape,
            "color": colour,
            "price": radius * 2,
            "currency": "USD",
            **fixed,
        }
        rows.append({name: value for name, value in row.items() if value is not None})
    (folder / "products.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def labels_of(*rows: dict[str, Any]) -> Labels:
    """The labels of made-up records: what a row does not say is unknown."""
    blank = dict.fromkeys(LABEL_COLUMNS, "")
    records = [
        {
            **blank,
            "title": "",
            "source": "shop",
            "reference_price": np.nan,
            "row": n,
            "group": f"g{n}",
            **row,
        }
        for n, row in enumerate(rows)
    ]
    return read_labels(records)


def learner_of(home: Path, config: TrainConfig) -> Learner:
    """What learns from a home's train split, with what the catalogue can teach of a config."""
    labels = read_labels(open_dataset(home, "train"))
    return Learner(fit_to(config, labels), labels)


def batches_of(learner: Learner, home: Path) -> Batches:
    """The batches of its train split that it learns from."""
    records = open_dataset(home, "train")
    return Batches.of(learner.config, records, read_labels(records))


@pytest.fixture(scope="session")
def make_shapes() -> Callable[..., Path]:
    """``make_shapes(folder, count, **fixed)`` imports that many into a new home."""

    def make(folder: Path, count: int, **fixed: object) -> Path:
        feed = write_shapes(folder / "shapes", count, **fixed)
        with Catalog(folder / "home", create=True) as catalogue:
            import_feed(catalogue, open_feed(feed, source="shapes"))
        return folder / "home"

    return make


@pytest.fixture(scope="session")
def shapes_home(make_shapes: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 shapes. Shared: read only."""
    return make_shapes(tmp_path_factory.mktemp("shapes"), 300)
