"""``samevibe compare``: two versions side by side on the same pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.embedder import Embedder
from train.evaluate import open_judging
from train.evaluators.robustness import CLEAN
from train.figures import Figures, difference
from train.judging import Judged, judge_embedder
from train.tables import as_comparison
from train.weights import overall


def compare(
    version: Path,
    other: Path,
    home: Path,
    split: str = "test",
    out: Path | None = None,
    *,
    source: str | None = None,
    queries_source: str | None = None,
    mapping: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Every figure of both versions, and the difference (``other`` minus ``version``) with the
    interval of a paired bootstrap over the queries.

    Returns ``{"version", "other", "split", "source", "pictures", "overall", "comparison": {name:
    {figure: {"version", "other", "difference"}}}}`` where a name is the whole vector, a facet
    that both have, or an altered query. With ``out``, writes ``comparison.json`` and
    ``comparison.md`` there.

    Raises:
        VersionError, CatalogError: as ``evaluate``.
    """
    gallery, strangers = open_judging(home, split, source, queries_source, mapping)
    embedders = [Embedder.load(folder) for folder in (version, other)]
    first, second = (
        judge_embedder(embedder, gallery, strangers=strangers, progress=progress)
        for embedder in embedders
    )
    ours, theirs = _tables(first), _tables(second)
    result: dict[str, Any] = {
        "version": embedders[0].version,
        "other": embedders[1].version,
        "split": split,
        "source": source,
        "pictures": len(gallery),
        "overall": {
            "version": _overall(first.columns["version"]),
            "other": _overall(second.columns["version"]),
        },
        "comparison": {
            name: _side_by_side(ours[name], theirs[name]) for name in ours if name in theirs
        },
    }
    if out is not None:
        out = Path(out)
        out.mkdir(parents=True, exist_ok=True)
        (out / "comparison.json").write_text(json.dumps(result, indent=1) + "\n")
        (out / "comparison.md").write_text(as_comparison(result))
    return result


def _tables(judged: Judged) -> dict[str, Figures]:
    whole = {"whole vector": judged.columns["version"]}
    altered = {
        f"query: {name}": figures for name, figures in judged.robustness.items() if name != CLEAN
    }
    alone = {name: figures for name, figures in judged.columns.items() if name != "version"}
    return {**whole, **altered, **alone}


def _side_by_side(ours: Figures, theirs: Figures) -> dict[str, Any]:
    return {
        row: {
            "version": ours[row].summary(),
            "other": theirs[row].summary(),
            "difference": difference(ours[row], theirs[row]),
        }
        for row in ours
        if row in theirs
    }


def _overall(figures: Figures) -> float:
    return overall({row: figure.value for row, figure in figures.items()})
