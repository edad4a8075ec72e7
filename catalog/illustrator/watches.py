"""Watches."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import darker, lightness, mix
from catalog.illustrator.paths import CENTRE, box, ellipse, line, polar, polygon
from catalog.illustrator.style import ProductSpec, Style

EVERYONE = ("Women", "Men", "Unisex")


def watch(canvas: Canvas, spec: ProductSpec) -> None:
    radius, mid = spec["radius"], 200.0
    canvas.frame(90, 40, 310, 360, fill=0.9)
    metal = Paint(spec.hardware, material="metal")
    square = spec.is_("case", "square")
    half_case = radius * (0.9 if square else 1)
    band = half_case * spec["band"]
    linked = spec.is_("strap", "links")
    for sign in (-1, 1):
        end = mid + sign * 156
        start = mid + sign * (half_case - 8)
        lo, hi = min(start, end), max(start, end)
        strap = f"M{CENTRE - band} {start}L{CENTRE - band * 0.82} {end - sign * 10}Q{CENTRE} {end + sign * 4} {CENTRE + band * 0.82} {end - sign * 10}L{CENTRE + band} {start}Z"
        if linked:
            canvas.part(strap, metal, "soft", rim=True)
            with canvas.inside(strap):
                y = lo
                while y < hi:
                    canvas.stroke(
                        line((CENTRE - band, y), (CENTRE + band, y)),
                        darker(spec.hardware, 0.6),
                        1.6,
                        0.7,
                    )
                    canvas.stroke(
                        line((CENTRE - band, y + 2), (CENTRE + band, y + 2)), "#ffffff", 1.2, 0.6
                    )
                    y += 12
                for x in (-0.36, 0.36):
                    canvas.stroke(
                        line((CENTRE + band * x, lo), (CENTRE + band * x, hi)),
                        darker(spec.hardware, 0.6),
                        1.4,
                        0.6,
                    )
        else:
            canvas.part(strap, spec.paint, "soft", rim=True)
            canvas.seam(
                f"M{CENTRE - band + 6} {start}L{CENTRE - band * 0.82 + 6} {end - sign * 12}M{CENTRE + band - 6} {start}L{CENTRE + band * 0.82 - 6} {end - sign * 12}",
                spec.thread,
                0.55,
            )
            if sign == 1:
                for k in range(4):
                    canvas.flat(ellipse(CENTRE, end - 30 - 16 * k, 2.6, 3.2), "#1a1420", 0.65)
            else:
                canvas.stroke(
                    box(CENTRE - band * 0.84, end - 8, band * 1.68, 16, 4), spec.hardware, 4
                )
    canvas.part(box(CENTRE + half_case - 3, mid - 8, 13, 16, 3), metal, "flat")
    case = (
        box(CENTRE - half_case, mid - half_case, 2 * half_case, 2 * half_case, half_case * 0.34)
        if square
        else ellipse(CENTRE, mid, radius)
    )
    canvas.part(case, metal, "sheen", rim=True)
    face = half_case * 0.84
    dial_colour = (
        spec.colours[2]
        if spec.is_("dial", "colour")
        else "#23242b"
        if spec.is_("dial", "dark")
        else "#fbf8f1"
    )
    dial = (
        box(CENTRE - face, mid - face, 2 * face, 2 * face, face * 0.26)
        if square
        else ellipse(CENTRE, mid, face)
    )
    canvas.part(dial, Paint(dial_colour), "flat", shadow=False, edge=0.8)
    ink = "#2a2630" if lightness(dial_colour) > 0.5 else "#f4efe4"
    for k in range(12):
        if spec.is_("marks", "quarters") and k % 3:
            continue
        outer, inner = face * 0.88, face * (0.72 if k % 3 == 0 else 0.79)
        if spec.is_("marks", "dots"):
            canvas.flat(
                ellipse(*polar(CENTRE, mid, face * 0.82, 30 * k), 3.4 if k % 3 == 0 else 2.2),
                spec.hardware if spec.is_("dial", "dark") else ink,
            )
        else:
            canvas.stroke(
                line(polar(CENTRE, mid, outer, 30 * k), polar(CENTRE, mid, inner, 30 * k)),
                ink,
                3 if k % 3 == 0 else 1.8,
            )
    if spec.is_("subdials", "three"):
        for turn in (90, 180, 270):
            x, y = polar(CENTRE, mid, face * 0.46, turn)
            canvas.part(
                ellipse(x, y, face * 0.22), Paint(mix(dial_colour, ink, 0.12)), "flat", shadow=False
            )
            canvas.stroke(line((x, y), polar(x, y, face * 0.17, 40 + turn)), spec.hardware, 1.6)
    elif spec.is_("subdials", "date"):
        canvas.flat(box(CENTRE + face * 0.46, mid - 7, 20, 14, 2), "#ffffff")
        canvas.stroke(
            line((CENTRE + face * 0.46 + 6, mid - 3), (CENTRE + face * 0.46 + 6, mid + 4)),
            "#2a2630",
            2,
        )
        canvas.stroke(
            line((CENTRE + face * 0.46 + 13, mid - 3), (CENTRE + face * 0.46 + 13, mid + 4)),
            "#2a2630",
            2,
        )
    canvas.stroke(line((CENTRE, mid), polar(CENTRE, mid, face * 0.46, 304)), ink, 4.4)
    canvas.stroke(line((CENTRE, mid), polar(CENTRE, mid, face * 0.7, 60)), ink, 3)
    canvas.stroke(
        line(polar(CENTRE, mid, face * 0.16, 20), polar(CENTRE, mid, face * 0.76, 200)),
        spec.colours[1],
        1.5,
    )
    canvas.button(CENTRE, mid, 4, spec.hardware)
    with canvas.inside(dial):
        canvas.shine(
            polygon(
                (CENTRE - face, mid - face),
                (CENTRE - face * 0.1, mid - face),
                (CENTRE - face * 0.75, mid + face),
                (CENTRE - face, mid + face),
            ),
            0.12,
        )


STYLES = (
    Style("Watches", "watch", watch, 118,
          {"radius": (50, 76), "band": (0.42, 0.72), "case": ("round", "round", "square"), "strap": ("sewn",), "dial": ("light", "dark", "colour"), "marks": ("bars", "dots", "quarters"), "subdials": ("none", "none", "date", "three")},
          {"radius": 0.08, "subdials=date": 0.08, "subdials=three": 0.26, "marks=dots": 0.03}, ("leather", "leather", "suede", "canvas", "rubber"),
          ("plain", "plain", "plain", "plain", "striped"), EVERYONE),
    Style("Watches", "bracelet watch", watch, 158,
          {"radius": (50, 76), "band": (0.42, 0.72), "case": ("round", "round", "square"), "strap": ("links",), "dial": ("light", "dark", "colour"), "marks": ("bars", "dots", "quarters"), "subdials": ("none", "none", "date", "three")},
          {"radius": 0.1, "subdials=date": 0.08, "subdials=three": 0.26, "marks=dots": 0.03}, ("metal",), ("plain",), EVERYONE, tint="metal"),
)  # fmt: skip
