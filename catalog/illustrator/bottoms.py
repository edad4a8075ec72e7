"""Trousers, shorts, skirts."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import CENTRE, box, curve, half, line, polygon
from catalog.illustrator.style import ProductSpec, Style

WOVENS = ("plain", "plain", "plain", "pinstriped", "plaid", "windowpane", "houndstooth", "gingham")
PRINTS = (
    "plain", "plain", "floral", "dotted", "plaid", "gingham", "ditsy", "leaf", "vertical",
    "scallop", "ombre", "painted", "houndstooth",
)  # fmt: skip


def _leg(
    side: int,
    waist: float,
    hip: float,
    knee: float,
    hem: float,
    gap: float,
    top: float,
    bottom: float,
) -> str:
    """One leg: from the waistband's middle down the outside, across the hem, up the inside."""
    x = lambda v: CENTRE + side * v  # noqa: E731
    crotch = top + 92
    mid = (crotch + bottom) / 2
    return (
        f"M{x(-1):.1f} {top}L{x(waist):.1f} {top}C{x(waist + 4):.1f} {top + 30} {x(hip):.1f} {top + 50} {x(hip):.1f} {crotch - 10}"
        f"C{x(hip):.1f} {crotch + 30} {x(gap + knee):.1f} {mid - 20:.1f} {x(gap + knee):.1f} {mid + 20:.1f}"
        f"L{x(gap + hem):.1f} {bottom}Q{x(gap + hem / 2):.1f} {bottom + 5} {x(gap):.1f} {bottom + 1}"
        f"L{x(gap * 0.6 + 3):.1f} {mid:.1f}Q{x(4):.1f} {crotch + 24} {x(-1):.1f} {crotch}Z"
    )


def _waistband(
    canvas: Canvas,
    waist: float,
    top: float,
    paint: Paint,
    *,
    height: float = 15,
    loops: bool = True,
) -> None:
    band = half(
        (0, top - 3),
        (waist * 0.6, top - 3, waist - 1, top - 1),
        (waist, top + height),
        (waist * 0.6, top + height + 3, 0, top + height + 3),
    )
    canvas.part(band, paint, "flat", shadow=False)
    if loops:
        for x in (-0.72, -0.3, 0.3, 0.72):
            canvas.part(
                box(CENTRE + x * waist - 2.5, top - 5, 5, height + 9, 1),
                paint,
                "flat",
                shadow=False,
                edge=0.7,
            )


def trousers(canvas: Canvas, spec: ProductSpec) -> None:
    waist, hip = 56, 66 + 8 * spec["width"]
    knee, hem = 42 + 22 * spec["width"], 34 + 22 * spec["width"] + 22 * spec["flare"]
    top, bottom = 48, 48 + spec["length"]
    canvas.frame(CENTRE - max(hip, hem + 14), top - 8, CENTRE + max(hip, hem + 14), bottom + 8)
    jeans = spec.material == "denim"
    for side in (-1, 1):
        canvas.part(
            _leg(side, waist, hip, knee, hem, 10, top, bottom),
            spec.paint,
            "cloth",
            rim=True,
            angle=side * 3,
        )
        x = CENTRE + side * (10 + hem * 0.5)
        if spec.is_("front", "pleat") and not jeans:
            canvas.stroke(
                curve((CENTRE + side * 30, top + 18), (CENTRE + side * 34, top + 120), (x, bottom)),
                "#1a1420",
                1.4,
                0.25,
            )
            canvas.fold(
                (CENTRE + side * 22, top + 18),
                (CENTRE + side * 25, top + 50),
                (CENTRE + side * 30, top + 84),
                4,
            )
        canvas.fold(
            (CENTRE + side * 4, top + 96),
            (CENTRE + side * 24, top + 104),
            (CENTRE + side * 46, top + 92),
            4,
        )
        canvas.fold(
            (x - side * 18, bottom - 120), (x, bottom - 112), (x + side * 18, bottom - 124), 4
        )
        thread = "#d89a4c" if jeans else spec.thread
        canvas.seam(
            line((CENTRE + side * 12, bottom - 8), (CENTRE + side * (9 + hem), bottom - 9)),
            thread,
            0.55,
        )
        if spec.is_("cuff", "turned"):
            d = polygon(
                (CENTRE + side * 9, bottom - 17),
                (CENTRE + side * (12 + hem), bottom - 18),
                (CENTRE + side * (11 + hem), bottom + 2),
                (CENTRE + side * 9, bottom + 4),
            )
            canvas.part(d, spec.trim if jeans else spec.plain, "flat", shadow=False)
        slant = curve(
            (CENTRE + side * 30, top + 16),
            (CENTRE + side * 36, top + 40),
            (CENTRE + side * (hip - 3), top + 50),
        )
        canvas.stroke(slant, darker(spec.colours[0], 0.5), 1.6, 0.7)
        if jeans:
            canvas.seam(slant.replace(f" {top + 16}", f" {top + 20}", 1), thread, 0.8)
        if spec.is_("front", "cargo"):
            canvas.part(
                box(CENTRE + side * 42 - 17, top + 128, 34, 44, 3), spec.plain, "flat", shadow=False
            )
            canvas.part(
                box(CENTRE + side * 42 - 19, top + 124, 38, 14, 3), spec.plain, "flat", shadow=False
            )
            canvas.button(CENTRE + side * 42, top + 132, 2.6, spec.hardware)
    canvas.stroke(
        line((CENTRE, top + 14), (CENTRE, top + 90)), darker(spec.colours[0], 0.5), 1.5, 0.8
    )
    canvas.seam(
        curve((CENTRE + 13, top + 16), (CENTRE + 13, top + 70), (CENTRE + 2, top + 80)),
        "#d89a4c" if jeans else spec.thread,
        0.6,
    )
    _waistband(canvas, waist, top, spec.plain)
    if spec.is_("front", "drawstring") and not jeans:
        for side in (-1, 1):
            canvas.stroke(
                curve(
                    (CENTRE + side * 4, top + 8),
                    (CENTRE + side * 16, top + 34),
                    (CENTRE + side * 9, top + 56),
                ),
                spec.colours[1],
                3,
            )
    else:
        canvas.button(CENTRE, top + 7, 4, spec.hardware if jeans else darker(spec.colours[0], 0.3))


