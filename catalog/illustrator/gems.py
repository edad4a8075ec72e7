"""Stones, gold and chains: what jewellery is made of."""

from __future__ import annotations

import math

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import ellipse, polar, polygon
from catalog.illustrator.style import ProductSpec


def stone(canvas: Canvas, x: float, y: float, r: float, colour: str, cut: str) -> None:
    """A faceted gem, a smooth cabochon or a pearl."""
    paint = Paint(colour, material="glass")
    if cut == "pearl":
        canvas.part(ellipse(x, y, r), Paint("#f4ece0"), "lying")
        canvas.shine(ellipse(x - r * 0.3, y - r * 0.35, r * 0.3), 0.8)
        return
    if cut == "cabochon":
        canvas.part(ellipse(x, y, r * 0.9, r * 1.1), paint, "lying")
        canvas.shine(ellipse(x - r * 0.28, y - r * 0.45, r * 0.26, r * 0.2), 0.75)
        return
    sides = 8 if cut == "round" else 6
    rim = [polar(x, y, r, 360 / sides * (k + 0.5)) for k in range(sides)]
    table = [polar(x, y, r * 0.52, 360 / sides * (k + 0.5)) for k in range(sides)]
    canvas.part(polygon(*rim), paint, "")
    for k in range(sides):
        lit = math.cos(math.radians(360 / sides * k + 40))
        facet = polygon(rim[k - 1], rim[k], table[k], table[k - 1])
        canvas.flat(
            facet, "#ffffff" if lit > 0 else "#140c1c", abs(lit) * (0.5 if lit > 0 else 0.35)
        )
    canvas.part(polygon(*table), Paint(lighter(colour, 0.22)), "flat", shadow=False, edge=0.3)


def gold(canvas: Canvas, spec: ProductSpec, d: str, light: str = "sheen") -> None:
    canvas.part(d, Paint(spec.hardware, material="metal"), light)


def chain(canvas: Canvas, spec: ProductSpec, d: str, weight: float) -> None:
    canvas.stroke(d, darker(spec.hardware, 0.45), weight + 1.4, shadow=True)
    canvas.stroke(d, spec.hardware, weight)
    canvas.stroke(
        d, lighter(spec.hardware, 0.65), weight * 0.5, dash=f"{weight:.1f} {weight * 1.3:.1f}"
    )
