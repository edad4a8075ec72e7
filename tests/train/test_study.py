"""The studies, on drawn shapes and tiny networks: what is equal, what is measured, what is kept."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from flax import nnx

from benchmarks.study import running
from benchmarks.study.__main__ import parser
from benchmarks.study.clock import calibration, seconds, seconds_a_step
from benchmarks.study.judging import Pictures, open_pictures
from benchmarks.study.running import equal_steps, equal_time
from benchmarks.study.scaling import scaling
from benchmarks.study.tables import as_table
from benchmarks.study.variants import Variant, ablation, architectures, default, short, smoke
from catalog.product import CatalogError
from model.embedder import Embedder
from model.facets import Facet
from model.network import Network
from train.augment import PLAIN
from train.config import TrainConfig
from train.loop import train

TINY = dataclasses.replace(TrainConfig().smoke(), auxiliary=(), text=None)


@pytest.fixture(scope="module")
def pictures(shapes_home: Path) -> Pictures:
    return open_pictures(shapes_home, "val+test", None, shapes_home)


def test_the_ablation_adds_one_part_a_row_up_to_the_whole_recipe() -> None:
    rows = ablation(default())
    first, last = rows[0].config, rows[-1].config
    assert [facet.name for facet in first.facets] == ["kind"]
    assert (first.text, first.auxiliary, first.average, first.augment) == (None, (), 0.0, PLAIN)
    assert last == default()
    for before, after in itertools.pairwise(rows):
        one, other = (dataclasses.asdict(row.config) for row in (before, after))
        changed = {name for name in one if one[name] != other[name]}
        assert changed <= {"facets", "text"} or len(changed) == 1, after.name
        assert after.config.batch == before.config.batch and changed
    assert len({row.folder for row in rows}) == len(rows)
    assert rows[2].folder == "look-titles"


def test_the_architectures_differ_in_the_network_alone_and_are_of_one_size() -> None:
    sizes = {}
    for row in architectures(default()):
        assert dataclasses.replace(row.config, backbone=default().backbone) == default()
        dims = {facet.name: facet.dim for facet in row.config.facets}
        network = nnx.eval_shape(
            lambda config=row.config, dims=dims: Network(config.backbone, dims, rngs=nnx.Rngs(0))
        )
        network.mark_fused()  # as it is released
        leaves = jax.tree.leaves(nnx.state(network, nnx.Param))
        sizes[row.name] = sum(leaf.size for leaf in leaves)
    assert max(sizes.values()) < 5_000_000 and len(sizes) == 4
    assert max(sizes.values()) < 1.1 * min(sizes.values()), sizes


def test_a_short_run_grows_and_cools_down_at_the_full_size() -> None:
    config = short(default(), 500)
    canvases = [config.canvas_at(step) for step in range(500)]
    assert [canvases.count(side) for side in (32, 48, 64)] == [166, 209, 125]
    assert not config.choose_weights and config.warm_up == 100
    plan = calibration(config, 4)
    assert [plan.canvas_at(step) for step in range(plan.steps)] == [32] * 4 + [48] * 4 + [64] * 4
    for steps in (2, 6):
        assert short(TINY, steps).growth == ()
        assert short(default(), steps).canvas_at(steps - 1) == 64


@pytest.mark.parametrize("line", ["ablation --steps 0", "architectures --minutes -1"])
def test_a_study_without_length_is_refused(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args([*line.split(), "--catalog", "home"])
    assert "more than 0" in capsys.readouterr().err


def test_the_pace_is_the_median_step_at_each_side_without_the_one_that_compiles(
    tmp_path: Path,
) -> None:
    config = calibration(short(default(), 500), 4)
    took = [50, 1, 2, 9, 60, 3, 4, 5, 70, 6, 6, 6]
    lines = [
        json.dumps({"step": step, "views_per_second": config.batch.views / one})
        for step, one in enumerate(took)
    ]
    (tmp_path / "metrics.jsonl").write_text("\n".join(lines))
    pace = seconds_a_step(tmp_path / "metrics.jsonl", config)
    assert pace == pytest.approx({32: 2, 48: 4, 64: 6})
    assert seconds(config, pace) == pytest.approx(4 * (2 + 4 + 6))


@pytest.mark.parametrize("pace", [{32: 0.3, 48: 0.45, 64: 0.73}, {32: 0.1, 48: 0.4, 64: 2.0}])
def test_steps_are_set_so_that_they_take_the_time_given(pace: dict[int, float]) -> None:
    steps = running._steps_within(240, default(), pace)
    assert seconds(short(default(), steps), pace) == pytest.approx(240, rel=0.01)


def test_equal_steps_from_variants_to_a_table_stopped_in_between(
    shapes_home: Path, pictures: Pictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = dataclasses.replace(TINY, facets=TINY.facets[:1])
    variants = [Variant("one facet", one), Variant("+ all", TINY)]
    train(shapes_home, short(one, 4), tmp_path / "one-facet", stop_after=2)
    table = equal_steps(variants, shapes_home, pictures, tmp_path, 4)
    result = json.loads((tmp_path / "result.json").read_text())
    assert (tmp_path / "table.md").read_text() == table == as_table(result)
    first, second = result["rows"]
    assert [row["steps"] for row in result["rows"]] == [4, 4]
    assert first["pictures seen"] == 4 * TINY.batch.pictures
    assert first["seconds a step"]["32 px"] > 0 and first["training seconds"] > 0
    assert "differences" not in first
    name = "category P@1"
    assert second["differences"][name]["value"] == pytest.approx(
        second["figures"][name]["value"] - first["figures"][name]["value"]
    )
    lines = table.splitlines()
    assert f"{second['figures'][name]['value']:.3f}" in lines[3]
    assert f"{second['overall']:.3f}" in lines[3]
    # Once more: what is trained is only judged, and another length is not taken for it.
    monkeypatch.setattr(running, "train", lambda *_, **__: pytest.fail("trained again"))
    assert equal_steps(variants, shapes_home, pictures, tmp_path, 4) == table
    with pytest.raises(CatalogError, match="another length"):
        equal_steps(variants, shapes_home, pictures, tmp_path, 5)


def test_equal_time_takes_each_pace_and_sets_the_steps_by_it(
    shapes_home: Path, pictures: Pictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CALIBRATION_STEPS", 2)
    variants = smoke([Variant("tiny", dataclasses.replace(TINY, facets=TINY.facets[:1]))])
    # A clock of our own, so that the length does not hang on how busy this machine is.
    monkeypatch.setattr(running, "seconds_a_step", lambda *_: {32: 2.0})
    table = equal_time(variants, shapes_home, pictures, tmp_path, 0.1)
    (row,) = json.loads((tmp_path / "result.json").read_text())["rows"]
    assert row["steps"] == 3 and row["training seconds"] == 6
    assert len((tmp_path / "calibration/tiny/metrics.jsonl").read_text().splitlines()) == 2
    assert "0.1 minutes of training steps" in table


def untrained_run(folder: Path, seed: int, steps: int, **changes: Any) -> Path:
    config = dataclasses.asdict(dataclasses.replace(TINY, steps=steps, **changes))
    facets = (Facet("kind", 4, "what it is", 1.0),)
    embedder = Embedder.untrained(backbone=TINY.backbone, facets=facets, seed=seed)
    embedder.save(
        folder / "version",
        config=config,
        pictures_seen=steps * 32,
        parameters=1000,
        training_hours=steps / 1000,
    )
    return folder


def test_scaling_orders_runs_by_what_they_saw_and_draws_them(
    pictures: Pictures, tmp_path: Path
) -> None:
    runs = [untrained_run(tmp_path / str(steps), steps, steps) for steps in (4000, 1000, 2000)]
    table = scaling(runs, pictures, tmp_path / "out")
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert [row["pictures seen"] for row in result["rows"]] == [32_000, 64_000, 128_000]
    assert [row["training seconds"] for row in result["rows"]] == [3600, 7200, 14_400]
    assert "+100%" in table and "0.064 M pictures seen" in table
    assert (tmp_path / "out" / "scaling.png").stat().st_size > 10_000


def test_scaling_refuses_too_few_runs_and_runs_of_different_configs(
    pictures: Pictures, tmp_path: Path
) -> None:
    runs = [untrained_run(tmp_path / str(steps), 0, steps) for steps in (1, 2)]
    with pytest.raises(CatalogError, match="3 lengths"):
        scaling(runs, pictures, tmp_path / "out")
    runs.append(untrained_run(tmp_path / "3", 0, 3, learning_rate=1.0, name="other"))
    with pytest.raises(CatalogError, match=r"differ in learning_rate;"):
        scaling(runs, pictures, tmp_path / "out")


def test_a_star_marks_a_difference_whose_interval_leaves_out_0() -> None:
    def row(value: float, **more: Any) -> dict[str, Any]:
        return {
            "name": "row",
            "figures": {"category P@1": {"value": value}},
            "views": {},
            "overall": value,
            "parameters": 1e6,
            "steps": 1,
            "pictures seen": 1,
            "seconds a step": {"32 px": 0.5},
            "training seconds": 8 * value,
            **more,
        }

    rows = [
        row(0.5),
        row(0.6, differences={"category P@1": {"low": 0.01, "high": 0.2}}),
        row(0.7, differences={"category P@1": {"low": -0.01, "high": 0.2}}),
    ]
    result = {"where": "here", "equal": "steps", "beside": "the row above", "rows": rows}
    lines = [line.split(" | ") for line in as_table(result).splitlines()[2:5]]
    assert [line[1] for line in lines] == ["0.500", "0.600 *", "0.700"]
    assert [line[-1] for line in lines] == [" |", "+20% |", "+17% |"]
    result["beside"] = "the first row"
    assert as_table(result).splitlines()[4].endswith("+40% |")
    assert np.char.count(as_table(result), "\n") == 7
