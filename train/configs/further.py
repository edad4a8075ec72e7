"""More steps for a version that is there, on the same catalogue or another.

samevibe train --catalog HOME --start model/released --config train/configs/further.py --out runs/further

An hour and a half on two CPU cores with AMX tiles, the polish in it. The released version was made so
from the one before it.
"""

from train.config import TrainConfig


def config() -> TrainConfig:
    return TrainConfig(steps=6500, growth=((0, 48),), learning_rate=1e-3, cooldown=0.6)
