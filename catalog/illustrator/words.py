"""Titles, descriptions and addresses in the voice of a small shop."""

from __future__ import annotations

import random
import re

from catalog.illustrator.brands import AISLES
from catalog.illustrator.materials import MATERIALS
from catalog.illustrator.style import ProductSpec, Style

_NAMES = (
    "Marlow", "Juniper", "Wren", "Tilda", "Otis", "Alma", "Fern", "Basil", "Cleo", "Dune",
    "Elsie", "Fable", "Greta", "Hazel", "Iris", "Jonah", "Kit", "Lark", "Mabel", "Nell", "Orla",
    "Pascal", "Quinn", "Rowan", "Sylvie", "Theo", "Una", "Vesper", "Willa", "Yarrow", "Zinnia",
    "Arlo", "Bramble", "Clover", "Dorrit", "Esme", "Flora", "Gideon", "Harriet", "Ines", "Jasper",
    "Kestrel", "Linden", "Maren", "Noor", "Olive", "Pippa", "Remy", "Saskia", "Tobin", "Ursa",
    "Viola", "Winslow", "Posy", "Ansel", "Birdie", "Corin", "Delphi", "Ember", "Florian", "Gus",
    "Hollis", "Ivo", "Joss", "Kiki", "Lumi", "Milo", "Nova", "Oslo", "Perry", "Rufus", "Sorrel",
    "Tansy", "Wilder", "Beck", "Anouk", "Bo", "Calla", "Darcy", "Enzo", "Freya", "Gale", "Hugo",
    "Isla", "Juno", "Koa", "Leda", "Moss", "Nico", "Opal", "Petra", "Rilke", "Sage", "Tove",
    "Umi", "Verity", "Wallis",
)  # fmt: skip

_PATTERN_WORDS = {
    "plain": "",
    "vertical": "vertical-stripe",
    "diagonal": "diagonal-stripe",
    "leaf": "leaf-print",
    "painted": "hand-painted",
    "scallop": "scalloped",
    "ditsy": "ditsy-floral",
    "argyle": "argyle",
    "checkerboard": "checkerboard",
    "houndstooth": "houndstooth",
    "ombre": "dip-dyed",
}
_OPENINGS = ("easy", "well-made", "keep-forever", "quietly handsome", "cheerful", "good-natured", "hard-working", "softly sculptural")  # fmt: skip
_ENDINGS = {
    "clothes": (
        "made for long weekends", "cut to layer", "for the first cool morning", "better with every wash",
        "easy to dress up, easier not to", "finished by hand in small batches", "with room to move",
    ),
    "carried": (
        "for every day and the odd occasion", "a small present to yourself", "finished by hand in small batches",
        "made to be noticed twice", "at home with nearly everything", "quiet until the light comes round",
    ),
    "home": (
        "for slow mornings", "for a shelf that wants finishing", "made in small batches", "for the corner that needs one",
        "meant to be used every day", "happy in rooms that are never quite tidy", "easy to live with",
    ),
}  # fmt: skip
_VOICE = {
    "wear": "clothes",
    "shoes": "clothes",
    "bags": "carried",
    "small": "carried",
    "jewels": "carried",
}


def slug(text: str) -> str:
    plain = text.lower().replace("é", "e")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def name_of(rng: random.Random) -> str:
    return rng.choice(_NAMES)


def pattern_word(pattern: str) -> str:
    return _PATTERN_WORDS.get(pattern, pattern)


def _thing(style: Style, pattern: str, material: str) -> str:
    """``striped linen shirt``; a metal is named by its colour alone."""
    stuff = "" if style.tint == "metal" else MATERIALS[material].word
    return " ".join(word for word in (pattern_word(pattern), stuff, style.noun) if word)


def title_of(style: Style, name: str, pattern: str, material: str, colour: str) -> str:
    """``Marlow striped linen shirt, sage``."""
    return f"{name} {_thing(style, pattern, material)}, {colour}"


def describe(style: Style, spec: ProductSpec, colour: str, rng: random.Random) -> str:
    """One sentence."""
    opening = rng.choice(_OPENINGS)
    ending = rng.choice(_ENDINGS[_VOICE.get(AISLES[style.category], "home")])
    plural = style.noun.endswith("s") and not style.noun.endswith("dress")
    article = "" if plural else "An " if opening[0] in "aeiou" else "A "
    sentence = (
        f"{article}{opening} {_thing(style, spec.pattern, spec.material)} in {colour}, {ending}."
    )
    return sentence[0].upper() + sentence[1:]
