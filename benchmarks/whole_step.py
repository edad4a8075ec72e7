"""Seconds a whole training step takes: its batch read, drawn and learned from, as in a run.

    python -m benchmarks.whole_step --catalog home/shop
    python -m benchmarks.whole_step --catalog home/shop --preload libtcmalloc_minimal.so.4

Each way runs in a process of its own: with the system's memory allocator, then with each library
of ``--preload`` in its place (Linux's ``LD_PRELOAD``). Prints the median over the last half of the
steps, by the clock and in processor seconds, with ratios to the first way.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def measure(catalog: Path, config: Path, canvas: int, steps: int, smoke: bool) -> list[float]:
    """Median seconds and processor seconds of the last half of ``steps`` steps."""
    import numpy as np

    from train.config import load_config
    from train.dataset import open_dataset
    from train.labels import read_labels
    from train.learner import Learner, fit_to
    from train.loader import Batches, iterate

    records = open_dataset(catalog, "train")
    labels = read_labels(records)
    plan = load_config(config)
    plan = plan.smoke() if smoke else dataclasses.replace(plan, growth=((0, canvas),))
    learner = Learner(fit_to(plan, labels), labels)
    batches, state, times = Batches.of(learner.config, records, labels), learner.start(), []
    for _, batch in zip(range(steps), iterate(batches, 0), strict=False):
        state, metrics = learner.advance(state, batch)
        float(metrics["loss"])
        times.append((time.perf_counter(), time.process_time()))
    return np.median(np.diff(times, axis=0)[-(steps // 2) :], axis=0).tolist()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--catalog", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=PROJECT / "train/configs/default.py")
    parser.add_argument("--canvas", type=int, default=64, help="pixels a side")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--preload", nargs="*", default=[], help="libraries of allocators")
    parser.add_argument("--smoke", action="store_true", help="a tiny network, to see it work")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.steps < 4:
        parser.error("expected --steps of 4 at least: half of them are left out")
    if given.here:
        print(*measure(given.catalog, given.config, given.canvas, given.steps, given.smoke))
        return
    options = [f"--catalog={given.catalog.absolute()}", f"--config={given.config.absolute()}"]
    options += [f"--canvas={given.canvas}", f"--steps={given.steps}"]
    command = [sys.executable, "-m", "benchmarks.whole_step", "--here", *options]
    first = None
    for library in ("", *given.preload):
        done = subprocess.run(
            [*command, *(["--smoke"] if given.smoke else [])],
            cwd=PROJECT,
            env={**os.environ, **({"LD_PRELOAD": library} if library else {})},
            capture_output=True,
            text=True,
        )
        if done.returncode or "cannot be preloaded" in done.stderr:
            sys.exit(f"{library or 'the first way'} failed:\n{done.stderr[-2000:]}")
        seconds, used = map(float, done.stdout.split()[-2:])
        first = first or (seconds, used)
        print(
            f"{library or 'system allocator':28} {seconds:.3f} s a step ({seconds / first[0]:.2f})"
            f"  {used:.2f} processor seconds ({used / first[1]:.2f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
