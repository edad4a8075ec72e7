"""The front door: one command, ``samevibe``, whose sub-commands are the jobs.

Heavy imports happen inside the job that needs them, so ``samevibe --help`` answers at once.
Exit status: 0 done, 1 something a person can mend (one line on stderr says what), 2 wrong usage,
130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from model import RELEASED
from server import interrupts
from server.blas import keep_to_one_thread
from server.settings import Settings, add_flags, variable

PROJECT = Path(__file__).resolve().parent

# The rooms' error trees: their messages say what was expected, what came and what to do.
MENDABLE = (
    ("catalog.product", "CatalogError"),
    ("model.version", "VersionError"),
    ("model.facets", "FacetError"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command and return its exit status."""
    args = parser().parse_args(argv)
    try:
        with interrupts.comes_again():
            return COMMANDS[args.command](args)
    except KeyboardInterrupt:
        print("samevibe: stopped", file=sys.stderr)
        return interrupts.STATUS
    except BrokenPipeError:  # `samevibe search ... | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if not _mendable(error):
            raise
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = ": make room, then run it again" if full else ""
        print(f"samevibe: {' '.join(str(error).split())}{advice}", file=sys.stderr)
        return 1


def _mendable(error: Exception) -> bool:
    # A room that was never imported can't have raised, so nothing is imported for the question.
    trees = (getattr(sys.modules.get(module), name, None) for module, name in MENDABLE)
    return isinstance(error, (OSError, *(tree for tree in trees if tree)))


# --- the jobs -----------------------------------------------------------------------------------


def _demo(args: argparse.Namespace) -> int:
    keep_to_one_thread()
    from catalog.demo import bring_up_demo
    from model.embedder import Embedder
    from server.indexing import build_index
    from server.serve import serve

    settings = Settings.read({"home": args.home, "port": args.port}, os.environ)
    with _bar("drawing", "picture") as drawing, _bar("importing", "row") as importing:
        bring_up_demo(
            args.home, count=args.products, drawing=drawing.reach, importing=importing.reach
        )
    with _bar("embedding", "picture") as bar:
        build_index(args.home, Embedder.load(settings.model), progress=bar.reach)
    serve(args.home, settings, announce=_announce)
    return 0


def _announce(address: str) -> None:
    print(
        f"""
samevibe is at {address}

Open it, and drop a picture on it or pick one there. To right-click pictures on any page:
  1. open chrome://extensions in Chromium or Chrome, and turn on Developer mode
  2. Load unpacked: {PROJECT / "extension"}
  3. right-click a picture, and choose "Find similar vibes"
Ctrl-C ends it.""",
        flush=True,
    )


def _import(args: argparse.Namespace) -> int:
    from catalog.feeds import open_feed
    from catalog.importer import ImportStoppedError, import_feed
    from catalog.store import Catalog

    feed = open_feed(
        args.feed,
        source=args.source,
        mapping=dict(args.map),
        currency=args.currency,
        split=args.split,
    )
    try:
        with (
            Catalog(args.home, create=True) as catalogue,
            _bar("importing", "row", feed.row_count()) as bar,
        ):
            report = import_feed(catalogue, feed, progress=lambda so_far: bar.reach(so_far.rows))
    except ImportStoppedError as stopped:
        print(stopped.report.table(), file=sys.stderr)
        raise
    _answer(args, report.as_dict(), report.table())
    return 0 if report.accepted else 1


