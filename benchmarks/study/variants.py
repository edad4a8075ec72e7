"""What the studies compare: configs that differ in one thing each."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from train.augment import PLAIN
from train.config import FacetConfig, TrainConfig, load_config

PROJECT = Path(__file__).resolve().parents[2]
CANVASES = (32, 48)  # before the full one of the cooldown
NARROW = (24, 48, 112, 208)  # widths of the inverted bottlenecks
WARM_UP = 100  # steps, or a fifth of the run


@dataclasses.dataclass(frozen=True, slots=True)
class Variant:
    """A row of a study; ``short`` gives its config a length."""

    name: str
    config: TrainConfig

    @property
    def folder(self) -> str:
        """The name as that of a folder."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.name.lower()).split())


def default() -> TrainConfig:
    """The released recipe, which all variants are made from."""
    return load_config(PROJECT / "train" / "configs" / "default.py")


def smoke(variants: list[Variant]) -> list[Variant]:
    """The same variants with tiny networks and batches."""
    return [dataclasses.replace(each, config=each.config.smoke()) for each in variants]


def ablation(full: TrainConfig) -> list[Variant]:
    """From the kind alone to the full recipe, one part more in each row.

    A facet that is left out takes its dimensions along. Batches are the same in every row, and so
    are the default weights of the facets, the config's, as shares among those there are.
    """

    def only(*names: str) -> tuple[FacetConfig, ...]:
        return tuple(facet for facet in full.facets if facet.name in names)

    parts: list[tuple[str, dict[str, Any]]] = [
        ("+ price", {"facets": only("kind", "price")}),
        ("+ look, titles", {"facets": only("kind", "price", "look"), "text": full.text}),
        ("+ colour", {"facets": only("kind", "price", "look", "colour")}),
        ("+ wearer", {"facets": only("kind", "price", "look", "colour", "wearer")}),
        ("+ outline", {"facets": only("kind", "price", "look", "colour", "wearer", "outline")}),
        ("+ brand", {"facets": full.facets}),
        ("+ augmentation", {"augment": full.augment}),
        ("+ average of weights", {"average": full.average}),
        ("+ auxiliary heads", {"auxiliary": full.auxiliary}),
    ]
    config = dataclasses.replace(
        full, facets=only("kind"), text=None, augment=PLAIN, average=0.0, auxiliary=()
    )
    rows = [Variant("kind alone", config)]
    for name, changes in parts:
        config = dataclasses.replace(config, **changes)
        rows.append(Variant(name, config))
    return rows


def architectures(full: TrainConfig) -> list[Variant]:
    """The default network and others with about as many parameters (4.4 M) and multiplications
    (0.14 G a picture of 64 x 64); all see the same palette and thumbnail."""

    def other(name: str, **changes: Any) -> Variant:
        changed = dataclasses.replace(full.backbone, **changes)
        return Variant(name, dataclasses.replace(full, backbone=changed))

    widths, blocks = full.backbone.widths, full.backbone.blocks
    double = tuple(2 * count for count in blocks)
    return [
        Variant("plain residual", full),
        other("patchified stem, 4 x 4", patch=4, widths=widths[1:], blocks=blocks[1:]),
        other("inverted bottleneck, 3 x 3 to 4 times", block="inverted", widths=NARROW),
        other("3 x 3 + 1 x 1 + identity, fused", block="branches", blocks=double),
    ]


def short(config: TrainConfig, steps: int) -> TrainConfig:
    """The config as a run of ``steps``: a third at 32 pixels a side, then 48, the cooldown (the
    last quarter) at the full size, no polish, and no weights of facets chosen."""
    canvases = [canvas for canvas in CANVASES if canvas < config.backbone.canvas]
    starts = range(0, steps, max(1, steps // 3))
    return dataclasses.replace(
        config,
        steps=steps,
        growth=tuple(zip(starts, canvases, strict=False)),
        warm_up=min(WARM_UP, steps // 5),
        checkpoint_every=100,
        judge_every=steps,
        polish=0,
        choose_weights=False,
    )
