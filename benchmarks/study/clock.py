"""How long the steps of a run take, by the clock that the run itself wrote down."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from train.config import TrainConfig


def seconds_a_step(metrics: Path, config: TrainConfig) -> dict[int, float]:
    """The median step at each canvas side, from ``metrics.jsonl``.

    The first step at a side, which compiles, is left out where there are others.
    """
    took = defaultdict(list)
    for line in metrics.read_text().splitlines():
        row = json.loads(line)
        took[config.canvas_at(row["step"])].append(config.batch.views / row["views_per_second"])
    return {canvas: float(np.median(times[1:] or times)) for canvas, times in took.items()}


def seconds(config: TrainConfig, pace: dict[int, float]) -> float:
    """How long a run's steps take at a pace: no compilation, no checkpoints, no judging."""
    return sum(pace[config.canvas_at(step)] for step in range(config.steps))


def calibration(config: TrainConfig, each: int) -> TrainConfig:
    """The same run with ``each`` steps at every canvas side, to take the times of."""
    canvases = [canvas for _, canvas in config.growth]
    steps = each * (len(canvases) + 1)
    return dataclasses.replace(
        config,
        steps=steps,
        growth=tuple((each * place, canvas) for place, canvas in enumerate(canvases)),
        cooldown=each / steps,
        judge_every=steps,
    )
