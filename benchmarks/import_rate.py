"""Pictures a second that an import brings into an empty catalogue, and again into a full one.

python benchmarks/import_rate.py ../shared/catalogs/fashion
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.store import Catalog


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("feed", help="any feed that `samevibe import` reads")
    parser.add_argument("--workers", type=int, help="threads that decode; default: by the cores")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as home,
        Catalog(Path(home), create=True) as catalogue,
    ):
        for occasion in ("into an empty catalogue", "the same again"):
            report = import_feed(catalogue, open_feed(arguments.feed), workers=arguments.workers)
            print(f"{occasion}: {report.pictures_per_second:,.0f} pictures a second")
            print(report.table(), end="\n\n")


if __name__ == "__main__":
    main()
