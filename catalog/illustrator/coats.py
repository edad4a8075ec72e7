"""Coats and raincoats."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.garment import body_folds, sleeves
from catalog.illustrator.jackets import flap_pockets, jacket_torso, lapels
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import CENTRE, box, line, polygon
from catalog.illustrator.style import ProductSpec, Style

EVERYONE = ("Women", "Men", "Unisex")
WOVENS = (
    "plain", "plain", "plain", "plaid", "houndstooth", "herringbone", "windowpane", "pinstriped",
)  # fmt: skip


def coat(canvas: Canvas, spec: ProductSpec) -> None:
    depth = spec["depth"]
    torso = jacket_torso(
        canvas, spec, top=44, dip=depth, waist=70 + 14 * spec["fit"], hem=84 + 26 * spec["flare"]
    )
    canvas.part(torso.back(), spec.trim, "under", shadow=False)
    canvas.part(
        polygon((174, torso.top), (226, torso.top), (200, torso.top + depth)),
        spec.trim,
        "inside",
        shadow=False,
    )
    sleeves(canvas, torso, spec.paint, 196, angle=14, cuff=33)
    canvas.part(torso.body("vee"), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso, 1.2)
    double = spec.is_("closing", "double")
    edge = CENTRE + (20 if double else 8)
    canvas.stroke(
        f"M{CENTRE} {torso.top + depth}L{edge} {torso.top + depth + 12}V{torso.bottom + 4}",
        darker(spec.colours[0], 0.55),
        1.8,
        0.85,
    )
    waist_y = torso.top + 138
    if not spec.is_("closing", "belt"):
        for k in range(4 if double else 3):
            for x in (CENTRE - 24, CENTRE + 12) if double else (CENTRE,):
                canvas.button(
                    x,
                    torso.top + depth + 16 + k * 36,
                    5.4,
                    spec.hardware if spec.is_("buttons", "metal") else darker(spec.colours[0], 0.5),
                )
    flap_pockets(canvas, spec, torso, waist_y + 34)
    if spec.is_("closing", "belt"):
        canvas.part(
            box(CENTRE - torso.waist - 1, waist_y - 9, 2 * torso.waist + 2, 19, 3),
            spec.plain,
            "flat",
            shadow=False,
            edge=0.9,
        )
        canvas.part(
            polygon(
                (CENTRE + 16, waist_y + 4),
                (CENTRE + 34, waist_y + 70),
                (CENTRE + 20, waist_y + 74),
                (CENTRE + 6, waist_y + 6),
            ),
            spec.plain,
            "flat",
            shadow=False,
            edge=0.9,
        )
        canvas.stroke(box(CENTRE + 2, waist_y - 12, 22, 25, 4), spec.hardware, 3.4)
    lapels(canvas, spec, torso, depth, 22 + 8 * spec["fit"])


def raincoat(canvas: Canvas, spec: ProductSpec) -> None:
    """Hooded, zipped, glossy; also the parka."""
    torso = jacket_torso(
        canvas, spec, top=78, dip=12, length=spec["length"] - 30, hem=86 + 24 * spec["flare"]
    )
    top = torso.top
    canvas.frame(CENTRE - torso.chest - 68, top - 66, CENTRE + torso.chest + 68, torso.bottom + 8)
    sleeves(canvas, torso, spec.paint, 188, angle=15, cuff=34, stitch=spec.thread)
    canvas.part(torso.body("crew"), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso, 1.2)
    canvas.part(
        f"M{CENTRE - 42} {top + 16}C{CENTRE - 64} {top - 36} {CENTRE - 34} {top - 62} {CENTRE} {top - 62}C{CENTRE + 34} {top - 62} {CENTRE + 64} {top - 36} {CENTRE + 42} {top + 16}Q{CENTRE} {top + 40} {CENTRE - 42} {top + 16}Z",
        spec.paint,
        "cloth",
    )
    canvas.part(
        f"M{CENTRE - 27} {top + 10}C{CENTRE - 42} {top - 26} {CENTRE - 22} {top - 44} {CENTRE} {top - 44}C{CENTRE + 22} {top - 44} {CENTRE + 42} {top - 26} {CENTRE + 27} {top + 10}Q{CENTRE} {top + 28} {CENTRE - 27} {top + 10}Z",
        spec.trim,
        "inside",
        shadow=False,
    )
    canvas.part(
        box(CENTRE - 10, top + 26, 20, torso.bottom - top - 20, 2), spec.plain, "flat", shadow=False
    )
    for k in range(5):
        canvas.button(CENTRE, top + 44 + k * (torso.length - 60) / 4, 4.6, spec.hardware)
    for side in (-1, 1):
        x = CENTRE + side * torso.hem * 0.54
        canvas.part(box(x - 24, torso.bottom - 96, 48, 52, 5), spec.plain, "flat", shadow=False)
        canvas.part(
            box(x - 26, torso.bottom - 100, 52, 20, 4), spec.plain, "flat", shadow=False, edge=0.8
        )
        canvas.stroke(
            line((CENTRE + side * 20, top + 24), (CENTRE + side * 22, top + 62)),
            spec.colours[1],
            2.6,
        )
    canvas.seam(
        line(
            (CENTRE - torso.hem + 3, torso.bottom - 9), (CENTRE + torso.hem - 3, torso.bottom - 9)
        ),
        spec.thread,
        0.5,
    )


STYLES = (
    Style("Coats", "coat", coat, 188, {"fit": (0, 1), "flare": (0, 1), "length": (275, 312), "depth": (64, 100), "closing": ("single", "double", "belt"), "collar": ("self", "self", "contrast"), "buttons": ("horn", "metal")},
          {"length": 0.16, "flare": 0.06, "closing=double": 0.14, "closing=belt": 0.18, "buttons=metal": 0.06}, ("cotton", "wool", "wool", "boucle", "cashmere"), WOVENS, EVERYONE),
    Style("Coats", "raincoat", raincoat, 132, {"fit": (0.2, 1), "flare": (0, 1), "length": (262, 300)}, {"length": 0.15, "flare": 0.06},
          ("nylon", "nylon", "canvas", "quilted"), ("plain", "plain", "plain", "striped", "dotted", "starry"), EVERYONE),
)  # fmt: skip
