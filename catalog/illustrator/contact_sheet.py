"""A page of small pictures, to judge the shop at a glance.

python -m catalog.illustrator.contact_sheet --out sheet.png --count 240 --seed 0
python -m catalog.illustrator.contact_sheet --out mugs.png --category Mugs --size 192
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from catalog.illustrator.draw import rasterise
from catalog.illustrator.illustrate import illustrate
from catalog.illustrator.products import ShopProduct, make_products
from catalog.illustrator.shop import CATEGORIES

CATALOGUE = 1600


def contact_sheet(
    products: list[ShopProduct], *, size: int = 96, columns: int = 20, gap: int = 4
) -> Image.Image:
    """The main pictures in rows, ``size`` px each."""
    rows = -(-len(products) // columns)
    step = size + gap
    sheet = Image.new("RGB", (columns * step + gap, rows * step + gap), "#e9e6e1")
    for number, product in enumerate(products):
        picture = rasterise(illustrate(product.specs[0])).resize(
            (size, size), Image.Resampling.LANCZOS
        )
        sheet.paste(picture, (gap + number % columns * step, gap + number // columns * step))
    return sheet


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Draw a contact sheet of the embedded catalogue.")
    parser.add_argument("--out", type=Path, required=True, help="PNG to write, e.g. sheet.png")
    parser.add_argument("--count", type=int, default=240, help="pictures on the sheet")
    parser.add_argument("--seed", type=int, default=0, help="the shop's seed")
    parser.add_argument("--size", type=int, default=96, help="pixels of each picture")
    parser.add_argument("--columns", type=int, default=20, help="pictures in a row")
    parser.add_argument(
        "--category", action="append", choices=CATEGORIES, help="only this one (may repeat)"
    )
    options = parser.parse_args(arguments)
    chosen = options.category or CATEGORIES
    shop = make_products(CATALOGUE, options.seed)
    shelves = {name: [p for p in shop if p.row["category"] == name] for name in chosen}
    share, rest = divmod(options.count, len(chosen))
    picked = [p for k, shelf in enumerate(shelves.values()) for p in shelf[: share + (k < rest)]]
    contact_sheet(picked, size=options.size, columns=options.columns).save(options.out)
    print(f"{len(picked)} pictures in {options.out}")


if __name__ == "__main__":
    main()