def shorts(canvas: Canvas, spec: ProductSpec) -> None:
    waist, hem, top = 66, 62 + 20 * spec["width"], 110
    bottom = top + spec["length"]
    canvas.frame(CENTRE - hem - 18, top - 8, CENTRE + hem + 18, bottom + 8, fill=0.76)
    for side in (-1, 1):
        x = lambda v, side=side: CENTRE + side * v  # noqa: E731
        d = (
            f"M{x(-1)} {top}L{x(waist)} {top}C{x(waist + 5)} {top + 40} {x(hem + 4):.1f} {bottom - 70:.1f} {x(hem + 11):.1f} {bottom - 4:.1f}"
            f"Q{x(hem * 0.5 + 8):.1f} {bottom + 6:.1f} {x(9)} {bottom + 2:.1f}L{x(5)} {top + 92}Q{x(3)} {top + 84} {x(-1)} {top + 82}Z"
        )
        canvas.part(d, spec.paint, "cloth", rim=True, angle=side * 4)
        canvas.fold((x(4), top + 86), (x(26), top + 92), (x(48), top + 78), 5)
        canvas.fold((x(46), bottom - 4), (x(44), bottom - 40), (x(38), bottom - 70), 4)
        canvas.stroke(
            curve((x(36), top + 16), (x(42), top + 44), (x(waist + 3), top + 54)),
            darker(spec.colours[0], 0.5),
            1.6,
            0.7,
        )
        canvas.seam(line((x(10), bottom - 8), (x(hem + 9), bottom - 13)), spec.thread, 0.5)
        if spec.is_("hem", "turned"):
            canvas.part(
                polygon(
                    (x(9), bottom - 16),
                    (x(hem + 9), bottom - 22),
                    (x(hem + 13), bottom - 3),
                    (x(8), bottom + 3),
                ),
                spec.trim,
                "flat",
                shadow=False,
            )
    canvas.stroke(
        line((CENTRE, top + 14), (CENTRE, top + 84)), darker(spec.colours[0], 0.5), 1.5, 0.8
    )
    _waistband(canvas, waist, top, spec.plain, height=17, loops=not spec.is_("waist", "drawstring"))
    if spec.is_("waist", "drawstring"):
        canvas.stroke(
            "".join(line((x, top), (x, top + 17)) for x in range(140, 262, 6)), "#1a1420", 1, 0.22
        )
        for side in (-1, 1):
            canvas.stroke(
                curve(
                    (CENTRE + side * 3, top + 9),
                    (CENTRE + side * 20, top + 30),
                    (CENTRE + side * 10, top + 62),
                ),
                spec.colours[1],
                3.4,
            )
    else:
        canvas.button(CENTRE, top + 9, 4.5, spec.hardware)


