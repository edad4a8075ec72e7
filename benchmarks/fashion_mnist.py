"""The trainer on Fashion-MNIST, where published networks stand: test accuracy of the embedding.

    apt-get install dataset-fashion-mnist
    python -m benchmarks.fashion_mnist [--data FOLDER] [--home home/fashion-mnist]
        [--out runs/fashion_mnist] [--steps N] [--json FILE]

The pictures become a feed, the feed a catalogue by the catalogue's own importer, and the
catalogue a version by the very trainer that serves any shop, with train/configs/fashion_mnist.py.
Of the 60,000 training pictures the last 2,000 are val. The 10,000 test pictures are then read by
nearest class mean and by 5 nearest neighbours among the training pictures (cosine).

Stopped at any moment, the same command goes on where it was. ``--steps`` makes it a short run, in
a folder of its own.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.product import CatalogError
from catalog.store import Catalog

PROJECT = Path(__file__).resolve().parent.parent
CONFIG = PROJECT / "train" / "configs" / "fashion_mnist.py"
DATA = Path("/usr/share/datasets/fashion-mnist")  # where Debian's package puts it
SOURCE = "fashion-mnist"
CATEGORIES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
VAL = 2000
NEIGHBOURS = 5

# As published, none measured here: Zhong et al., "Random erasing data augmentation",
# arXiv:1708.04896, and the list at github.com/zalandoresearch/fashion-mnist.
PUBLISHED = (
    ("ResNet-20 (arXiv:1708.04896)", 0.27, 95.6),
    ("DenseNet-BC (list)", 0.77, 95.4),
    ("WRN-40-4 (list)", 8.9, 96.7),
)


def read_idx(path: Path) -> np.ndarray:
    """The uint8 array of a gzipped IDX file (LeCun's format of MNIST), any number of axes.

    Raises:
        CatalogError: no such file, or one that holds something else.
    """
    if not path.is_file():
        raise CatalogError(
            f"no {path}: run `apt-get install dataset-fashion-mnist`, or name the folder of the "
            "four .gz files with --data"
        )
    with gzip.open(path) as file:
        data = file.read()
    shape = np.frombuffer(data, ">i4", data[3] if len(data) > 3 else 0, 4).tolist()
    start = 4 + 4 * len(shape)
    if data[:3] != b"\0\0\x08" or len(data) - start != np.prod(shape, dtype=np.int64):
        raise CatalogError(f"{path}: expected an IDX file of unsigned bytes")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def write_feed(data: Path, folder: Path) -> int:
    """The four files as a folder feed: PNG pictures, a JSON line each; how many rows it has."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    with zipfile.ZipFile(folder / "images.zip", "w") as pictures:
        for part in ("train", "t10k"):
            images = read_idx(data / f"{part}-images-idx3-ubyte.gz")
            labels = read_idx(data / f"{part}-labels-idx1-ubyte.gz")
            for number, (image, label) in enumerate(zip(images, labels, strict=True)):
                name = f"{part}-{number}"
                packed = io.BytesIO()
                Image.fromarray(image).save(packed, "PNG")
                pictures.writestr(f"{name}.png", packed.getvalue())
                split = "val" if number >= len(images) - VAL else "train"
                rows.append(
                    {
                        "id": name,
                        "image": f"{name}.png",
                        "category": CATEGORIES[label],
                        "split": "test" if part == "t10k" else split,
                    }
                )
    (folder / "products.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return len(rows)


def bring_in(data: Path, home: Path) -> None:
    """The catalogue of all pictures in ``home``, unless it is there already."""
    feed = home / "feed"
    rows = feed / "products.jsonl"  # written last, so a feed with it is whole
    count = len(rows.read_text().splitlines()) if rows.is_file() else write_feed(data, feed)
    with Catalog(home, create=True) as catalogue:
        if dict(catalogue.sources()).get(SOURCE) == count:
            return
        report = import_feed(catalogue, open_feed(feed, source=SOURCE))
    print(report.table(), flush=True)


def judge(version: Path, home: Path) -> dict[str, Any]:
    """Accuracies in percent by both readings, the network's number of parameters, and the hours
    that training took, pauses left out."""
    from model.embedder import Embedder
    from train.dataset import open_dataset
    from train.judging import embed_records
    from train.labels import read_labels
    from train.reading import nearest_mean, nearest_vote

    embedder = Embedder.load(version)
    vectors, categories = {}, {}
    for split in ("train", "test"):
        records = open_dataset(home, split)
        labels = read_labels(records)
        vectors[split] = embedder.layout.weigh_both(embed_records(embedder, records))
        names = np.array(labels.names["category"])
        categories[split] = np.unique(names, return_inverse=True)[1][labels.codes["category"]]
    gallery, known = vectors["train"], categories["train"].astype(np.int32)
    details = json.loads((version / "config.json").read_text())["details"]
    return {
        "gallery": len(gallery),
        "test": len(vectors["test"]),
        "parameters": details["parameters"],
        "training hours": details["training_hours"],
        "nearest class mean": _accuracy(
            nearest_mean(gallery, known, vectors["test"]), categories["test"]
        ),
        "5-NN": _accuracy(
            nearest_vote(gallery, known, vectors["test"], NEIGHBOURS), categories["test"]
        ),
    }


def _accuracy(found: np.ndarray, wanted: np.ndarray) -> float:
    return 100 * float(np.mean(found == wanted))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help=f"the four .gz files ({DATA})")
    parser.add_argument("--home", type=Path, default=Path("home/fashion-mnist"))
    parser.add_argument("--out", type=Path, help="the run's folder (runs/fashion_mnist)")
    parser.add_argument("--steps", type=int, help="fewer than the config's, to try it out")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    arguments = parser.parse_args()

    from tqdm import tqdm

    from train.config import load_config
    from train.xla import prefer_fast_convolutions

    prefer_fast_convolutions()
    from train.loop import train

    bring_in(arguments.data, arguments.home)
    config = load_config(CONFIG)
    name = CONFIG.stem
    if arguments.steps:
        config = dataclasses.replace(config, steps=arguments.steps)
        name += f"-{arguments.steps}"
    with tqdm(total=config.steps, unit=" step", mininterval=5) as bar:

        def progress(step: int, steps: int, loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update(step - bar.n)

        out = arguments.out or Path("runs") / name
        version = train(arguments.home, config, out, progress=progress)
    figures = {
        **judge(version, arguments.home),
        "steps": config.steps,
        "views seen": config.steps * config.batch.views,
    }
    print(json.dumps(figures, indent=1))
    print(as_table(figures))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def as_table(figures: dict[str, Any]) -> str:
    """Test accuracy beside the published ones, as Markdown."""
    millions = figures["parameters"] / 1e6
    rows = [
        (f"samevibe, {reading}", millions, figures[reading])
        for reading in ("nearest class mean", "5-NN")
    ]
    lines = ["| from scratch | parameters (M) | test accuracy (%) |", "|---|---|---|"]
    rows += [(f"{name}, as published", size, value) for name, size, value in PUBLISHED]
    lines += [f"| {name} | {size:.2f} | {value:.1f} |" for name, size, value in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
