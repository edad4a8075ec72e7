"""From a version and a split to figures; and the choice of default weights on val."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from model.embedder import Embedder
from model.facets import FacetLayout
from train.labels import Labels
from train.loader import decoded
from train.metrics import (
    bootstrap_interval,
    category_median_errors,
    hubness,
    neighbours,
    precision_at,
    price_errors,
)

JUDGED_COLUMNS = ("category", "color", "gender", "brand")


def embed_records(
    embedder: Embedder, records: Any, progress: Callable[[int], None] | None = None
) -> Float32[np.ndarray, "n dim"]:
    """Unit facets of every record of a split, in order."""

    def canvas(index: int) -> np.ndarray:
        return embedder.prepare(decoded(records[index]["picture"]))

    out = []
    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(records), 512):
            numbers = range(start, min(start + 512, len(records)))
            out.append(embedder.embed(np.stack(list(pool.map(canvas, numbers)))))
            if progress:
                progress(len(numbers))
    return np.concatenate(out)


def figures(vectors: Float[np.ndarray, "n dim"], labels: Labels) -> dict[str, Any]:
    """The table of one set of vectors (dot product = score), leave one out in the split."""
    found = neighbours(vectors)
    table: dict[str, Any] = {"pictures": len(vectors)}
    for column in JUDGED_COLUMNS:
        codes = labels.codes[column]
        if not labels.has(column):
            continue
        for k in (1, 10):
            right = precision_at(found, codes, k)
            low, high = bootstrap_interval(right)
            table[f"{column} P@{k}"] = {"value": float(right.mean()), "low": low, "high": high}
    if labels.has("price"):
        errors, medians = price_errors(found, labels.log_price)
        baseline = category_median_errors(labels.log_price, labels.codes["category"])
        low, high = bootstrap_interval(errors)
        mean = float(baseline.mean())
        table["price error / category median"] = {
            "value": float(errors.mean()) / mean,
            "low": low / mean,
            "high": high / mean,
        }
        known = labels.log_price[np.isfinite(labels.log_price)]
        table["price Spearman"] = {"value": spearman(known, medians)}
    siblings = np.bincount(labels.group)[labels.group] > 1
    if siblings.any():
        same = labels.group[found[siblings]] == labels.group[siblings][:, None]
        for k in (1, 10):
            right = same[:, :k].any(axis=1).astype(float)
            low, high = bootstrap_interval(right)
            table[f"same product R@{k}"] = {"value": float(right.mean()), "low": low, "high": high}
    largest, never = hubness(found)
    table["largest hub share"] = {"value": largest}
    table["never found"] = {"value": never}
    return table


def overall(table: dict[str, Any]) -> float:
    """The stated overall figure that default weights are chosen by: the mean of category P@1 and
    P@10, colour P@1, gender P@10, brand P@1, and 1 - half the price error's ratio to the category
    median, each where the catalogue has it."""
    parts = [
        table[name]["value"]
        for name in ("category P@1", "category P@10", "color P@1", "gender P@10", "brand P@1")
        if name in table
    ]
    if "price error / category median" in table:
        parts.append(1 - 0.5 * table["price error / category median"]["value"])
    return float(np.mean(parts)) if parts else 0.0


def choose_weights(
    unit_facets: Float32[np.ndarray, "n dim"],
    labels: Labels,
    layout: FacetLayout,
    *,
    draws: int = 60,
    seed: int = 0,
) -> tuple[dict[str, float], float]:
    """Weights with the best overall figure: the config's, then random draws, then small steps.

    Every facet keeps at least 5% so that none of the dials starts at nothing.
    """
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(unit_facets))[:2500]
    part = labels.part(rows)
    names = layout.names

    def judged(shares: np.ndarray) -> float:
        weights = dict(zip(names, shares, strict=True))
        return overall(quick_figures(layout.weigh_both(unit_facets[rows], weights), part))

    def tidy(shares: np.ndarray) -> np.ndarray:
        shares = np.maximum(shares, 0.05)
        return shares / shares.sum()

    best = tidy(np.array([layout.default_weights[name] for name in names]))
    best_figure = judged(best)
    for draw in range(draws):
        if draw < draws // 2:
            shares = tidy(rng.dirichlet(np.ones(len(names))))
        else:
            shares = tidy(best * np.exp(rng.normal(0, 0.25, len(names))))
        figure = judged(shares)
        if figure > best_figure:
            best, best_figure = shares, figure
    return {name: round(float(s), 3) for name, s in zip(names, best, strict=True)}, best_figure


def quick_figures(vectors: np.ndarray, labels: Labels) -> dict[str, Any]:
    """Only what ``overall`` needs, without intervals."""
    found = neighbours(vectors)
    table: dict[str, Any] = {}
    for column in JUDGED_COLUMNS:
        if labels.has(column):
            for k in (1, 10):
                right = precision_at(found, labels.codes[column], k)
                table[f"{column} P@{k}"] = {"value": float(right.mean())}
    if labels.has("price"):
        errors, _ = price_errors(found, labels.log_price)
        baseline = category_median_errors(labels.log_price, labels.codes["category"])
        ratio = float(errors.mean() / baseline.mean())
        table["price error / category median"] = {"value": ratio}
    return table


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Rank correlation, ties by their mean rank."""

    def ranks(values: np.ndarray) -> np.ndarray:
        _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
        ends = np.cumsum(counts)
        return ((ends - counts + ends - 1) / 2.0)[inverse]

    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(ranks(first), ranks(second))[0, 1])
