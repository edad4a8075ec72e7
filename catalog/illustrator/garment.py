"""The parts every top, dress and coat is sewn from: body, sleeves, necklines, collars, plackets."""

from __future__ import annotations

import dataclasses
import math

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.paths import CENTRE, Point, box, curve, half, line, polygon

SLEEVES = {"none": 0.0, "cap": 38.0, "short": 74.0, "elbow": 112.0, "long": 205.0}


@dataclasses.dataclass(frozen=True, slots=True)
class Torso:
    """Half widths and heights of a garment laid flat, in board units."""

    top: float = 62.0
    neck: float = 30.0
    dip: float = 26.0  # how deep the front neckline hangs below the neck points
    shoulder: float = 74.0
    chest: float = 78.0
    waist: float = 76.0
    hem: float = 78.0
    length: float = 250.0
    slope: float = 16.0

    @property
    def armpit(self) -> float:
        return self.top + self.slope + 62

    @property
    def bottom(self) -> float:
        return self.top + self.length

    def body(self, neckline: str = "crew") -> str:
        middle = (self.armpit + self.bottom) / 2
        return half(
            (0, self.top + self.dip),
            *self._neckline(neckline),
            (self.shoulder, self.top + self.slope),
            (self.shoulder - 6, self.armpit - 28, self.chest, self.armpit),
            (self.chest - 1, self.armpit + 18, self.waist, middle - 25, self.waist, middle),
            (self.waist, middle + 30, self.hem - 1, self.bottom - 30, self.hem, self.bottom),
            (self.hem * 0.5, self.bottom + 6, 0, self.bottom + 6),
        )

    def _neckline(self, name: str) -> list[tuple[float, ...]]:
        top, dip = self.top, self.dip
        if name == "vee":
            return [(self.neck, top)]
        if name == "square":
            return [(self.neck - 3, top + dip), (self.neck, top)]
        if name == "boat":
            return [(self.neck * 0.7, top + dip, self.neck, top)]
        return [(self.neck * 0.6, top + dip, self.neck * 0.96, top + dip * 0.6, self.neck, top)]

    def rim(self, neckline: str = "crew", drop: float = 0.0, spread: float = 0.0) -> str:
        """The open line of the front neckline, from shoulder to shoulder, ``drop`` lower."""
        neck, top = self.neck + spread, self.top + drop * 0.25
        low = self.top + self.dip + drop
        if neckline == "vee":
            return line((CENTRE - neck, top), (CENTRE, low), (CENTRE + neck, top))
        if neckline == "square":
            return line(
                (CENTRE - neck, top),
                (CENTRE - neck + 3, low),
                (CENTRE + neck - 3, low),
                (CENTRE + neck, top),
            )
        deep = (low - top) * (1 / 3) + low
        return curve(
            (CENTRE - neck, top),
            (CENTRE - neck * 0.75, deep),
            (CENTRE + neck * 0.75, deep),
            (CENTRE + neck, top),
        )

    def back(self) -> str:
        """The inside of the back, seen through the neckline."""
        n, top = self.neck + 2, self.top
        return half(
            (0, top + 5), (n * 0.7, top + 4, n, top - 2), (n, top + 8), (0, top + self.dip + 10)
        )


def sleeve_path(
    torso: Torso, length: float, angle: float, cuff: float, *, flare: float = 0.0
) -> tuple[str, str, Point]:
    """Right sleeve, the line of its hem, and the middle of the hem."""
    turn = math.radians(angle)
    sx, sy = torso.shoulder, torso.top + torso.slope
    ox, oy = sx + length * math.sin(turn), sy + length * math.cos(turn)
    ix, iy = ox - (cuff + flare) * math.cos(turn), oy + (cuff + flare) * math.sin(turn) * 0.9
    bulge = 5 + length * 0.03 + flare * 0.2
    d = (
        f"M{CENTRE + sx - 12:.1f} {sy - 2:.1f}L{CENTRE + sx:.1f} {sy:.1f}"
        f"Q{CENTRE + sx + length * 0.34 * math.sin(turn) + bulge:.1f} {sy + length * 0.34 * math.cos(turn) - bulge * 0.3:.1f} "
        f"{CENTRE + ox:.1f} {oy:.1f}L{CENTRE + ix:.1f} {iy:.1f}"
        f"Q{CENTRE + (ix + torso.chest) / 2 + 1 - flare * 0.2:.1f} {(iy + torso.armpit) / 2 - 2:.1f} "
        f"{CENTRE + torso.chest - 3:.1f} {torso.armpit + 2:.1f}L{CENTRE + torso.shoulder - 16:.1f} {torso.armpit - 8:.1f}Z"
    )
    hem = line((CENTRE + ox, oy), (CENTRE + ix, iy))
    return d, hem, (CENTRE + (ox + ix) / 2, (oy + iy) / 2)


def mirrored(d: str) -> str:
    """The left twin of a right part (absolute commands M L Q C Z only)."""
    out, pair, number = [], 0, ""
    for char in d + " ":
        if char.isdigit() or char in ".-":
            number += char
            continue
        if number:
            value = float(number)
            out.append(f"{2 * CENTRE - value:.1f}" if pair % 2 == 0 else f"{value:.1f}")
            pair, number = pair + 1, ""
        out.append(char)
    return "".join(out).strip()


