"""Sunglasses."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import CENTRE, box, curve, ellipse, line, polar, polygon, smooth
from catalog.illustrator.style import ProductSpec, Style

EVERYONE = ("Women", "Men", "Unisex")


def sunglasses(canvas: Canvas, spec: ProductSpec) -> None:
    shape = spec.choice("shape")
    w, h, gap, mid = spec["width"], spec["height"], spec["bridge"], 200.0
    canvas.frame(
        CENTRE - 2 * w - gap - 26, mid - h - 44, CENTRE + 2 * w + gap + 26, mid + h + 30, fill=0.9
    )
    wire = spec.material == "metal"
    rim_colour = spec.hardware if wire else spec.colours[0]
    frame = Paint(
        rim_colour,
        spec.colours[1],
        spec.colours[2],
        "plain" if wire else spec.pattern,
        "metal" if wire else "plastic",
    )
    for side in (-1, 1):
        x = CENTRE + side * (gap + 2 * w - 6)
        temple = f"M{x} {mid - h * 0.55}C{x + side * 14} {mid - h - 8} {x + side * 4} {mid - h - 30} {x - side * 34} {mid - h - 30}"
        canvas.stroke(temple, darker(rim_colour, 0.4), 5 if wire else 9, shadow=True)
        canvas.stroke(temple, rim_colour, 3.4 if wire else 7.4)
    bridge = curve(
        (CENTRE - gap - 6, mid - h * 0.3),
        (CENTRE, mid - h * 0.62),
        (CENTRE + gap + 6, mid - h * 0.3),
    )
    canvas.stroke(bridge, darker(rim_colour, 0.4), 5 if wire else 11)
    canvas.stroke(bridge, rim_colour, 3.6 if wire else 9)
    if shape == "aviator":
        canvas.stroke(
            line((CENTRE - gap - 14, mid - h * 0.82), (CENTRE + gap + 14, mid - h * 0.82)),
            rim_colour,
            4,
        )
    thick = 4 if wire else spec["rim"]
    for side in (-1, 1):
        x = CENTRE + side * (gap + w)
        outer, inner = (
            _lens(shape, x, mid, w, h, side),
            _lens(shape, x, mid, w - thick, h - thick, side),
        )
        canvas.part(outer, frame, "soft")
        lens = spec.colours[2] if spec.is_("lens", "tinted") else "#3b3640"
        canvas.part(inner, Paint(lighter(lens, 0.0)), "lens", shadow=False, edge=0.9)
        if spec.is_("lens", "faded"):
            canvas.part(
                inner, Paint(lens, "#f3d9c4", pattern="ombre"), "lens", shadow=False, edge=0
            )
        if not wire:
            canvas.flat(
                ellipse(x + side * (w - thick * 0.55), mid - h * 0.6, 2.6),
                lighter(spec.hardware, 0.3),
            )


def _lens(shape: str, x: float, y: float, w: float, h: float, side: int) -> str:
    """Outline of one lens; ``side`` +1 is the right one."""
    if shape == "round":
        return ellipse(x, y, (w + h) / 2, (w + h) / 2)
    if shape == "square":
        return box(x - w, y - h, 2 * w, 2 * h, 14)
    if shape == "cat":
        return smooth(
            [
                (x - side * w, y - h * 0.5),
                (x, y - h * 0.92),
                (x + side * w * 1.08, y - h * 1.14),
                (x + side * w * 0.86, y + h * 0.34),
                (x, y + h * 0.94),
                (x - side * w * 0.8, y + h * 0.5),
            ]
        )
    if shape == "hexagon":
        return polygon(*(polar(x, y, (w + h) / 2 * 1.06, 30 + 60 * k) for k in range(6)))
    if shape == "aviator":
        return smooth(
            [
                (x - side * w * 0.86, y - h * 0.66),
                (x, y - h * 0.9),
                (x + side * w, y - h * 0.62),
                (x + side * w * 0.72, y + h * 0.5),
                (x, y + h),
                (x - side * w * 0.66, y + h * 0.42),
            ]
        )
    return smooth(
        [
            (x - side * w, y - h * 0.72),
            (x, y - h),
            (x + side * w, y - h * 0.86),
            (x + side * w * 0.9, y + h * 0.5),
            (x, y + h),
            (x - side * w * 0.8, y + h * 0.6),
        ]
    )


STYLES = (
    Style("Sunglasses", "wire sunglasses", sunglasses, 86,
          {"shape": ("round", "hexagon", "aviator", "aviator", "wayfarer"), "width": (44, 58), "height": (34, 48), "bridge": (10, 18), "rim": (7, 14), "lens": ("dark", "tinted", "faded")},
          {"width": 0.1, "shape=aviator": 0.06, "shape=hexagon": 0.08, "lens=faded": 0.08, "lens=tinted": 0.04}, ("metal",), ("plain",), EVERYONE, tint="metal"),
    Style("Sunglasses", "sunglasses", sunglasses, 74,
          {"shape": ("round", "square", "cat", "hexagon", "wayfarer", "wayfarer"), "width": (44, 58), "height": (34, 48), "bridge": (10, 18), "rim": (7, 14), "lens": ("dark", "tinted", "faded")},
          {"rim": 0.08, "width": 0.08, "shape=cat": 0.08, "shape=hexagon": 0.08, "lens=faded": 0.08, "lens=tinted": 0.04}, ("plastic",),
          ("plain", "plain", "plain", "painted", "terrazzo", "speckled"), EVERYONE),
)  # fmt: skip
