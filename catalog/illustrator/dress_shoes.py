"""Heels, flats and sandals."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import box, curve, ellipse, smooth
from catalog.illustrator.style import ProductSpec, Style

GROUND = 290.0
TAN = "#c79a68"


def pump(canvas: Canvas, spec: ProductSpec) -> None:
    """Heeled shoe from the side: pumps, slingbacks, Mary Janes."""
    heel, back, low = spec["heel"], 322, GROUND
    seat = low - 14 - heel
    toe = 66 - 20 * spec["point"]
    canvas.frame(toe - 6, seat - 78, 338, low + 12, fill=0.8)
    canvas.floor(toe + 70, low + 1, 78)
    canvas.floor(back - 24, low + 1, 34)
    kind = spec.choice("heel kind")
    width = {"stiletto": 9, "block": 40, "kitten": 13, "flared": 34}[kind]
    waist = width * (0.5 if kind == "flared" else 0.9)
    canvas.part(
        f"M{back - 52} {seat + 15}L{back + 1} {seat + 4}Q{back - 2} {seat + heel * 0.5:.1f} {back - 8} {low}H{back - 8 - width}"
        f"Q{back - 12 - waist:.1f} {seat + 22 + heel * 0.3:.1f} {back - 52} {seat + 15}Z",
        spec.trim if spec.is_("heel colour", "contrast") else spec.plain, "soft", shadow=False)  # fmt: skip
    toe_box = f"M{toe} {low - 6}C{toe + 4} {low - 30} {toe + 36} {low - 44} {toe + 72} {low - 50}Q{toe + 94} {low - 52} {toe + 104} {low - 38 - heel * 0.1:.1f}"
    sole = f"C{toe + 168} {low - 5} {toe + 140} {low - 2} {toe + 104} {low - 2}Q{toe + 40} {low + 3} {toe} {low - 6}Z"
    if spec.is_("back", "sling"):
        canvas.part(
            f"M{toe + 96} {low - 12}C{toe + 164} {low - 16} {back - 116} {seat + 22} {back - 52} {seat + 4}L{back - 2} {seat - 5}L{back + 1} {seat + 5}L{back - 48} {seat + 16}C{back - 112} {seat + 36} {toe + 168} {low - 5} {toe + 104} {low - 2}Z",
            spec.plain.plain(TAN), "lying", shadow=False)  # fmt: skip
        edge = (toe + 168, low - 26 - heel * 0.3)
        upper = f"{toe_box}C{toe + 128} {low - 26 - heel * 0.16:.1f} {toe + 148} {low - 28 - heel * 0.26:.1f} {edge[0]} {edge[1]:.1f}L{edge[0] - 8} {low - 9 - heel * 0.12:.1f}{sole}"
        strap = f"M{edge[0] - 8} {edge[1] + 4:.1f}C{back - 110} {seat - 26} {back - 54} {seat - 46} {back - 6} {seat - 44}Q{back + 3} {seat - 42} {back + 1} {seat - 34}"
        canvas.stroke(strap, darker(spec.colours[0], 0.5), 9)
        canvas.stroke(strap, spec.colours[0], 7)
        canvas.button(back - 74, seat - 33, 4.4, spec.hardware)
    else:
        upper = (
            f"{toe_box}C{toe + 144} {low - 28 - heel * 0.26:.1f} {back - 112} {seat - 4} {back - 62} {seat - 34}C{back - 36} {seat - 50} {back - 20} {seat - 64} {back - 4} {seat - 66}"
            f"Q{back + 6} {seat - 64} {back + 5} {seat - 46}Q{back + 9} {seat - 16} {back + 1} {seat + 6}L{back - 48} {seat + 16}C{back - 112} {seat + 36} {sole[1:]}"
        )
    canvas.part(upper, spec.paint, "soft", shadow=False, rim=True)
    canvas.stroke(
        f"M{toe + 2} {low - 4}Q{toe + 40} {low + 3} {toe + 104} {low - 1}",
        darker(spec.colours[0], 0.6),
        3,
    )
    canvas.shine(
        f"M{toe + 16} {low - 20}Q{toe + 34} {low - 38} {toe + 66} {low - 43}Q{toe + 44} {low - 31} {toe + 32} {low - 16}Z",
        0.35,
    )
    _vamp(canvas, spec, toe, back, seat, low, heel)


def _vamp(
    canvas: Canvas, spec: ProductSpec, toe: float, back: float, seat: float, low: float, heel: float
) -> None:
    """What sits over the toes: a strap, a bow, a buckle."""
    if spec.is_("front", "strap"):
        x = toe + 132
        d = curve(
            (toe + 96, low - 42),
            (x - 16, low - 84 - heel * 0.3),
            (x + 22, low - 66 - heel * 0.44),
            (x + 34, low - 32 - heel * 0.34),
        )
        canvas.stroke(d, darker(spec.colours[0], 0.5), 11)
        canvas.stroke(d, spec.colours[0], 9)
        canvas.button(x + 32, low - 38 - heel * 0.36, 5, spec.hardware)
    elif spec.is_("front", "bow"):
        x, y = toe + 84, low - 52
        for side in (-1, 1):
            canvas.part(
                f"M{x} {y}C{x + side * 8} {y - 18} {x + side * 27} {y - 17} {x + side * 25} {y}C{x + side * 25} {y + 12} {x + side * 8} {y + 12} {x} {y}Z",
                spec.trim,
                "flat",
                shadow=False,
            )
        canvas.part(ellipse(x, y, 5), spec.trim, "flat", shadow=False)
    elif spec.is_("front", "buckle"):
        canvas.stroke(box(toe + 64, low - 62, 24, 20, 4), spec.hardware, 4)


def loafer(canvas: Canvas, spec: ProductSpec) -> None:
    heel = spec["heel"]
    low = GROUND - 10
    canvas.frame(50, 165, 350, GROUND + 14, fill=0.8)
    canvas.floor(200, GROUND + 1, 150)
    canvas.part(
        "M196 196Q260 180 326 196L318 232H210Z", spec.plain.plain(TAN), "under", shadow=False
    )
    body = f"M56 {low}C56 244 92 232 132 224C160 214 176 190 204 186Q226 200 262 208Q300 206 322 184Q336 182 338 200Q344 240 340 {low}Z"
    canvas.part(body, spec.paint, "soft", shadow=False, rim=True)
    with canvas.inside(body):
        canvas.stroke(
            f"M92 {low - 4}C96 262 128 250 168 246Q204 238 222 204",
            darker(spec.colours[0], 0.5),
            2.2,
            0.7,
        )
        canvas.seam(f"M98 {low - 4}C102 266 132 255 172 251Q208 243 227 208", spec.thread, 0.55)
        canvas.shine(f"M72 {low - 10}Q82 254 116 242Q98 258 92 {low - 10}Z", 0.3)
        if spec.is_("front", "penny"):
            canvas.part("M150 196L196 180L262 262L206 280Z", spec.trim, "flat", shadow=False)
    if spec.is_("front", "penny"):
        canvas.part(
            "M178 214l24 -14l10 14l-24 15Z",
            spec.plain.plain(darker(spec.colours[0], 0.4)),
            "flat",
            shadow=False,
        )
    elif spec.is_("front", "bit"):
        canvas.stroke("M160 232Q186 220 214 208", spec.hardware, 4.5)
        for x, y in ((158, 233), (214, 208)):
            canvas.stroke(ellipse(x, y, 8, 9), spec.hardware, 4)
    elif spec.is_("front", "tassel"):
        canvas.stroke("M186 214Q240 206 330 208", spec.colours[1], 4)
        for dx in (-2, 16):
            canvas.part(f"M{176 + dx} 222l-6 26h14l-3 -27Z", spec.trim, "soft", shadow=False)
            canvas.part(ellipse(178 + dx, 220, 5), spec.trim, "soft", shadow=False)
    sole = spec.plain.plain(
        "#3a3032"
        if spec.is_("sole", "dark")
        else "#b4864f"
        if spec.is_("sole", "tan")
        else "#f2ede2"
    )
    canvas.part(f"M{262 - heel} {low}H344V{GROUND + 4}H{266 - heel}Z", sole, "soft", shadow=False)
    canvas.part(
        f"M52 {low - 3}H346V{low + 6}H262L190 {GROUND + 4}H84Q56 {GROUND + 2} 52 {low - 3}Z",
        sole,
        "lying",
        shadow=False,
    )


def ballet(canvas: Canvas, spec: ProductSpec) -> None:
    """A pair from above."""
    wide, deep = 46 + 8 * spec["round"], spec["open"]
    canvas.frame(84, 50, 316, 350, fill=0.84)
    for side in (-1, 1):
        x = 200 + side * 58
        canvas.add(f'<g transform="rotate({side * 4} {x} 200)">')
        toe_y = 56 + 10 * spec["round"]
        outer = smooth(
            [
                (x, toe_y),
                (x + wide * 0.72, toe_y + 34),
                (x + wide - 2, 140),
                (x + wide * 0.74, 220),
                (x + wide * 0.72, 296),
                (x + wide * 0.4, 338),
                (x, 346),
                (x - wide * 0.4, 338),
                (x - wide * 0.72, 296),
                (x - wide * 0.74, 220),
                (x - wide + 2, 140),
                (x - wide * 0.72, toe_y + 34),
            ]
        )
        canvas.part(outer, spec.paint, "soft", rim=True)
        top = 104 + deep
        inner = smooth(
            [
                (x, top),
                (x + wide * 0.5, top + 26),
                (x + wide * 0.58, 210),
                (x + wide * 0.55, 290),
                (x, 334),
                (x - wide * 0.55, 290),
                (x - wide * 0.58, 210),
                (x - wide * 0.5, top + 26),
            ]
        )
        canvas.part(inner, spec.plain.plain("#e6d2b4"), "inside", shadow=False)
        canvas.stroke(inner, darker(spec.colours[0], 0.25), 3.4)
        canvas.flat(box(x - 11, 268, 22, 12, 3), spec.colours[0], 0.5)
        if spec.is_("front", "toecap"):
            with canvas.inside(outer):
                canvas.part(
                    f"M{x - 60} 40H{x + 60}V104Q{x} 90 {x - 60} 104Z",
                    spec.trim,
                    "lying",
                    shadow=False,
                )
        if spec.is_("front", "strap"):
            d = curve((x - wide * 0.8, 196), (x, 178), (x + wide * 0.8, 196))
            canvas.stroke(d, darker(spec.colours[0], 0.5), 12)
            canvas.stroke(d, spec.colours[0], 10)
            canvas.button(x + side * wide * 0.7, 193, 5, spec.hardware)
        if spec.is_("front", "bow"):
            for wing in (-1, 1):
                canvas.part(
                    f"M{x} {top}C{x + wing * 6} {top - 13} {x + wing * 21} {top - 11} {x + wing * 20} {top}C{x + wing * 20} {top + 9} {x + wing * 6} {top + 9} {x} {top}Z",
                    spec.trim,
                    "flat",
                    shadow=False,
                )
            canvas.part(ellipse(x, top, 4), spec.trim, "flat", shadow=False)
        canvas.add("</g>")


def slide(canvas: Canvas, spec: ProductSpec) -> None:
    """A pair of slides or thong sandals from above."""
    wide = 44 + 7 * spec["wide"]
    canvas.frame(88, 46, 312, 354, fill=0.84)
    kind = spec.choice("straps")
    for side in (-1, 1):
        x = 200 + side * 56
        canvas.add(f'<g transform="rotate({side * 5} {x} 200)">')
        outline = [
            (x - side * 6, 58),
            (x + wide * 0.7, 84),
            (x + wide, 140),
            (x + wide * 0.78, 214),
            (x + wide * 0.74, 300),
            (x + wide * 0.4, 338),
            (x, 346),
            (x - wide * 0.4, 338),
            (x - wide * 0.74, 300),
            (x - wide * 0.78, 214),
            (x - wide, 140),
            (x - wide * 0.7, 84),
        ]
        canvas.part(
            smooth(outline),
            spec.plain.plain(
                "#8a6242" if spec.is_("sole", "cork") else darker(spec.colours[2], 0.2)
            ),
            "flat",
            rim=True,
        )
        inner = smooth([(x + (a - x) * 0.88, 200 + (b - 200) * 0.95) for a, b in outline])
        canvas.part(
            inner,
            spec.plain.plain("#d2ab7c" if spec.is_("sole", "cork") else spec.colours[2]).of(
                "suede"
            ),
            "inside",
            shadow=False,
            edge=0.3,
        )
        canvas.flat(ellipse(x, 296, wide * 0.45, 34), "#000000", 0.07)
        if kind == "thong":
            for wing in (-1, 1):
                d = curve(
                    (x - side * 8, 104), (x + wing * wide * 0.4, 130), (x + wing * wide * 0.86, 206)
                )
                canvas.stroke(d, darker(spec.colours[0], 0.5), 15)
                canvas.stroke(d, spec.colours[0], 12.5)
                canvas.stroke(d, "#ffffff", 3, 0.25)
            canvas.button(x - side * 8, 104, 7, spec.hardware)
        else:
            bands = {
                "one": ((120, 64),),
                "two": ((112, 34), (172, 34)),
                "cross": ((118, 28), (186, 24)),
            }[kind]
            for k, (y, h) in enumerate(bands):
                tilt = (14 if k == 0 else -14) * side if kind == "cross" else 0
                w = wide + 4 if y < 150 else wide * 0.86 + 4
                d = f"M{x - w} {y + tilt}Q{x} {y - 16} {x + w} {y - tilt}L{x + w - 2} {y + h - tilt}Q{x} {y + h - 14} {x - w + 2} {y + h + tilt}Z"
                canvas.part(d, spec.paint, "soft", shadow=False, rim=True)
                canvas.seam(
                    f"M{x - w + 5} {y + 6 + tilt}Q{x} {y - 9} {x + w - 5} {y + 6 - tilt}",
                    spec.thread,
                    0.5,
                )
                if spec.is_("buckle", "yes"):
                    canvas.stroke(
                        box(x + side * wide * 0.6 - 8, y + h * 0.2 - 4, 16, h * 0.55, 4),
                        spec.hardware,
                        3,
                    )
        canvas.add("</g>")


def wedge(canvas: Canvas, spec: ProductSpec) -> None:
    """Strappy sandal on a wedge or platform, from the side."""
    rise, front = spec["rise"], 14 + spec["platform"]
    seat, ball = GROUND - 16 - rise - spec["platform"], GROUND - front
    canvas.frame(52, seat - 92, 344, GROUND + 12, fill=0.8)
    canvas.floor(198, GROUND + 1, 146)
    material = spec.choice("base")
    tone = {"cork": "#c08e5e", "straw": "#d8b67c", "wood": "#9a6840"}[material]
    base = f"M60 {ball + 2}C120 {ball + 4} 190 {ball - 2} 236 {(ball + seat) / 2:.0f}Q280 {seat + 4} 336 {seat}Q342 {GROUND - 30} 330 {GROUND}H92Q58 {GROUND - 2} 60 {ball + 2}Z"
    back_straps = (
        ((84, ball - 2), (108, ball - 62), (176, ball - 2)),
        ((140, ball - 2), (178, ball - 66), (214, ball - 16)),
    )
    canvas.stroke(
        curve((298, seat), (326, seat - 60), (330, seat - 2)), darker(spec.colours[0], 0.45), 11
    )
    canvas.part(
        base,
        spec.plain.plain(tone).of(
            "straw" if material == "straw" else "wood" if material == "wood" else "stoneware"
        ),
        "lying",
        shadow=False,
    )
    canvas.part(
        f"M56 {ball + 3}C120 {ball + 6} 190 {ball} 236 {(ball + seat) / 2 + 2:.0f}Q280 {seat + 6} 338 {seat + 2}V{seat - 6}Q280 {seat - 4} 232 {(ball + seat) / 2 - 6:.0f}C190 {ball - 8} 120 {ball - 4} 58 {ball - 5}Z",
        spec.plain.plain(lighter(tone, 0.3)),
        "flat",
        shadow=False,
    )
    straps = back_straps[: 1 if spec.is_("straps", "wide") else 2]
    for a, c, b in straps:
        w = 40 if spec.is_("straps", "wide") else 15
        d = curve(a, (a[0] + 6, c[1]), (b[0] - 10, c[1] + 4), b)
        d = f"{d}L{b[0] - w * 0.75:.0f} {b[1] + 4}C{b[0] - w:.0f} {c[1] + 26} {a[0] + w * 0.9:.0f} {c[1] + 24} {a[0] + w * 0.85:.0f} {a[1] + 2}Z"
        canvas.part(d, spec.paint, "soft", shadow=False)
    ankle = f"M226 {(ball + seat) / 2 - 8:.0f}C240 {seat - 40} 262 {seat - 66} 292 {seat - 74}Q324 {seat - 78} 330 {seat - 60}"
    for colour, width in ((darker(spec.colours[0], 0.5), 12.5), (spec.colours[0], 10.5)):
        canvas.stroke(ankle, colour, width)
        canvas.stroke(curve((330, seat - 64), (340, seat - 30), (334, seat)), colour, width)
    canvas.stroke(box(276, seat - 84, 17, 20, 4), spec.hardware, 3.4)
    if spec.is_("straps", "tie"):
        canvas.stroke(
            f"M262 {seat - 60}q-22 -24 -34 -4M262 {seat - 60}q-30 4 -26 26", spec.colours[0], 5
        )


STYLES = (
    Style("Heels", "heels", pump, 96,
          {"heel": (28, 112), "point": (0, 1), "heel kind": ("stiletto", "block", "kitten", "flared"), "heel colour": ("self", "self", "contrast"), "back": ("closed", "closed", "sling"), "front": ("plain", "strap", "bow", "buckle")},
          {"heel": 0.26, "front=bow": 0.08, "front=buckle": 0.1, "front=strap": 0.05, "heel colour=contrast": 0.05}, ("leather", "suede", "satin", "velvet"),
          ("plain", "plain", "plain", "dotted", "floral", "houndstooth", "checkerboard"), ("Women",), stands=True),
    Style("Flats", "loafers", loafer, 102, {"heel": (0, 14), "front": ("penny", "bit", "tassel", "plain"), "sole": ("dark", "tan", "cream")},
          {"front=bit": 0.14, "front=tassel": 0.1, "front=penny": 0.05}, ("leather", "leather", "suede", "velvet"), ("plain", "plain", "plain", "houndstooth", "plaid"), ("Women", "Men", "Unisex"), stands=True),
    Style("Flats", "ballet flats", ballet, 64, {"round": (0, 1), "open": (0, 34), "front": ("plain", "toecap", "strap", "bow")},
          {"front=bow": 0.08, "front=toecap": 0.1, "front=strap": 0.1}, ("leather", "suede", "satin", "velvet", "canvas"),
          ("plain", "plain", "plain", "dotted", "floral", "gingham", "houndstooth"), ("Women",)),
    Style("Sandals", "slides", slide, 46, {"wide": (0, 1), "straps": ("thong", "one", "two", "cross"), "sole": ("cork", "colour"), "buckle": ("yes", "no")},
          {"straps=two": 0.1, "straps=cross": 0.12, "straps=one": 0.06, "sole=cork": 0.12, "buckle=yes": 0.1}, ("leather", "suede", "canvas", "rubber"),
          ("plain", "plain", "striped", "floral", "leaf", "checkerboard", "dotted"), ("Women", "Men", "Unisex")),
    Style("Sandals", "wedge sandals", wedge, 78, {"rise": (6, 70), "platform": (0, 26), "base": ("cork", "straw", "wood"), "straps": ("two", "wide", "tie")},
          {"rise": 0.2, "platform": 0.12, "straps=tie": 0.08}, ("leather", "suede", "canvas"), ("plain", "plain", "striped", "floral", "gingham", "leaf"), ("Women",), stands=True),
)  # fmt: skip
