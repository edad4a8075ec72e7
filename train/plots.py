"""The plots of an evaluation: figures beside the baselines, prices, altered queries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from train.evaluators.price import PriceGuesses
from train.evaluators.robustness import FOUND_AGAIN

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import LogLocator, NullFormatter

COLOURS = ("#8a4b2f", "#7d8ca3", "#c9c2b4", "#5b7553", "#b58db6")
LESS = ("price error / category median", "largest hub share", "never found")
ALTERED_FIGURES = (FOUND_AGAIN, "category P@1", "color P@1", "same product R@1")


def plot_figures(result: dict[str, Any], out: Path) -> None:
    """A row a figure, a bar a whole vector (the version, the baselines), with 95% intervals."""
    columns = {
        name: table for name, table in result["columns"].items() if not name.endswith(" alone")
    }
    rows = list(dict.fromkeys(row for table in columns.values() for row in table))
    high = 0.8 / len(columns)
    figure, axis = plt.subplots(figsize=(9, 1.2 + 0.14 * len(rows) * (1 + len(columns))))
    for number, (name, table) in enumerate(columns.items()):
        known = [place for place, row in enumerate(rows) if row in table]
        places = np.array(known) + (number - (len(columns) - 1) / 2) * high
        _bars(axis.barh, places, [table[rows[p]] for p in known], high, number, name)
    axis.set_yticks(
        range(len(rows)), [f"{row} (less is better)" if row in LESS else row for row in rows]
    )
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.grid(axis="x", color="0.9")
    axis.set_axisbelow(True)
    where = f"{result['source'] or 'all feeds'}, {result['split']}, {result['pictures']} pictures"
    axis.set_title(f"{result['version']} on {where}", fontsize=10)
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.03), ncols=4, frameon=False)
    _save(figure, out)


def plot_robustness(result: dict[str, Any], out: Path) -> None:
    """A panel a figure, a group of bars a condition of the query, a bar a whole vector."""
    tables = result["robustness"]
    conditions = list(next(iter(tables.values())))
    shown = [
        name
        for name in ALTERED_FIGURES
        if any(name in table for conditions in tables.values() for table in conditions.values())
    ]
    figure, axes = plt.subplots(
        len(shown), 1, figsize=(9, 0.8 + 2.1 * len(shown)), sharex=True, squeeze=False
    )
    for axis, row in zip(axes[:, 0], shown, strict=True):
        wide = 0.8 / len(tables)
        for number, (name, table) in enumerate(tables.items()):
            known = [p for p, condition in enumerate(conditions) if row in table.get(condition, {})]
            places = np.array(known) + (number - (len(tables) - 1) / 2) * wide
            cells = [table[conditions[p]][row] for p in known]
            _bars(axis.bar, places, cells, wide, number, name)
        axis.set_title(row, fontsize=10, loc="left")
        axis.set_ylim(0, 1)
        axis.grid(axis="y", color="0.9")
        axis.set_axisbelow(True)
    axes[-1, 0].set_xticks(range(len(conditions)), conditions, rotation=20, ha="right")
    axes[0, 0].legend(loc="lower right", bbox_to_anchor=(1, 1.0), ncols=len(tables), frameon=False)
    _save(figure, out)


def plot_prices(guess: PriceGuesses, out: Path) -> None:
    """Each priced picture: its price, and the median price of its 10 neighbours, in US dollars."""
    actual, guessed = np.exp(guess.actual), np.exp(guess.neighbours)
    ends = float(min(actual.min(), guessed.min())), float(max(actual.max(), guessed.max()))
    figure, axis = plt.subplots(figsize=(5.6, 5.4))
    axis.plot(ends, ends, color="0.5", linewidth=1)
    axis.scatter(actual, guessed, s=7, alpha=0.25, color=COLOURS[0], linewidths=0)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlabel("price, US dollars")
    axis.set_ylabel("median price of the 10 neighbours, US dollars")
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_locator(LogLocator(subs=(1, 2, 5)))
        side.set_major_formatter("{x:g}")
        side.set_minor_formatter(NullFormatter())
    axis.set_aspect("equal")
    axis.grid(color="0.92")
    _save(figure, out)


def _bars(
    draw: Any, places: np.ndarray, cells: list[dict[str, Any]], thick: float, number: int, name: str
) -> None:
    """Bars with their intervals as thin lines, whichever way they stand."""
    values = np.array([cell["value"] for cell in cells])
    low = np.array([cell["low"] for cell in cells])
    high = np.array([cell["high"] for cell in cells])
    errors = np.maximum(0, [values - low, high - values])
    along = "xerr" if draw.__name__ == "barh" else "yerr"
    draw(
        places,
        values,
        thick,
        color=COLOURS[number % len(COLOURS)],
        label=name,
        error_kw={"elinewidth": 0.8, "ecolor": "0.2"},
        **{along: errors},
    )


def _save(figure: Any, out: Path) -> None:
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    plt.close(figure)
