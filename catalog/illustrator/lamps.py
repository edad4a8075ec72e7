"""Lamps that stand on a table, on the floor, or hang."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.paths import (
    CENTRE,
    box,
    curve,
    ellipse,
    half,
    lathe,
    line,
)
from catalog.illustrator.style import ProductSpec, Style

FLOOR = 352.0
PRINTS = (
    "plain", "floral", "leaf", "striped", "plaid", "gingham", "dotted", "zigzag", "checkerboard",
    "scallop", "painted", "terrazzo", "diagonal", "herringbone", "banded",
)  # fmt: skip
SHADES = ("cone", "drum", "dome", "bell", "pleated")
LAMP_WORTH = {"width": 0.14, "height": 0.06, "shade=pleated": 0.12, "shade=bell": 0.06}


def _shade(canvas: Canvas, spec: ProductSpec, top: float, height: float, wide: float) -> None:
    """A lampshade: cone, drum, dome, bell or pleated."""
    kind = spec.choice("shade")
    bottom = top + height
    narrow = wide * {"cone": 0.56, "drum": 0.94, "dome": 0.2, "bell": 0.4, "pleated": 0.5}[kind]
    if kind == "dome":
        d = half(
            (0, top),
            (wide * 0.6, top, wide, top + height * 0.5, wide, bottom),
            (wide * 0.5, bottom + 8, 0, bottom + 8),
        )
    elif kind == "bell":
        d = half(
            (0, top),
            (narrow, top),
            (narrow + 4, top + height * 0.6, wide * 0.9, bottom - 14, wide, bottom),
            (wide * 0.5, bottom + 9, 0, bottom + 9),
        )
    else:
        d = half(
            (0, top + 2),
            (narrow * 0.6, top + 2, narrow, top),
            (wide, bottom),
            (wide * 0.5, bottom + 9, 0, bottom + 9),
        )
    canvas.part(d, spec.paint, "soft", shadow=False, rim=True)
    with canvas.inside(d):
        canvas.part(
            ellipse(CENTRE, bottom - height * 0.3, wide * 0.7, height * 0.7),
            Paint("#ffe7b0"),
            "",
            shadow=False,
            edge=0,
            opacity=0.28,
        )
        if kind == "pleated":
            for k in range(-12, 13):
                canvas.stroke(
                    line((CENTRE + narrow * k / 12, top), (CENTRE + wide * k / 12, bottom + 8)),
                    "#1a1420",
                    1.6,
                    0.2,
                )
    if kind in ("cone", "drum", "pleated"):
        for y, w in ((top + 2, narrow), (bottom, wide)):
            canvas.stroke(
                curve((CENTRE - w, y), (CENTRE, y + (4 if y < bottom else 18)), (CENTRE + w, y)),
                spec.colours[1],
                3,
            )


def table_lamp(canvas: Canvas, spec: ProductSpec) -> None:
    wide, height = spec["width"], spec["height"]
    base_top = FLOOR - spec["base"]
    top = base_top - height - 14
    canvas.frame(CENTRE - wide - 10, top - 12, CENTRE + wide + 10, FLOOR + 14, fill=0.86)
    canvas.floor(CENTRE, FLOOR + 1, wide * 0.66)
    body = spec.choice("body")
    b, r = spec["base"], wide * 0.46
    profiles = {
        "gourd": [
            (8, base_top),
            (r * 0.5, base_top + b * 0.18),
            (r * 0.32, base_top + b * 0.32),
            (r, base_top + b * 0.7),
            (r * 0.7, FLOOR - 3),
        ],
        "globe": [
            (8, base_top),
            (9, base_top + b * 0.16),
            (r * 1.05, base_top + b * 0.5),
            (r * 0.9, base_top + b * 0.84),
            (r * 0.5, FLOOR - 3),
        ],
        "column": [
            (12, base_top),
            (13, base_top + b * 0.7),
            (15, FLOOR - 18),
            (r, FLOOR - 10),
            (r, FLOOR - 2),
        ],
        "cone": [
            (9, base_top),
            (r * 0.4, base_top + b * 0.3),
            (r * 0.8, base_top + b * 0.7),
            (r * 1.1, FLOOR - 3),
        ],
        "stack": [
            (9, base_top),
            (r * 0.6, base_top + b * 0.16),
            (11, base_top + b * 0.33),
            (r * 0.8, base_top + b * 0.5),
            (12, base_top + b * 0.67),
            (r, base_top + b * 0.85),
            (r * 0.8, FLOOR - 2),
        ],
    }
    canvas.part(
        box(CENTRE - 4, base_top - 26, 8, 34),
        Paint(spec.hardware, material="metal"),
        "round",
        shadow=False,
    )
    stuff = {
        "wood": spec.timber,
        "metal": Paint(spec.hardware, material="metal"),
        "ceramic": Paint(spec.colours[2], spec.colours[1], spec.colours[0], "plain", "ceramic"),
    }[spec.choice("stuff")]
    canvas.part(lathe(profiles[body], sag=5), stuff, "round", shadow=False, rim=True)
    _shade(canvas, spec, top, height, wide)


def floor_lamp(canvas: Canvas, spec: ProductSpec) -> None:
    wide, height = spec["width"] * 0.72, spec["height"] * 0.72
    tall = 262 + 40 * spec["tall"]
    top = FLOOR - tall
    canvas.frame(CENTRE - wide - 34, top - 10, CENTRE + wide + 34, FLOOR + 12, fill=0.9)
    canvas.floor(CENTRE, FLOOR + 1, 56)
    stem = spec.timber.colour if spec.is_("stuff", "wood") else spec.hardware
    neck = top + height
    if spec.is_("stand", "tripod"):
        for x, lower in ((18, FLOOR - 14), (-62, FLOOR), (64, FLOOR)):
            canvas.tube(line((CENTRE, neck), (CENTRE + x, lower)), stem, 7)
    else:
        canvas.part(
            f"M{CENTRE - 50} {FLOOR - 8}Q{CENTRE} {FLOOR - 24} {CENTRE + 50} {FLOOR - 8}Q{CENTRE} {FLOOR + 8} {CENTRE - 50} {FLOOR - 8}Z",
            Paint(stem, material="metal"),
            "lying",
            shadow=False,
        )
        canvas.tube(line((CENTRE, neck), (CENTRE, FLOOR - 10)), stem, 6)
        canvas.stroke(line((CENTRE + 18, neck + 4), (CENTRE + 18, neck + 34)), spec.hardware, 2)
        canvas.button(CENTRE + 18, neck + 38, 4, spec.hardware)
    _shade(canvas, spec, top, height, wide)


def pendant_lamp(canvas: Canvas, spec: ProductSpec) -> None:
    wide, height = spec["width"] * 1.12, spec["height"]
    top = 150.0
    canvas.frame(CENTRE - wide - 10, 8, CENTRE + wide + 10, top + height + 50, fill=0.98)
    canvas.stroke(line((CENTRE, -60), (CENTRE, top)), "#3a3438", 3)
    canvas.part(
        half((0, top - 24), (9, top - 24), (13, top + 4), (0, top + 6)),
        Paint(spec.hardware, material="metal"),
        "round",
    )
    canvas.part(ellipse(CENTRE, top + height + 8, 19, 20), Paint("#fff3cf"), "glow", edge=0.3)
    _shade(canvas, spec, top, height, wide)


STYLES = (
    Style("Lamps", "table lamp", table_lamp, 84, {"width": (70, 104), "height": (72, 112), "base": (96, 160), "shade": SHADES, "body": ("gourd", "globe", "column", "cone", "stack"), "stuff": ("wood", "metal", "ceramic", "ceramic")},
          {**LAMP_WORTH, "base": 0.14, "stuff=metal": 0.1, "body=stack": 0.1}, ("linen", "paper", "silk", "cotton"), ("plain", "plain", "plain", *PRINTS), stands=True),
    Style("Lamps", "floor lamp", floor_lamp, 148, {"width": (76, 108), "height": (78, 112), "tall": (0, 1), "shade": SHADES, "stuff": ("wood", "metal"), "stand": ("tripod", "post")},
          {**LAMP_WORTH, "tall": 0.12, "stand=tripod": 0.14}, ("linen", "paper", "silk", "cotton"), ("plain", "plain", "plain", *PRINTS), stands=True),
    Style("Lamps", "pendant lamp", pendant_lamp, 96, {"width": (70, 118), "height": (70, 120), "shade": SHADES},
          LAMP_WORTH, ("linen", "paper", "rattan", "metal", "enamel", "glass"), ("plain", "plain", "plain", "striped", "scallop", "dotted")),
)  # fmt: skip
