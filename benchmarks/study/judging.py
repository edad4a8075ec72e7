"""The pictures that all versions of a study are judged on, and what is kept of each version."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from model.embedder import Embedder
from train.figures import Figures, difference, summaries
from train.judging import Gallery, judge_embedder, open_gallery
from train.weights import overall

ALL = "train+val+test"


@dataclasses.dataclass(frozen=True, eq=False)
class Pictures:
    """A split of a catalogue (``where`` says which), and another shop that was never trained on."""

    where: str
    gallery: Gallery
    views: Gallery | None


@dataclasses.dataclass(frozen=True, eq=False)
class Judgement:
    """A version's figures by its default weights; ``views`` are those of the other shop."""

    figures: Figures
    views: Figures


def open_pictures(home: Path, split: str, source: str | None, views: Path | None) -> Pictures:
    """Open what is to be judged.

    Raises:
        CatalogError: no such catalogue, split or feed, or too few pictures.
    """
    (gallery,) = open_gallery(home, split, source)
    other = None if views is None else open_gallery(views, ALL)[0]
    where = f"{source or 'all feeds'}, {split}, {len(gallery)} pictures"
    return Pictures(where, gallery, other)


def judge_version(version: Path, pictures: Pictures) -> Judgement:
    """Every figure of the whole vector, without altered queries but for ``elsewhere``.

    Raises:
        VersionError: what is wrong with the version.
    """
    embedder = Embedder.load(version)

    def figures(gallery: Gallery) -> Figures:
        judged = judge_embedder(embedder, gallery, alone=False, robustness=False)
        return judged.columns["version"]

    views = {} if pictures.views is None else figures(pictures.views)
    return Judgement(figures(pictures.gallery), views)


def as_row(judgement: Judgement, beside: Judgement | None) -> dict[str, Any]:
    """The figures with intervals, the overall figure, and the differences from another version,
    with the paired bootstrap's intervals, for JSON."""
    row: dict[str, Any] = {
        "overall": overall({name: one.value for name, one in judgement.figures.items()}),
        "figures": summaries(judgement.figures),
        "views": summaries(judgement.views),
    }
    if beside is not None:
        row["differences"] = _differences(beside.figures, judgement.figures)
        row["views differences"] = _differences(beside.views, judgement.views)
    return row


def _differences(before: Figures, after: Figures) -> dict[str, Any]:
    return {name: difference(before[name], after[name]) for name in after if name in before}
