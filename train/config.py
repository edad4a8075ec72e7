"""What a training run is, as frozen dataclasses; a config file is Python with ``config()``."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

from catalog.product import CatalogError
from model.backbone import BackboneConfig
from train.augment import AugmentConfig
from train.sampler import BatchShape


@dataclasses.dataclass(frozen=True, slots=True)
class FacetConfig:
    """A facet to train: ``column`` is a label column, ``price``, or None for view agreement.

    A catalogue without the column simply has no such facet. ``share`` weighs its loss; ``weight``
    is its default weight in the ranking, unless weights are chosen on val after training.
    """

    name: str
    dim: int
    about: str
    column: str | None
    share: float = 1.0
    weight: float = 1.0


FACETS = (
    FacetConfig("kind", 80, "what it is", "category", share=1.0, weight=0.35),
    FacetConfig("look", 80, "shape, pattern, material", None, share=0.4, weight=0.25),
    FacetConfig("colour", 32, "colour", "color", share=0.5, weight=0.2),
    FacetConfig("wearer", 16, "for whom", "gender", share=0.3, weight=0.1),
    FacetConfig("price", 48, "price tier", "price", share=0.4, weight=0.1),
)


@dataclasses.dataclass(frozen=True, slots=True)
class TrainConfig:
    """One run. ``steps`` batches; ``growth`` lists (share of the run, canvas side in pixels)."""

    facets: tuple[FacetConfig, ...] = FACETS
    auxiliary: tuple[str, ...] = ("brand",)  # label heads that only help training
    auxiliary_share: float = 0.2
    backbone: BackboneConfig = dataclasses.field(default_factory=BackboneConfig)
    batch: BatchShape = dataclasses.field(default_factory=BatchShape)
    augment: AugmentConfig = dataclasses.field(default_factory=AugmentConfig)
    growth: tuple[tuple[float, int], ...] = ((1.0, 64),)
    steps: int = 2000
    learning_rate: float = 2e-3
    warm_up: int = 100
    weight_decay: float = 0.02
    clip: float = 1.0
    average: float = 0.998  # decay of the weights' moving average, which is what is released
    seed: int = 0
    checkpoint_every: int = 100
    choose_weights: bool = True

    def __post_init__(self) -> None:
        if self.growth[-1] != (1.0, self.backbone.canvas):
            raise ValueError(
                f"expected growth to end in (1.0, {self.backbone.canvas}), got {self.growth[-1]}"
            )
        if self.steps < 1:
            raise ValueError(f"expected at least 1 step, got {self.steps}")

    def canvas_at(self, step: int) -> int:
        """The canvas side in pixels at a step: small at first, which is faster."""
        progress = step / self.steps
        return next(canvas for until, canvas in self.growth if progress < until)

    def smoke(self) -> TrainConfig:
        """The same run in well under a minute: every part, a handful of steps."""
        return dataclasses.replace(
            self,
            steps=6,
            warm_up=2,
            batch=BatchShape(twins=8, categories=6, each=4),
            backbone=BackboneConfig(canvas=32, widths=(16, 32), blocks=(1, 1)),
            growth=((1.0, 32),),
            checkpoint_every=3,
            average=0.5,
        )


def load_config(path: Path | str) -> TrainConfig:
    """Run a config file and take what its ``config()`` returns.

    Raises:
        CatalogError: no such file, or no ``config()`` that returns a ``TrainConfig``.
    """
    path = Path(path)
    if not path.is_file():
        known = ", ".join(sorted(p.name for p in (Path(__file__).parent / "configs").glob("*.py")))
        raise CatalogError(f"no config file {path}; train/configs has {known}")
    spec = importlib.util.spec_from_file_location("train_config", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.config() if hasattr(module, "config") else None
    if not isinstance(made, TrainConfig):
        raise CatalogError(f"{path}: expected a function config() that returns a TrainConfig")
    return made
