"""What is for sale: traits drawn by lot, and the title, price and group that follow from them."""

from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Mapping
from typing import Any

from catalog.illustrator.brands import AISLES, BRANDS, Brand
from catalog.illustrator.materials import MATERIALS
from catalog.illustrator.palette import METAL_FAMILY, METALS, WOODS, Dye, colourway
from catalog.illustrator.shop import CATEGORIES, STYLES
from catalog.illustrator.style import ProductSpec, Style
from catalog.illustrator.words import describe, name_of, slug, title_of

PATTERN_WORTH = {"plain": 0.0, "ombre": 0.06, "striped": 0.03, "pinstriped": 0.04}
PRINTED_WORTH = 0.08
TIER_STEP = 0.13
TRAIT_GAIN = 1.6  # how much dearer a visible trait makes a thing than its bare worth
NOISE = 0.05
SECOND_PICTURES = 0.1
ON_SALE = 0.13
PLAIN = 0.25  # on top of the plain ones that a style draws anyway
PER_DOLLAR = {"USD": 1.0, "EUR": 0.92, "GBP": 0.79}
WOOD_WORTH = {
    "ash": 0.0,
    "oak": 0.05,
    "teak": 0.1,
    "cherrywood": 0.15,
    "walnut": 0.22,
    "ebony": 0.32,
}
METAL_WORTH = {
    "steel": 0.0,
    "silver": 0.05,
    "copper": 0.08,
    "gunmetal": 0.05,
    "brass": 0.1,
    "gold": 0.22,
}


@dataclasses.dataclass(frozen=True, slots=True)
class ShopProduct:
    """A row of the feed and the pictures it needs, the main one first."""

    row: Mapping[str, Any]
    specs: tuple[ProductSpec, ...]


def trait_score(style: Style, spec: ProductSpec) -> float:
    """Log-price that the eye can see: proportions, details, material, metal or wood, pattern."""
    score = MATERIALS[spec.material].worth
    score += 0.0 if spec.pattern == "plain" else PATTERN_WORTH.get(spec.pattern, PRINTED_WORTH)
    score += WOOD_WORTH[spec.wood] if style.tint == "wood" else 0.0
    score += METAL_WORTH[spec.metal] if style.tint == "metal" else 0.0
    for trait, gain in style.worth.items():
        name, _, option = trait.partition("=")
        if option:
            score += gain if spec.traits[name] == option else 0.0
        else:
            low, high = style.traits[name]
            score += gain * (spec[name] - float(low)) / (float(high) - float(low) or 1.0)
    return score


def usd_price(style: Style, spec: ProductSpec, tier: int, noise: float) -> float:
    """Price in US dollars before it is rounded to something a shop would write."""
    middling = 0.4 * sum(style.worth.values())
    seen = TRAIT_GAIN * (trait_score(style, spec) - middling)
    return style.price * math.exp(seen + TIER_STEP * (tier - 1) + noise)


def _written(amount: float, tier: int) -> str:
    """Thrifty houses end in .90 or .95, precious ones in round numbers."""
    if amount > 250:
        return f"{5 * round(amount / 5):.2f}"
    if tier >= 2:
        return f"{max(1, round(amount)):.2f}"
    return f"{max(1, math.floor(amount)) + (0.95 if tier == 0 else 0.9):.2f}"


def _traits(style: Style, rng: random.Random) -> dict[str, float | str]:
    traits: dict[str, float | str] = {}
    for name, options in style.traits.items():
        if isinstance(options[0], str):
            traits[name] = str(rng.choice(options))
        else:
            traits[name] = round(rng.uniform(float(options[0]), float(options[1])), 2)
    return traits


def _pattern(style: Style, brand: Brand, rng: random.Random) -> str:
    if "plain" in style.patterns and rng.random() < PLAIN:
        return "plain"
    loved = [p for p in style.patterns if p in brand.loves]
    return rng.choice(loved) if loved and rng.random() < 0.4 else rng.choice(style.patterns)


def _material(style: Style, brand: Brand, rng: random.Random) -> str:
    """Precious houses take the dearer of two materials, thrifty ones the cheaper."""
    pair = sorted(
        (rng.choice(style.materials), rng.choice(style.materials)), key=lambda m: MATERIALS[m].worth
    )
    return pair[1] if brand.tier >= 2 else pair[0] if brand.tier == 0 else rng.choice(pair)


def _colourways(
    style: Style, brand: Brand, count: int, rng: random.Random
) -> list[tuple[Dye, Dye, Dye]]:
    mood = rng.choice(brand.moods)
    ways: list[tuple[Dye, Dye, Dye]] = []
    for _ in range(count * 6):
        way = colourway(rng, mood)
        if all(way[0] is not other[0] for other in ways):
            ways.append(way)
        if len(ways) == count:
            break
    return ways


