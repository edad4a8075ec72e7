"""The released version: every facet, every catalogue at hand.

samevibe train --catalog HOME --config train/configs/default.py --out runs/released

About an hour on two CPU cores for 1,500 steps (264,000 pictures), a few minutes on a GPU.
The figures it reached are in model/released/README.md.
"""

from train.config import TrainConfig


def config() -> TrainConfig:
    return TrainConfig(steps=1500, growth=((0.65, 48), (1.0, 64)))
