"""``samevibe evaluate``: a version's figures on a split, each facet alone, and the baselines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from catalog.product import CatalogError
from model.embedder import Embedder
from train.baselines import histogram_and_pixels
from train.contact_sheet import draw_neighbours
from train.dataset import Selected, open_dataset
from train.judging import embed_records, figures, overall
from train.labels import read_labels
from train.loader import decoded
from train.metrics import neighbours

Figures = dict[str, Any]
Progress = Callable[[int], None]


def evaluate(
    version: Path,
    home: Path,
    split: str = "test",
    out: Path | None = None,
    *,
    source: str | None = None,
    baselines: bool = True,
    progress: Progress | None = None,
) -> Figures:
    """Judge a version on one split of a catalogue, or on one feed (``source``) of it.

    Every picture is a query in turn against all the others. Returns ``{"version", "split",
    "source", "pictures", "weights", "overall", "columns": {name: {figure: {"value", "low",
    "high"}}}}`` where a column is the whole vector (``"version"``), a facet alone, or a baseline.
    With ``out``, writes ``figures.json``, ``table.md`` and ``neighbours.png`` there.

    Raises:
        VersionError, CatalogError: what is wrong with the version, the catalogue or the split.
    """
    embedder = Embedder.load(version)
    records = open_dataset(home, split)
    labels = read_labels(records)
    if source is not None:
        if source not in labels.sources:
            raise CatalogError(
                f"no feed {source!r} in split {split!r}; there are {', '.join(labels.sources)}"
            )
        numbers = np.flatnonzero(labels.source == labels.sources.index(source))
        records, labels = Selected(records, numbers.tolist()), labels.part(numbers)
    if len(labels) < 12:
        raise CatalogError(f"split {split!r} has {len(labels)} pictures; 12 at least are needed")
    facets = embed_records(embedder, records, progress)
    layout = embedder.layout
    whole = layout.weigh_both(facets)
    columns = {"version": figures(whole, labels)}
    for name, part in layout.slices.items():
        columns[f"{name} alone"] = figures(np.ascontiguousarray(facets[:, part]), labels)
    if baselines:
        canvases = np.stack(
            [embedder.prepare(decoded(records[i]["picture"])) for i in range(len(records))]
        )
        columns["histogram + pixels"] = figures(histogram_and_pixels(canvases), labels)
        random = Embedder.untrained(facets=layout.facets)
        if random.canvas == embedder.canvas:
            columns["untrained"] = figures(layout.weigh_both(random.embed(canvases)), labels)
    result: Figures = {
        "version": embedder.version,
        "split": split,
        "source": source,
        "pictures": len(labels),
        "weights": layout.default_weights,
        "overall": {name: overall(table) for name, table in columns.items()},
        "columns": columns,
    }
    if out is not None:
        out = Path(out)
        out.mkdir(parents=True, exist_ok=True)
        (out / "figures.json").write_text(json.dumps(result, indent=1) + "\n")
        (out / "table.md").write_text(as_table(result))
        draw_neighbours(records, neighbours(whole), labels, out / "neighbours.png")
    return result


def as_table(result: Figures) -> str:
    """The figures as a Markdown table: a row a figure, a column a method."""
    columns: dict[str, Figures] = result["columns"]
    names = list(columns)
    rows = [name for name in columns["version"] if name != "pictures"]
    where = f"{result['source'] or 'all feeds'}, {result['split']}, {result['pictures']} pictures"
    lines = [
        f"| {where} | {' | '.join(names)} |",
        "|---|" + "---|" * len(names),
    ]
    for row in rows:
        cells = []
        for name in names:
            cell = columns[name].get(row)
            if cell is None:
                cells.append("")
            elif name == "version" and "low" in cell:
                cells.append(f"{cell['value']:.3f} [{cell['low']:.3f}, {cell['high']:.3f}]")
            else:
                cells.append(f"{cell['value']:.3f}")
        lines.append(f"| {row} | {' | '.join(cells)} |")
    shares = [f"{result['overall'][name]:.3f}" for name in names]
    lines.append(f"| overall | {' | '.join(shares)} |")
    return "\n".join(lines) + "\n"
