"""The smallest model that must work: category and price alone, for a catalogue of a few hundred.

samevibe train --catalog HOME --config train/configs/smallest.py --out runs/smallest

About five minutes on two CPU cores.
"""

from model.backbone import BackboneConfig
from train.config import FACETS, TrainConfig
from train.sampler import BatchShape


def config() -> TrainConfig:
    return TrainConfig(
        facets=tuple(facet for facet in FACETS if facet.name in ("kind", "price")),
        auxiliary=(),
        backbone=BackboneConfig(widths=(24, 48, 96, 160), blocks=(0, 1, 1, 1)),
        batch=BatchShape(uniform=16, categories=16, each=6, paired=0),
        text=None,
        steps=400,
    )
