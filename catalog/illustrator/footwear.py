"""Sneakers and boots, seen from the side, toe to the left."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import CENTRE, box, curve, ellipse, line
from catalog.illustrator.style import ProductSpec, Style

GROUND = 290.0
EVERYONE = ("Women", "Men", "Unisex")


def _laces(
    canvas: Canvas, start: tuple[float, float], end: tuple[float, float], count: int, colour: str
) -> None:
    """Crossing laces with eyelets, from the vamp up to the tongue."""
    for k in range(count):
        share = k / max(1, count - 1)
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        canvas.flat(ellipse(x + 13, y + 13, 2.6), "#2b2630", 0.7)
        lace = curve((x - 7, y - 3), (x + 4, y + 1), (x + 13, y + 13))
        canvas.stroke(lace, darker(colour, 0.4), 6.4)
        canvas.stroke(lace, colour, 4.8)


def _sole(
    canvas: Canvas, spec: ProductSpec, thick: float, *, lift: float = 0.0, stripe: bool = False
) -> None:
    top, rubber = (
        GROUND - thick,
        spec.plain.of("rubber").plain(
            "#f4f1ea"
            if spec.is_("sole", "white")
            else spec.colours[2]
            if spec.is_("sole", "colour")
            else "#b98a58"
        ),
    )
    d = (
        f"M46 {top + 4}Q44 {top - 2} 54 {top - 1}C120 {top + 5} 200 {top - 3} 262 {top - 2 - lift}L338 {top - 3 - lift}"
        f"Q352 {top - lift} 351 {GROUND - 8}Q350 {GROUND} 340 {GROUND}L92 {GROUND}Q56 {GROUND} 46 {top + 4}Z"
    )
    canvas.part(d, rubber, "lying", shadow=False)
    if stripe:
        canvas.stroke(
            f"M50 {top + thick * 0.42}C120 {top + thick * 0.5} 240 {top + thick * 0.3} 350 {top + thick * 0.34}",
            spec.colours[1],
            3,
        )
    canvas.stroke(
        line((72, GROUND - 4), (344, GROUND - 4)), darker(rubber.colour, 0.5), 4, 0.8, dash="9 3"
    )


def sneaker(canvas: Canvas, spec: ProductSpec) -> None:
    h, thick = spec["height"], spec["thick"]
    low = GROUND - thick
    canvas.frame(40, 135 - h, 356, GROUND + 14, fill=0.82)
    canvas.floor(200, GROUND + 1, 160)
    tongue = f"M262 {165 - h}L246 {128 - h}Q228 {122 - h} 222 {140 - h}L170 {196}L240 {214}Z"
    canvas.part(tongue, spec.trim, "flat", shadow=False)
    canvas.part(
        f"M242 {165 - h}Q290 {148 - h} 330 {162 - h}L326 {200 - h}L240 {200 - h}Z",
        spec.plain.plain(darker(spec.colours[1], 0.45)),
        "under",
        shadow=False,
    )
    upper = (
        f"M342 {low + 4}C348 {low - 34} 338 {200 - h} 338 {166 - h}Q334 {152 - h} 320 {158 - h}Q292 {190 - h * 0.94} 250 {158 - h}"
        f"L236 {150 - h}C{214 - h * 0.1} {178 - h * 0.5} 160 204 116 214C78 222 50 236 49 {low + 4}Z"
    )
    canvas.part(
        upper, spec.paint, "soft" if spec.material == "leather" else "cloth", shadow=False, rim=True
    )
    with canvas.inside(upper):
        if spec.is_("toe", "cap"):
            canvas.part(
                f"M30 {low + 20}V200H92Q112 232 104 {low + 20}Z",
                spec.trim if spec.pattern == "plain" else spec.plain.plain("#f4f1ea"),
                "lying",
                shadow=False,
            )
        elif spec.is_("toe", "mudguard"):
            canvas.part(
                f"M30 {low + 20}V{low - 30}Q90 {low - 34} 128 {low - 14}T190 {low + 10}V{low + 30}Z",
                spec.trim,
                "flat",
                shadow=False,
            )
            canvas.seam(
                f"M40 {low - 25}Q90 {low - 29} 126 {low - 9}T186 {low + 8}", spec.thread, 0.5
            )
        else:
            for k in range(9):
                canvas.flat(
                    ellipse(84 + k % 3 * 14 + k // 3 * 5, 236 + k // 3 * 9 - k % 3 * 3, 1.8),
                    "#1a1420",
                    0.4,
                )
        canvas.part(
            f"M360 {low + 20}V{150 - h}H318Q300 {212 - h * 0.5} 292 {low + 20}Z",
            spec.trim,
            "sleeve",
            shadow=False,
        )
        canvas.part(
            f"M252 {150 - h}L232 {142 - h}L104 220L122 240Q196 224 262 {176 - h * 0.8}Z",
            spec.plain.plain(lighter(spec.colours[0], 0.14)),
            "",
            shadow=False,
        )
        canvas.seam(f"M126 236Q196 220 258 {176 - h * 0.8}", spec.thread, 0.5)
        _motif(canvas, spec, low)
    canvas.stroke(
        f"M320 {158 - h}Q292 {190 - h * 0.94} 250 {158 - h}", darker(spec.colours[1], 0.15), 6
    )
    canvas.part(box(327, 160 - h, 13, 26, 4), spec.third, "flat", shadow=False)
    _laces(
        canvas,
        (136, 206),
        (230, 152 - h),
        5 + int(h / 14),
        "#faf7f0" if spec.is_("laces", "white") else spec.colours[2],
    )
    _sole(
        canvas,
        spec,
        thick,
        lift=6 if thick > 30 else 0,
        stripe=spec.is_("motif", "bars") or thick > 32,
    )


def _motif(canvas: Canvas, spec: ProductSpec, low: float) -> None:
    motif, colour = spec.choice("motif"), spec.colours[2] if spec.pattern == "plain" else "#faf7f0"
    if motif == "bars":
        for k in range(3):
            canvas.stroke(line((214 + 22 * k, low + 4), (232 + 22 * k, 196)), colour, 10, 0.95)
    elif motif == "wave":
        canvas.stroke(
            f"M300 {low - 22}C270 {low - 66} 236 {low + 4} 176 {low - 16}", colour, 12, 0.95
        )
    elif motif == "sun":
        canvas.flat(ellipse(262, 230, 17), colour)
        canvas.flat(ellipse(262, 230, 8), spec.colours[1])
    elif motif == "arrow":
        canvas.stroke(line((214, 210), (262, low - 26), (222, low + 8)), colour, 10, 0.95)


def _boot(shaft: float, front: float, back: float, low: float) -> str:
    """Outline of a boot whose shaft ends at height ``shaft``, toe at the left."""
    return (
        f"M{back} {low + 3}C{back + 6} {low - 40} {back - 8} {low - 70} {back - 6} {shaft + 40}L{back - 2} {shaft}"
        f"Q{(front + back) / 2} {shaft + 9} {front} {shaft}L{front + 4} {shaft + 50}C{front + 2} {low - 74} {front - 14} {low - 56} {front - 60} {low - 44}"
        f"C66 {low - 36} 58 {low - 18} 58 {low + 3}Z"
    )


def boot(canvas: Canvas, spec: ProductSpec) -> None:
    """Chelsea, lace-up, zipped: ankle high to knee high, flat to high-heeled."""
    heel = spec["heel"]
    low = GROUND - 12 - heel * 0.25
    shaft = 196 - spec["shaft"]
    kind = spec.choice("closing")
    canvas.frame(50, shaft - 6, 320, GROUND + 14, fill=0.82)
    canvas.floor(190, GROUND + 1, 140)
    front, back = 206 - 8 * spec["slim"], 306 - 6 * spec["slim"]
    canvas.part(
        f"M{back - 4} {shaft + 6}Q{(front + back) / 2} {shaft - 10} {front + 2} {shaft + 6}L{front + 20} {shaft + 40}H{back - 20}Z",
        spec.plain.plain(darker(spec.colours[0], 0.5)),
        "under",
        shadow=False,
    )
    upper = _boot(shaft, front, back, low)
    canvas.part(upper, spec.paint, "soft", shadow=False, rim=True)
    with canvas.inside(upper):
        if kind == "chelsea":
            mid = (front + back) / 2 + 4
            canvas.part(
                f"M{mid - 22} {shaft - 4}H{mid + 22}L{mid + 14} {low - 60}Q{mid} {low - 44} {mid - 14} {low - 60}Z",
                spec.third,
                "soft",
                shadow=False,
            )
            for k in range(7):
                x = mid - 16 + k * 5.3
                canvas.stroke(
                    line((x, shaft), (mid + (x - mid) * 0.6, low - 56)), "#000000", 1.2, 0.25
                )
        if kind == "zip":
            x = (front + back) / 2 + 12
            canvas.stroke(line((x, shaft + 4), (x + 6, low - 20)), darker(spec.colours[0], 0.55), 7)
            canvas.stroke(
                line((x, shaft + 4), (x + 6, low - 20)), spec.hardware, 3.4, dash="1.8 2.6"
            )
        canvas.fold((front + 2, low - 84), (front + 40, low - 70), (front + 84, low - 92), 5)
        canvas.fold((front - 8, low - 66), (front + 30, low - 50), (front + 72, low - 66), 5)
        canvas.seam(
            f"M{back - 34} {low + 2}C{back - 46} {low - 44} {back - 30} {low - 70} {back - 30} {shaft + 10}",
            spec.thread,
            0.5,
        )
        canvas.seam(
            f"M104 {low + 2}C110 {low - 20} 118 {low - 34} 132 {low - 46}", spec.thread, 0.6
        )
        canvas.shine(
            f"M74 {low - 14}Q84 {low - 34} 122 {low - 38}Q96 {low - 26} 86 {low - 10}Z",
            0.3 if spec.material in ("leather", "rubber") else 0.12,
        )
    if kind == "laces":
        canvas.part(
            f"M{front + 4} {shaft + 2}L{front - 8} {shaft - 8}Q{front - 18} {shaft - 4} {front - 12} {shaft + 20}L{front} {low - 70}L{front + 14} {low - 70}Z",
            spec.trim,
            "flat",
            shadow=False,
        )
        count = int((low - 62 - shaft) / 15)
        for k in range(count):
            y = shaft + 14 + k * 15
            canvas.flat(ellipse(front + 22, y + 6, 3), spec.hardware)
            canvas.stroke(
                curve((front - 4, y), (front + 8, y + 1), (front + 22, y + 6)), spec.colours[2], 4
            )
    if kind == "buckle":
        canvas.part(
            f"M{front - 10} {low - 62}L{back + 2} {low - 92}L{back + 1} {low - 76}L{front - 16} {low - 46}Z",
            spec.trim,
            "flat",
            shadow=False,
        )
        canvas.stroke(box(back - 40, low - 96, 20, 24, 4), spec.hardware, 3.4)
    if spec.is_("cuff", "fold"):
        canvas.part(
            f"M{front - 5} {shaft - 3}Q{(front + back) / 2} {shaft + 7} {back + 3} {shaft - 3}L{back + 1} {shaft + 26}Q{(front + back) / 2} {shaft + 37} {front - 3} {shaft + 26}Z",
            spec.trim.of("fleece"),
            "soft",
            shadow=False,
        )
    elif kind == "chelsea":
        canvas.part(box(back - 10, shaft - 16, 9, 26, 3), spec.third, "flat", shadow=False)
    _boot_sole(canvas, spec, low, heel, back)


def _boot_sole(canvas: Canvas, spec: ProductSpec, low: float, heel: float, back: float) -> None:
    colour = (
        "#8a5f3c"
        if spec.is_("sole", "stacked")
        else "#2c2a2c"
        if spec.is_("sole", "black")
        else "#ead9b8"
    )
    rubber = spec.plain.plain(colour).of("wood" if spec.is_("sole", "stacked") else "rubber")
    canvas.part(
        f"M{back - 62} {low}H{back + 4}L{back - 1 - heel * 0.1:.1f} {GROUND}H{back - 48 + heel * 0.25:.1f}Q{back - 54} {low + 20} {back - 62} {low}Z",
        rubber,
        "soft",
        shadow=False,
    )
    canvas.part(
        f"M54 {low}H{back + 4}V{low + 8}H{back - 60}C{back - 110} {low + 8} 190 {GROUND} 160 {GROUND}H92Q58 {GROUND} 54 {low}Z",
        rubber,
        "lying",
        shadow=False,
    )
    canvas.seam(line((62, low + 4), (back, low + 4)), lighter(colour, 0.6), 0.7)


def wellington(canvas: Canvas, spec: ProductSpec) -> None:
    """Rubber boots, a pair, one behind the other."""
    low, shaft = GROUND - 14, 190 - spec["shaft"]
    canvas.frame(50, shaft - 20, 346, GROUND + 14, fill=0.82)
    canvas.floor(205, GROUND + 1, 152)
    for dx, dy in ((36, -12), (0, 0)):
        canvas.add(f'<g transform="translate({dx} {dy})">')
        front, back = 194, 306
        canvas.part(
            f"M{back - 3} {shaft + 4}Q{CENTRE + 50} {shaft - 14} {front + 1} {shaft + 4}L{front + 10} {shaft + 24}H{back - 10}Z",
            spec.trim,
            "under",
            shadow=False,
        )
        upper = _boot(shaft, front, back, low)
        canvas.part(upper, spec.paint, "glossy", shadow=False, rim=True)
        with canvas.inside(upper):
            canvas.part(f"M40 {low - 12}H330V{low + 20}H40Z", spec.trim, "flat", shadow=False)
            canvas.shine(
                f"M76 {low - 20}Q90 {low - 38} 132 {low - 42}Q104 {low - 30} 90 {low - 16}Z", 0.5
            )
        canvas.part(
            f"M{front - 2} {shaft - 2}Q{CENTRE + 50} {shaft + 9} {back} {shaft - 2}L{back - 1} {shaft + 14}Q{CENTRE + 50} {shaft + 24} {front - 1} {shaft + 14}Z",
            spec.trim,
            "soft",
            shadow=False,
        )
        if spec.is_("strap", "buckle"):
            canvas.part(
                f"M{back - 44} {shaft + 28}H{back - 2}V{shaft + 42}H{back - 44}Z",
                spec.third,
                "flat",
                shadow=False,
            )
            canvas.stroke(box(back - 52, shaft + 25, 16, 20, 3), spec.hardware, 3)
        canvas.part(
            f"M55 {low}H{back + 3}V{GROUND}H{back - 52}L{back - 58} {low + 8}H190L182 {GROUND}H84Q58 {GROUND} 55 {low}Z",
            spec.plain.plain("#ece4d2" if spec.is_("sole", "cream") else "#2d2b2d"),
            "lying",
            shadow=False,
        )
        canvas.add("</g>")


STYLES = (
    Style("Sneakers", "sneakers", sneaker, 72,
          {"height": (-34, 50), "thick": (17, 40), "toe": ("cap", "mudguard", "plain"), "motif": ("none", "bars", "wave", "sun", "arrow"), "sole": ("white", "white", "gum", "colour"), "laces": ("white", "colour")},
          {"height": 0.18, "thick": 0.12, "toe=mudguard": 0.08, "toe=cap": 0.04, "motif=bars": 0.05, "motif=wave": 0.05, "motif=arrow": 0.05, "motif=sun": 0.05},
          ("canvas", "canvas", "leather", "suede", "mesh", "denim"), ("plain", "plain", "plain", "checkerboard", "floral", "dotted", "striped", "leaf", "plaid", "starry"), EVERYONE, stands=True),
    Style("Boots", "boots", boot, 128,
          {"shaft": (30, 165), "heel": (4, 46), "slim": (0, 1), "closing": ("chelsea", "laces", "zip", "buckle"), "sole": ("stacked", "black", "cream"), "cuff": ("none", "none", "none", "fold")},
          {"shaft": 0.38, "heel": 0.1, "closing=laces": 0.06, "closing=buckle": 0.08, "cuff=fold": 0.08},
          ("leather", "leather", "suede", "canvas"), ("plain", "plain", "plain", "plain", "plain", "houndstooth", "floral"), EVERYONE, stands=True),
    Style("Boots", "wellingtons", wellington, 58, {"shaft": (40, 140), "strap": ("none", "buckle"), "sole": ("cream", "black")},
          {"shaft": 0.24, "strap=buckle": 0.1}, ("rubber",), ("plain", "plain", "dotted", "floral", "striped", "ditsy", "starry"), EVERYONE, stands=True),
)  # fmt: skip
