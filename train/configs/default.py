"""The released version: every facet, every catalogue at hand.

samevibe train --catalog HOME --config train/configs/default.py --out runs/released

About an hour and a half on two CPU cores with AMX tiles (three to four times that without),
some minutes on a GPU. The figures it reached are in model/released/README.md.
"""

from train.config import TrainConfig


def config() -> TrainConfig:
    return TrainConfig(steps=9000, growth=((0, 32), (1500, 48)), cooldown=0.25)
