"""The released version: every facet, every catalogue at hand.

samevibe train --catalog HOME --config train/configs/default.py --out runs/released

About an hour on two CPU cores with AMX tiles (three to four times that without),
some minutes on a GPU. The figures it reached are in model/released/README.md.
"""

from train.config import TrainConfig


def config() -> TrainConfig:
    return TrainConfig(steps=12000, growth=((0, 32), (1000, 48)))