def skirt(canvas: Canvas, spec: ProductSpec) -> None:
    """Pencil to full circle by ``flare``; pleats, buttons or tiers on top."""
    waist, top = 48, 80
    bottom = top + spec["length"]
    hem = 62 + 78 * spec["flare"]
    hip = waist + 14 + 14 * spec["flare"]
    canvas.frame(CENTRE - hem, top - 8, CENTRE + hem, bottom + 14)
    cut = spec.choice("cut")
    wave = 7 + 7 * spec["flare"]
    if cut == "plain" and spec["flare"] > 0.45:
        edge = [
            (hem * 0.72, bottom + 12, hem * 0.5, bottom + 4),
            (hem * 0.3, bottom - 4, hem * 0.2, bottom + 8),
            (hem * 0.1, bottom + wave + 4, 0, bottom + 6),
        ]
    else:
        edge = [(hem * 0.5, bottom + wave, 0, bottom + wave)]
    body = half(
        (0, top),
        (waist, top),
        (waist + 4, top + 30, hip, top + 46, hip + 3, top + 66),
        (hem - 8, bottom - 30, hem - 2, bottom - 20, hem, bottom),
        *edge,
    )
    canvas.part(body, spec.paint, "cloth", rim=True)
    if cut == "pleated":
        for k in range(-5, 6):
            x0, x1 = CENTRE + waist * k / 5.6, CENTRE + hem * k / 5.6
            canvas.stroke(
                line((x0, top + 14), (x1, bottom + wave * (1 - (k / 6) ** 2))), "#1a1420", 1.6, 0.3
            )
            canvas.flat(
                polygon(
                    (x0, top + 14),
                    (x1, bottom + 5),
                    (x1 + hem / 11, bottom + 5),
                    (x0 + 2, top + 14),
                ),
                "#1a1420",
                0.07,
            )
    elif cut == "tiered":
        for share in (0.36, 0.68):
            y = top + 14 + (bottom - top) * share
            w = hip + (hem - hip) * share
            canvas.stroke(
                curve((CENTRE - w, y), (CENTRE, y + 14), (CENTRE + w, y)), "#1a1420", 2, 0.35
            )
            for k in range(-6, 7):
                x = CENTRE + w * k / 6.6
                canvas.fold((x, y + 7), (x + k, y + 24), (x + k * 2, y + 42), 2.2)
    else:
        for share in (-0.62, -0.2, 0.26, 0.66):
            canvas.fold(
                (CENTRE + hem * share, bottom),
                (CENTRE + hip * share, bottom - 70),
                (CENTRE + waist * share * 0.9, top + 40),
                5 + 5 * spec["flare"],
            )
    if cut == "buttoned":
        canvas.part(
            box(CENTRE - 9, top, 18, bottom - top + wave, 1),
            spec.paint,
            "flat",
            shadow=False,
            edge=0.4,
        )
        for k in range(7):
            canvas.button(CENTRE, top + 30 + k * (bottom - top - 44) / 6, 4.2, spec.colours[1])
    _waistband(
        canvas, waist, top, spec.plain, height=16, loops=spec.material in ("denim", "corduroy")
    )
    if spec.is_("belt", "sash"):
        canvas.part(
            box(CENTRE - waist - 1, top - 2, 2 * waist + 2, 18, 3), spec.trim, "flat", shadow=False
        )
        canvas.part(
            polygon(
                (CENTRE + 14, top + 8),
                (CENTRE + 34, top + 66),
                (CENTRE + 22, top + 72),
                (CENTRE + 8, top + 10),
            ),
            spec.trim,
            "flat",
            shadow=False,
        )
        canvas.part(box(CENTRE + 4, top - 3, 18, 20, 5), spec.trim, "flat", shadow=False)


STYLES = (
    Style("Trousers", "trousers", trousers, 62,
          {"width": (0, 1), "flare": (0, 0.9), "length": (265, 305), "front": ("flat", "pleat", "drawstring", "cargo"), "cuff": ("plain", "plain", "turned")},
          {"length": 0.06, "front=pleat": 0.1, "front=cargo": 0.14, "cuff=turned": 0.06, "width": 0.06},
          ("cotton", "linen", "denim", "denim", "corduroy", "wool"), WOVENS, ("Women", "Men", "Unisex")),
    Style("Shorts", "shorts", shorts, 38, {"width": (0, 1), "length": (125, 200), "waist": ("button", "drawstring"), "hem": ("plain", "turned")},
          {"length": 0.14, "hem=turned": 0.07}, ("cotton", "linen", "denim", "corduroy"),
          ("plain", "plain", "gingham", "striped", "vertical", "leaf", "floral", "windowpane", "checkerboard"), ("Women", "Men", "Unisex")),
    Style("Skirts", "skirt", skirt, 52, {"flare": (0, 1), "length": (120, 265), "cut": ("plain", "plain", "pleated", "tiered", "buttoned"), "belt": ("none", "none", "sash")},
          {"length": 0.2, "flare": 0.08, "cut=pleated": 0.15, "cut=tiered": 0.12, "cut=buttoned": 0.08, "belt=sash": 0.06},
          ("cotton", "linen", "denim", "satin", "wool", "corduroy"), PRINTS, ("Women",)),
)  # fmt: skip
