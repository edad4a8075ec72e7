"""Wall clocks."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import lightness
from catalog.illustrator.paths import (
    CENTRE,
    box,
    ellipse,
    line,
    polar,
    smooth,
)
from catalog.illustrator.style import ProductSpec, Style


def clock(canvas: Canvas, spec: ProductSpec) -> None:
    r, rim = spec["radius"], spec["rim"]
    shape = spec.choice("shape")
    canvas.frame(CENTRE - r - 8, CENTRE - r - 8, CENTRE + r + 8, CENTRE + r + 8, fill=0.78)
    case = (
        spec.timber
        if spec.is_("case", "wood")
        else Paint(spec.hardware, material="metal")
        if spec.is_("case", "metal")
        else spec.plain.of("enamel")
    )
    if shape == "sunburst":
        for k in range(24):
            long = r * (1.12 if k % 2 else 0.94)
            ray = line(polar(CENTRE, CENTRE, r * 0.5, 15 * k), polar(CENTRE, CENTRE, long, 15 * k))
            canvas.tube(ray, case.colour, 5)
        r *= 0.64

    def outline(q: float) -> str:
        if shape == "square":
            return box(CENTRE - q, CENTRE - q, 2 * q, 2 * q, q * 0.3)
        if shape == "flower":
            petals = (
                polar(CENTRE, CENTRE, q * (1.02 if k % 2 else 0.86), 22.5 * k) for k in range(16)
            )
            return smooth(list(petals))
        return ellipse(CENTRE, CENTRE, q)

    canvas.part(outline(r), case, "sheen" if spec.is_("case", "metal") else "flat", rim=True)
    face_r = r - rim
    face = spec.paint.of("enamel") if not spec.is_("case", "colour") else Paint("#fbf7ee")
    canvas.part(outline(face_r), face, "flat", shadow=False)
    canvas.stroke(outline(face_r - 2), "#1a1420", 4, 0.12)
    ink = "#2a2630" if lightness(face.colour) > 0.5 else "#f6f1e6"
    if spec.pattern != "plain" and face.pattern != "plain":
        canvas.part(
            ellipse(CENTRE, CENTRE, face_r * 0.52),
            spec.plain.plain("#fbf7ee"),
            "flat",
            shadow=False,
        )
        ink = "#2a2630"
    for k in range(12):
        if spec.is_("marks", "dots"):
            canvas.flat(
                ellipse(*polar(CENTRE, CENTRE, face_r * 0.82, 30 * k), 5 if k % 3 == 0 else 3),
                spec.colours[1],
            )
        elif spec.is_("marks", "bars") or k % 3 == 0:
            canvas.stroke(
                line(
                    polar(CENTRE, CENTRE, face_r * 0.88, 30 * k),
                    polar(CENTRE, CENTRE, face_r * (0.7 if k % 3 == 0 else 0.78), 30 * k),
                ),
                spec.colours[1] if spec.pattern == "plain" else ink,
                5 if k % 3 == 0 else 3,
            )
    canvas.stroke(line((CENTRE, CENTRE), polar(CENTRE, CENTRE, face_r * 0.48, 304)), ink, 7)
    canvas.stroke(line((CENTRE, CENTRE), polar(CENTRE, CENTRE, face_r * 0.72, 60)), ink, 5)
    canvas.stroke(
        line(polar(CENTRE, CENTRE, face_r * 0.18, 10), polar(CENTRE, CENTRE, face_r * 0.74, 190)),
        spec.colours[2],
        2,
    )
    canvas.button(CENTRE, CENTRE, 6, spec.hardware)


STYLES = (
    Style("Clocks", "wall clock", clock, 52, {"radius": (96, 128), "rim": (9, 24), "shape": ("round", "round", "square", "flower", "sunburst"), "case": ("wood", "metal", "colour"), "marks": ("bars", "dots", "quarters")},
          {"radius": 0.12, "rim": 0.06, "shape=sunburst": 0.24, "shape=flower": 0.1, "case=wood": 0.1, "case=metal": 0.14}, ("enamel",), ("plain", "plain", "plain", "checkerboard", "terrazzo", "painted", "striped")),
)  # fmt: skip
