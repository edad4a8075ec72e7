"""P@1, P@10 and mAP@R for every label column of the catalogue."""

from __future__ import annotations

from train.dataset import LABEL_COLUMNS
from train.figures import Figures, mean
from train.labels import Labels
from train.metrics import Search, average_precision_at_r, precision_at


def label_figures(search: Search, wanted: Labels, labels: Labels) -> Figures:
    """``wanted`` are the labels of the queries, ``labels`` those of the gallery, in the same codes.

    P@k counts every query with a label; one that is alone with its label can only be wrong.
    mAP@R (arXiv:2003.08505) leaves such a query out.
    """
    columns = [
        name for name in LABEL_COLUMNS if labels.has(name) and (wanted.codes[name] >= 0).any()
    ]
    precise = average_precision_at_r(
        search,
        {name: wanted.codes[name] for name in columns},
        {name: labels.codes[name] for name in columns},
    )
    figures: Figures = {}
    for name in columns:
        for k in (1, 10):
            found = precision_at(search.found, wanted.codes[name], labels.codes[name], k)
            figures[f"{name} P@{k}"] = mean(found)
        if name in precise:
            figures[f"{name} mAP@R"] = mean(precise[name])
    return figures
