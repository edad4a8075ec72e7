"""Training on anyone's catalogue: odd sizes, missing labels, damage, a killed process.

What is missing as a whole column is in test_loop.py.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from safetensors.numpy import load_file

from catalog.feeds import open_feed
from catalog.import_report import ImportReport
from catalog.importer import import_feed
from catalog.product import CatalogError
from catalog.store import Catalog
from model.embedder import Embedder
from train.config import FACETS, TrainConfig
from train.dataset import open_dataset
from train.labels import read_labels
from train.loader import STAND_INS, Batches
from train.loop import train
from train.sampler import Sampler

PROJECT = Path(__file__).resolve().parents[2]
SMOKE = TrainConfig().smoke()
SHORT = dataclasses.replace(
    SMOKE, steps=2, checkpoint_every=2, judge_every=2, auxiliary=(), choose_weights=False
)
PICTURES = 12

Row = dict[str, Any]


def bring_in(folder: Path, rows: list[Row]) -> tuple[Path, ImportReport]:
    """A home with these products; they share a dozen pictures unless a row names its own."""
    images = folder / "feed" / "images"
    images.mkdir(parents=True, exist_ok=True)
    for number in range(PICTURES):
        image = Image.new("RGB", (48, 48), "white")
        box = (4 + number, 6, 40, 42 - number)
        ImageDraw.Draw(image).ellipse(box, fill=(20 * number, 90, 250 - 20 * number))
        image.save(images / f"{number}.png")
    full = [
        {"id": str(n), "title": f"thing {n % 5}", "image": f"{n % PICTURES}.png", **row}
        for n, row in enumerate(rows)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in full)
    (folder / "feed" / "products.jsonl").write_text(lines)
    with Catalog(folder / "home", create=True) as catalogue:
        report = import_feed(catalogue, open_feed(folder / "feed", source="shop"))
    return folder / "home", report


def priced(amount: float) -> Row:
    return {"price": amount, "currency": "USD"}


def some_missing(n: int) -> Row:
    row: Row = {"split": "train"}
    if n % 2:
        row |= priced(5 + n % 40)
    if n % 3:
        row |= {"category": f"kind {n % 7}"}
    if n % 5 == 0:
        row |= {"title": ""}
    return row


def nearly_all_missing(n: int) -> Row:
    """Most batches have no price at all."""
    return {"split": "train", **(priced(n + 1.0) if n < 4 else {})}


def nearly_one_price(n: int) -> Row:
    return {"split": "train", "category": f"kind {n % 3}", **priced(20 if n < 4 else 10)}


def mostly_alone(n: int) -> Row:
    """Two categories of two products; every other product is alone in its own."""
    return {"split": "train", "category": "ab"[n % 2] if n < 4 else f"alone {n}"}


def all_alone(n: int) -> Row:
    return {"split": "train", "category": f"alone {n}"}


def steps_of(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def assert_sound(version: Path, steps: int) -> None:
    """Everything that was learned, and said on the way, is a number."""
    assert all(
        np.isfinite(array).all() for array in load_file(version / "model.safetensors").values()
    )
    rows = steps_of(version.parent)
    assert len(rows) == steps
    assert all(np.isfinite(value) for row in rows for value in row.values())


@pytest.mark.parametrize(
    ("row_of", "facets"),
    [
        (some_missing, ("kind", "look", "outline", "price")),
        (nearly_all_missing, ("look", "outline", "price")),
        (nearly_one_price, ("kind", "look", "outline", "price")),
        (mostly_alone, ("kind", "look", "outline")),
        (all_alone, ("look", "outline")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_odd_labels_give_a_sound_version(
    tmp_path: Path, row_of: Callable[[int], Row], facets: tuple[str, ...]
) -> None:
    home, _ = bring_in(tmp_path, [row_of(n) for n in range(60)])
    # Words are one more thing to compile: once is enough.
    config = SHORT if row_of is some_missing else dataclasses.replace(SHORT, text=None)
    version = train(home, config, tmp_path / "run")
    assert Embedder.load(version).layout.names == facets
    assert_sound(version, SHORT.steps)


def test_ten_thousand_categories(tmp_path: Path) -> None:
    rows = [{"split": "train", "category": f"kind {n % 10_000}"} for n in range(10_500)]
    home, _ = bring_in(tmp_path, rows)
    labels = read_labels(open_dataset(home, "train"))
    assert len(labels.names["category"]) == 10_000
    groups = np.unique(labels.codes["category"][Sampler(labels, SHORT.batch, 0).batch(0)])
    assert len(groups) >= SHORT.batch.categories
    only_kind = dataclasses.replace(SHORT, facets=FACETS[:1], text=None)
    version = train(home, only_kind, tmp_path / "run")
    assert Embedder.load(version).layout.names == ("kind",)
    assert_sound(version, SHORT.steps)


def batches_of(home: Path, config: TrainConfig) -> Batches:
    records = open_dataset(home, "train")
    return Batches.of(config, records, read_labels(records))


def test_three_hundred_products_fill_the_default_batch(shapes_home: Path) -> None:
    config = TrainConfig()
    batch = batches_of(shapes_home, config)[0]
    side = config.canvas_at(0)
    assert batch["canvases"].shape == (config.batch.views, side, side, 3)
    assert len(np.unique(batch["row"])) > 0.5 * config.batch.pictures


def test_damaged_pictures_cost_only_themselves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In the feed, in the picture store, and in the files of the dataset."""
    rows = [{**some_missing(n), "image": f"own {n}.png", "title": f"thing {n}"} for n in range(60)]
    images = tmp_path / "feed" / "images"
    images.mkdir(parents=True)
    random = np.random.default_rng(0)
    for n in range(60):
        pixels = random.integers(0, 256, (48, 48, 3), np.uint8)
        Image.fromarray(pixels).save(images / f"own {n}.png")
    (images / "own 7.png").write_text("no picture")
    whole = (images / "own 8.png").read_bytes()
    (images / "own 8.png").write_bytes(whole[: len(whole) // 2])
    home, report = bring_in(tmp_path, rows)
    assert (report.added, report.refused) == (58, 2)
    assert [refusal.row for refusal in report.refusals] == [8, 9]  # lines of the feed, from 1
    assert all("own" in refusal.reason for refusal in report.refusals)

    with Catalog(home) as catalogue:
        stored = list(catalogue.products())[:2]
        catalogue.pictures.path(stored[0].pictures[0]).unlink()
        catalogue.pictures.path(stored[1].pictures[0]).write_bytes(b"damaged")
    with caplog.at_level(logging.WARNING):
        assert len(open_dataset(home, "train")) == 56
    assert "2 pictures of split train are lost or damaged" in caplog.text

    before = batches_of(home, SHORT)[0]
    rows_before = set(read_labels(open_dataset(home, "train")).row.tolist())
    (path,) = home.rglob("*train.array_record*")
    damage(path)
    caplog.clear()
    batches = batches_of(home, dataclasses.replace(SHORT, steps=30))
    with caplog.at_level(logging.WARNING):
        first, seen = batches[0], [batches[step]["row"] for step in range(30)]
    gone = rows_before - set(np.concatenate(seen).tolist())
    assert caplog.text.count("can't be read") == len(gone) == 1  # said once
    again = batches_of(home, SHORT)[0]
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
    changed = first["row"] != before["row"]
    assert set(before["row"][changed].tolist()) <= gone
    assert_sound(train(home, SHORT, tmp_path / "run"), SHORT.steps)


def damage(array_record: Path) -> None:
    """Change bytes in the middle of a record."""
    data = bytearray(array_record.read_bytes())
    for place in range(5000, 5040):
        data[place] ^= 0x5A
    array_record.write_bytes(data)


def test_a_dataset_damaged_throughout_is_said(shapes_home: Path) -> None:
    batches = batches_of(shapes_home, SHORT)
    batches._records = [{"picture": b"damaged"}] * 300
    with pytest.raises(CatalogError, match=f"record [0-9]+ and the {STAND_INS} after it"):
        batches[0]


def test_killed_at_any_moment_a_run_ends_in_the_same_weights(
    shapes_home: Path, tmp_path: Path
) -> None:
    """``kill -9`` of the real command, at a moment drawn anew each time."""
    config = tmp_path / "short.py"
    config.write_text(
        "import dataclasses\n"
        "from train.config import FACETS, TrainConfig\n"
        "def config():\n"
        "    return dataclasses.replace(TrainConfig().smoke(), checkpoint_every=1)\n"
    )
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    train(shapes_home, dataclasses.replace(SMOKE, checkpoint_every=1), whole)

    begin = [sys.executable, "-m", "samevibe", "train"]
    begin += ["--catalog", str(shapes_home), "--config", str(config), "--out", str(killed)]
    random = np.random.default_rng()
    step, wait = int(random.integers(1, 4)), float(random.uniform(0, 0.1))
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(begin, cwd=PROJECT, env=os.environ, stderr=log)
        deadline = time.monotonic() + 300
        while process.poll() is None and time.monotonic() < deadline:
            if step <= max(map(int, finished(killed / "checkpoints")), default=0):
                time.sleep(wait)
                break
            time.sleep(0.02)
        process.kill()
    assert process.wait() == -signal.SIGKILL, (tmp_path / "log").read_text()
    assert not (killed / "version").exists()

    subprocess.run(begin, cwd=PROJECT, env=os.environ, check=True, capture_output=True)
    expected = load_file(whole / "version" / "model.safetensors")
    for name, array in load_file(killed / "version" / "model.safetensors").items():
        np.testing.assert_array_equal(array, expected[name], err_msg=f"{name}, {step}, {wait}")
    assert [row["step"] for row in steps_of(killed)] == list(range(SMOKE.steps))


def finished(checkpoints: Path) -> list[str]:
    """The names of the checkpoints that are whole: their steps."""
    return [path.name for path in checkpoints.glob("*") if path.name.isdecimal()]
