"""Chairs and stools."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import CENTRE, box, half, line
from catalog.illustrator.style import ProductSpec, Style

FLOOR = 356.0
PRINTS = (
    "plain", "plain", "plain", "plain", "striped", "floral", "checkerboard", "zigzag", "leaf",
    "houndstooth", "plaid", "painted",
)  # fmt: skip
WOODED = ("wood", "wood", "metal")


def _legs(
    canvas: Canvas,
    spec: ProductSpec,
    top: float,
    spread: float,
    *,
    back: float = 0.7,
    lean: float = 10.0,
) -> None:
    """Four legs: the back pair shorter and nearer the middle."""
    painted = spec.colours[0] if spec.is_("legs", "painted") else spec.timber.colour
    colour, width = (spec.hardware, 5.0) if spec.is_("legs", "metal") else (painted, 9.0)
    for side in (-1, 1):
        canvas.tube(
            line(
                (CENTRE + side * spread * back, top),
                (CENTRE + side * (spread * back + lean * 0.5), FLOOR - 16),
            ),
            darker(colour, 0.22),
            width * 0.85,
        )
    for side in (-1, 1):
        canvas.tube(
            line((CENTRE + side * spread, top), (CENTRE + side * (spread + lean), FLOOR)),
            colour,
            width,
        )


def chair(canvas: Canvas, spec: ProductSpec) -> None:
    """Dining chair: back of spindles, slats, a shell, a curve or a padded board."""
    kind = spec.choice("back")
    wide, seat = 64 + 14 * spec["width"], 236.0
    top = seat - spec["height"]
    canvas.frame(CENTRE - wide - 26, top - 12, CENTRE + wide + 26, FLOOR + 14, fill=0.88)
    canvas.floor(CENTRE, FLOOR + 2, wide + 12)
    wood = (
        spec.timber
        if not spec.is_("finish", "painted")
        else Paint(spec.colours[0], material="wood")
    )
    stem = spec.hardware if spec.is_("legs", "metal") else wood.colour
    _legs(canvas, spec, seat + 12, wide - 8, lean=12)
    if kind == "spindle":
        for k in range(-3, 4):
            canvas.tube(
                line((CENTRE + k * wide * 0.24, seat - 6), (CENTRE + k * wide * 0.28, top + 10)),
                stem,
                5,
            )
        for side in (-1, 1):
            canvas.tube(
                line(
                    (CENTRE + side * wide * 0.9, seat - 4), (CENTRE + side * wide * 1.02, top + 8)
                ),
                stem,
                8,
            )
        canvas.part(
            half(
                (0, top - 6),
                (wide * 0.8, top - 8, wide * 1.1, top + 4),
                (wide * 1.12, top + 20),
                (wide * 0.7, top + 12, 0, top + 14),
            ),
            wood,
            "lying",
            shadow=False,
        )
    elif kind == "ladder":
        for side in (-1, 1):
            canvas.tube(
                line((CENTRE + side * wide * 0.88, seat), (CENTRE + side * wide * 0.94, top - 4)),
                stem,
                9,
            )
        for k in range(3):
            y = top + 8 + k * (seat - top - 30) / 2.7
            canvas.part(
                half(
                    (0, y - 6),
                    (wide * 0.6, y - 6, wide * 0.94, y),
                    (wide * 0.93, y + 15),
                    (wide * 0.6, y + 10, 0, y + 10),
                ),
                wood,
                "lying",
                shadow=False,
            )
    elif kind == "hoop":
        d = f"M{CENTRE - wide * 0.86} {seat}C{CENTRE - wide * 1.3} {top - 16} {CENTRE + wide * 1.3} {top - 16} {CENTRE + wide * 0.86} {seat}"
        canvas.tube(d, stem, 10)
        inner = f"M{CENTRE - wide * 0.66} {seat}C{CENTRE - wide * 0.9} {top + 22} {CENTRE + wide * 0.9} {top + 22} {CENTRE + wide * 0.66} {seat}Z"
        canvas.part(inner, Paint("#d9b77f", material="rattan"), "flat", shadow=False)
        canvas.tube(
            f"M{CENTRE - wide * 0.66} {seat}C{CENTRE - wide * 0.9} {top + 22} {CENTRE + wide * 0.9} {top + 22} {CENTRE + wide * 0.66} {seat}",
            stem,
            6,
        )
    elif kind == "shell":
        d = half(
            (0, top),
            (wide * 0.5, top, wide * 0.96, top + 12, wide, top + 50),
            (wide + 6, seat - 40, wide + 18, seat - 34, wide + 16, seat - 8),
            (wide * 0.6, seat + 12, 0, seat + 12),
        )
        canvas.part(d, spec.paint, "soft", shadow=False, rim=True)
        canvas.part(
            half(
                (0, seat - 36),
                (wide * 0.7, seat - 32, wide * 0.9, seat - 4),
                (wide * 0.6, seat + 8, 0, seat + 8),
            ),
            spec.plain,
            "under",
            shadow=False,
            edge=0.0,
            opacity=0.45,
        )
    else:
        for side in (-1, 1):
            canvas.tube(
                line((CENTRE + side * wide * 0.62, seat), (CENTRE + side * wide * 0.66, top + 50)),
                stem,
                8,
            )
        canvas.part(
            box(CENTRE - wide * 0.98, top, wide * 1.96, (seat - top) * 0.66, 22),
            spec.paint,
            "cloth",
            shadow=False,
            rim=True,
        )
        if spec.material in ("leather", "velvet"):
            for dx in (-0.5, 0, 0.5):
                canvas.button(
                    CENTRE + dx * wide, top + (seat - top) * 0.32, 4, darker(spec.colours[0], 0.25)
                )
    cushion = (
        spec.paint
        if spec.is_("finish", "upholstered")
        else spec.trim.of("linen")
        if spec.is_("finish", "cushion")
        else wood
    )
    if kind == "hoop" and not spec.is_("finish", "cushion"):
        cushion = Paint("#d9b77f", material="rattan")
    canvas.part(
        half(
            (0, seat - 14),
            (wide * 0.8, seat - 14, wide + 2, seat - 6),
            (wide + 14, seat + 14),
            (wide * 0.7, seat + 22, 0, seat + 22),
        ),
        cushion,
        "lying",
        shadow=False,
        rim=True,
    )
    canvas.part(
        half(
            (0, seat + 21),
            (wide * 0.7, seat + 21, wide + 14, seat + 13),
            (wide + 11, seat + 24),
            (wide * 0.7, seat + 32, 0, seat + 32),
        ),
        cushion.plain(darker(cushion.colour, 0.18)),
        "flat",
        shadow=False,
    )
    if kind in ("ladder", "spindle"):
        canvas.tube(line((CENTRE - wide, 306), (CENTRE + wide, 306)), darker(stem, 0.1), 6)


def stool(canvas: Canvas, spec: ProductSpec) -> None:
    wide, seat = 58 + 12 * spec["width"], 330 - spec["height"]
    canvas.frame(CENTRE - wide - 34, seat - 36, CENTRE + wide + 34, FLOOR + 14, fill=0.8)
    canvas.floor(CENTRE, FLOOR + 2, wide + 12)
    colour = spec.hardware if spec.is_("legs", "metal") else spec.timber.colour
    _legs(canvas, spec, seat + 6, wide - 16, back=0.4, lean=22)
    y = seat + (FLOOR - seat) * 0.62
    canvas.tube(line((CENTRE - wide * 0.95, y), (CENTRE + wide * 0.95, y)), darker(colour, 0.08), 6)
    if spec.is_("finish", "upholstered"):
        canvas.part(
            half(
                (0, seat - 26),
                (wide * 0.9, seat - 26, wide + 6, seat - 16),
                (wide + 12, seat + 2, wide, seat + 8),
                (0, seat + 14),
            ),
            spec.paint,
            "lying",
            shadow=False,
            rim=True,
        )
    else:
        canvas.part(
            half(
                (0, seat - 14), (wide, seat - 14, wide + 4, seat - 4), (wide, seat + 8, 0, seat + 9)
            ),
            spec.timber,
            "lying",
            shadow=False,
        )


STYLES = (
    Style("Chairs", "chair", chair, 128,
          {"width": (0, 1), "height": (104, 160), "back": ("spindle", "ladder", "hoop"), "legs": ("wood", "wood", "wood", "metal"), "finish": ("bare", "bare", "cushion")},
          {"height": 0.1, "back=hoop": 0.14, "back=spindle": 0.08, "finish=cushion": 0.08, "width": 0.05}, ("wood",), stands=True, tint="wood"),
    Style("Chairs", "painted chair", chair, 118,
          {"width": (0, 1), "height": (104, 160), "back": ("spindle", "ladder", "ladder"), "legs": ("painted",), "finish": ("painted",)},
          {"height": 0.14, "back=spindle": 0.1, "width": 0.06}, ("wood",), stands=True),
    Style("Chairs", "dining chair", chair, 142,
          {"width": (0, 1), "height": (104, 160), "back": ("shell", "padded"), "legs": WOODED, "finish": ("upholstered",)},
          {"height": 0.12, "back=padded": 0.12, "width": 0.06}, ("linen", "velvet", "leather", "wool", "boucle"), PRINTS, stands=True),
    Style("Chairs", "stool", stool, 84, {"width": (0, 1), "height": (120, 215), "legs": WOODED, "finish": ("upholstered",)},
          {"height": 0.24, "width": 0.08}, ("linen", "velvet", "leather", "boucle"), PRINTS, stands=True),
    Style("Chairs", "milking stool", stool, 66, {"width": (0, 1), "height": (100, 190), "legs": ("wood",), "finish": ("bare",)},
          {"height": 0.24, "width": 0.08}, ("wood",), stands=True, tint="wood"),
)  # fmt: skip