def sleeves(
    canvas: Canvas,
    torso: Torso,
    paint: Paint,
    length: float,
    *,
    angle: float = 24.0,
    cuff: float = 34.0,
    flare: float = 0.0,
    band: Paint | None = None,
    band_width: float = 12.0,
    stitch: str = "",
) -> None:
    """Both sleeves, with a ribbed ``band`` or a stitched hem."""
    if length <= 0:
        return
    d, hem, _ = sleeve_path(torso, length, angle, cuff, flare=flare)
    turn = math.radians(angle)
    for side in (1, -1):
        flip = (lambda path: path) if side == 1 else mirrored
        canvas.part(flip(d), paint, "sleeve" if side == 1 else "cloth", angle=-side * angle)
        if length > 120:
            ex = CENTRE + side * (torso.shoulder + length * 0.45 * math.sin(turn) - cuff * 0.3)
            ey = torso.top + torso.slope + length * 0.48
            canvas.fold((ex - side * 16, ey - 12), (ex, ey), (ex + side * 14, ey - 5), 4)
            canvas.fold((ex - side * 14, ey + 8), (ex, ey + 10), (ex + side * 10, ey + 2), 3)
        canvas.fold(
            (CENTRE + side * (torso.chest - 4), torso.armpit - 2),
            (CENTRE + side * (torso.chest + 2), torso.armpit - 22),
            (CENTRE + side * (torso.shoulder + 14), torso.armpit - 34), 4,
        )  # fmt: skip
        dx, dy = side * math.sin(turn) * band_width, math.cos(turn) * band_width
        ends = _line_ends(flip(hem))
        if band:
            (ax, ay), (bx, by) = ends
            cuffed = polygon((ax, ay), (bx, by), (bx - dx, by - dy), (ax - dx, ay - dy))
            canvas.part(cuffed, band, "sleeve", angle=-side * angle, shadow=False)
            ribs(canvas, (ax, ay), (bx, by), (-dx, -dy), band.colour)
        elif stitch:
            inner = [(x - dx * 0.6, y - dy * 0.6) for x, y in ends]
            canvas.seam(line(*inner), stitch, 0.5)


def _line_ends(d: str) -> list[Point]:
    return [(float(x), float(y)) for x, y in (p.split() for p in d[1:].split("L"))]


def ribs(canvas: Canvas, a: Point, b: Point, up: Point, colour: str, gap: float = 4.5) -> None:
    """Ribbing across a band from ``a`` to ``b`` whose depth is the vector ``up``."""
    count = max(2, int(math.dist(a, b) / gap))
    d = "".join(
        line(p, (p[0] + up[0], p[1] + up[1]))
        for p in (
            (a[0] + (b[0] - a[0]) * k / count, a[1] + (b[1] - a[1]) * k / count)
            for k in range(1, count)
        )
    )
    canvas.stroke(d, "#1a1420", 1.0, 0.2)


def hem_band(canvas: Canvas, torso: Torso, paint: Paint, height: float = 15.0) -> None:
    """A ribbed welt at the bottom."""
    h, y = torso.hem, torso.bottom
    d = half(
        (0, y + 6 - height),
        (h * 0.5, y + 6 - height, h + 0.5, y - height),
        (h - 3, y),
        (h * 0.5, y + 6, 0, y + 6),
    )
    canvas.part(d, paint, "cloth", shadow=False)
    ribs(canvas, (CENTRE - h + 4, y + 2), (CENTRE + h - 4, y + 2), (0, -height + 3), paint.colour)


def collar(
    canvas: Canvas, torso: Torso, paint: Paint, *, spread: float = 34.0, stand: float = 10.0
) -> None:
    """A shirt collar, its two points and the stand behind the neck."""
    n, top = torso.neck, torso.top
    canvas.part(half((0, top - stand), (n * 0.7, top - stand, n - 4, top - stand + 4), (n + 2, top + 4), (n * 0.5, top + 12, 0, top + 12)), paint, "under", shadow=True)  # fmt: skip
    for side in (1, -1):
        d = polygon(
            (CENTRE + side * (n - 5), top - stand + 2),
            (CENTRE + side * (n + 7), top + 5),
            (CENTRE + side * (spread * 0.62), top + 38),
            (CENTRE + side * 1, top + 19),
        )
        canvas.part(d, paint, "flat", angle=-side * 35, shadow=False, edge=0.8)


def placket(
    canvas: Canvas, torso: Torso, paint: Paint, button: str, *, count: int = 6, width: float = 9.0
) -> None:
    """The buttoned strip down the front."""
    top = torso.top + torso.dip * 0.7
    canvas.part(
        box(CENTRE - width, top, 2 * width, torso.bottom + 5 - top),
        paint,
        "flat",
        shadow=False,
        edge=0.35,
    )
    gap = (torso.bottom - top - 26) / max(1, count - 1)
    for k in range(count):
        canvas.button(CENTRE, top + 12 + gap * k, 3.4, button)


def body_folds(canvas: Canvas, torso: Torso, strength: float = 1.0) -> None:
    """Creases where cloth hangs: from the armpits and towards the hem."""
    random = canvas.random
    for side in (1, -1):
        x, y = CENTRE + side * (torso.chest - 8), torso.armpit + 6
        canvas.fold(
            (x, y),
            (x - side * 22, y + 26),
            (x - side * random.uniform(30, 44), y + 44),
            5 * strength,
        )
        low = torso.bottom - random.uniform(4, 14)
        x = CENTRE + side * torso.hem * random.uniform(0.35, 0.7)
        canvas.fold(
            (x, low),
            (x - side * 6, low - 40),
            (x + side * 4, low - random.uniform(70, 110)),
            4.5 * strength,
        )


def pocket(
    canvas: Canvas, x: float, y: float, w: float, h: float, paint: Paint, thread: str
) -> None:
    """A patch pocket with a pointed bottom."""
    d = polygon((x, y), (x + w, y), (x + w, y + h * 0.82), (x + w / 2, y + h), (x, y + h * 0.82))
    canvas.part(d, paint, "flat", shadow=False, edge=0.6)
    canvas.seam(line((x + 2, y + 6), (x + w - 2, y + 6)), thread, 0.4)
