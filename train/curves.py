"""The plot of a run: every loss over the steps, smoothed, the raw values faint behind, and the
figures on val."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COLOUR = "#8a4b2f"
COLUMNS = 4


def smoothed(values: np.ndarray, window: int) -> np.ndarray:
    """Running mean over the last ``window`` values (fewer at the start)."""
    sums = np.cumsum(np.insert(values, 0, 0.0))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - window)
    return (sums[ends] - sums[starts]) / (ends - starts)


def plot_curves(metrics: Path, out: Path) -> None:
    """Draw ``metrics.jsonl``, and ``val.jsonl`` beside it where there is one, to a PNG."""
    losses = _columns(metrics)
    val = metrics.with_name("val.jsonl")
    figures = _columns(val) if val.exists() else {}
    rows = -(-len(losses) // COLUMNS) + -(-len(figures) // COLUMNS)
    figure, grid = plt.subplots(rows, COLUMNS, figsize=(15, 2.8 * rows), squeeze=False)
    for axis in np.ravel(grid):
        axis.set_visible(False)
    axes = np.ravel(grid)
    for axis, (name, (steps, values)) in zip(axes, losses.items(), strict=False):
        axis.plot(steps, values, color="0.8", linewidth=0.6)
        axis.plot(steps, smoothed(values, max(1, len(values) // 40)), color=COLOUR)
        axis.set_title(name.replace("_", " "))
    after = axes[-(-len(losses) // COLUMNS) * COLUMNS :]
    for axis, (name, (steps, values)) in zip(after, figures.items(), strict=False):
        axis.plot(steps, values, color=COLOUR, marker="o", markersize=3)
        axis.set_title(f"val: {name}")
    for axis in axes:
        axis.set_visible(bool(axis.lines))
        axis.set_xlabel("step")
    figure.tight_layout()
    figure.savefig(out, dpi=80)
    plt.close(figure)


def _columns(path: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Steps and values by name, from a file of one JSON object a line."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    if not rows:
        return {}
    steps = np.array([row["step"] for row in rows])
    return {
        name: (steps, np.array([row[name] for row in rows])) for name in rows[0] if name != "step"
    }