def _train(args: argparse.Namespace) -> int:
    from train.config import load_config
    from train.xla import prefer_fast_convolutions

    prefer_fast_convolutions()
    from train.loop import train

    config = load_config(args.config)
    out = args.out or Path("runs") / (args.config.stem + "-smoke" * args.smoke)
    with _bar("training", "step") as bar, _libraries_to_stderr():

        def progress(step: int, steps: int, loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.reach(step, steps)

        version = train(
            args.catalog,
            config,
            out,
            smoke=args.smoke,
            after=args.after,
            start=args.start,
            progress=progress,
        )
    print(version)
    return 0


def _evaluate(args: argparse.Namespace) -> int:
    from train.card import add_to_card
    from train.evaluate import evaluate
    from train.tables import as_table

    with _bar("embedding", "picture") as bar, _libraries_to_stderr():
        where = args.catalog, args.split, args.out
        figures = evaluate(args.version, *where, **_who_asks(args), progress=bar.update)
    if args.card:
        add_to_card(args.version, figures)
    _answer(args, figures, as_table(figures))
    return 0


def _compare(args: argparse.Namespace) -> int:
    from train.compare import compare
    from train.tables import as_comparison

    with _bar("embedding", "picture") as bar, _libraries_to_stderr():
        where = args.catalog, args.split, args.out
        both = args.version, args.other
        figures = compare(*both, *where, **_who_asks(args), progress=bar.update)
    _answer(args, figures, as_comparison(figures))
    return 0


def _who_asks(args: argparse.Namespace) -> dict[str, Any]:
    return {
        "source": args.source,
        "queries_source": args.queries_source,
        "mapping": args.mapping,
    }


def _embed(args: argparse.Namespace) -> int:
    from model.embed_feed import count_lines, embed_feed
    from model.embedder import Embedder

    rows = count_lines(args.feed)
    embedder = Embedder.load(args.version)
    facets = args.facets.split(",") if args.facets else None
    with _bar("embedding", "row", rows) as bar:
        done = embed_feed(
            args.feed, args.images, embedder, args.out, facets=facets, progress=bar.update
        )
    for line, reason in done.failures:
        print(f"line {line}: {reason}", file=sys.stderr)
    _answer(
        args,
        {"out": args.out, "model": embedder.version, **dataclasses.asdict(done)},
        f"{args.out}: {done.rows} rows of {done.dim}, facets {', '.join(done.facets)}",
    )
    if done.failures:
        print(f"samevibe: {len(done.failures)} of {done.rows} rows are zeros", file=sys.stderr)
        return 1
    return 0


def _index(args: argparse.Namespace) -> int:
    from catalog.store import Catalog
    from model.embedder import Embedder
    from server.indexing import build_index
    from server.search.folder import open_version

    Catalog(args.home).close()  # no catalogue is said before the model is loaded
    with _bar("embedding", "picture") as bar:
        done = build_index(args.home, Embedder.load(args.version), progress=bar.reach)
    made = open_version(done.folder).manifest
    _answer(
        args,
        {**dataclasses.asdict(made), **dataclasses.asdict(done)},
        f"{done.folder}: {made.products} products, {made.pictures} pictures, by "
        f"{made.model_version}; {done.embedded} embedded, {done.reused} reused, "
        f"{done.removed} removed, {done.left_out} left out (missing or damaged)",
    )
    return 0


def _serve(args: argparse.Namespace) -> int:
    keep_to_one_thread()
    with interrupts.ends_the_process():
        from server.serve import serve

    settings = Settings.read(vars(args), os.environ)
    serve(settings.home, settings)
    return 0


def _search(args: argparse.Namespace) -> int:
    with interrupts.ends_the_process():
        from server.catalogue_search import CatalogueSearch
        from server.neighbours import neighbours

        picture = args.picture.read_bytes()
        search = CatalogueSearch.load(args.home, args.version, checked=True)
        for notice in search.notices:
            print(f"samevibe: {notice}", file=sys.stderr)
        options = {"weights": args.weights, "limit": args.limit, "stride": args.stride}
        found = neighbours(search, picture, **options)
    versions = {"model": search.embedder.version, "index": search.index_version}
    _answer(
        args,
        {**versions, "results": [neighbour.as_dict() for neighbour in found]},
        "\n".join(neighbour.as_line() for neighbour in found),
    )
    return 0


JOBS = (_demo, _import, _train, _evaluate, _compare, _embed, _index, _serve, _search)
COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    job.__name__.removeprefix("_"): job for job in JOBS
}


# --- what several jobs need ---------------------------------------------------------------------


def _bar(what: str, unit: str, total: int | None = None) -> Any:
    """A progress bar on stderr; silent where stderr is a file."""
    from tqdm import tqdm

    class Bar(tqdm):
        def reach(self, done: int, total: int | None = None) -> None:
            """Say how much is done in all, where `update` says how much is done anew."""
            if total:
                self.total = total
            self.update(done - self.n)

    return Bar(desc=what, unit=f" {unit}", total=total, disable=None, delay=0.3)


def _libraries_to_stderr() -> contextlib.AbstractContextManager[object]:
    """Only the answer goes to stdout, where a program may read it."""
    return contextlib.redirect_stdout(sys.stderr)


def _answer(args: argparse.Namespace, for_programs: object, for_people: str) -> None:
    print(json.dumps(for_programs, default=str) if args.json else for_people)


