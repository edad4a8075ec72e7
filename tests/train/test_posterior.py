"""Facets that settle on their classes, in training: which do, and that it is what is released."""

import dataclasses
import json
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.store import Catalog
from model.embedder import Embedder
from model.prototypes import Posterior
from tests.train.conftest import labels_of, write_shapes
from train.config import FacetConfig, TrainConfig
from train.dataset import open_dataset
from train.labels import read_labels
from train.learner import MOST_CLASSES, Learner, fit_to
from train.loader import Batches
from train.release import release

SMOKE = dataclasses.replace(TrainConfig().smoke(), choose_weights=False)


@pytest.fixture(scope="module")
def branded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 shapes by three makes, for two genders. Read only."""
    folder = tmp_path_factory.mktemp("branded")
    lines = (write_shapes(folder / "feed", 60) / "products.jsonl").read_text().splitlines()
    rows = [
        {**json.loads(line), "brand": f"make {n % 3}", "gender": ("Men", "Women")[n % 2]}
        for n, line in enumerate(lines)
    ]
    (folder / "feed" / "products.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with Catalog(folder / "home", create=True) as catalogue:
        import_feed(catalogue, open_feed(folder / "feed", source="shop"))
    return folder / "home"


def test_what_is_released_settles_as_what_was_judged_on_the_way(
    branded_home: Path, tmp_path: Path
) -> None:
    records = open_dataset(branded_home, "train")
    labels = read_labels(records)
    config = fit_to(SMOKE, labels)
    settling = [(each.name, each.classes) for each in config.backbone.posterior]
    assert settling == [("kind", 3), ("wearer", 2), ("brand", 3)]
    learner = Learner(config, labels)
    batches = Batches.of(config, records, labels)
    state, _ = learner.advance(learner.start(), batches[0])
    (tmp_path / "metrics.jsonl").write_text('{"step": 0, "loss": 1, "views_per_second": 1}\n')
    embedder = Embedder.load(release(learner, state, labels, branded_home, tmp_path))
    canvases = batches[1]["canvases"][:8]
    whole, facets = embedder.embed(canvases), embedder.layout.slices
    np.testing.assert_allclose(whole, learner.embed(state, canvases), atol=0.05)  # 8 bits
    plain = learner.pupil(state).network.facets(learner.features(state, canvases))
    assert plain["brand"].shape == (8, 80) and facets["brand"] == slice(232, 256)
    for name, moved in {"kind": True, "wearer": True, "colour": False}.items():
        same = np.sum(whole[:, facets[name]] * np.asarray(plain[name]), axis=1)
        assert (same.min() < 0.99) == moved, name


def test_every_class_of_any_feed_is_a_negative_where_vectors_settle() -> None:
    rows = [
        {"source": source, "brand": brand, "category": brand, "row": n}
        for n, (source, brand) in enumerate([("a", "x"), ("a", "y"), ("b", "z"), ("b", "w")] * 3)
    ]
    labels = labels_of(*rows)
    facets = tuple(
        FacetConfig(name, 4, "", column, posterior=share)
        for name, column, share in (("kind", "category", 0.3), ("brand", "brand", 1.0))
    )
    config = fit_to(dataclasses.replace(SMOKE, facets=facets, auxiliary=(), text=None), labels)
    learner = Learner(config, labels)
    pupil = learner.pupil(learner.start())
    vectors = jnp.eye(4)[:2]
    batch = {
        "source": jnp.zeros(2, jnp.int32),
        "category": jnp.asarray(labels.codes["category"][:2]),
        "brand": jnp.asarray(labels.codes["brand"][:2]),
        "recoloured": jnp.zeros(0, bool),
    }

    def losses(other_feeds: np.ndarray) -> dict[str, float]:
        """With the other feed's prototypes there, those of the pictures' own feed elsewhere."""
        own = np.isin(np.arange(4), labels.codes["brand"][:2])
        prototypes = np.where(own[:, None], np.eye(4)[[2, 3, 2, 3]], other_feeds)
        for facet in config.facets:
            among = pupil.network.prototypes if facet.posterior else pupil.prototypes
            among[facet.name][...] = jnp.asarray(prototypes, jnp.float32)
        out = {"kind": vectors, "brand": vectors}
        found = learner.label_losses(pupil, out, None, batch, jnp.arange(2))
        return {name: float(loss) for name, loss in found.items()}

    near, far = losses(np.eye(4)[[0, 0, 0, 0]]), losses(-np.eye(4)[[0, 0, 0, 0]])
    assert near["kind"] == pytest.approx(far["kind"], abs=1e-5)
    assert near["brand"] > far["brand"] + 1


def test_with_too_many_classes_a_facet_does_not_settle() -> None:
    rows = [{"brand": f"b{n // 2}", "row": n} for n in range(2 * MOST_CLASSES + 2)]
    fitted = fit_to(SMOKE, labels_of(*rows))
    assert [f.name for f in fitted.facets if f.column == "brand"] == ["brand"]
    assert fitted.backbone.posterior == ()
    fitted = fit_to(SMOKE, labels_of(*rows[:-2]))
    assert fitted.backbone.posterior == (Posterior("brand", MOST_CLASSES, 1.0, 80),)


def test_fitting_twice_is_fitting_once() -> None:
    labels = labels_of(*[{"brand": f"b{n // 2}", "row": n} for n in range(8)])
    assert fit_to(fit_to(SMOKE, labels), labels) == fit_to(SMOKE, labels)


@pytest.mark.parametrize("column", [None, "price", "edges"])
def test_what_has_no_classes_can_t_settle(column: str | None) -> None:
    with pytest.raises(ValueError, match="label column to settle"):
        FacetConfig("odd", 8, "", column, posterior=0.5)


@pytest.mark.parametrize(("share", "width"), [(0.7, 8), (1.0, -1), (0.0, 8)])
def test_only_what_settles_wholly_can_be_told_apart_widely(share: float, width: int) -> None:
    with pytest.raises(ValueError, match="width of 0 or more"):
        FacetConfig("odd", 8, "", "category", posterior=share, width=width)


def test_a_share_beyond_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="within 0 and 1"):
        FacetConfig("odd", 8, "", "category", posterior=1.5)


def test_what_is_told_apart_widely_learns_from_its_softmax_alone() -> None:
    labels = labels_of(*[{"brand": f"b{n % 2}", "row": n} for n in range(8)])
    batch = {
        "source": jnp.zeros(4, jnp.int32),
        "brand": jnp.array([0, 0, 1, 1]),
        "recoloured": jnp.zeros(0, bool),
    }

    def losses(width: int, *contrasts: float) -> list[float]:
        facet = FacetConfig("brand", 4, "", "brand", posterior=1.0, width=width)
        config = dataclasses.replace(SMOKE, facets=(facet,), auxiliary=(), text=None)
        learner = Learner(fit_to(config, labels), labels)
        pupil = learner.pupil(learner.start())
        vectors = jnp.eye(width or 4)[:4]  # none like any other, so a contrast finds much to say
        return [
            float(
                learner.label_losses(pupil, {"brand": vectors}, None, batch, jnp.arange(4), by)[
                    "brand"
                ]
            )
            for by in contrasts
        ]

    alone, thrice = losses(6, 1.0, 3.0)
    assert thrice == pytest.approx(3 * alone) and alone > 0
    without, beside, thrice = losses(0, 0.0, 1.0, 3.0)
    assert thrice - without == pytest.approx(3 * (beside - without)) and beside > without + 0.5
