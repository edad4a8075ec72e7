"""Studies of the trainer by short runs: what each part brings, which network, what more buys.

    python -m benchmarks.study ablation --catalog home/shop [--steps 500]
    python -m benchmarks.study architectures --catalog home/shop [--minutes 4]
    python -m benchmarks.study scaling --catalog home/shop --runs runs/short runs/middle runs/long

Every variant is an ordinary run in a folder of its own under ``--out`` (``runs/ablation``, ...).
Stopped at any moment, the same command goes on where it was; what is trained stays trained, and
is only judged again. ``--views`` is the catalogue of another shop with several pictures a product:
it is reported, and nothing is ever chosen by it. docs/studies.md says what is held equal.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from catalog.product import CatalogError


def positive(text: str) -> float:
    """A number above 0."""
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"expected more than 0, got {text}")
    return value


def whole(text: str) -> int:
    """A whole number above 0."""
    positive(text)
    return int(text)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m benchmarks.study", description=__doc__.splitlines()[0]
    )
    jobs = made.add_subparsers(dest="study", required=True)

    def job(name: str, about: str, split: str) -> argparse.ArgumentParser:
        one = jobs.add_parser(name, help=about, description=about)
        one.add_argument("--catalog", type=Path, required=True, metavar="HOME")
        one.add_argument("--out", type=Path, default=Path("runs") / name, help=f"(runs/{name})")
        one.add_argument("--split", default=split, help=f"to judge on ({split})")
        one.add_argument("--source", help="judge only this feed's products (all)")
        one.add_argument("--views", type=Path, metavar="HOME", help="another shop's catalogue")
        return one

    ablation = job("ablation", "each part of the recipe added in turn, at equal steps", "val")
    ablation.add_argument("--steps", type=whole, default=500, help="of each run (500)")
    architectures = job("architectures", "kinds of network, at equal training time", "val")
    architectures.add_argument("--minutes", type=positive, default=4, help="of each run (4)")
    for one in (ablation, architectures):
        one.add_argument("--smoke", action="store_true", help="tiny networks, to try it out")
    scaling = job("scaling", "figures of finished runs by how many pictures they saw", "test")
    scaling.add_argument("--runs", type=Path, nargs="+", required=True, metavar="RUN")
    return made


def main() -> None:
    args = parser().parse_args()
    # Both before JAX starts; compiled steps are kept for the calibration, the run and its resumption.
    args.out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str((args.out / "compiled").absolute()))
    from train.xla import prefer_fast_convolutions

    prefer_fast_convolutions()
    from benchmarks.study.judging import open_pictures
    from benchmarks.study.running import equal_steps, equal_time
    from benchmarks.study.scaling import scaling
    from benchmarks.study.variants import ablation, architectures, default, smoke
    from model.version import VersionError

    try:
        pictures = open_pictures(args.catalog, args.split, args.source, args.views)
        sized = smoke if getattr(args, "smoke", False) else list
        if args.study == "scaling":
            table = scaling(args.runs, pictures, args.out)
        elif args.study == "ablation":
            variants = sized(ablation(default()))
            table = equal_steps(variants, args.catalog, pictures, args.out, args.steps)
        else:
            variants = sized(architectures(default()))
            table = equal_time(variants, args.catalog, pictures, args.out, args.minutes)
    except (CatalogError, VersionError) as error:
        raise SystemExit(f"error: {error}") from None
    print(table)


if __name__ == "__main__":
    main()
