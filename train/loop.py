"""The training loop: from a catalogue and a config to a version, resumable at any moment."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import orbax.checkpoint as ocp
from tensorboardX import SummaryWriter

from catalog.money import RATES_DATE
from catalog.product import CatalogError
from model.embedder import Embedder, fused_tensors, text_tensors
from model.facets import Facet, FacetLayout
from model.version import Version, half_precision
from train.card import write_card
from train.config import TrainConfig
from train.curves import plot_curves
from train.dataset import open_dataset
from train.judging import choose_weights, embed_records
from train.labels import Labels, read_labels
from train.learner import Learner, State, fit_to
from train.loader import Batches, iterate
from train.sampler import Sampler
from train.watch import Watch

Progress = Callable[[int, int, float], None]


def train(
    home: Path,
    config: TrainConfig,
    out: Path,
    *,
    smoke: bool = False,
    stop_after: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Train on a catalogue's train split; returns the version folder ``out/version``.

    ``out`` keeps checkpoints, ``metrics.jsonl``, TensorBoard events and ``curves.png``. Started
    again with the same arguments after any interruption, it goes on from the last checkpoint and
    ends in the same weights. ``stop_after`` ends this process's part early (to test just that).

    Raises:
        CatalogError: no products, nothing to learn from, or ``out`` belongs to another run.
    """
    config = config.smoke() if smoke else config
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    records = open_dataset(home, "train")
    labels = read_labels(records)
    config = fit_to(config, labels)
    _claim(out, config, labels)
    learner = Learner(config, labels)
    sampler = Sampler(labels, config.batch, config.seed)
    batches = Batches(
        records,
        labels,
        sampler,
        twins=config.batch.twins,
        canvas_at=config.canvas_at,
        augment=config.augment,
        text=config.text,
        steps=config.steps,
        seed=config.seed,
    )
    options = ocp.CheckpointManagerOptions(max_to_keep=2)
    watch = _watch(home, config, out)
    with ocp.CheckpointManager((out / "checkpoints").absolute(), options=options) as manager:
        state = _resume(manager, learner.start())
        state = _run(learner, state, batches, manager, out, watch, stop_after, progress)
    if int(state["step"]) < config.steps:
        return out
    return _release(learner, state, labels, home, out)


def _run(
    learner: Learner,
    state: State,
    batches: Batches,
    manager: ocp.CheckpointManager,
    out: Path,
    watch: Watch | None,
    stop_after: int | None,
    progress: Progress | None,
) -> State:
    config = learner.config
    start = int(state["step"])
    end = min(config.steps, start + stop_after) if stop_after else config.steps
    metrics_path = out / "metrics.jsonl"
    _cut(metrics_path, start)
    _cut(out / "val.jsonl", start + 1)
    if start >= end:
        return state
    with metrics_path.open("a") as log, SummaryWriter(str(out / "tensorboard")) as board:
        for step, batch in zip(range(start, end), iterate(batches, start), strict=False):
            began = time.perf_counter()
            state, metrics = learner.advance(state, batch)
            values = {name: float(value) for name, value in metrics.items()}
            if not np.isfinite(values["loss"]):
                raise CatalogError(
                    f"the loss is not finite at step {step}: {values}; lower the learning rate in "
                    "the config and start again in another folder"
                )
            seconds = time.perf_counter() - began
            values["pictures_per_second"] = len(batch["canvases"]) / seconds
            log.write(json.dumps({"step": step, **values}) + "\n")
            for name, value in values.items():
                board.add_scalar(name, value, step)
            if progress:
                progress(step + 1, config.steps, values["loss"])
            if watch and ((step + 1) % config.judge_every == 0 or step + 1 == config.steps):
                watch.note(step + 1, functools.partial(learner.embed, state))
            if (step + 1) % config.checkpoint_every == 0 or step + 1 == end:
                log.flush()
                manager.save(step + 1, args=ocp.args.StandardSave(state))
    manager.wait_until_finished()
    plot_curves(metrics_path, out / "curves.png")
    return state


def _watch(home: Path, config: TrainConfig, out: Path) -> Watch | None:
    """The val pictures to judge by on the way, if the catalogue has enough of them."""
    try:
        records = open_dataset(home, "val")
    except CatalogError:
        return None
    if len(records) < 12:
        return None
    return Watch(records, _layout(config), config.backbone.canvas, out / "val.jsonl")


def _layout(config: TrainConfig) -> FacetLayout:
    return FacetLayout(tuple(Facet(f.name, f.dim, f.about, f.weight) for f in config.facets))


def _resume(manager: ocp.CheckpointManager, state: State) -> State:
    latest = manager.latest_step()
    if latest is None:
        return state
    return manager.restore(latest, args=ocp.args.StandardRestore(state))


def _claim(out: Path, config: TrainConfig, labels: Labels) -> None:
    """Write down what this run is, or check that it is the one begun here."""
    stated = json.dumps(
        {"config": dataclasses.asdict(config), "pictures": len(labels)}, indent=1, sort_keys=True
    )
    path = out / "run.json"
    if path.exists() and path.read_text() != stated:
        raise CatalogError(
            f"{out} holds a run with another config or catalogue: give another --out, or remove it"
        )
    path.write_text(stated)


def _cut(metrics: Path, step: int) -> None:
    """Drop lines written after the checkpoint that the run goes on from."""
    if metrics.exists():
        lines = [line for line in metrics.read_text().splitlines() if line.endswith("}")]
        kept = [line for line in lines if json.loads(line)["step"] < step]
        metrics.write_text("".join(line + "\n" for line in kept))


def _release(learner: Learner, state: State, labels: Labels, home: Path, out: Path) -> Path:
    """The averaged weights as a version, with default weights chosen on val."""
    config = learner.config
    pupil = learner.pupil(state)
    tensors = fused_tensors(pupil.network)
    if pupil.text is not None:
        tensors |= text_tensors(pupil.text)
    tensors = half_precision(tensors)
    date = datetime.date.today().isoformat()
    layout = _layout(config)
    details: dict[str, Any] = {
        "categories": list(labels.names["category"]),
        "sources": list(labels.sources),
        "currency_table_date": RATES_DATE,
        "pictures_seen": config.steps * config.batch.pictures,
        "training_pictures": len(labels),
        "parameters": sum(array.size for array in tensors.values()),
        "jax": jax.__version__,
        "config": dataclasses.asdict(config),
    }
    if config.choose_weights:
        try:
            records = open_dataset(home, "val")
        except CatalogError:
            records = None  # too small a catalogue for a val split keeps the config's weights
        if records is not None:
            embedder = Embedder(Version("val", config.backbone, layout, tensors, {}, config.text))
            chosen, figure = choose_weights(
                embed_records(embedder, records), read_labels(records), layout
            )
            layout = FacetLayout(
                tuple(dataclasses.replace(f, weight=chosen[f.name]) for f in layout.facets)
            )
            details["weights_chosen_on_val"] = {"weights": chosen, "overall": figure}
    version = Version(f"{date}-new", config.backbone, layout, tensors, details, config.text)
    Embedder(version).save(out / "version")
    plot_curves(out / "metrics.jsonl", out / "version" / "curves.png")
    write_card(out / "version")
    return out / "version"
