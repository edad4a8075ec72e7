"""The training loop: from a catalogue and a config to a version, resumable at any moment."""

from __future__ import annotations

import dataclasses
import functools
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tensorboardX import SummaryWriter

from catalog.files import replace_text
from catalog.product import CatalogError
from model.version import Version, load_version
from train.checkpoints import Checkpoints
from train.config import TrainConfig
from train.curves import plot_curves
from train.dataset import open_dataset
from train.follow import follow, stated
from train.labels import Labels, read_labels
from train.learner import Learner, State, fit_to
from train.loader import Batches, iterate
from train.outline import with_outline
from train.polish import polish
from train.release import layout_of, release
from train.starting import check_start, started
from train.watch import Watch

Progress = Callable[[int, int, float], None]


def train(
    home: Path,
    config: TrainConfig,
    out: Path,
    *,
    smoke: bool = False,
    after: Path | None = None,
    start: Path | None = None,
    stop_after: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Train on a catalogue's train split; returns the version folder ``out/version``.

    ``out`` keeps checkpoints, ``metrics.jsonl``, TensorBoard events and ``curves.png``. Started
    again with the same arguments after any interruption, it goes on from the last checkpoint and
    ends in the same weights. ``after`` is another run's folder with the same config but for
    ``steps``: this one begins where that one was before either's cooldown, which is where it
    would have come by itself. ``start`` is the folder of a version, whose network this run begins
    with instead of a random one. ``stop_after`` ends this process's part early (to test just that).

    Raises:
        CatalogError: no products, nothing to learn from, ``out`` belongs to another run,
            ``after`` is no run that this one could follow, ``start`` has another network, or the
            disk refuses a checkpoint.
        VersionError: ``start`` is no version that can be used.
    """
    config = config.smoke() if smoke else config
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    records = open_dataset(home, "train")
    labels = read_labels(records)
    config = fit_to(config, labels)
    begun = None if start is None else load_version(Path(start))
    if begun is not None:
        check_start(begun, config.backbone)
    _claim(out, config, labels, begun)
    if after is not None:
        follow(Path(after), out, config.cooldown_start)
    learner = Learner(config, labels)
    batches = Batches.of(config, records, labels)
    watch = _watch(home, config, out)
    with Checkpoints.of(out / "checkpoints", config) as checkpoints:
        state = checkpoints.latest(learner.start())
        if not int(state["step"]):
            if begun is not None:
                state = started(begun, learner, state, labels, batches)
            state = with_outline(learner, state, batches)
        state = _run(learner, state, batches, checkpoints, out, watch, stop_after, progress)
    if int(state["step"]) < config.steps:
        return out
    if config.polish:
        state = polish(learner, state, batches)
    return release(learner, state, labels, home, out, begun)


def _run(
    learner: Learner,
    state: State,
    batches: Batches,
    checkpoints: Checkpoints,
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
    began = time.perf_counter()
    with metrics_path.open("a") as log, SummaryWriter(str(out / "tensorboard")) as board:
        for step, batch in zip(range(start, end), iterate(batches, start), strict=False):
            state, metrics = learner.advance(state, batch)
            values = {name: float(value) for name, value in metrics.items()}
            if not np.isfinite(values["loss"]):
                raise CatalogError(
                    f"the loss is not finite at step {step}: {values}; lower the learning rate in "
                    "the config and start again in another folder"
                )
            now = time.perf_counter()
            values["views_per_second"] = len(batch["canvases"]) / (now - began)
            began = now
            log.write(json.dumps({"step": step, **values}) + "\n")
            for name, value in values.items():
                board.add_scalar(name, value, step)
            if progress:
                progress(step + 1, config.steps, values["loss"])
            if watch and ((step + 1) % config.judge_every == 0 or step + 1 == config.steps):
                watch.note(step + 1, functools.partial(learner.embed, state))
            if (step + 1) % config.checkpoint_every == 0 or step + 1 in (
                end,
                config.cooldown_start,
            ):
                log.flush()
                checkpoints.save(step + 1, state)
    checkpoints.finish()
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
    return Watch(records, layout_of(config), config.backbone.canvas, out / "val.jsonl")


def _claim(out: Path, config: TrainConfig, labels: Labels, begun: Version | None) -> None:
    """Write down what this run is, or check that it is the one begun here."""
    told: dict[str, Any] = {"config": dataclasses.asdict(config), "pictures": len(labels)}
    if begun is not None:
        told["start"] = begun.name
    mine = json.dumps(told, indent=1, sort_keys=True)
    path = out / "run.json"
    if path.exists() and stated(out) != json.loads(mine):
        raise CatalogError(
            f"{out} holds a run with another config, catalogue or start: give another --out, or remove it"
        )
    replace_text(path, mine)


def _cut(metrics: Path, step: int) -> None:
    """Drop lines written after the checkpoint that the run goes on from."""
    if metrics.exists():
        lines = [line for line in metrics.read_text().splitlines() if line.endswith("}")]
        kept = [line for line in lines if json.loads(line)["step"] < step]
        replace_text(metrics, "".join(line + "\n" for line in kept))
