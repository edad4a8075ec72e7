"""The released version beside what needs no training of one's own: figures and speeds.

    pip install '.[bench]'
    python -m benchmarks.embedder --catalog home/shop --source fashion --split val+test \\
        [--views home/views] [--model FOLDER] [--robustness] [--json FILE]

Columns: the version (its whole vector, and the colour and price facets alone), a colour histogram
with pixels, the version's network with random weights, and EfficientNet-Lite0 with ImageNet
weights. All figures come from the evaluators of `samevibe evaluate`. `--views` is the catalogue of
another shop with several pictures a product. Speeds are measured in turns: every method in every
round, so that a busy moment meets them all.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

import model
from model.embedder import Embedder
from model.framing import framings
from model.version import load_version
from train.asking import Encoder, embed_queries
from train.baselines import HistogramAndPixels
from train.dataset import Selected
from train.figures import summaries
from train.judging import Reading, embed_records, judge, open_gallery, readings
from train.loader import decoded
from train.tables import as_table

Methods = list[tuple[Encoder, dict[str, Reading]]]
BATCH, ROUNDS, SINGLES = 128, 3, 20


def methods(folder: Path) -> Methods:
    """The encoders, each with the readings of its vectors that get a column."""
    from benchmarks.efficientnet import EfficientNetLite0  # needs the extra `bench`

    embedder = Embedder.load(folder)
    alone = readings(embedder)
    shown = {
        name: alone[name] for name in ("version", "colour alone", "price alone") if name in alone
    }
    untrained = Embedder.untrained(
        backbone=load_version(folder).backbone, facets=embedder.layout.facets
    )
    histogram, peer = HistogramAndPixels(), EfficientNetLite0()
    return [
        (embedder, shown),
        (histogram, {histogram.name: lambda vectors: vectors}),
        (untrained, {"untrained": untrained.layout.weigh_both}),
        (peer, {peer.name: lambda vectors: vectors}),
    ]


def judged(found: Methods, home: Path, split: str, source: str | None, robust: bool) -> Any:
    """Every figure of every method on one gallery, in the form of ``samevibe evaluate``."""
    (gallery,) = open_gallery(home, split, source)
    result: dict[str, Any] = {
        "split": split,
        "source": source,
        "pictures": len(gallery),
        "columns": {},
        "robustness": {},
    }
    for encoder, read in found:
        words = encoder.layout.for_words.weigh_both if isinstance(encoder, Embedder) else None
        each = judge(encoder, read, gallery, by_words=words, robustness=robust)
        result["columns"] |= {name: summaries(f) for name, f in each.columns.items()}
        if robust:
            result["robustness"][next(iter(read))] = {
                name: summaries(f) for name, f in each.robustness.items()
            }
    return result


def speeds(found: Methods, records: Any) -> dict[str, dict[str, float]]:
    """Per method: pictures a second in a batch of 128, from stored bytes and from prepared arrays;
    milliseconds for one picture, likewise, and for one that asks: a scene, if there are any, and so
    in two framings. Medians over rounds in which all take turns."""
    some = Selected(records, list(range(min(BATCH, len(records)))))
    images = [decoded(some[row]["picture"]) for row in range(len(some))]
    scenes = [row for row, image in enumerate(images) if len(framings(image)) > 1]
    asking = (scenes or list(range(len(some))))[:SINGLES]
    prepared = [np.stack([encoder.prepare(image) for image in images]) for encoder, _ in found]
    taken: list[dict[str, list[float]]] = [
        {"batch": [], "batch prepared": [], "one": [], "one prepared": [], "asking": []}
        for _ in found
    ]
    for turn in range(ROUNDS + 1):  # the first warms up and is forgotten
        for (encoder, _), arrays, times in zip(found, prepared, taken, strict=True):
            kept = times if turn else {name: [] for name in times}
            began = time.perf_counter()
            embed_records(encoder, some)
            kept["batch"].append(time.perf_counter() - began)
            began = time.perf_counter()
            encoder.embed(arrays)
            kept["batch prepared"].append(time.perf_counter() - began)
            for row in range(min(SINGLES, len(some))):
                began = time.perf_counter()
                encoder.embed(encoder.prepare(decoded(some[row]["picture"]))[None])
                kept["one"].append(time.perf_counter() - began)
                began = time.perf_counter()
                encoder.embed(arrays[row : row + 1])
                kept["one prepared"].append(time.perf_counter() - began)
            for row in asking:
                began = time.perf_counter()
                embed_queries(encoder, [decoded(some[row]["picture"])])
                kept["asking"].append(time.perf_counter() - began)
    out = {}
    for (_, read), times in zip(found, taken, strict=True):
        median = {name: statistics.median(values) for name, values in times.items()}
        out[next(iter(read))] = {
            "batch, decode included, pictures/s": len(some) / median["batch"],
            "batch, prepared, pictures/s": len(some) / median["batch prepared"],
            "one, decode included, ms": median["one"] * 1000,
            "one, prepared, ms": median["one prepared"] * 1000,
            "one that asks, decode included, ms": median["asking"] * 1000,
        }
    return out


def speeds_table(table: dict[str, dict[str, float]]) -> str:
    rows = next(iter(table.values()))
    lines = [f"| {os.cpu_count()} CPU cores | {' | '.join(table)} |", "|---|" + "---|" * len(table)]
    for row in rows:
        cells = [f"{values[row]:,.{1 if row.endswith('ms') else 0}f}" for values in table.values()]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--catalog", type=Path, required=True, metavar="HOME")
    parser.add_argument("--source", help="only this feed's products (all)")
    parser.add_argument("--split", default="val+test")
    parser.add_argument("--views", type=Path, metavar="HOME", help="another shop's catalogue")
    parser.add_argument("--model", type=Path, default=model.RELEASED)
    parser.add_argument("--robustness", action="store_true", help="altered queries too (slow)")
    parser.add_argument("--speeds-only", action="store_true")
    parser.add_argument("--figures-only", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    found = methods(args.model)
    result: dict[str, Any] = {"model": found[0][0].version}
    if not args.speeds_only:
        result["catalog"] = judged(found, args.catalog, args.split, args.source, args.robustness)
        print(as_table(result["catalog"]), flush=True)
        if args.views:
            result["views"] = judged(found, args.views, "train+val+test", None, args.robustness)
            print(as_table(result["views"]), flush=True)
    if not args.figures_only:
        (gallery,) = open_gallery(args.catalog, args.split, args.source)
        result["speeds"] = speeds(found, gallery.records)
        print(speeds_table(result["speeds"]), flush=True)
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
