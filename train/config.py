"""What a training run is, as frozen dataclasses; a config file is Python with ``config()``."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

from catalog.product import CatalogError
from model.backbone import BackboneConfig
from model.prototypes import Posterior
from model.text import TextConfig
from train.augment import AugmentConfig
from train.sampler import BatchShape

EDGES = "edges"


@dataclasses.dataclass(frozen=True, slots=True)
class FacetConfig:
    """A facet to train: ``column`` is a label column, ``price``, or None for the agreement of views
    of one product and of its title. With ``EDGES`` nothing is learned: the facet is the principal
    components of where edges lie (``train/outline.py``).

    A catalogue without the column simply has no such facet. ``share`` weighs its loss; ``weight``
    is its default weight in the ranking, unless weights are chosen on val after training. A facet
    of a label column with a ``posterior`` above 0 settles on its classes by that share, and with a
    posterior of 1 may tell them apart in a ``width`` of more dimensions (``model/prototypes.py``).
    """

    name: str
    dim: int
    about: str
    column: str | None
    share: float = 1.0
    weight: float = 1.0
    posterior: float = 0.0
    width: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.posterior <= 1:
            raise ValueError(
                f"facet {self.name}: expected a posterior within 0 and 1, got {self.posterior}"
            )
        if self.posterior and self.column in (None, "price", EDGES):
            raise ValueError(
                f"facet {self.name}: expected a label column to settle on the classes of, "
                f"got {self.column!r}"
            )
        if self.posterior or self.width:
            Posterior(self.name, 1, self.posterior, self.width)  # says what can't be


FACETS = (
    FacetConfig("kind", 40, "what it is", "category", share=1.0, weight=0.17, posterior=0.45),
    FacetConfig("look", 80, "shape, pattern, material", None, share=0.8, weight=0.18),
    FacetConfig("outline", 64, "where its edges lie", EDGES, weight=0.08),
    FacetConfig("colour", 24, "colour", "color", share=0.5, weight=0.16),
    FacetConfig("wearer", 8, "for whom", "gender", share=0.3, weight=0.31, posterior=0.6),
    FacetConfig("price", 16, "price tier", "price", share=0.5, weight=0.05),
    FacetConfig(
        "brand", 24, "whose make", "brand", share=0.5, weight=0.05, posterior=1.0, width=80
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class TrainConfig:
    """One run of ``steps`` batches.

    The learning rate warms up, stays, and cools down to zero over the last ``cooldown`` share of
    the steps (Hägele et al., arXiv:2405.18392), so a longer run goes the same way until its own
    cooldown. ``growth`` lists (first step, canvas side in pixels): small canvases are faster.
    The cooldown is done at the full size and with ``calm`` augmentation.
    """

    facets: tuple[FacetConfig, ...] = FACETS
    auxiliary: tuple[str, ...] = ("brand", "usage", "season")  # heads that only help training
    auxiliary_share: float = 0.2
    polish: int = 4000  # steps of the heads alone, after the others (train/polish.py)
    memory: int = 6144  # views of earlier batches that views are also contrasted with
    text: TextConfig | None = dataclasses.field(default_factory=TextConfig)
    text_share: float = 0.5
    backbone: BackboneConfig = dataclasses.field(
        default_factory=lambda: BackboneConfig(
            widths=(32, 64, 160, 288),
            blocks=(0, 2, 3, 2),
            middle=True,
            palette=48,
            thumbnail=8,
            hidden=256,
            direct=("look", "price"),
            edges=16,
        )
    )
    batch: BatchShape = dataclasses.field(default_factory=BatchShape)
    augment: AugmentConfig = dataclasses.field(default_factory=AugmentConfig)
    calm: float = 0.4  # share of the augmentation's chances that is left in the cooldown
    growth: tuple[tuple[int, int], ...] = ()
    steps: int = 2000
    learning_rate: float = 2e-3
    warm_up: int = 100  # steps
    cooldown: float = 0.3  # share of the steps
    weight_decay: float = 0.02
    clip: float = 1.0
    average: float = 0.998  # decay of the weights' moving average, which is what is released
    seed: int = 0
    checkpoint_every: int = 250
    judge_every: int = 500
    choose_weights: bool = True
    name: str = ""  # of the config file, which the model card names

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"expected at least 1 step, got {self.steps}")
        if not 0 <= self.cooldown <= 1:
            raise ValueError(f"expected a cooldown within 0 and 1, got {self.cooldown}")
        edged = self.backbone.from_edges
        for facet in self.facets:
            if (facet.column == EDGES) != (facet.name in edged):
                raise ValueError(
                    f"facet {facet.name}: column {EDGES!r} is for the facets that the backbone "
                    f"names as edged, which are {list(edged)}"
                )
        if [step for step, _ in self.growth] != sorted({step for step, _ in self.growth}):
            raise ValueError(f"expected growth with rising first steps, got {self.growth}")

    @property
    def cooldown_start(self) -> int:
        """The first step of the cooldown."""
        return cooldown_start(self.steps, self.cooldown)

    def canvas_at(self, step: int) -> int:
        """The canvas side in pixels at a step."""
        passed = [canvas for start, canvas in self.growth if start <= step]
        if not passed or (self.cooldown and step >= self.cooldown_start):
            return self.backbone.canvas
        return passed[-1]

    def augment_at(self, step: int) -> AugmentConfig:
        """The augmentation at a step. In the cooldown pictures look more as they will when they
        are searched, which heavy cropping alone makes them differ from (Touvron et al.,
        arXiv:1906.06423)."""
        if self.cooldown and step >= self.cooldown_start:
            return self.augment.calmer(self.calm)
        return self.augment

    def smoke(self) -> TrainConfig:
        """The same run in well under a minute: every part, a handful of steps."""
        return dataclasses.replace(
            self,
            steps=6,
            warm_up=2,
            batch=BatchShape(uniform=8, categories=6, each=4, paired=1),
            backbone=dataclasses.replace(
                self.backbone, canvas=32, widths=(8, 16, 32), blocks=(0, 1, 1)
            ),
            text=None if self.text is None else TextConfig(buckets=256, width=16, hidden=32),
            growth=(),
            memory=64,
            polish=2,
            checkpoint_every=3,
            judge_every=3,
            average=0.5,
        )


def cooldown_start(steps: int, cooldown: float) -> int:
    """The first step of the last ``cooldown`` share of a run."""
    return steps - max(round(steps * cooldown), int(cooldown > 0))


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
    return dataclasses.replace(made, name=path.stem)
