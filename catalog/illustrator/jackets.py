"""Jackets."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.garment import Torso, body_folds, collar, hem_band, sleeves
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import CENTRE, box, half, line, polygon
from catalog.illustrator.style import ProductSpec, Style

EVERYONE = ("Women", "Men", "Unisex")
WOVENS = (
    "plain", "plain", "plain", "plaid", "houndstooth", "herringbone", "windowpane", "pinstriped",
)  # fmt: skip


def jacket_torso(canvas: Canvas, spec: ProductSpec, **changes: float) -> Torso:
    fit = spec["fit"]
    base = {"top": 66, "neck": 28, "dip": 26, "shoulder": 72 + 10 * fit, "chest": 74 + 12 * fit, "waist": 70 + 16 * fit,
            "hem": 74 + 14 * fit, "length": spec["length"], "slope": 17}  # fmt: skip
    torso = Torso(**(base | changes))
    reach = max(66, torso.hem - torso.chest)
    canvas.frame(
        CENTRE - torso.chest - reach, torso.top - 16, CENTRE + torso.chest + reach, torso.bottom + 8
    )
    return torso


def lapels(canvas: Canvas, spec: ProductSpec, torso: Torso, depth: float, width: float) -> None:
    top = torso.top
    canvas.part(
        half((0, top - 9), (18, top - 9, 26, top - 7), (31, top + 4), (14, top + 10, 0, top + 10)),
        spec.plain,
        "under",
        shadow=True,
    )
    for side in (1, -1):
        lapel = polygon(
            (CENTRE + side * 27, top + 2),
            (CENTRE + side * (30 + width), top + 36),
            (CENTRE + side * (16 + width), top + 44),
            (CENTRE + side * (20 + width), top + 54),
            (CENTRE, top + depth),
        )
        canvas.part(lapel, spec.paint, "flat", angle=-side * 22, shadow=False, edge=0.9)
        neck = polygon(
            (CENTRE + side * 25, top - 8),
            (CENTRE + side * 37, top + 4),
            (CENTRE + side * (33 + width), top + 30),
            (CENTRE + side * (14 + width), top + 33),
            (CENTRE + side * 14, top + 22),
        )
        canvas.part(
            neck,
            spec.paint if spec.is_("collar", "self") else spec.trim,
            "flat",
            angle=-side * 40,
            shadow=False,
            edge=0.9,
        )


def flap_pockets(canvas: Canvas, spec: ProductSpec, torso: Torso, y: float) -> None:
    for side in (-1, 1):
        x = CENTRE + side * torso.hem * 0.55
        canvas.part(box(x - 23, y, 46, 15, 3), spec.paint, "flat", shadow=False, edge=0.85)


def blazer(canvas: Canvas, spec: ProductSpec) -> None:
    depth = spec["depth"]
    torso = jacket_torso(canvas, spec, dip=depth, waist=66 + 14 * spec["fit"])
    canvas.part(torso.back(), spec.trim, "under", shadow=False)
    canvas.part(
        polygon((174, torso.top), (226, torso.top), (200, torso.top + depth)),
        spec.trim,
        "inside",
        shadow=False,
    )
    sleeves(canvas, torso, spec.paint, 196, angle=15, cuff=31)
    canvas.part(torso.body("vee"), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso)
    double = spec.is_("closing", "double")
    edge = CENTRE + (16 if double else 5)
    canvas.stroke(
        f"M{CENTRE} {torso.top + depth}L{edge} {torso.top + depth + 20}V{torso.bottom + 4}",
        darker(spec.colours[0], 0.55),
        1.7,
        0.8,
    )
    button = spec.hardware if spec.is_("buttons", "metal") else darker(spec.colours[0], 0.45)
    for k in range(3 if double else 2):
        y = torso.top + depth + 14 + k * 34
        for x in (CENTRE - 20, CENTRE + 10) if double else (CENTRE,):
            canvas.button(x, y, 4.6, button)
    flap_pockets(canvas, spec, torso, torso.bottom - 74)
    canvas.part(
        polygon(
            (222, torso.armpit + 4),
            (250, torso.armpit),
            (250, torso.armpit + 8),
            (222, torso.armpit + 12),
        ),
        spec.trim,
        "flat",
        shadow=False,
    )
    lapels(canvas, spec, torso, depth, 18 + 8 * spec["fit"])


def bomber(canvas: Canvas, spec: ProductSpec) -> None:
    """Short, ribbed at neck, cuffs and hem, zipped."""
    torso = jacket_torso(canvas, spec, length=spec["length"] - 24, dip=18, neck=29)
    canvas.part(torso.back(), spec.trim, "under", shadow=False)
    arm = spec.trim if spec.is_("collar", "contrast") else spec.paint
    sleeves(canvas, torso, arm, 188, angle=16, cuff=34, flare=4, band=spec.trim, band_width=20)
    canvas.part(torso.body("crew"), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso, 1.3)
    hem_band(canvas, torso, spec.trim, 22)
    canvas.stroke(torso.rim("crew", 5, 3), darker(spec.colours[1], 0.35), 15, 0.6)
    canvas.stroke(torso.rim("crew", 5, 3), spec.colours[1], 13)
    zip_line = line((CENTRE, torso.top + 20), (CENTRE, torso.bottom + 2))
    canvas.stroke(zip_line, darker(spec.colours[0], 0.5), 6)
    canvas.stroke(zip_line, spec.hardware, 3.4, dash="1.6 2.6")
    canvas.part(
        box(CENTRE - 3, torso.top + 32, 6, 16, 2.5),
        spec.plain.plain(spec.hardware).of("metal"),
        "flat",
        shadow=False,
    )
    for side in (-1, 1):
        canvas.stroke(
            line((CENTRE + side * 34, torso.bottom - 84), (CENTRE + side * 52, torso.bottom - 44)),
            darker(spec.colours[0], 0.5),
            4,
            0.8,
        )
        canvas.stroke(
            line((CENTRE + side * 34, torso.bottom - 84), (CENTRE + side * 52, torso.bottom - 44)),
            spec.hardware,
            1.4,
            dash="1.4 2",
        )


def trucker(canvas: Canvas, spec: ProductSpec) -> None:
    """The denim jacket: yoke, two flap pockets, seams to the waist."""
    torso = jacket_torso(canvas, spec, length=spec["length"] - 20, dip=22)
    thread = "#dba156" if spec.material == "denim" else spec.thread
    canvas.part(torso.back(), spec.plain.plain(darker(spec.colours[0], 0.3)), "under", shadow=False)
    sleeves(canvas, torso, spec.paint, 188, angle=16, cuff=32, band=spec.plain, band_width=18)
    canvas.part(torso.body("vee"), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso)
    y = torso.top + 64
    canvas.seam(line((CENTRE - torso.chest + 4, y), (CENTRE + torso.chest - 4, y)), thread, 0.9)
    canvas.stroke(
        line((CENTRE - torso.chest + 4, y - 2), (CENTRE + torso.chest - 4, y - 2)),
        darker(spec.colours[0], 0.5),
        1.2,
        0.7,
    )
    for side in (-1, 1):
        canvas.part(
            polygon(
                (CENTRE + side * 17, y + 2),
                (CENTRE + side * 55, y + 2),
                (CENTRE + side * 55, y + 17),
                (CENTRE + side * 36, y + 27),
                (CENTRE + side * 17, y + 17),
            ),
            spec.plain,
            "flat",
            shadow=False,
            edge=0.9,
        )
        canvas.button(CENTRE + side * 36, y + 17, 3.4, spec.hardware)
        for x0, x1 in ((26, 16), (48, 38)):
            canvas.seam(
                line((CENTRE + side * x0, y + 26), (CENTRE + side * x1, torso.bottom - 20)),
                thread,
                0.8,
            )
    hem = half(
        (0, torso.bottom - 12),
        (torso.hem + 0.5, torso.bottom - 17),
        (torso.hem - 1, torso.bottom),
        (torso.hem * 0.5, torso.bottom + 6, 0, torso.bottom + 6),
    )
    canvas.part(hem, spec.plain, "flat", shadow=False)
    canvas.part(
        box(CENTRE - 9, torso.top + 16, 18, torso.bottom - torso.top - 10),
        spec.plain,
        "flat",
        shadow=False,
    )
    for k in range(5):
        canvas.button(CENTRE, torso.top + 32 + k * (torso.length - 36) / 4, 4.2, spec.hardware)
    collar(
        canvas,
        torso,
        spec.trim if spec.is_("collar", "contrast") else spec.plain,
        spread=52,
        stand=9,
    )


def puffer(canvas: Canvas, spec: ProductSpec) -> None:
    """Down-filled, in rows."""
    torso = jacket_torso(
        canvas,
        spec,
        dip=10,
        neck=30,
        waist=84 + 12 * spec["fit"],
        hem=80 + 12 * spec["fit"],
        chest=82 + 10 * spec["fit"],
    )
    sleeves(canvas, torso, spec.paint, 190, angle=17, cuff=38, flare=6)
    canvas.part(torso.body("crew"), spec.paint, "cloth", rim=True)
    row = spec["row"]
    y = torso.top + 30
    while y < torso.bottom - 6:
        w = torso.shoulder if y < torso.armpit - 20 else torso.chest
        canvas.stroke(
            f"M{CENTRE - w + 3:.1f} {y:.1f}Q{CENTRE} {y + 9:.1f} {CENTRE + w - 3:.1f} {y:.1f}",
            "#1a1420",
            2,
            0.34,
        )
        canvas.stroke(
            f"M{CENTRE - w + 8:.1f} {y + 6:.1f}Q{CENTRE} {y + 15:.1f} {CENTRE + w - 8:.1f} {y + 6:.1f}",
            "#ffffff",
            row * 0.24,
            0.2,
        )
        y += row
    for side in (-1, 1):
        for k in range(1, int(180 / row) + 1):
            cx, cy = (
                CENTRE + side * (torso.shoulder + 8 + k * row * 0.27),
                torso.top + 30 + k * row * 0.95,
            )
            canvas.stroke(
                line((cx + side * 10, cy - 6), (cx - side * 26, cy + 5)), "#1a1420", 1.8, 0.3
            )
    canvas.stroke(
        line((CENTRE, torso.top + 6), (CENTRE, torso.bottom + 4)), darker(spec.colours[0], 0.5), 6
    )
    canvas.stroke(
        line((CENTRE, torso.top + 6), (CENTRE, torso.bottom + 4)), spec.hardware, 3, dash="1.6 2.6"
    )
    if spec.is_("collar", "hood"):
        canvas.part(
            f"M{CENTRE - 34} {torso.top + 6}C{CENTRE - 58} {torso.top - 40} {CENTRE - 30} {torso.top - 62} {CENTRE} {torso.top - 62}C{CENTRE + 30} {torso.top - 62} {CENTRE + 58} {torso.top - 40} {CENTRE + 34} {torso.top + 6}Q{CENTRE} {torso.top + 30} {CENTRE - 34} {torso.top + 6}Z",
            spec.paint,
            "cloth",
        )
        canvas.part(
            f"M{CENTRE - 24} {torso.top + 6}C{CENTRE - 38} {torso.top - 26} {CENTRE - 20} {torso.top - 42} {CENTRE} {torso.top - 42}C{CENTRE + 20} {torso.top - 42} {CENTRE + 38} {torso.top - 26} {CENTRE + 24} {torso.top + 6}Q{CENTRE} {torso.top + 20} {CENTRE - 24} {torso.top + 6}Z",
            spec.trim,
            "inside",
            shadow=False,
        )
        canvas.frame(
            CENTRE - torso.chest - 70, torso.top - 66, CENTRE + torso.chest + 70, torso.bottom + 8
        )
    else:
        canvas.part(
            half(
                (0, torso.top - 16),
                (22, torso.top - 16, 30, torso.top - 12),
                (34, torso.top + 12),
                (18, torso.top + 22, 0, torso.top + 22),
            ),
            spec.paint,
            "soft",
        )


STYLES = (
    Style("Jackets", "blazer", blazer, 128, {"fit": (0, 1), "length": (215, 250), "depth": (72, 112), "closing": ("single", "double"), "collar": ("self", "self", "contrast"), "buttons": ("horn", "metal")},
          {"length": 0.1, "closing=double": 0.16, "buttons=metal": 0.06}, ("cotton", "linen", "wool", "velvet", "corduroy"), WOVENS, EVERYONE),
    Style("Jackets", "bomber jacket", bomber, 96, {"fit": (0.2, 1), "length": (215, 240), "collar": ("self", "contrast")},
          {"length": 0.06, "collar=contrast": 0.08}, ("nylon", "satin", "suede", "leather", "quilted", "wool"), ("plain", "plain", "plain", "floral", "checkerboard", "painted"), EVERYONE),
    Style("Jackets", "trucker jacket", trucker, 92, {"fit": (0.1, 1), "length": (210, 240), "collar": ("self", "self", "contrast")},
          {"length": 0.08, "collar=contrast": 0.1}, ("denim", "denim", "corduroy", "suede"), ("plain",), EVERYONE),
    Style("Jackets", "puffer jacket", puffer, 124, {"fit": (0.1, 1), "length": (195, 235), "row": (24, 42), "collar": ("funnel", "hood")},
          {"length": 0.12, "collar=hood": 0.16, "fit": 0.06}, ("nylon", "nylon", "satin"), ("plain", "plain", "plain", "checkerboard", "ombre"), EVERYONE),
)  # fmt: skip
