"""Begin a run where another one was before the cooldown, instead of at the start.

Until its cooldown a run does not depend on how long it is meant to be, so a longer run can follow
a shorter one, and a shorter one can be cooled down from the middle of a longer one.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

from catalog.product import CatalogError
from model.backbone import BackboneConfig
from train.config import cooldown_start


def follow(other: Path, out: Path, latest: int) -> int:
    """Copy into ``out`` the last state of run ``other`` at or before step ``latest`` that both
    share, with its metrics; returns its step. Does nothing where ``out`` has a state already.

    Raises:
        CatalogError: ``other`` is no run, differs in more than its steps, or keeps no such state.
    """
    if list((out / "checkpoints").glob("[0-9]*")):
        return 0
    theirs, mine = stated(other), stated(out)
    theirs_until = cooldown_start(theirs["config"]["steps"], theirs["config"]["cooldown"])
    for each in (theirs, mine):
        for free in ("steps", "name"):
            each["config"].pop(free)
    if theirs != mine:
        differing = [k for k in mine["config"] if mine["config"][k] != theirs["config"].get(k)]
        raise CatalogError(
            f"{other} can't be followed: it differs in {', '.join(differing) or 'its pictures or its start'}; "
            "only the number of steps may differ"
        )
    latest = min(latest, theirs_until)
    steps = sorted(int(path.name) for path in (other / "checkpoints").glob("[0-9]*"))
    usable = [step for step in steps if step <= latest]
    if not usable:
        raise CatalogError(
            f"{other} keeps no checkpoint at or before step {latest}, only {steps}: start anew"
        )
    step = usable[-1]
    shutil.copytree(other / "checkpoints" / str(step), out / "checkpoints" / str(step))
    for name in ("metrics.jsonl", "val.jsonl"):
        if (other / name).exists():
            shutil.copy(other / name, out / name)
    return step


def stated(run: Path) -> dict[str, Any]:
    """What a run's folder says that it is: ``{"config", "pictures"}``. Options of the backbone and
    of facets that it does not name, being older than they are, had their defaults.

    Raises:
        CatalogError: it says nothing readable.
    """
    try:
        told: dict[str, Any] = json.loads((run / "run.json").read_text())
        named, facets = told["config"]["backbone"], told["config"]["facets"]
        told["config"]["facets"] = [{"posterior": 0.0, "width": 0} | facet for facet in facets]
    except (OSError, ValueError, KeyError, TypeError):
        raise CatalogError(f"{run} is no run's folder: it has no readable run.json") from None
    defaults = json.loads(json.dumps(dataclasses.asdict(BackboneConfig())))
    told["config"]["backbone"] = defaults | named
    return told
