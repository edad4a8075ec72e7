"""The plot of a run: every loss over the steps, smoothed, the raw values faint behind."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def smoothed(values: np.ndarray, window: int) -> np.ndarray:
    """Running mean over the last ``window`` values (fewer at the start)."""
    sums = np.cumsum(np.insert(values, 0, 0.0))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - window)
    return (sums[ends] - sums[starts]) / (ends - starts)


def plot_curves(metrics: Path, out: Path) -> None:
    """Draw ``metrics.jsonl`` to a PNG."""
    rows = [json.loads(line) for line in metrics.read_text().splitlines()]
    names = [name for name in rows[0] if name != "step"]
    steps = np.array([row["step"] for row in rows])
    columns = 3
    figure, axes = plt.subplots(
        -(-len(names) // columns), columns, figsize=(13, 3 * -(-len(names) // columns))
    )
    for axis in np.ravel(axes):
        axis.set_visible(False)
    for axis, name in zip(np.ravel(axes), names, strict=False):
        values = np.array([row[name] for row in rows])
        axis.set_visible(True)
        axis.plot(steps, values, color="0.8", linewidth=0.6)
        axis.plot(steps, smoothed(values, max(1, len(values) // 40)), color="#8a4b2f")
        axis.set_title(name.replace("_", " "))
        axis.set_xlabel("step")
    figure.tight_layout()
    figure.savefig(out, dpi=80)
    plt.close(figure)
