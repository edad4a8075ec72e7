"""What more training buys: figures of runs of several lengths by the pictures that they saw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

from benchmarks.study.judging import Pictures, as_row, judge_version
from benchmarks.study.tables import SHOWN, SHOWN_OF_VIEWS, as_table, write
from catalog.product import CatalogError
from model.version import load_version
from train.plots import COLOURS

matplotlib.use("Agg")
import matplotlib.pyplot as plt

LEAST = 3
COLUMNS = 4


def scaling(runs: list[Path], pictures: Pictures, out: Path) -> str:
    """Judge the version of each run's folder; returns the table, writes it, a JSON file and
    ``scaling.png`` into ``out``.

    Raises:
        CatalogError: fewer than 3 lengths, or runs that differ in more than that.
        VersionError: a run without a sound version.
    """
    versions = [run / "version" for run in runs]
    details = {version: load_version(version).details for version in versions}
    versions.sort(key=lambda version: details[version]["pictures_seen"])
    _check(details)
    result: dict[str, Any] = {
        "where": pictures.where,
        "equal": "the config but for the number of steps",
        "beside": "the row above",
        "rows": [],
    }
    before = None
    for version in versions:
        judgement, told = judge_version(version, pictures), details[version]
        steps, hours = told["config"]["steps"], told["training_hours"]
        result["rows"].append(
            {
                "name": f"{told['pictures_seen'] / 1e6:.3g} M pictures seen",
                "steps": steps,
                "pictures seen": told["pictures_seen"],
                "parameters": told["parameters"],
                "seconds a step": {"mean": 3600 * hours / steps},
                "training seconds": 3600 * hours,
                **as_row(judgement, before),
            }
        )
        before = judgement
    write(result, out)
    plot_scaling(result, out / "scaling.png")
    return as_table(result)


def _check(details: dict[Path, dict[str, Any]]) -> None:
    if len({told["pictures_seen"] for told in details.values()}) < LEAST:
        raise CatalogError(f"expected runs of {LEAST} lengths at least, to see how figures grow")
    (first, ours), *others = (
        (version, {k: v for k, v in told["config"].items() if k not in ("steps", "name")})
        for version, told in details.items()
    )
    for version, theirs in others:
        differing = [k for k in {**ours, **theirs} if ours.get(k) != theirs.get(k)]
        if differing:
            raise CatalogError(
                f"{version} and {first} differ in {', '.join(differing)}; only the number of "
                "steps may differ, as in runs made with `samevibe train --after`"
            )


def plot_scaling(result: dict[str, Any], out: Path) -> None:
    """A panel a figure over the pictures seen, on a logarithmic scale, with 95% intervals."""
    rows = result["rows"]
    panels = [
        (part, name, head)
        for part, shown in (("figures", SHOWN), ("views", SHOWN_OF_VIEWS))
        for name, head in shown.items()
        if any(name in row[part] for row in rows)
    ]
    high = -(-len(panels) // COLUMNS)
    figure, grid = plt.subplots(high, COLUMNS, figsize=(13, 2.9 * high), squeeze=False)
    for axis in grid.ravel()[len(panels) :]:
        axis.set_visible(False)
    for axis, (part, name, head) in zip(grid.ravel(), panels, strict=False):
        known = [row for row in rows if name in row[part]]
        seen = [row["pictures seen"] / 1e6 for row in known]
        cells = [row[part][name] for row in known]
        errors = [
            [max(0, cell["value"] - cell["low"]) for cell in cells],
            [max(0, cell["high"] - cell["value"]) for cell in cells],
        ]
        axis.errorbar(
            seen,
            [cell["value"] for cell in cells],
            yerr=errors,
            color=COLOURS[part == "views"],
            marker="o",
            markersize=4,
            elinewidth=0.8,
            ecolor="0.2",
        )
        axis.set_xscale("log")
        axis.set_xticks(seen, [f"{value:.3g}" for value in seen])
        axis.minorticks_off()
        axis.set_title(head, fontsize=9)
        axis.grid(color="0.92")
        axis.set_axisbelow(True)
        axis.set_xlabel("million pictures seen")
    figure.suptitle(result["where"], fontsize=10)
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    plt.close(figure)
