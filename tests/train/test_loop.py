import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np
import pytest
from safetensors.numpy import load_file

from catalog.product import CatalogError
from model.embedder import Embedder
from tests.full_disk import no_file_over
from train.config import TrainConfig, load_config
from train.dataset import open_dataset
from train.labels import read_labels
from train.learner import Learner, fit_to
from train.loader import Batches
from train.loop import train

CONFIGS = Path(__file__).resolve().parents[2] / "train" / "configs"
SMOKE = TrainConfig().smoke()


def weights(version: Path) -> dict[str, np.ndarray]:
    return load_file(version / "model.safetensors")


@pytest.fixture(scope="module")
def run(shapes_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    train(shapes_home, SMOKE, out)
    return out


def test_a_run_leaves_a_version_metrics_and_curves(run: Path) -> None:
    embedder = Embedder.load(run / "version")
    assert embedder.layout.names == (
        "kind",
        "look",
        "outline",
        "colour",
        "price",
    )  # no gender in the feed
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == list(range(SMOKE.steps))
    assert all(np.isfinite(row["loss"]) for row in rows)
    assert (run / "curves.png").stat().st_size > 10_000
    assert list((run / "tensorboard").glob("events*"))


def test_an_interrupted_run_goes_on_to_the_same_weights(
    run: Path, shapes_home: Path, tmp_path: Path
) -> None:
    train(shapes_home, SMOKE, tmp_path, stop_after=4)
    assert not (tmp_path / "version").exists()
    # As after a kill: lines of steps whose checkpoint was never written.
    with (tmp_path / "metrics.jsonl").open("a") as log:
        log.write('{"step": 4, "loss": 1.0}\n{"step": 5, "lo')
    version = train(shapes_home, SMOKE, tmp_path)
    for name, array in weights(version).items():
        np.testing.assert_array_equal(array, weights(run / "version")[name], err_msg=name)
    assert len((tmp_path / "metrics.jsonl").read_text().splitlines()) == SMOKE.steps


# Orbax's writers still report to an event loop that ended with the refusal.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_disk_that_refuses_a_checkpoint_is_said_and_the_run_goes_on_from_the_one_before(
    run: Path, shapes_home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    train(shapes_home, SMOKE, tmp_path, stop_after=4)
    with (
        no_file_over(100_000),
        pytest.raises(CatalogError, match=r"checkpoints \(.+ room.+ from the checkpoint before"),
    ):
        train(shapes_home, SMOKE, tmp_path)
    assert caplog.text == ""  # it is said once
    version = train(shapes_home, SMOKE, tmp_path)
    for name, array in weights(version).items():
        np.testing.assert_array_equal(array, weights(run / "version")[name], err_msg=name)


def test_a_longer_run_follows_a_shorter_one_as_if_it_had_begun_itself(
    shapes_home: Path, tmp_path: Path
) -> None:
    short = dataclasses.replace(SMOKE, steps=4, cooldown=0.5, choose_weights=False)
    long = dataclasses.replace(short, steps=6, name="longer")
    train(shapes_home, short, tmp_path / "short")
    alone = train(shapes_home, long, tmp_path / "alone")
    after = train(shapes_home, long, tmp_path / "after", after=tmp_path / "short")
    lines = (tmp_path / "after" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == list(range(6))
    # Its first two steps are the short run's own, down to the times they took.
    assert lines[:2] == (tmp_path / "short" / "metrics.jsonl").read_text().splitlines()[:2]
    for name, array in weights(alone).items():
        np.testing.assert_array_equal(array, weights(after)[name], err_msg=name)


def test_only_a_run_of_the_same_config_can_be_followed(
    run: Path, shapes_home: Path, tmp_path: Path
) -> None:
    other = dataclasses.replace(SMOKE, seed=7, steps=9)
    with pytest.raises(CatalogError, match="differs in seed"):
        train(shapes_home, other, tmp_path / "a", after=run)
    with pytest.raises(CatalogError, match="no run's folder"):
        train(shapes_home, other, tmp_path / "b", after=tmp_path)


def test_the_learning_rate_and_the_canvas_follow_the_plan() -> None:
    config = TrainConfig(steps=100, cooldown=0.3, growth=((0, 32), (20, 48)))
    assert [config.canvas_at(step) for step in (0, 19, 20, 69, 70, 99)] == [32, 32, 48, 48, 64, 64]
    longer = dataclasses.replace(config, steps=200)
    assert [longer.canvas_at(step) for step in range(70)] == [
        config.canvas_at(step) for step in range(70)
    ]


def test_the_cooldown_sees_calmer_pictures() -> None:
    config = TrainConfig(steps=100, cooldown=0.3, calm=0.5)
    assert config.augment_at(69) == config.augment
    calm = config.augment_at(70)
    assert calm.crop == 0.5 * config.augment.crop and calm.flip == config.augment.flip
    assert calm.recolour == config.augment.recolour and calm.light == config.augment.light


def test_the_memory_holds_the_latest_views(shapes_home: Path) -> None:
    labels = read_labels(open_dataset(shapes_home, "train"))
    config = fit_to(dataclasses.replace(SMOKE, warm_up=1), labels)
    views = config.batch.views
    config = dataclasses.replace(config, memory=2 * views + 3)
    learner = Learner(config, labels)
    batches = Batches.of(config, open_dataset(shapes_home, "train"), labels)
    state, filled = learner.start(), []
    for step in range(4):
        state, _ = learner.advance(state, batches[step])
        filled.append(int((state["memory"]["look"]["identity"] >= 0).sum()))
    assert filled == [0, views, 2 * views, 2 * views + 3]
    lengths = np.linalg.norm(state["memory"]["look"]["vectors"], axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-3)


def test_the_same_folder_is_not_for_another_run(run: Path, shapes_home: Path) -> None:
    with pytest.raises(CatalogError, match="another config"):
        train(shapes_home, dataclasses.replace(SMOKE, seed=7), run)


def test_a_run_from_before_an_option_of_the_backbone_goes_on_with_its_default(
    shapes_home: Path, tmp_path: Path
) -> None:
    config = dataclasses.replace(
        SMOKE,
        steps=2,
        cooldown=0.5,
        choose_weights=False,
        backbone=dataclasses.replace(SMOKE.backbone, direct=()),
        facets=tuple(dataclasses.replace(f, width=0) for f in SMOKE.facets),
    )
    train(shapes_home, config, tmp_path / "run", stop_after=1)
    path = tmp_path / "run" / "run.json"
    told = json.loads(path.read_text())
    for younger in ("block", "direct"):
        del told["config"]["backbone"][younger]
    for facet in told["config"]["facets"]:
        assert facet.pop("width") == 0
    path.write_text(json.dumps(told))
    longer = dataclasses.replace(config, steps=4)
    assert train(shapes_home, longer, tmp_path / "longer", after=tmp_path / "run").is_dir()
    assert train(shapes_home, config, tmp_path / "run").is_dir()
    assert json.loads(path.read_text())["config"]["backbone"]["block"] == "residual"
    told["config"]["backbone"]["block"] = "inverted"
    path.write_text(json.dumps(told))
    with pytest.raises(CatalogError, match="another config"):
        train(shapes_home, config, tmp_path / "run")


def test_learning_lowers_the_loss_on_what_it_sees(shapes_home: Path) -> None:
    labels = read_labels(open_dataset(shapes_home, "train"))
    learner = Learner(fit_to(dataclasses.replace(SMOKE, steps=40), labels), labels)
    batches = Batches.of(learner.config, open_dataset(shapes_home, "train"), labels)
    state, batch, losses = learner.start(), batches[0], []
    for _ in range(40):
        state, metrics = learner.advance(state, batch)
        losses.append(float(metrics["loss"]))
    assert losses[-1] < 0.7 * losses[0]
    assert all(bool(np.isfinite(leaf).all()) for leaf in jax.tree.leaves(state["average"]))


@pytest.mark.parametrize(
    ("fixed", "facets"),
    [
        ({"price": None, "currency": None}, ("kind", "look", "outline", "colour")),
        ({"price": 10}, ("kind", "look", "outline", "colour")),
        ({"category": None}, ("look", "outline", "colour", "price")),
        ({"category": "all one"}, ("look", "outline", "colour", "price")),
        ({"category": None, "color": None, "price": None, "currency": None}, ("look", "outline")),
    ],
    ids=["no price", "one price", "no category", "one category", "pictures alone"],
)
def test_facets_follow_the_columns(
    make_shapes: Callable[..., Path], tmp_path: Path, fixed: dict, facets: tuple[str, ...]
) -> None:
    home = make_shapes(tmp_path, 30, **fixed)
    config = dataclasses.replace(SMOKE, steps=2, checkpoint_every=2)
    version = train(home, config, tmp_path / "run")
    assert Embedder.load(version).layout.names == facets
    assert all(np.isfinite(array).all() for array in weights(version).values())


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.py")), ids=lambda path: path.stem)
def test_every_config_loads_and_says_its_command(path: Path) -> None:
    assert load_config(path).steps > 0
    assert f"--config train/configs/{path.name}" in path.read_text()


def test_a_missing_config_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"default\.py"):
        load_config(tmp_path / "none.py")
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(CatalogError, match="TrainConfig"):
        load_config(tmp_path / "empty.py")
