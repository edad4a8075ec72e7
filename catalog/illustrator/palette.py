"""Dyes, moods and metals: every colour in the shop has a name, and every mood agrees with itself."""

from __future__ import annotations

import colorsys
import dataclasses
import random


@dataclasses.dataclass(frozen=True, slots=True)
class Dye:
    """A named colour. ``family`` is the feed's honest ``color``; ``name`` goes into the title."""

    name: str
    hex: str
    family: str


_DYES = """
ivory f3ead8 Cream; chalk f4f3ee White; snow fbfaf6 White; oat e2d3b8 Beige; sand d6bf98 Beige
biscuit c9a878 Beige; camel b98a55 Brown; caramel a8682f Brown; cocoa 6b4632 Brown; espresso 43302a Brown
rust b4532a Orange; terracotta c96f4a Orange; apricot f0a871 Orange; tangerine ec8138 Orange; peach f6c3a1 Peach
mustard d6a12c Yellow; honey e3b04b Yellow; butter f3dd8f Yellow; lemon f2d24b Yellow
sage 9fae8d Green; olive 74763f Olive; moss 5d6b3c Green; forest 2f5041 Green; fern 5b8c5a Green
mint b3d8c2 Green; pistachio c5d3a0 Green; eucalyptus 7c9f92 Green
teal 2d7377 Teal; lagoon 3f9aa0 Teal; sky a9cbe4 Blue; powder c2d4e3 Blue; cornflower 6f95d1 Blue
cobalt 2e56b0 Blue; denim 4a6b92 Blue; navy 22304f Navy Blue; ink 1f2538 Navy Blue
lilac c7b3dd Purple; lavender a99ccf Purple; plum 6b3a5e Purple; aubergine 432a43 Purple
blush f0cbc3 Pink; rose dd8f96 Pink; coral ee7f68 Pink; fuchsia cf4a86 Pink; raspberry b23159 Pink
cherry b8262f Red; tomato d8452f Red; brick 96402f Red; burgundy 6a2233 Burgundy
dove cfccc6 Grey; pebble a9a59d Grey; slate 6f7882 Grey; graphite 46494e Grey; black 25252a Black
"""


def _dyes(table: str) -> dict[str, Dye]:
    entries = (entry.split() for entry in table.replace("\n", ";").split(";") if entry.strip())
    return {name: Dye(name, f"#{code}", " ".join(family)) for name, code, *family in entries}


DYES = _dyes(_DYES)
MOODS: dict[str, tuple[str, ...]] = {
    "coast": ("chalk", "sand", "powder", "denim", "navy", "sky", "coral", "ivory"),
    "orchard": ("ivory", "cherry", "fern", "butter", "blush", "forest", "apricot", "tomato"),
    "desert": ("oat", "terracotta", "rust", "sand", "cocoa", "sage", "peach", "brick"),
    "nordic": ("snow", "dove", "slate", "powder", "graphite", "oat", "eucalyptus", "navy"),
    "sorbet": ("blush", "mint", "butter", "lilac", "peach", "sky", "coral", "ivory"),
    "forest": ("moss", "forest", "camel", "ivory", "rust", "olive", "pistachio", "espresso"),
    "midnight": ("ink", "black", "plum", "dove", "teal", "burgundy", "slate", "honey"),
    "atelier": ("ivory", "camel", "black", "espresso", "oat", "burgundy", "pebble", "navy"),
    "fiesta": ("tangerine", "fuchsia", "lagoon", "lemon", "cobalt", "chalk", "raspberry", "fern"),
    "retro": ("mustard", "terracotta", "teal", "ivory", "cocoa", "olive", "tomato", "honey"),
    "heath": ("lavender", "aubergine", "eucalyptus", "oat", "rose", "plum", "dove", "moss"),
    "pop": ("cornflower", "tomato", "lemon", "chalk", "mint", "fuchsia", "cobalt", "black"),
}

WOODS = {
    "ash": "#d9bd92",
    "oak": "#c89b62",
    "teak": "#a96f3c",
    "cherrywood": "#9c5636",
    "walnut": "#6f4a30",
    "ebony": "#3a2f2b",
}
METALS = {
    "brass": "#c9a14a",
    "gold": "#ddb24f",
    "silver": "#c3c8cc",
    "steel": "#9aa3aa",
    "copper": "#c07a52",
    "gunmetal": "#4c5056",
}
METAL_FAMILY = {
    "brass": "Gold",
    "gold": "Gold",
    "silver": "Silver",
    "steel": "Silver",
    "copper": "Copper",
    "gunmetal": "Charcoal",
}


def channels(colour: str) -> tuple[float, float, float]:
    """``"#rrggbb"`` as three floats in 0..1."""
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(255 * min(max(c, 0), 1)):02x}" for c in (red, green, blue))


def mix(a: str, b: str, share: float) -> str:
    """``share`` of ``b`` in ``a``."""
    pairs = zip(channels(a), channels(b), strict=True)
    return _hex(*(x + (y - x) * share for x, y in pairs))


def darker(colour: str, share: float = 0.25) -> str:
    """Towards a slightly richer dark of the same hue, which looks like shade and not like soot."""
    hue, saturation, value = colorsys.rgb_to_hsv(*channels(colour))
    return _hex(
        *colorsys.hsv_to_rgb(hue, min(1, saturation * (1 + 0.45 * share)), value * (1 - share))
    )


def lighter(colour: str, share: float = 0.25) -> str:
    return mix(colour, "#ffffff", share)


def lightness(colour: str) -> float:
    """Perceived lightness, 0..1."""
    red, green, blue = channels(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def colourway(rng: random.Random, mood: str, main: Dye | None = None) -> tuple[Dye, Dye, Dye]:
    """Main, second and third dye of a mood; the second stands out against the main one."""
    dyes = [DYES[name] for name in MOODS[mood]]
    main = main or rng.choice(dyes)
    others = [dye for dye in dyes if dye is not main]
    clear = [d for d in others if abs(lightness(d.hex) - lightness(main.hex)) > 0.16]
    second = rng.choice(clear or others)
    third = rng.choice([dye for dye in others if dye is not second])
    return main, second, third