def _another_look(style: Style, spec: ProductSpec, rng: random.Random) -> ProductSpec:
    """The second picture: turned round, lying askew, or close to the cloth, on another ground."""
    if AISLES[style.category] == "wear":
        views = ("close", "tilted")
    elif style.stands:
        views = ("turned", "near")
    else:
        views = ("tilted", "near")
    scene = rng.choice([s for s in ("white", "studio", "tinted") if s != spec.scene])
    return dataclasses.replace(spec, view=rng.choice(views), scene=scene)


def make_products(count: int, seed: int) -> list[ShopProduct]:
    """``count`` products spread evenly over the categories; the same seed gives the same shop."""
    products: list[ShopProduct] = []
    share, rest = divmod(count, len(CATEGORIES))
    for number, category in enumerate(CATEGORIES):
        wanted = share + (number < rest)
        products += _shelf(category, wanted, random.Random(f"samevibe {seed} {category}"))
    random.Random(f"samevibe {seed} order").shuffle(products)
    return products


def _shelf(category: str, wanted: int, rng: random.Random) -> list[ShopProduct]:
    styles = [style for style in STYLES.values() if style.category == category]
    houses = [brand for brand in BRANDS if AISLES[category] in brand.aisles]
    products: list[ShopProduct] = []
    group = 0
    while len(products) < wanted:
        style = styles[group % len(styles)]
        size = min(rng.choice((1, 1, 2, 2, 3, 4)), wanted - len(products))
        products += _group(style, rng.choice(houses), f"{slug(category)}-{group:03d}", size, rng)
        group += 1
    return products


def _group(
    style: Style, brand: Brand, group: str, size: int, rng: random.Random
) -> list[ShopProduct]:
    """One design in ``size`` colours."""
    traits, name = _traits(style, rng), name_of(rng)
    pattern, material = _pattern(style, brand, rng), _material(style, brand, rng)
    wearer = rng.choice(style.wearers) if style.wearers else None
    lot = rng.random()
    split = "train" if lot < 0.8 else "val" if lot < 0.9 else "test"
    noise, sale = rng.gauss(0, NOISE), rng.random() < ON_SALE
    cut = rng.choice((0.15, 0.2, 0.25, 0.3, 0.4))
    tints = rng.sample(list(WOODS if style.tint == "wood" else METALS), k=min(size, 6))
    products = []
    for k, dyes in enumerate(_colourways(style, brand, size, rng)):
        main = dyes[0]
        metal = tints[k] if style.tint == "metal" else brand.metal
        wood = tints[k] if style.tint == "wood" else rng.choice(brand.woods)
        spec = ProductSpec(
            style=style.key,
            traits=traits,
            colours=(main.hex, dyes[1].hex, dyes[2].hex),
            pattern=pattern,
            material=material,
            metal=metal,
            wood=wood,
            scene=rng.choice(brand.scenes),
            seed=rng.randrange(2**31),
        )
        colour, family = main.name, main.family
        if style.tint == "metal":
            colour, family = metal, METAL_FAMILY[metal]
        elif style.tint == "wood":
            colour, family = wood, "Black" if wood == "ebony" else "Brown"
        specs = [spec]
        if rng.random() < SECOND_PICTURES:
            specs.append(_another_look(style, spec, rng))
        identity = f"{group}-{k + 1}"
        title = title_of(style, name, pattern, material, colour)
        price = usd_price(style, spec, brand.tier, noise) * PER_DOLLAR[brand.currency]
        written = _written(price, brand.tier)
        row: dict[str, Any] = {
            "id": identity,
            "product_id": group,
            "title": title,
            "category": style.category,
            "price": written,
            "currency": brand.currency,
            "brand": brand.name,
            "color": family,
            "description": describe(style, spec, colour, rng),
            "link": f"https://example.com/shop/{slug(title)}-{identity.rsplit('-', 2)[1]}{k + 1}",
            "availability": "out_of_stock" if rng.random() < 0.04 else "in_stock",
            "split": split,
            "shade": colour,
            "pattern": pattern,
            "material": MATERIALS[material].word,
            "style": style.noun,
        }
        if sale:
            row["sale_price"] = _written(float(written) * (1 - cut), brand.tier)
        if wearer:
            row["gender"], row["age_group"] = wearer, "adult"
        row["images"] = [
            f"{identity}{'' if n == 0 else f'-{n + 1}'}.jpg" for n in range(len(specs))
        ]
        products.append(ShopProduct(row, tuple(specs)))
    return products
