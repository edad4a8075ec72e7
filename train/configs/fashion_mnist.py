"""A public yardstick for the trainer: Fashion-MNIST, one facet from nothing but a category.

    python -m benchmarks.fashion_mnist

brings the data in, then does what this does, and judges:

    samevibe train --catalog home/fashion-mnist --config train/configs/fashion_mnist.py

2.88 million views (25 of every picture, in two views each): about 50 minutes on two CPU cores
with AMX tiles.
"""

import dataclasses

from model.backbone import BackboneConfig
from train.augment import PLAIN
from train.config import FacetConfig, TrainConfig
from train.sampler import BatchShape


def config() -> TrainConfig:
    return TrainConfig(
        facets=(FacetConfig("kind", 64, "what it is", "category"),),
        auxiliary=(),
        text=None,
        # 28 px of 28 fill the canvas; the stem halves it, so a canvas of 40 keeps 20 x 20 places
        backbone=BackboneConfig(canvas=40, widths=(64, 96, 128), blocks=(1, 2, 2), middle=True),
        growth=((0, 32),),
        batch=BatchShape(uniform=0, categories=10, each=24, paired=24),
        augment=dataclasses.replace(PLAIN, flip=0.5, crop=0.8, crop_least=0.65, cover=0.5),
        steps=6000,
        cooldown=0.4,
        weight_decay=0.05,
        average=0.995,
        polish=0,
        choose_weights=False,  # of one facet there is nothing to choose
    )