# --- the command line ---------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """The command line of every job."""
    top = argparse.ArgumentParser(
        prog="samevibe",
        description="Right-click any picture and see products with the same vibe.",
        epilog="`samevibe JOB --help` shows a job's options and an example.",
    )
    jobs = top.add_subparsers(dest="command", metavar="JOB", required=True)

    def job(name: str, about: str, *examples: str) -> argparse.ArgumentParser:
        return jobs.add_parser(
            name,
            help=about,
            description=f"{about}.",
            epilog="for example:\n" + "\n".join(f"  samevibe {name} {e}" for e in examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    demo = job("demo", "draw a shop, index it and serve it", "--port 8322")
    _home(demo)
    demo.add_argument("--port", type=int, help="where to listen (8321)")
    demo.add_argument("--products", type=_positive, default=1600, help="how many to draw (1600)")

    feed = job(
        "import",
        "read a product feed into a catalogue",
        "https://shop.example/products.json --home home/shop",
        "products.csv --map title=name --map images=photo",
    )
    feed.add_argument("feed", help="a file, a folder or an address")
    _home(feed)
    feed.add_argument("--source", help="the shop's short name, part of every product's id")
    feed.add_argument(
        "--map",
        type=_pair,
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="which column of a CSV, TSV or JSONL file holds a field",
    )
    feed.add_argument("--currency", help="of prices that name none (ISO 4217)")
    feed.add_argument("--split", choices=("train", "val", "test"), help="of rows that name none")
    _json(feed)

    train = job(
        "train",
        "train a model on a catalogue, or go on training it",
        "--catalog home/shop --config train/configs/default.py --out runs/first",
    )
    train.add_argument("--catalog", type=Path, required=True, metavar="HOME", help="its data")
    train.add_argument("--config", type=Path, required=True, help="a file of train/configs")
    train.add_argument("--out", type=Path, help="checkpoints, metrics, the version (runs/CONFIG)")
    train.add_argument(
        "--after",
        type=Path,
        metavar="RUN",
        help="begin where this run was before its cooldown (its config may differ in steps alone)",
    )
    train.add_argument(
        "--start", type=Path, metavar="VERSION", help="begin with this version's network"
    )
    train.add_argument("--smoke", action="store_true", help="the real loop in under a minute")

    evaluate = job(
        "evaluate",
        "judge a version on products it has not seen",
        "model/released --catalog home/shop --split val",
        "model/released --catalog home/shop --source fashion --queries-source street "
        "--mapping train/mappings/street_to_fashion.json --out runs/judged",
    )
    evaluate.add_argument("version", type=Path, help="a version folder")
    evaluate.add_argument("--card", action="store_true", help="write them into its model card too")
    _judging(evaluate)

    compare = job(
        "compare",
        "judge two versions side by side",
        "model/released runs/first/version --catalog home/shop",
    )
    compare.add_argument("version", type=Path, help="the version in use")
    compare.add_argument("other", type=Path, help="the version that may replace it")
    _judging(compare)

    embed = job(
        "embed",
        "write a vector for each line of a feed, in order, as one float32 matrix",
        "products.jsonl --images images.zip --out vectors.npy",
        "products.jsonl --images images.zip --out price.npy --facets price",
    )
    embed.add_argument("feed", type=Path, help="JSON lines with `image`")
    embed.add_argument("--images", type=Path, required=True, help="a zip file or a folder")
    embed.add_argument("--out", type=Path, required=True, help="the .npy file to write")
    embed.add_argument("--facets", metavar="NAME,...", help="only these facets")
    _version(embed)
    _json(embed)

    index = job("index", "embed a catalogue's pictures, as far as they changed", "--home home/shop")
    _home(index)
    _version(index)
    _json(index)

    serve = job("serve", "serve a catalogue: the API, and the search page", "--home home/shop")
    add_flags(serve)

    search = job(
        "search",
        "print a picture's neighbours",
        "photo.jpg --home home/shop --limit 5",
        "photo.jpg --weights kind=0,price=1 --stride 4 --json",
    )
    search.add_argument("picture", type=Path, help="a picture file")
    _home(search)
    _version(search)
    search.add_argument("--limit", type=_positive, default=10, help="how many (10)")
    search.add_argument("--stride", type=_positive, default=1, help="only every so manieth (1)")
    search.add_argument("--weights", type=_weights, default={}, metavar="FACET=WEIGHT,...")
    _json(search)
    return top


def _home(job: argparse.ArgumentParser) -> None:
    home = Path(os.environ.get(variable("home")) or Settings().home)
    job.add_argument("--home", type=Path, default=home, help=f"folder of the catalogue ({home})")


def _version(job: argparse.ArgumentParser) -> None:
    job.add_argument(
        "--version",
        type=Path,
        default=Path(os.environ.get(variable("model")) or RELEASED),
        metavar="DIR",
        help="folder of the model version (the one that ships)",
    )


def _json(job: argparse.ArgumentParser) -> None:
    job.add_argument("--json", action="store_true", help="answer in JSON, for programs")


def _judging(job: argparse.ArgumentParser) -> None:
    job.add_argument("--catalog", type=Path, required=True, metavar="HOME", help="its data")
    job.add_argument("--split", default="test", help="train, val, test, or a sum (test)")
    job.add_argument("--source", help="only this feed's products (all)")
    job.add_argument("--queries-source", metavar="SOURCE", help="a feed whose pictures ask too")
    job.add_argument(
        "--mapping", type=Path, metavar="JSON", help="which categories answer that feed's"
    )
    job.add_argument("--out", type=Path, help="a folder for figures, plots and contact sheets")
    _json(job)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1, got {text!r}")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, got {text!r}")
    return name, value


def _weights(text: str) -> dict[str, float]:
    try:
        return {name: float(value) for name, value in map(_pair, text.split(","))}
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected FACET=NUMBER,..., got {text!r}") from None


if __name__ == "__main__":
    sys.exit(main())
