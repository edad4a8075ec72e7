"""All shelves of the shop."""

from __future__ import annotations

from catalog.illustrator import (
    accessories,
    bags,
    bottoms,
    candles,
    chairs,
    clocks,
    coats,
    dress_shoes,
    dresses,
    earrings,
    eyewear,
    footwear,
    handbags,
    hats,
    jackets,
    lamps,
    necklaces,
    sofas,
    tables,
    tableware,
    textiles,
    tops,
    vases,
    watches,
)
from catalog.illustrator.style import Style

FAMILIES = (
    tops,
    dresses,
    jackets,
    coats,
    bottoms,
    footwear,
    dress_shoes,
    handbags,
    bags,
    watches,
    eyewear,
    hats,
    accessories,
    necklaces,
    earrings,
    chairs,
    sofas,
    tables,
    lamps,
    textiles,
    clocks,
    tableware,
    vases,
    candles,
)
STYLES: dict[str, Style] = {style.key: style for family in FAMILIES for style in family.STYLES}
CATEGORIES: tuple[str, ...] = tuple(dict.fromkeys(style.category for style in STYLES.values()))
