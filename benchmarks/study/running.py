"""A study from its variants to its table: each trained, or taken as it is, judged and timed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import jax
from tqdm import tqdm

from benchmarks.study.clock import calibration, seconds, seconds_a_step
from benchmarks.study.judging import Judgement, Pictures, as_row, judge_version
from benchmarks.study.tables import as_table, write
from benchmarks.study.variants import Variant, short
from catalog.product import CatalogError
from model.version import load_version
from train.config import TrainConfig
from train.follow import stated
from train.loop import train

CALIBRATION_STEPS = 12  # at each canvas side
OF_THE_CATALOGUE = ("facets", "auxiliary", "text")  # may shrink to what a catalogue can teach


def equal_steps(
    variants: list[Variant], home: Path, pictures: Pictures, out: Path, steps: int
) -> str:
    """Train every variant for as many steps; each is compared with the one before it. Returns the
    table, and writes it and a JSON file into ``out`` after every variant.

    Raises:
        CatalogError: ``out`` holds a run of another length or config.
    """
    result = _result(pictures, equal=f"{steps} steps", beside="the row above")
    before: Judgement | None = None
    for variant in variants:
        row, before = _row(variant, home, pictures, out, steps, before)
        result["rows"].append(row)
        write(result, out)
    return as_table(result)


def equal_time(
    variants: list[Variant], home: Path, pictures: Pictures, out: Path, minutes: float
) -> str:
    """Train every variant for as long: its pace is measured first, and its steps set so that
    their times add up to ``minutes``. Each is compared with the first. Otherwise as
    ``equal_steps``."""
    lengths = {}
    for variant in variants:  # all before the first long run, so that they meet the same machine
        pace = _calibrated(variant.config, home, out / "calibration" / variant.folder)
        lengths[variant.name] = _steps_within(60 * minutes, variant.config, pace)
    result = _result(
        pictures, equal=f"{minutes:g} minutes of training steps", beside="the first row"
    )
    first: Judgement | None = None
    for variant in variants:
        row, judgement = _row(variant, home, pictures, out, lengths[variant.name], first)
        first = first or judgement
        result["rows"].append(row)
        write(result, out)
    return as_table(result)


def _result(pictures: Pictures, *, equal: str, beside: str) -> dict[str, Any]:
    return {"where": pictures.where, "equal": equal, "beside": beside, "rows": []}


def _row(
    variant: Variant,
    home: Path,
    pictures: Pictures,
    out: Path,
    steps: int,
    beside: Judgement | None,
) -> tuple[dict[str, Any], Judgement]:
    config, folder = short(variant.config, steps), out / variant.folder
    version = trained(config, home, folder, variant.name)
    judgement = judge_version(version, pictures)
    details = load_version(version).details
    pace = seconds_a_step(folder / "metrics.jsonl", config)
    row = {
        "name": variant.name,
        "steps": steps,
        "pictures seen": details["pictures_seen"],
        "parameters": details["parameters"],
        "seconds a step": {f"{canvas} px": took for canvas, took in pace.items()},
        "training seconds": seconds(config, pace),
        **as_row(judgement, beside),
    }
    jax.clear_caches()  # the next variant has other shapes
    return row, judgement


def trained(config: TrainConfig, home: Path, folder: Path, name: str) -> Path:
    """The version folder of a run: trained now, or gone on with, or there already.

    Raises:
        CatalogError: ``folder`` holds another run.
    """
    version = folder / "version"
    if version.is_dir():
        theirs, mine = stated(folder)["config"], json.loads(json.dumps(dataclasses.asdict(config)))
        mine["backbone"]["posterior"] = theirs["backbone"]["posterior"]  # of the catalogue too
        if any(theirs[key] != mine[key] for key in mine if key not in OF_THE_CATALOGUE):
            raise CatalogError(
                f"{folder} holds a run of another length or config: give another --out, or remove it"
            )
        return version
    with tqdm(total=config.steps, desc=name, unit=" step", mininterval=5) as bar:

        def progress(step: int, steps: int, loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update(step - bar.n)

        return train(home, config, folder, progress=progress)


def _calibrated(config: TrainConfig, home: Path, folder: Path) -> dict[int, float]:
    plan = calibration(short(config, 3 * CALIBRATION_STEPS), CALIBRATION_STEPS)
    trained(plan, home, folder, f"pace: {folder.name}")
    jax.clear_caches()
    return seconds_a_step(folder / "metrics.jsonl", plan)


def _steps_within(budget: float, config: TrainConfig, pace: dict[int, float]) -> int:
    """How many steps take ``budget`` seconds; each canvas side has its share of them."""
    thousand = short(config, 1000)
    return max(1, round(1000 * budget / seconds(thousand, pace)))
