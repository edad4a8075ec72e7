"""Handbags: structured, crossbody and bucket."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import CENTRE, box, curve, ellipse, half, line, polygon
from catalog.illustrator.style import ProductSpec, Style

PRINTS = (
    "plain", "plain", "plain", "checkerboard", "floral", "houndstooth", "striped", "scallop",
    "plaid", "dotted", "zigzag", "leaf",
)  # fmt: skip


def handle(canvas: Canvas, d: str, colour: str, width: float) -> None:
    canvas.tube(d, colour, width)
    canvas.seam(d, "#ffffff", 0.25)


def rings(canvas: Canvas, spec: ProductSpec, *points: tuple[float, float]) -> None:
    for x, y in points:
        canvas.stroke(ellipse(x, y, 6, 7), darker(spec.hardware, 0.4), 4.4)
        canvas.stroke(ellipse(x, y, 6, 7), spec.hardware, 3)


def top_handle(canvas: Canvas, spec: ProductSpec) -> None:
    """Structured bag: trapeze to box, one or two handles, flap, frame or zip."""
    top, bottom = 170.0, 170.0 + spec["depth"]
    wide, narrow = 70 + 46 * spec["width"], 70 + 46 * spec["width"] - 26 * spec["taper"]
    rise = spec["handle"]
    canvas.frame(CENTRE - wide - 8, top - rise - 6, CENTRE + wide + 8, bottom + 8, fill=0.76)
    canvas.floor(CENTRE, bottom + 1, wide)
    strap = spec.trim if spec.is_("straps", "contrast") else spec.plain
    grip = narrow * 0.52
    for lift in (14, 0) if spec.is_("closing", "zip") else (0,):
        d = f"M{CENTRE - grip} {top + 14}C{CENTRE - grip} {top - rise * 1.2 - lift:.0f} {CENTRE + grip} {top - rise * 1.2 - lift:.0f} {CENTRE + grip} {top + 14}"
        handle(canvas, d, darker(strap.colour, 0.12 if lift else 0), 11)
    body = half(
        (0, top),
        (narrow - 10, top),
        (narrow, top, narrow + 1, top + 12),
        (wide, bottom - 14),
        (wide, bottom, wide - 14, bottom),
        (0, bottom + 2),
    )
    canvas.part(
        body, spec.paint, "soft" if spec.material == "leather" else "cloth", shadow=False, rim=True
    )
    with canvas.inside(body):
        for side in (-1, 1):
            canvas.fold(
                (CENTRE + side * (narrow - 16), top + 6),
                (CENTRE + side * (wide - 24), (top + bottom) / 2),
                (CENTRE + side * (wide - 14), bottom),
                4,
            )
        if spec.is_("base", "contrast"):
            canvas.part(
                box(CENTRE - wide - 4, bottom - spec["depth"] * 0.24, 2 * wide + 8, 80),
                strap,
                "flat",
                shadow=False,
            )
            canvas.seam(
                line(
                    (CENTRE - wide, bottom - spec["depth"] * 0.24 + 5),
                    (CENTRE + wide, bottom - spec["depth"] * 0.24 + 5),
                ),
                spec.thread,
                0.6,
            )
    canvas.seam(
        half(
            (0, top + 6),
            (narrow - 12, top + 6),
            (narrow - 6, top + 6, narrow - 5, top + 14),
            (wide - 7, bottom - 14),
            (wide - 7, bottom - 7, wide - 15, bottom - 7),
            (0, bottom - 6),
        ),
        spec.thread,
        0.4,
    )
    closing = spec.choice("closing")
    if closing == "flap":
        low = top + spec["depth"] * 0.52
        flap = half(
            (0, top - 4),
            (narrow - 6, top - 4),
            (narrow + 3, top - 2, narrow + 4, top + 8),
            (narrow + 5, low - 30),
            (narrow, low - 4, narrow * 0.55, low),
            (0, low + 5),
        )
        canvas.part(
            flap,
            strap if spec.is_("straps", "contrast") and spec.pattern != "plain" else spec.paint,
            "flat",
            shadow=False,
            rim=True,
            edge=0.9,
        )
        canvas.part(
            box(CENTRE - 11, low - 12, 22, 26, 5),
            spec.plain.plain(spec.hardware).of("metal"),
            "flat",
            shadow=False,
        )
        canvas.flat(ellipse(CENTRE, low + 2, 4), darker(spec.hardware, 0.5))
    elif closing == "frame":
        canvas.part(
            half(
                (0, top - 8),
                (narrow - 4, top - 8),
                (narrow + 4, top - 6, narrow + 4, top + 6),
                (narrow + 3, top + 9),
                (0, top + 9),
            ),
            spec.plain.plain(spec.hardware).of("metal"),
            "lying",
            shadow=False,
        )
        for dx in (-6, 6):
            canvas.button(CENTRE + dx, top - 13, 6.5, spec.hardware)
    elif closing == "belt":
        canvas.part(
            box(CENTRE - narrow - 4, top + 26, 2 * narrow + 8, 17, 3),
            strap,
            "flat",
            shadow=False,
            edge=0.8,
        )
        canvas.stroke(box(CENTRE - 13, top + 21, 26, 27, 4), spec.hardware, 4)
    else:
        canvas.stroke(
            line((CENTRE - narrow + 6, top + 14), (CENTRE + narrow - 6, top + 14)),
            spec.hardware,
            3.4,
            dash="1.6 2.4",
        )
    rings(canvas, spec, (CENTRE - grip, top + 14), (CENTRE + grip, top + 14))
    if spec.is_("charm", "tassel"):
        x = CENTRE + grip + 6
        canvas.stroke(line((x, top + 18), (x + 6, top + 42)), strap.colour, 3)
        canvas.part(
            polygon((x + 2, top + 42), (x + 11, top + 42), (x + 17, top + 82), (x - 3, top + 82)),
            spec.third,
            "soft",
            shadow=False,
        )


def crossbody(canvas: Canvas, spec: ProductSpec) -> None:
    """Small bag on a long strap: saddle, round, camera or half moon."""
    shape = spec.choice("shape")
    wide, deep = 78 + 24 * spec["width"], 62 + 18 * spec["width"]
    mid = 248.0
    canvas.frame(CENTRE - wide - 30, 46, CENTRE + wide + 30, mid + deep + 16, fill=0.82)
    arc = f"M{CENTRE - wide * 0.86} {mid - deep * 0.5}C{CENTRE - wide - 26} 90 {CENTRE - 40} 40 {CENTRE + 8} 52C{CENTRE + 70} 62 {CENTRE + wide + 22} 120 {CENTRE + wide * 0.86} {mid - deep * 0.5}"
    if spec.is_("strap", "chain"):
        canvas.stroke(arc, darker(spec.hardware, 0.5), 8, shadow=True)
        canvas.stroke(arc, spec.hardware, 6, dash="9 4")
        canvas.stroke(arc, lighter(spec.hardware, 0.6), 2, dash="5 8")
    else:
        canvas.stroke(arc, darker(spec.colours[1], 0.4), 10.5, shadow=True)
        canvas.stroke(arc, spec.colours[1], 8.5)
        canvas.seam(arc, "#ffffff", 0.4)
    if shape == "round":
        body = ellipse(CENTRE, mid, deep * 1.06)
    elif shape == "moon":
        body = half(
            (0, mid - deep * 0.5),
            (wide * 0.7, mid - deep * 0.46, wide, mid - deep * 0.72),
            (wide + 8, mid + deep * 0.9, wide * 0.5, mid + deep, 0, mid + deep),
        )
    elif shape == "camera":
        body = box(CENTRE - wide, mid - deep * 0.8, 2 * wide, deep * 1.62, 24)
    else:
        body = half(
            (0, mid - deep * 0.82),
            (wide * 0.86, mid - deep * 0.82),
            (wide, mid - deep * 0.8, wide, mid - deep * 0.5),
            (wide + 2, mid + deep, wide * 0.5, mid + deep, 0, mid + deep),
        )
    canvas.part(body, spec.paint, "soft" if spec.material == "leather" else "cloth", rim=True)
    with canvas.inside(body):
        if shape in ("saddle", "round"):
            y = mid + deep * 0.12
            flap = half(
                (0, mid - deep * 1.2),
                (wide + 9, mid - deep * 1.2),
                (wide + 9, mid - deep * 0.2),
                (wide * 0.7, y + 6, wide * 0.3, y + 14),
                (wide * 0.15, y + 19, 0, y + 19),
            )
            canvas.part(
                flap,
                spec.trim if spec.is_("flap", "contrast") else spec.paint,
                "flat",
                shadow=False,
                edge=0.9,
            )
            canvas.seam(
                half(
                    (0, mid - deep * 1.3),
                    (wide, mid - deep * 1.3),
                    (wide, mid - deep * 0.26),
                    (wide * 0.66, y, wide * 0.28, y + 7),
                    (wide * 0.15, y + 12, 0, y + 12),
                ),
                spec.thread,
                0.5,
            )
        else:
            y = mid - deep * (0.3 if shape == "camera" else 0.2)
            canvas.stroke(
                curve(
                    (CENTRE - wide, y),
                    (CENTRE, y + (0 if shape == "camera" else 14)),
                    (CENTRE + wide, y),
                ),
                darker(spec.colours[0], 0.5),
                5,
            )
            canvas.stroke(
                curve(
                    (CENTRE - wide, y),
                    (CENTRE, y + (0 if shape == "camera" else 14)),
                    (CENTRE + wide, y),
                ),
                spec.hardware,
                3,
                dash="1.6 2.4",
            )
            if spec.is_("flap", "contrast"):
                canvas.part(
                    box(CENTRE - wide, mid + deep * 0.3, 2 * wide, deep),
                    spec.trim,
                    "flat",
                    shadow=False,
                )
    if shape in ("saddle", "round"):
        y = mid + deep * 0.12 + 12
        canvas.part(
            box(CENTRE - 12, y - 12, 24, 26, 11),
            spec.plain.plain(spec.hardware).of("metal"),
            "flat",
            shadow=False,
        )
    else:
        canvas.part(
            box(CENTRE + wide * 0.5, mid - deep * 0.25, 8, 30, 4), spec.trim, "flat", shadow=False
        )
    rings(
        canvas,
        spec,
        (CENTRE - wide * 0.86, mid - deep * 0.5),
        (CENTRE + wide * 0.86, mid - deep * 0.5),
    )


def bucket(canvas: Canvas, spec: ProductSpec) -> None:
    """Gathered with a cord at the neck."""
    top, bottom = 170.0, 170 + spec["depth"]
    wide = 64 + 26 * spec["width"]
    rise = spec["handle"]
    canvas.frame(CENTRE - wide - 16, top - rise, CENTRE + wide + 16, bottom + 10, fill=0.8)
    canvas.floor(CENTRE, bottom + 4, wide)
    handle(
        canvas,
        f"M{CENTRE - wide * 0.9} {top + 24}C{CENTRE - wide * 0.8} {top - rise * 1.3:.0f} {CENTRE + wide * 0.8} {top - rise * 1.3:.0f} {CENTRE + wide * 0.9} {top + 24}",
        spec.colours[1],
        10,
    )
    canvas.part(
        ellipse(CENTRE, top + 6, wide * 0.92, 15),
        spec.plain.plain(darker(spec.colours[0], 0.4)),
        "under",
        shadow=False,
    )
    body = half(
        (0, top + 18),
        (wide * 0.6, top + 18, wide * 0.92, top + 6),
        (wide * 0.86, top + 34),
        (wide + 6, top + 70, wide + 2, bottom - 16),
        (wide, bottom + 4, 0, bottom + 8),
    )
    canvas.part(body, spec.paint, "soft", shadow=False, rim=True)
    with canvas.inside(body):
        for k in (-0.8, -0.5, -0.2, 0.15, 0.45, 0.75):
            canvas.fold(
                (CENTRE + wide * k * 0.95, top + 8),
                (CENTRE + wide * k, top + 50),
                (CENTRE + wide * k * 1.05, top + 110),
                4,
            )
        if spec.is_("base", "contrast"):
            canvas.part(
                f"M{CENTRE - wide - 20} {bottom - 34}Q{CENTRE} {bottom - 16} {CENTRE + wide + 20} {bottom - 34}V{bottom + 30}H{CENTRE - wide - 20}Z",
                spec.trim,
                "soft",
                shadow=False,
            )
    canvas.stroke(
        curve(
            (CENTRE - wide * 0.87, top + 32), (CENTRE, top + 48), (CENTRE + wide * 0.87, top + 32)
        ),
        darker(spec.colours[1], 0.3),
        5,
    )
    canvas.stroke(
        curve(
            (CENTRE - wide * 0.87, top + 32), (CENTRE, top + 48), (CENTRE + wide * 0.87, top + 32)
        ),
        spec.colours[1],
        3.6,
    )
    for side in (-1, 1):
        canvas.stroke(
            curve(
                (CENTRE, top + 41), (CENTRE + side * 18, top + 70), (CENTRE + side * 12, top + 100)
            ),
            spec.colours[1],
            3.6,
        )
        canvas.part(ellipse(CENTRE + side * 12, top + 104, 7), spec.third, "soft", shadow=False)
    rings(canvas, spec, (CENTRE - wide * 0.9, top + 24), (CENTRE + wide * 0.9, top + 24))


STYLES = (
    Style("Handbags", "top-handle bag", top_handle, 148,
          {"width": (0, 1), "depth": (88, 140), "taper": (0, 1), "handle": (50, 95), "closing": ("flap", "frame", "zip", "belt"), "straps": ("self", "contrast"), "base": ("plain", "plain", "contrast"), "charm": ("none", "none", "tassel")},
          {"width": 0.12, "depth": 0.12, "closing=frame": 0.14, "closing=flap": 0.08, "closing=belt": 0.08, "charm=tassel": 0.06, "base=contrast": 0.05},
          ("leather", "leather", "suede", "canvas", "velvet", "quilted"), PRINTS, ("Women",), stands=True),
    Style("Handbags", "crossbody bag", crossbody, 112,
          {"width": (0, 1), "shape": ("saddle", "round", "camera", "moon"), "strap": ("chain", "leather"), "flap": ("self", "contrast")},
          {"width": 0.14, "strap=chain": 0.16, "shape=saddle": 0.06, "flap=contrast": 0.05}, ("leather", "leather", "suede", "quilted", "canvas"), PRINTS, ("Women", "Women", "Unisex")),
    Style("Handbags", "bucket bag", bucket, 118, {"width": (0, 1), "depth": (110, 150), "handle": (60, 110), "base": ("plain", "contrast")},
          {"width": 0.12, "depth": 0.1, "base=contrast": 0.06}, ("leather", "suede", "canvas", "straw"), PRINTS, ("Women",), stands=True),
)  # fmt: skip
