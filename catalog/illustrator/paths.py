"""Path data for SVG's ``d``: mirrored halves, smooth curves, turned profiles, boxes.

Coordinates are units of the 400 x 400 drawing board, y pointing down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

CENTRE = 200.0
Point = tuple[float, float]


def number(value: float) -> str:
    """One decimal is a quarter of a pixel: enough for the eye, short in the file."""
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def _join(*values: float) -> str:
    return " ".join(number(v) for v in values)


def half(start: Point, *segments: tuple[float, ...], cx: float = CENTRE) -> str:
    """Closed path symmetric about ``x = cx``, from its right half, top to bottom.

    ``start`` and segments give x as an offset from the axis. A segment of 2 numbers is a line,
    of 4 a quadratic curve, of 6 a cubic one (control points first).
    """
    right = [f"M{_join(cx + start[0], start[1])}"]
    ends = [start]
    for segment in segments:
        moved = [v + cx if i % 2 == 0 else v for i, v in enumerate(segment)]
        right.append(f"{'LQC'[len(segment) // 2 - 1]}{_join(*moved)}")
        ends.append((segment[-2], segment[-1]))
    left = [f"L{_join(cx - ends[-1][0], ends[-1][1])}"]
    for segment, end in zip(reversed(segments), reversed(ends[:-1]), strict=True):
        controls = [(segment[i], segment[i + 1]) for i in range(0, len(segment) - 2, 2)]
        flat = [v for x, y in reversed(controls) for v in (cx - x, y)]
        left.append(f"{'LQC'[len(controls)]}{_join(*flat, cx - end[0], end[1])}")
    return "".join(right + left) + "Z"


def smooth(points: Sequence[Point], *, closed: bool = True) -> str:
    """Catmull-Rom curve through ``points`` as cubic Beziers."""
    count = len(points)
    parts = [f"M{_join(*points[0])}"]
    for i in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        parts.append(
            "C"
            + _join(
                b[0] + (c[0] - a[0]) / 6,
                b[1] + (c[1] - a[1]) / 6,
                c[0] - (d[0] - b[0]) / 6,
                c[1] - (d[1] - b[1]) / 6,
                c[0],
                c[1],
            )
        )
    return "".join(parts) + ("Z" if closed else "")


def lathe(profile: Sequence[Point], *, cx: float = CENTRE, sag: float = 0.0) -> str:
    """Silhouette of a turned object: ``profile`` is (radius, y) from top to bottom.

    ``sag`` rounds the base downwards by so many units, as a camera above it sees it.
    """
    right = smooth([(cx + r, y) for r, y in profile], closed=False)
    left = smooth([(cx - r, y) for r, y in reversed(profile)], closed=False)
    bottom, y = profile[-1]
    base = f"Q{_join(cx, y + 2 * sag, cx - bottom, y)}"
    return f"{right}{base}{left.replace('M', 'L', 1)}Z"


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None) -> str:
    """A whole ellipse (a circle without ``ry``)."""
    ry = rx if ry is None else ry
    arc = f"A{_join(rx, ry)} 0 1 1 "
    return f"M{_join(cx - rx, cy)}{arc}{_join(cx + rx, cy)}{arc}{_join(cx - rx, cy)}Z"


def box(x: float, y: float, width: float, height: float, radius: float = 0.0) -> str:
    """A rectangle with rounded corners."""
    r = min(radius, width / 2, height / 2)
    if r <= 0:
        return f"M{_join(x, y)}h{number(width)}v{number(height)}h{number(-width)}Z"
    w, h, arc = width - 2 * r, height - 2 * r, f"a{_join(r, r)} 0 0 1 "
    return (
        f"M{_join(x + r, y)}h{number(w)}{arc}{_join(r, r)}v{number(h)}{arc}{_join(-r, r)}"
        f"h{number(-w)}{arc}{_join(-r, -r)}v{number(-h)}{arc}{_join(r, -r)}Z"
    )


def polygon(*points: Point) -> str:
    return "M" + "L".join(_join(x, y) for x, y in points) + "Z"


def line(*points: Point) -> str:
    return "M" + "L".join(_join(x, y) for x, y in points)


def curve(start: Point, *controls: Point) -> str:
    """An open quadratic (two further points) or cubic (three) curve."""
    flat = [v for p in controls for v in p]
    return f"M{_join(*start)}{'LQC'[len(controls) - 1]}{_join(*flat)}"


def crescent(start: Point, through: Point, end: Point, width: float) -> str:
    """A fold in cloth: pointed at both ends, ``width`` units thick in the middle."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    size = math.hypot(dx, dy) or 1.0
    nx, ny = -dy / size * width, dx / size * width
    return (
        f"M{_join(*start)}Q{_join(through[0] + nx, through[1] + ny, *end)}"
        f"Q{_join(through[0] - nx, through[1] - ny, *start)}Z"
    )


def polar(cx: float, cy: float, radius: float, degrees: float) -> Point:
    """Point at ``degrees`` clockwise from twelve o'clock."""
    turn = math.radians(degrees)
    return cx + radius * math.sin(turn), cy - radius * math.cos(turn)
