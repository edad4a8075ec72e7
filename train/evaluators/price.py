"""How well the neighbours tell a price, beside the median of the category."""

from __future__ import annotations

import dataclasses

import numpy as np

from train.figures import Figures, rank_correlation, ratio
from train.labels import Labels
from train.metrics import Search, answer_medians, category_medians


@dataclasses.dataclass(frozen=True, eq=False)
class PriceGuesses:
    """For each priced query: ``actual``, what the neighbours guess and what its category does,
    all float64 ``(queries,)``, natural log of US dollars."""

    actual: np.ndarray
    neighbours: np.ndarray
    category: np.ndarray


def price_guesses(search: Search, labels: Labels) -> PriceGuesses:
    """Queries must be rows of the gallery (``search.own``), whose labels are ``labels``."""
    price = labels.log_price.astype(np.float64)
    priced = np.flatnonzero(np.isfinite(price[search.own]))
    own = search.own[priced]
    return PriceGuesses(
        price[own],
        answer_medians(search.found[priced], price),
        category_medians(price, labels.codes["category"])[own],
    )


def price_figures(search: Search, labels: Labels) -> Figures:
    """Mean |ln price - median ln price of the 10 neighbours|, divided by that of the median of the
    other products of its category; and Spearman's correlation of price and neighbours' median."""
    if not labels.has("price"):
        return {}
    guess = price_guesses(search, labels)
    if len(guess.actual) < 2:
        return {}
    return {
        "price error / category median": ratio(
            np.abs(guess.actual - guess.neighbours), np.abs(guess.actual - guess.category)
        ),
        "price Spearman": rank_correlation(guess.actual, guess.neighbours),
    }
