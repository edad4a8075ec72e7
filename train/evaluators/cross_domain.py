"""Pictures of one feed asking another feed, judged by a stated table of categories."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from jaxtyping import Bool

from catalog.product import CatalogError
from train.figures import Figures, mean
from train.labels import Labels, canonical
from train.metrics import Search

CategoryMapping = dict[str, list[str]]  # a query's category -> the gallery's that answer it
FORM = 'expected {"categories": {"query category": ["gallery category", ...]}}'


def read_mapping(path: Path) -> CategoryMapping:
    """The table of a JSON file ``{"categories": {...}}``, like those of ``train/mappings``.

    Raises:
        CatalogError: the file can't be read, or has another form.
    """
    try:
        table = json.loads(Path(path).read_text())["categories"]
        if not all(isinstance(right, list) for right in table.values()):
            raise TypeError
    except OSError as error:
        raise CatalogError(f"can't read the mapping {path} ({error.strerror}): {FORM}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CatalogError(f"{path} is no mapping of categories: {FORM}") from None
    return {str(name): [str(word) for word in right] for name, right in table.items()}


def right_categories(
    labels: Labels, mapping: CategoryMapping
) -> Bool[np.ndarray, "query_categories gallery_categories"]:
    """Which category of an answer is right for which category of a query, by their codes.

    Raises:
        CatalogError: the table has none of the categories there are.
    """
    words = [canonical(name) for name in labels.names["category"]]
    right = np.zeros((len(words), len(words)), bool)
    table = {canonical(name): {canonical(r) for r in rights} for name, rights in mapping.items()}
    for code, word in enumerate(words):
        right[code] = [other in table.get(word, ()) for other in words]
    if not right.any():
        raise CatalogError(
            f"the mapping's categories {sorted(mapping)[:5]} are not in this catalogue; it has "
            f"{sorted(labels.names['category'])[:12]}"
        )
    return right


def cross_domain_figures(
    search: Search, wanted: Labels, labels: Labels, mapping: CategoryMapping
) -> Figures:
    """P@1 and P@10 of the mapped category, and what chance would reach.

    ``wanted`` are the labels of the queries, ``labels`` those of the gallery, in the same codes.
    Queries whose category is not in the table, or has no right picture in the gallery, are left
    out.
    """
    right = right_categories(labels, mapping)
    category, asking = labels.codes["category"], wanted.codes["category"]
    known = category >= 0
    sizes = np.bincount(category[known], minlength=len(right))
    chance = right @ sizes / len(category)
    asked = np.flatnonzero((asking >= 0) & (chance[asking] > 0))
    if not asked.size:
        return {}
    answers = category[search.found[asked]]
    good = (answers >= 0) & right[asking[asked][:, None], answers]
    return {
        "mapped category P@1": mean(good[:, 0]),
        "mapped category P@10": mean(good.mean(axis=1)),
        "mapped category by chance": mean(chance[asking[asked]]),
    }
