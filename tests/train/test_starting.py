import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from catalog.product import CatalogError
from model.backbone import standardised
from model.embedder import Embedder
from model.layers import unit
from model.version import Version, VersionError, load_version
from tests.train.conftest import batches_of, learner_of
from train.config import TrainConfig
from train.dataset import open_dataset
from train.labels import read_labels
from train.learner import Learner, State
from train.loop import train
from train.release import started_from
from train.starting import check_start, learnable, started

SMOKE = dataclasses.replace(TrainConfig().smoke(), choose_weights=False, polish=0)
PLAIN = dataclasses.replace(  # nothing settles, so that a version's vectors are its heads'
    SMOKE, facets=tuple(dataclasses.replace(f, posterior=0.0, width=0) for f in SMOKE.facets)
)


@pytest.fixture(scope="module")
def folder(shapes_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version of the shapes."""
    return train(shapes_home, PLAIN, tmp_path_factory.mktemp("start") / "run")


@pytest.fixture(scope="module")
def version(folder: Path) -> Version:
    return load_version(folder)


def begun(version: Version, learner: Learner, home: Path) -> State:
    labels = read_labels(open_dataset(home, "train"))
    return started(version, learner, learner.start(), labels, batches_of(learner, home))


def test_a_run_begins_with_what_the_version_sees_and_says(
    version: Version, shapes_home: Path
) -> None:
    learner = learner_of(shapes_home, dataclasses.replace(PLAIN, seed=5))
    batches = batches_of(learner, shapes_home)
    canvases = next(batches.blocks(np.arange(40), learner.config.backbone.canvas, 40))[1]
    state = begun(version, learner, shapes_home)
    before = np.asarray(learner.embed(learner.start(), canvases))
    mine = np.asarray(learner.embed(state, canvases))
    theirs = Embedder(version).embed(canvases)
    for name, at in version.layout.slices.items():
        if name == "outline":  # it is fitted before the first step
            continue
        assert (mine[:, at] * theirs[:, at]).sum(axis=1).min() > 0.99, name
        assert (before[:, at] * theirs[:, at]).sum(axis=1).mean() < 0.9, name
    texts = learner.pupil(state).text
    assert texts is not None
    np.testing.assert_array_equal(texts.table[...], version.tensors["text.table"])


def test_prototypes_begin_as_the_means_of_their_classes(
    version: Version, shapes_home: Path
) -> None:
    learner = learner_of(shapes_home, SMOKE)  # where kind settles, which it did not in the version
    state = begun(version, learner, shapes_home)
    pupil, batches = learner.pupil(state), batches_of(learner, shapes_home)
    labels = read_labels(open_dataset(shapes_home, "train"))
    numbers = np.arange(len(labels))
    canvases = next(batches.blocks(numbers, learner.config.backbone.canvas, len(numbers)))[1]
    facets = pupil.network.facets(learner.features(state, canvases))
    for facet, column in (("kind", "category"), ("colour", "color"), ("price", "price")):
        of = {f.name: f for f in learner.config.facets}[facet]
        prototypes = np.asarray(unit(pupil.prototypes_of(of)))
        classes = (
            learner.nearest_marks(labels.log_price) if column == "price" else labels.codes[column]
        )
        for each in np.unique(classes):
            mean = np.asarray(facets[facet])[classes == each].mean(axis=0)
            cosine = prototypes[each] @ mean / np.linalg.norm(mean)
            assert cosine > 0.999, (facet, each)
    assert state["weights"] is not state["average"]


def test_the_kernels_that_learn_are_the_ones_that_were_fused() -> None:
    rng = np.random.default_rng(0)
    kernel = rng.standard_normal((3, 3, 5, 7)).astype(np.float32)
    gain = np.array([1, -2, 0.5, 1e-3, 3, -0.1, 0], np.float32)
    fused = np.asarray(standardised(jnp.asarray(kernel), jnp.asarray(gain)))
    apart = learnable({"c.kernel": fused, "c.gain": gain, "heads.kind.kernel": fused[0, 0]})
    again = standardised(jnp.asarray(apart["c.kernel"]), jnp.asarray(apart["c.gain"]))
    np.testing.assert_allclose(again, fused, atol=1e-5)
    np.testing.assert_array_equal(apart["heads.kind.kernel"], fused[0, 0])


def test_a_run_says_what_it_began_with_and_goes_on_with_that_alone(
    folder: Path, version: Version, shapes_home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    train(shapes_home, SMOKE, out, start=folder, stop_after=4)
    with pytest.raises(CatalogError, match="another config, catalogue or start"):
        train(shapes_home, SMOKE, out)
    made = load_version(train(shapes_home, SMOKE, out, start=folder))
    assert all(np.isfinite(array).all() for array in made.tensors.values())
    assert made.details["started_from"] == {
        "version": version.name,
        "pictures_seen": version.details["pictures_seen"],
        "training_hours": version.details["training_hours"],
    }
    card = (out / "version" / "README.md").read_text()
    assert f"Began with the network of version {version.name}" in card
    alone = load_version(train(shapes_home, SMOKE, tmp_path / "alone", start=folder))
    assert alone.name == made.name
    both = version.details["pictures_seen"] + made.details["pictures_seen"]
    assert started_from(made)["pictures_seen"] == both


def test_another_catalogue_with_other_labels_can_begin_with_it(
    folder: Path, make_shapes: Callable[..., Path], tmp_path: Path
) -> None:
    home = make_shapes(tmp_path, 30, color=None, price=None, currency=None, brand="one")
    config = dataclasses.replace(SMOKE, steps=2, checkpoint_every=2)
    made = load_version(train(home, config, tmp_path / "run", start=folder))
    assert made.layout.names == ("kind", "look", "outline")
    assert all(np.isfinite(array).all() for array in made.tensors.values())


@pytest.mark.parametrize(
    ("backbone", "message"),
    [
        ({"widths": (8, 16, 40)}, r"widths is .*32.*, not .*40"),
        ({"palette": 0}, "palette is 48, not 0"),
        ({"block": "branches"}, "block is residual, not branches"),
    ],
)
def test_a_run_of_another_network_is_refused_before_it_begins(
    folder: Path, shapes_home: Path, tmp_path: Path, backbone: dict, message: str
) -> None:
    other = dataclasses.replace(SMOKE, backbone=dataclasses.replace(SMOKE.backbone, **backbone))
    with pytest.raises(CatalogError, match=message):
        train(shapes_home, other, tmp_path / "run", start=folder)
    assert not (tmp_path / "run" / "run.json").exists()


def test_branches_that_were_made_one_can_t_learn_on(version: Version, shapes_home: Path) -> None:
    backbone = dataclasses.replace(SMOKE.backbone, block="branches")
    learner = learner_of(shapes_home, dataclasses.replace(SMOKE, backbone=backbone))
    fused = dataclasses.replace(version, backbone=learner.config.backbone)
    with pytest.raises(CatalogError, match="made one for good"):
        check_start(fused, learner.config.backbone)


def test_what_is_no_version_is_said(shapes_home: Path, tmp_path: Path) -> None:
    with pytest.raises(VersionError, match=r"config\.json"):
        train(shapes_home, SMOKE, tmp_path / "run", start=tmp_path)


def test_a_run_that_began_otherwise_can_t_be_followed(
    folder: Path, shapes_home: Path, tmp_path: Path
) -> None:
    config = dataclasses.replace(SMOKE, steps=4, cooldown=0.5)
    train(shapes_home, config, tmp_path / "random", stop_after=3)
    longer = dataclasses.replace(config, steps=6)
    with pytest.raises(CatalogError, match="its pictures or its start"):
        train(shapes_home, longer, tmp_path / "b", after=tmp_path / "random", start=folder)
    told = json.loads((tmp_path / "b" / "run.json").read_text())
    assert told["start"] == load_version(folder).name
